"""A terminal of its own for each test."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli import cli

Run = Callable[..., Result]


@pytest.fixture
def talentpool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Call the command line on an installation in a directory of its own; Chinese unless --lang says otherwise."""
    monkeypatch.setenv("TALENTPOOL_DATABASE_URL", f"sqlite:///{tmp_path / 'talentpool.db'}")
    monkeypatch.setenv("TALENTPOOL_KEY_FILE", str(tmp_path / "talentpool.key"))
    monkeypatch.delenv("TALENTPOOL_LANG", raising=False)
    runner = CliRunner()

    def run(*arguments: str, exit_code: int = 0) -> Result:
        result = runner.invoke(cli, list(arguments))
        assert result.exit_code == exit_code, result.output
        assert "Traceback" not in result.output
        return result

    return run


@pytest.fixture
def installed(talentpool: Run, tmp_path: Path, migrated_directory: Path) -> Run:
    """The command line on an installation whose migrations are done, with an administrator."""
    shutil.copytree(migrated_directory, tmp_path, dirs_exist_ok=True)
    talentpool("init")
    return talentpool
