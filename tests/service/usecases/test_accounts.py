"""Accounts: signing in, sessions, tokens."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from service.access import OPERATOR, Actor, Role
from service.db import Database
from service.errors import Conflict, Forbidden, InvalidInput, TooManyRequests, Unauthenticated
from service.models.accounts import AccountSession, ApiToken
from service.models.audit import AuditEntry
from service.usecases import accounts
from tests.service.usecases.builders_accounts import an_account


@pytest.fixture
def password(database: Database, now: datetime) -> str:
    return an_account(database, now=now)


def _sign_in(database: Database, password: str, now: datetime, username: str = "admin") -> object:
    return accounts.sign_in(database, username=username, password=password, now=now)


def _token(database: Database, password: str, now: datetime) -> str:
    opened = _sign_in(database, password, now)
    assert isinstance(opened, accounts.SignIn)
    return opened.token


def _actor(database: Database, token: str, now: datetime) -> Actor | None:
    with database.reading() as session:
        return accounts.actor_of_session(session, token=token, now=now)


def test_the_right_password_opens_a_session(database: Database, password: str, now: datetime) -> None:
    token = _token(database, password, now)
    assert _actor(database, token, now) == Actor("admin", frozenset({Role.ADMIN}), account_id=1, holder_name="样例署名")


def test_passwords_and_tokens_are_kept_as_hashes_only(database: Database, password: str, now: datetime) -> None:
    token = _token(database, password, now)
    with database.unit_of_work() as session:
        bearer = accounts.create_token(session, actor=Actor("admin"), username="admin", label="x", now=now)
    with database.reading() as session:
        stored = [row.token_hash for kind in (AccountSession, ApiToken) for row in session.scalars(select(kind))]
    assert stored
    assert not {token.encode(), bearer.encode()} & set(stored)


def test_a_wrong_name_and_a_wrong_password_read_the_same(database: Database, password: str, now: datetime) -> None:
    wrong, unknown = _sign_in(database, "nope", now), _sign_in(database, password, now, username="nobody")
    assert isinstance(wrong, Unauthenticated)
    assert isinstance(unknown, Unauthenticated)
    assert (wrong.problem, wrong.remedy) == (unknown.problem, unknown.remedy)


def test_the_sixth_attempt_is_locked_even_with_the_right_password(
    database: Database, password: str, now: datetime
) -> None:
    for _ in range(5):
        _sign_in(database, "nope", now)
    assert isinstance(_sign_in(database, password, now), TooManyRequests)
    assert isinstance(_sign_in(database, password, now + timedelta(minutes=16)), accounts.SignIn)


def test_failed_attempts_stay_in_the_audit_log(database: Database, password: str, now: datetime) -> None:
    _sign_in(database, "nope", now)
    with database.reading() as session:
        actions = list(session.scalars(select(AuditEntry.action)))
    assert actions == ["create_account", "set_password", "sign_in_refused"]


def test_an_unknown_name_is_not_copied_into_the_audit_log(database: Database, password: str, now: datetime) -> None:
    _sign_in(database, "x", now, username="my-password-by-mistake")
    with database.reading() as session:
        assert "my-password-by-mistake" not in list(session.scalars(select(AuditEntry.actor)))


def test_a_session_ends_when_idle_or_old_or_signed_out(database: Database, password: str, now: datetime) -> None:
    token = _token(database, password, now)
    assert _actor(database, token, now + timedelta(hours=1, minutes=59)) is not None
    assert _actor(database, token, now + timedelta(hours=2)) is None
    with database.unit_of_work() as session:
        accounts.refresh(session, token=token, now=now + timedelta(hours=11))
    assert _actor(database, token, now + timedelta(hours=11, minutes=59)) is not None
    assert _actor(database, token, now + timedelta(hours=12)) is None
    with database.unit_of_work() as session:
        accounts.sign_out(session, token=token, now=now)
    assert _actor(database, token, now) is None


def test_a_new_password_ends_all_sessions(database: Database, password: str, now: datetime) -> None:
    token = _token(database, password, now)
    with database.unit_of_work() as session:
        accounts.set_password(session, actor=OPERATOR, username="admin", now=now)
    assert _actor(database, token, now) is None
    assert isinstance(_sign_in(database, password, now), Unauthenticated)


def test_a_short_password_is_refused(database: Database, password: str, now: datetime) -> None:
    with database.unit_of_work() as session, pytest.raises(InvalidInput):
        accounts.set_password(session, actor=OPERATOR, username="admin", password="12345678901", now=now)


def test_a_name_is_taken_once(database: Database, password: str, now: datetime) -> None:
    with database.unit_of_work() as session, pytest.raises(Conflict):
        accounts.create_account(session, actor=OPERATOR, username="admin", roles=[Role.ADMIN], now=now)


def test_a_role_without_the_right_creates_nobody(database: Database, now: datetime) -> None:
    with database.unit_of_work() as session, pytest.raises(Forbidden):
        accounts.create_account(session, actor=Actor("x"), username="y", roles=[Role.ADMIN], now=now)


def test_a_token_names_its_account_until_it_is_revoked(database: Database, password: str, now: datetime) -> None:
    with database.unit_of_work() as session:
        token = accounts.create_token(session, actor=Actor("admin"), username="admin", label="x", now=now)
    with database.reading() as session:
        known = accounts.actor_of_token(session, token=token, now=now)
        assert known is not None
        assert known.username == "admin"
        assert accounts.actor_of_token(session, token=token + "x", now=now) is None
    with database.unit_of_work() as session:
        session.scalars(select(ApiToken)).one().revoked_at = now
    with database.reading() as session:
        assert accounts.actor_of_token(session, token=token, now=now) is None
