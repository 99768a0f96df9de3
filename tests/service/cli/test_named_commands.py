"""Every `talentpool ...` command that a page, a translation, a message or a document names exists, with its options."""

import re
from pathlib import Path

import click
import pytest

from service.cli import cli

ROOT = Path(__file__).parents[3]
WRITTEN = [
    *(ROOT / "service").rglob("*.py"),
    *(ROOT / "service").rglob("*.html"),
    *(ROOT / "service").rglob("*.po"),
    *(ROOT / "docs").glob("*.md"),
    *ROOT.glob("*.md"),
]
# Up to the end of the command line: a quote, a sign of Chinese, a bracket, or a pipe of a table or of alternatives.
NAMED = re.compile(r"\btalentpool ([\w./:@<>{}-]+(?: +[\w./:@<>{}-]+)*)", re.ASCII)
# Words after the name of the product, a database or an account that are no command.
PROSE = {"talent", "talentpool", "registers"}


def _commands(text: str) -> list[list[str]]:
    joined = re.sub(r'"\n\s*f?"', "", text)  # a sentence that goes on in the next line of a file
    lines = [re.split(r"(?<=\w)[.,:](?:\s|$)", found)[0] for found in NAMED.findall(joined)]  # not beyond a sentence
    return [line.split() for line in lines]


def _wrong(words: list[str]) -> str | None:
    """Return what of a command does not exist; words in capitals, and what follows a sentence's end, are no options."""
    command: click.Command = cli
    context = click.Context(cli)
    known = {option for one in cli.params for option in (*one.opts, *one.secondary_opts)}
    takes_value = False
    for word in words:
        if takes_value:
            takes_value = False
        elif word.startswith("-"):
            if word not in known and word != "--help":
                return None if command is cli else word  # of another program, before which the name stood as a value
            takes_value = not any(
                getattr(one, "is_flag", False) or getattr(one, "count", False)
                for one in command.params
                if word in (*one.opts, *one.secondary_opts)
            )
        elif isinstance(command, click.Group):
            found = command.get_command(context, word)
            if found is None:
                is_prose = word in PROSE or not re.fullmatch(r"[a-z]+(-[a-z]+)*", word)
                return None if is_prose else word
            command = found
            known = {option for one in command.params for option in (*one.opts, *one.secondary_opts)}
    return None


@pytest.mark.parametrize("file", WRITTEN, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_command_that_is_named_exists_with_its_options(file: Path) -> None:
    wrong = {" ".join(words): what for words in _commands(file.read_text(encoding="utf-8")) if (what := _wrong(words))}
    assert wrong == {}


def test_an_option_or_a_command_that_does_not_exist_is_noticed() -> None:
    assert _wrong(["audit", "verify", "--head"]) == "--head"
    assert _wrong(["verfy"]) == "verfy"
    assert _wrong(["--as", "officer", "audit", "verify", "--against", "PATH"]) is None
