"""What PostgreSQL cannot do at the moment is a refusal with a time to come back, not an internal error."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from service.database_refusals import DatabaseRefusal, refusal_of_database


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
