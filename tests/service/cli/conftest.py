"""A terminal of its own for each test."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from builders_installations import settings_in
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


@pytest.fixture(scope="session")
def office_directory(migrated_directory: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """An installation after `talentpool init`, and the token of an account there that does everything."""
    directory = tmp_path_factory.mktemp("office")
    shutil.copytree(migrated_directory, directory, dirs_exist_ok=True)
    place = settings_in(directory)
    told = {"TALENTPOOL_DATABASE_URL": place.database_url, "TALENTPOOL_KEY_FILE": str(place.key_file)}
    done = CliRunner(env=told).invoke(cli, ["init"])
    assert done.exit_code == 0, done.output
    database = open_database(place)
    token = hire_office(database)
    database.dispose()
    return directory, token


@pytest.fixture
def installed(
    talentpool: Run, tmp_path: Path, office_directory: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> Run:
    """The command line on an installation whose migrations are done."""
    directory, token = office_directory
    shutil.copytree(directory, tmp_path, dirs_exist_ok=True)
    monkeypatch.setenv("TALENTPOOL_TOKEN", token)
    return talentpool
