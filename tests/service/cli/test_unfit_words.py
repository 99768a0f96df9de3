"""Words that cannot be stored are refused by every command before it reads them."""

import click
import pytest
from click.testing import CliRunner

from service.cli import cli

HALF = "\udcff"  # what Python makes of a byte that is no UTF-8


def _commands(group: click.Group, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], click.Command]]:
    context, found = click.Context(group), []
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        found += _commands(command, (*path, name)) if isinstance(command, click.Group) else [((*path, name), command)]
    return found


@pytest.mark.parametrize("word", ["样例\x00字", f"样例{HALF}", "样例\x1b[2J"])
def test_every_argument_and_option_of_every_command_refuses_it(word: str) -> None:
    runner, taken, n_words = CliRunner(), {}, 0
    for path, command in _commands(cli):
        for parameter in command.params:
            given = [word] if isinstance(parameter, click.Argument) else [parameter.opts[0], word]
            n_words += 1
            done = runner.invoke(cli, ["--lang", "en", *path, *given])
            if done.exit_code != 2 or "control character" not in done.output:
                taken[path, parameter.name] = done.output
    assert taken == {}
    assert n_words > 200


def test_a_file_whose_name_is_of_another_encoding_can_still_be_read(tmp_path) -> None:
    path = tmp_path / f"{HALF}.csv"
    path.write_text("x", encoding="utf-8")
    done = CliRunner().invoke(cli, ["--lang", "en", "history", str(path)])
    assert "control character" not in done.output
