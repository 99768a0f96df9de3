"""All administrators have lost their passwords and there is no leader: the host's operator, after a told silence."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from service.access import OPERATOR, Actor, Role, Territory, TerritoryKind
from service.db import Database
from service.errors import Conflict, Forbidden
from service.models.accounts import Account
from service.models.audit import AuditEntry
from service.models.outbox import OutboxMessage
from service.usecases import accounts
from service.usecases.accounts import HOST_WAITS, ChangeKind, Decision
from service.usecases.accounts.registry import actor_of
from service.usecases.pending.notification_addresses import set_address
from service.usecases.pending.pending_work import list_work
from tests.service.usecases.builders_accounts import PASSWORD, an_account, signed_in, whole

SYSTEM, COUNTY = Territory(TerritoryKind.SYSTEM), Territory(TerritoryKind.COUNTY, "239901")
ROLES = {"first": Role.ADMIN, "second": Role.ADMIN, "officer": Role.OFFICER, "auditor": Role.AUDITOR,
         "leader": Role.LEADER}  # fmt: skip
ALL_BUT_A_LEADER = ("first", "second", "officer", "auditor")


@pytest.fixture
def house(any_database: Database, now: datetime) -> Database:
    return _staffed(any_database, now, ALL_BUT_A_LEADER)


def _staffed(database: Database, now: datetime, names: Iterable[str]) -> Database:
    for name in names:
        territory = SYSTEM if ROLES[name] == Role.ADMIN else COUNTY
        an_account(database, now=now, username=name, role=ROLES[name], territory=territory)
    return database


def _ask(database: Database, now: datetime, username: str = "first") -> accounts.ChangeRow:
    with database.unit_of_work() as session:
        return accounts.request_change(
            session, actor=OPERATOR, kind=ChangeKind.PASSWORD, username=username, reason="met in person", now=now
        )


def _confirm(
    database: Database, asked: accounts.ChangeRow, now: datetime, *, actor: Actor = OPERATOR
) -> accounts.Decided:
    with database.unit_of_work() as session:
        return accounts.decide_change(
            session, actor=actor, change_no=asked.change_no, decision=Decision.CONFIRMED, now=now
        )


def test_the_operator_confirms_after_a_week_without_anybody_and_the_first_helps_the_second(
    house: Database, now: datetime
) -> None:
    asked = _ask(house, now)
    late = now + HOST_WAITS
    for early in (now, late - timedelta(minutes=1)):
        with pytest.raises(Conflict, match="from 2026-11-30 on"):
            _confirm(house, asked, early)
    decided = _confirm(house, asked, late)
    opened = signed_in(house, now=late, username="first", password=whole(asked, decided))
    assert opened.stage == accounts.Stage.NEW_PASSWORD
    first = Actor("first", frozenset({Role.ADMIN}), SYSTEM)
    with house.unit_of_work() as session:
        accounts.set_password(session, actor=first, username="first", password="Reiher-Furt-Moor-31", now=late)
        helped = accounts.request_change(
            session, actor=first, kind=ChangeKind.PASSWORD, username="second", reason="met in person", now=late
        )
    assert whole(helped, _confirm(house, helped, late))
    with house.reading() as session:
        lines = session.execute(select(AuditEntry.actor, AuditEntry.action).where(AuditEntry.subject_no == "first"))
        told = [tuple(line) for line in lines if line.action.endswith("account_change")]
    assert told == [("operator", "request_account_change"), ("operator", "confirm_account_change")]


def test_everybody_is_told_at_once_by_mail_and_in_the_work_list(house: Database, now: datetime) -> None:
    with house.unit_of_work() as session:
        for account in session.scalars(select(Account)):
            set_address(session, actor=actor_of(account), email=f"{account.username}@example.cn", now=now)
    _ask(house, now)
    with house.reading() as session:
        everybody = {one.id: one.username for one in session.scalars(select(Account))}
        mails = session.scalars(select(OutboxMessage).where(OutboxMessage.account_id.is_not(None)))
        assert {(everybody[one.account_id or 0], one.topic) for one in mails} >= {
            *((name, "account_change_requested") for name in ("second", "officer", "auditor")),
            ("first", "password_given"),
        }
        for account in session.scalars(select(Account).where(Account.username.in_(["officer", "auditor"]))):
            waits = {one.key: one.text for one in list_work(session, actor=actor_of(account), now=now)}
            assert "asked for by the host's operator" in waits["passwords_by_host"].en


@pytest.mark.parametrize("by", ["password", "token"])
def test_nobody_is_passed_over_who_has_been_here_since(house: Database, now: datetime, by: str) -> None:
    second = signed_in(house, now=now - timedelta(days=1), username="second")
    asked = _ask(house, now)
    later = now + timedelta(days=2)
    accounts.sign_in(house, username="second", password="wrong", now=later)  # who guesses has not been here
    if by == "password":
        signed_in(house, now=later, username="second")
    else:
        with house.unit_of_work() as session:
            accounts.create_token(session, actor=second.actor, username="second", label="t", now=later)
    with pytest.raises(Conflict, match="'second' has been here since"):
        _confirm(house, asked, now + HOST_WAITS)
    with house.reading() as session:
        account = session.scalars(select(Account).where(Account.username == "second")).one()
        assert _confirm(house, asked, now + HOST_WAITS, actor=actor_of(account)).second_half


def test_wrong_guesses_of_others_are_no_sign_that_somebody_is_here(house: Database, now: datetime) -> None:
    asked = _ask(house, now)
    for _ in range(7):
        accounts.sign_in(house, username="second", password="wrong", now=now + timedelta(days=2))
    assert _confirm(house, asked, now + HOST_WAITS).second_half


def test_who_was_shut_out_by_the_operator_too_has_not_been_silent(house: Database, now: datetime) -> None:
    _ask(house, now - timedelta(days=20), "second")  # lapsed, and the account is still shut out
    asked = _ask(house, now)
    with pytest.raises(Conflict, match="kept from saying anything"):
        _confirm(house, asked, now + HOST_WAITS)


def test_nobody_but_administrators_who_see_no_people_is_helped_so(any_database: Database, now: datetime) -> None:
    house = _staffed(any_database, now, ROLES)
    with house.unit_of_work() as session:
        account = session.scalars(select(Account).where(Account.username == "second")).one()
        account.roles = (Role.ADMIN, Role.OFFICER)
    for name in ("officer", "leader", "second"):
        asked = _ask(house, now, name)
        with pytest.raises(Forbidden):
            _confirm(house, asked, now + HOST_WAITS)


def test_a_change_that_somebody_refused_or_that_is_too_old_stays_so(house: Database, now: datetime) -> None:
    asked = _ask(house, now)
    with house.unit_of_work() as session:
        second = actor_of(session.scalars(select(Account).where(Account.username == "second")).one())
        accounts.decide_change(
            session, actor=second, change_no=asked.change_no, decision=Decision.REFUSED, now=now + timedelta(days=1)
        )
    with pytest.raises(Conflict):
        _confirm(house, asked, now + HOST_WAITS)
    asked = _ask(house, now + timedelta(days=2))
    with pytest.raises(Conflict):
        _confirm(house, asked, now + timedelta(days=17))
    assert not isinstance(accounts.sign_in(house, username="first", password=PASSWORD, now=now), accounts.SignIn)
