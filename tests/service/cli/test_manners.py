"""Manners of the command line: exit codes, sentences, nothing half-written."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from builders_installations import settings_in
from builders_runs import rescoring_at_work
from click.testing import CliRunner, Result

from service import jobs
from service.access import OPERATOR
from service.cli import cli
from service.cli.serving import PortTaken, ensure_port_is_free
from service.errors import Stopped
from service.installation import open_database
from service.settings import Settings
from service.usecases.long_work.run_terms import PERCENT, Kind
from service.usecases.long_work.run_work import Watch, begin_run, carried_out

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def demo_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with a demo city of a hundred people, drawn once."""
    directory = tmp_path_factory.mktemp("demo")
    settings = settings_in(directory)
    environment = {"TALENTPOOL_DATABASE_URL": settings.database_url, "TALENTPOOL_KEY_FILE": str(settings.key_file)}
    drawn = CliRunner().invoke(cli, ["init", "--demo", "100"], env=environment)
    assert drawn.exit_code == 0, drawn.output
    return directory


@pytest.fixture
def demo_city(talentpool: Run, demo_directory: Path, tmp_path: Path) -> Run:
    """The command line on a demo city."""
    shutil.copytree(demo_directory, tmp_path, dirs_exist_ok=True)
    talentpool("init")
    return talentpool


