"""Sessions (S9): what ends them acts at once, and everybody sees their own."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from service.access import OPERATOR, Actor, Role
from service.db import Database
from service.errors import NotFound
from service.models.accounts import Account
from service.settings.accounts import AccountSettings
from service.usecases import accounts
from tests.service.usecases.builders_accounts import PASSWORD, an_account, signed_in

OWN = Actor(username="admin", roles=frozenset({Role.ADMIN}), account_id=1)
SETTINGS = AccountSettings()


def _lives(database: Database, token: str, now: datetime, settings: AccountSettings = SETTINGS) -> bool:
    with database.reading() as session:
        return accounts.actor_of_session(session, token=token, now=now, settings=settings) is not None


@pytest.mark.parametrize("end", ["sign_out", "disabled", "set_password", "end_session", "reset_second_factor"])
def test_an_end_acts_at_once_on_every_database(any_database: Database, now: datetime, end: str) -> None:
    an_account(any_database, now=now)
    token = signed_in(any_database, now=now).token
    assert _lives(any_database, token, now)
    with any_database.unit_of_work() as session:
        if end == "sign_out":
            accounts.sign_out(session, token=token, now=now)
        elif end == "disabled":
            session.scalars(select(Account)).one().is_disabled = True
        elif end == "set_password":
            accounts.set_password(session, actor=OPERATOR, username="admin", now=now)
        elif end == "end_session":
            (row,) = accounts.list_sessions(session, actor=OWN, settings=SETTINGS, now=now)
            accounts.end_session(session, actor=OWN, session_no=row.session_no, now=now)
        else:
            accounts.reset_second_factor(session, actor=OPERATOR, username="admin", reason="遗失", now=now)
    assert not _lives(any_database, token, now)


def test_idle_and_absolute_limits_are_settings(database: Database, now: datetime) -> None:
    an_account(database, now=now)
    brief = AccountSettings(idle_limit=timedelta(minutes=10), absolute_limit=timedelta(hours=1))
    opened = accounts.sign_in(database, username="admin", password=PASSWORD, settings=brief, now=now)
    assert isinstance(opened, accounts.SignIn)
    assert _lives(database, opened.token, now + timedelta(minutes=9), brief)
    assert not _lives(database, opened.token, now + timedelta(minutes=10), brief)
    for minutes in range(5, 60, 5):
        with database.unit_of_work() as session:
            accounts.refresh(session, token=opened.token, now=now + timedelta(minutes=minutes))
    assert _lives(database, opened.token, now + timedelta(minutes=59), brief)
    assert not _lives(database, opened.token, now + timedelta(minutes=60), brief)


def test_a_half_finished_sign_in_ends_after_ten_minutes(database: Database, now: datetime) -> None:
    with database.unit_of_work() as session:
        given = accounts.create_account(session, actor=OPERATOR, username="admin", roles=[Role.ADMIN], now=now)
    token = signed_in(database, now=now, password=given).token
    with database.reading() as session:
        for minutes, is_there in ((9, True), (10, False)):
            later = now + timedelta(minutes=minutes)
            assert (accounts.visit_of(session, token=token, settings=SETTINGS, now=later) is not None) == is_there


def test_own_sessions_are_listed_with_where_they_come_from(database: Database, now: datetime) -> None:
    an_account(database, now=now)
    an_account_of_another = Actor(username="other", roles=frozenset({Role.ADMIN}), account_id=2)
    origin = accounts.Origin(address="192.0.2.7", client="Firefox " + "x" * 500)
    first = accounts.sign_in(database, username="admin", password=PASSWORD, origin=origin, now=now)
    later = signed_in(database, now=now + timedelta(minutes=1))
    assert isinstance(first, accounts.SignIn)
    with database.reading() as session:
        rows = accounts.list_sessions(
            session, actor=OWN, settings=SETTINGS, now=now + timedelta(minutes=2), token=later.token
        )
        assert [(row.is_this, row.address) for row in rows] == [(True, ""), (False, "192.0.2.7")]
        assert accounts.list_sessions(session, actor=an_account_of_another, settings=SETTINGS, now=now) == []
    with database.unit_of_work() as session, pytest.raises(NotFound):
        accounts.end_session(session, actor=an_account_of_another, session_no=rows[0].session_no, now=now)


def test_a_disabled_account_signs_in_no_more_and_is_told_the_usual_sentence(database: Database, now: datetime) -> None:
    an_account(database, now=now)
    with database.unit_of_work() as session:
        session.scalars(select(Account)).one().is_disabled = True
    refused = accounts.sign_in(database, username="admin", password=PASSWORD, now=now)
    unknown = accounts.sign_in(database, username="nobody", password=PASSWORD, now=now)
    assert isinstance(refused, Exception)
    assert isinstance(unknown, Exception)
    assert (type(refused), refused.problem) == (type(unknown), unknown.problem)
