"""What somebody meets who begins: help in one language, files that nobody else reads, nothing written over."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli import cli

Run = Callable[..., Result]


@pytest.mark.parametrize(
    ("lang", "told", "other"), [("zh", "导入表格。", "Import people"), ("en", "Import people", "导入")]
)
def test_the_list_of_commands_speaks_one_language_and_breaks_no_sentence_off(lang: str, told: str, other: str) -> None:
    commands = CliRunner().invoke(cli, ["--lang", lang, "--help"]).output.partition("--help")[2]
    assert told in commands
    assert other not in commands
    assert "..." not in commands


def test_a_group_of_commands_speaks_the_same_language() -> None:
    assert "生成本账号的接口令牌。" in CliRunner().invoke(cli, ["user", "--help"]).output
    told = CliRunner(env={"TALENTPOOL_LANG": "en"}).invoke(cli, ["user", "--help"]).output
    assert "somebody else asked for" in told


def test_what_the_program_writes_is_its_owners_to_read(tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("TALENTPOOL_")}
    for words in (["init"], ["template", "people", "table.xlsx"]):
        command = [sys.executable, "-m", "service", *words]
        environment["PYTHONPATH"] = os.pathsep.join(sys.path)
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"talentpool.db", "table.xlsx"} <= {path.name for path in written}
    assert [path for path in written if path.stat().st_mode & 0o077] == []


def test_a_template_in_english_says_that_its_headers_are_chinese(installed: Run, tmp_path: Path) -> None:
    told = installed("--lang", "en", "template", "villages", str(tmp_path / "villages.xlsx"))
    assert "column headers are Chinese" in told.stdout + told.stderr


def test_a_template_that_was_filled_in_is_not_written_over(installed: Run, tmp_path: Path) -> None:
    table = tmp_path / "people.xlsx"
    table.write_bytes(b"filled in")
    told = installed("template", "people", str(table), exit_code=1).stderr
    assert table.read_bytes() == b"filled in"
    assert str(table) in told
    assert "换一个文件名" in told


def test_an_installation_that_is_not_here_is_looked_for_where_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TALENTPOOL_DATABASE_URL", raising=False)
    told = CliRunner().invoke(cli, ["work"]).stderr
    assert str(tmp_path / "var" / "talentpool.db") in told
    assert "TALENTPOOL_DATABASE_URL" in told
