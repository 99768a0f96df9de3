"""A terminal of its own for each test."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from builders_offices import hire_office
from click.testing import CliRunner, Result

from service.cli import cli
from service.installation import open_database
from service.settings import Settings

Run = Callable[..., Result]


@pytest.fixture
def terminal(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Call the command line on an installation in a directory of its own; Chinese unless --lang says otherwise."""
    monkeypatch.setenv("TALENTPOOL_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("TALENTPOOL_KEY_FILE", str(settings.key_file))
    for name in ("TALENTPOOL_LANG", "TALENTPOOL_AS", "TALENTPOOL_TOKEN", "TALENTPOOL_TOKEN_FILE"):
        monkeypatch.delenv(name, raising=False)
    runner = CliRunner()

    def run(*arguments: str, exit_code: int = 0, told: str | None = None) -> Result:
        result = runner.invoke(cli, list(arguments), input=told)
        assert result.exit_code == exit_code, result.output
        assert "Traceback" not in result.output
        return result

    return run


@pytest.fixture
def talentpool(terminal: Run, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The terminal; as soon as there is an installation, an account that does everything acts."""

    def run(*arguments: str, exit_code: int = 0) -> Result:
        result = terminal(*arguments, exit_code=exit_code)
        if arguments[0] == "init" and exit_code == 0:
            database = open_database(settings)
            monkeypatch.setenv("TALENTPOOL_TOKEN", hire_office(database))
            database.dispose()
        return result

    return run


@pytest.fixture
def installed(talentpool: Run, tmp_path: Path, migrated_directory: Path) -> Run:
    """The command line on an installation whose migrations are done."""
    shutil.copytree(migrated_directory, tmp_path, dirs_exist_ok=True)
    talentpool("init")
    return talentpool