def test_help_lists_every_command_and_loads_no_model_library(tmp_path: Path) -> None:
    code = (
        "import sys; from service.cli import cli; cli(['--help'], standalone_mode=False); "
        "assert not {'sklearn', 'pandas', 'numpy', 'flask'} & set(sys.modules), 'a heavy import'"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert result.returncode == 0, result.stderr
    for command in ("init", "serve", "import", "shortlist", "rescore", "export", "doctor", "version"):
        assert f"\n  {command} " in result.stdout


@pytest.mark.parametrize(
    ("arguments", "exit_code", "told"),
    [
        (["shortlst"], 2, "是不是要写：shortlist？"),
        (["rescore"], 2, "--all"),
        (["shortlist"], 2, "VACANCY_NO"),
        (["shortlist", "V1"], 1, "talentpool init"),
        (["rescore", "--all"], 1, "talentpool init"),
        (["serve"], 1, "talentpool init"),
        (["--db", "mysql://x", "doctor"], 1, "sqlite:///"),
        (["user", "passwd"], 1, "talentpool init"),
        (["export", "log", "--lang", "en"], 2, "talentpool --lang … log …"),
        (["shortlist", "V1", "-q"], 2, "应写在命令之前"),
        (["export", "log", "--colour"], 2, "没有选项 --colour"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_with_its_exit_code(
    talentpool: Run, arguments: list[str], exit_code: int, told: str
) -> None:
    assert told in talentpool(*arguments, exit_code=exit_code).output


def test_a_list_of_nobody_and_an_unknown_vacancy_are_refused(installed: Run) -> None:
    assert "k：" in installed("shortlist", "V1", "-k", "0", exit_code=2).output
    assert "V1" in installed("shortlist", "V1", exit_code=4).output
    assert "There is no vacancy" in installed("--lang", "en", "shortlist", "V1", exit_code=4).output


def test_init_shows_a_password_once_and_never_the_same(talentpool: Run, tmp_path: Path) -> None:
    first = talentpool("init").output
    assert "admin" in first
    assert "admin" not in talentpool("init").output
    reset = talentpool("-q", "user", "passwd").stdout.strip()
    assert len(reset) >= 12
    assert reset not in first


def test_a_database_without_its_key_file_is_refused_and_no_new_key_is_made(installed: Run, tmp_path: Path) -> None:
    (tmp_path / "talentpool.key").unlink()
    assert "talentpool.key" in installed("doctor", exit_code=3).output
    assert "talentpool.key" in installed("init", exit_code=1).output
    assert not (tmp_path / "talentpool.key").exists()


def test_another_installations_key_file_is_refused(installed: Run, tmp_path: Path) -> None:
    (tmp_path / "talentpool.key").unlink()
    installed("--db", f"sqlite:///{tmp_path / 'other.db'}", "init")
    assert "talentpool.key" in installed("shortlist", "V1", exit_code=1).output


def test_rescoring_while_another_process_rescores_exits_with_five(installed: Run, tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'talentpool.db'}", key_file=tmp_path / "talentpool.key")
    database = open_database(settings)
    with database.unit_of_work() as session:
        jobs.take(session, name="rescore", owner="elsewhere:1", now=datetime.now(UTC))
    installed("rescore", "--all", exit_code=5)


def test_a_run_at_work_is_asked_to_stop_by_a_command(installed: Run, tmp_path: Path) -> None:
    assert "No rescoring is at work" in installed("--lang", "en", "rescore", "--stop", exit_code=1).output
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'talentpool.db'}", key_file=tmp_path / "talentpool.key")
    with rescoring_at_work(open_database(settings), now=datetime.now(UTC)):
        assert json.loads(installed("-q", "rescore", "--stop", "--json").stdout)["run_id"] == 1
        assert "Run 1 is asked to stop" in installed("--lang", "en", "rescore", "--stop").output
    installed("rescore", "--stop", "--all", exit_code=2)


@pytest.mark.parametrize(
    ("command", "kind", "told"),
    [
        (("duplicates", "find"), Kind.DUPLICATES, "search for duplicates"),
        (("audit", "verify"), Kind.AUDIT, "check of the audit log"),
        (("train",), Kind.TRAINING, "training of cards"),
    ],
)
def test_other_long_work_is_asked_to_stop_by_its_own_command(
    installed: Run, tmp_path: Path, command: tuple[str, ...], kind: Kind, told: str
) -> None:
    assert f"No {told} is at work" in installed("--lang", "en", *command, "--stop", exit_code=1).output
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'talentpool.db'}", key_file=tmp_path / "talentpool.key")
    database = open_database(settings)
    begun = begin_run(database, kind=kind, actor=OPERATOR, now=lambda: datetime.now(UTC), watch=Watch(), n_all=PERCENT)
    assert "Run 1 is asked to stop" in installed("--lang", "en", *command, "--stop").output
    with pytest.raises(Stopped), carried_out(begun):
        begun.heed()
    assert "talentpool" not in installed("--lang", "en", "audit", "verify").output, "the lease was given back"


def test_an_export_into_a_directory_that_is_not_there_is_refused(installed: Run, tmp_path: Path) -> None:
    installed("export", "ranking", "-o", str(tmp_path / "no" / "ranking.csv"), exit_code=1)
    assert not (tmp_path / "no").exists()


def test_version_and_doctor_speak_json(installed: Run) -> None:
    assert set(json.loads(installed("version", "--json").stdout)) >= {"schema", "talentpool", "rulebook", "cards"}
    checks = json.loads(installed("-q", "doctor", "--json", exit_code=3).stdout)["checks"]
    troubled = {check["check"]["en"] for check in checks if not check["is_fine"]}
    assert troubled == {"territories of accounts"}, "the one who does everything in tests fits no place"


def test_a_taken_port_is_named_with_a_remedy() -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken) as refusal:
            ensure_port_is_free("127.0.0.1", port)
    assert str(port + 1) in refusal.value.sentence("zh")


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_served_installation_answers_says_so_when_started_twice_and_stops_on_sigterm(demo_city: Run) -> None:
    import urllib.request

    port = str(_free_port())
    command = [sys.executable, "-m", "service", "demo", "--port", port, "--workers", "1"]
    with subprocess.Popen(command, env=os.environ.copy(), stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr is not None
            while "http://" not in (line := server.stderr.readline()):
                assert line, "the server ended before it was ready"
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/login", timeout=30) as answer:
                assert answer.status == 200
            again = demo_city("demo", "--port", str(_free_port()))
            assert "已在运行" in again.output
        finally:
            server.terminate()
            began = time.monotonic()
            server.wait(timeout=40)
    assert time.monotonic() - began < 35
    assert server.returncode == 0


def test_an_unknown_vacancy_is_answered_with_the_nearest_ones(demo_city: Run) -> None:
    first = demo_city("-q", "export", "ranking", "-o", "-").stdout.splitlines()[1].split(",")[0]
    assert first in demo_city("shortlist", first.lower(), exit_code=4).output
