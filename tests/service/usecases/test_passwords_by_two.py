"""A password of somebody who proposes, approves or signs is given by two people, of whom neither knows it whole."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from service.access import ALLOWED, OPERATOR, Actor, Role, Territory, TerritoryKind, takes_two
from service.access.rights import TWO_PERSON_RIGHTS
from service.db import Database
from service.errors import Conflict, Forbidden
from service.models.accounts import Account
from service.models.audit import AuditEntry
from service.models.credentials import AccountChange
from service.models.outbox import OutboxMessage
from service.usecases import accounts
from service.usecases.accounts import ChangeKind, Decision
from service.usecases.accounts.registry import actor_of
from service.usecases.pending.notification_addresses import set_address
from service.usecases.pending.pending_work import list_work
from tests.service.usecases.builders_accounts import PASSWORD, an_account, signed_in, whole

SYSTEM, COUNTY = Territory(TerritoryKind.SYSTEM), Territory(TerritoryKind.COUNTY, "239901")
ADMIN, SECOND = (Actor(name, frozenset({Role.ADMIN}), SYSTEM) for name in ("admin", "second"))
LEADER = Actor("leader", frozenset({Role.LEADER}), COUNTY)
PEOPLE = {"admin": Role.ADMIN, "second": Role.ADMIN, "leader": Role.LEADER, "officer": Role.OFFICER,
          "auditor": Role.AUDITOR}  # fmt: skip


def _office(database: Database, now: datetime, names: Iterable[str] = PEOPLE) -> Database:
    for name in names:
        role = PEOPLE[name]
        an_account(database, now=now, username=name, role=role, territory=SYSTEM if role == Role.ADMIN else COUNTY)
    return database


def _ask(database: Database, now: datetime, *, actor: Actor = ADMIN, username: str = "officer") -> accounts.ChangeRow:
    with database.unit_of_work() as session:
        return accounts.request_change(
            session, actor=actor, kind=ChangeKind.PASSWORD, username=username, reason="本人遗忘", now=now
        )


def _decide(
    database: Database, asked: accounts.ChangeRow, now: datetime, *, actor: Actor, said: Decision = Decision.CONFIRMED
) -> accounts.Decided:
    with database.unit_of_work() as session:
        return accounts.decide_change(session, actor=actor, change_no=asked.change_no, decision=said, now=now)


def _opens(database: Database, password: str, now: datetime, username: str = "officer") -> bool:
    done = accounts.sign_in(database, username=username, password=password, now=now)
    return isinstance(done, accounts.SignIn)


@pytest.mark.parametrize("second", [SECOND, LEADER], ids=["another administrator", "a leader"])
def test_neither_of_the_two_can_come_in_with_what_they_saw(database: Database, now: datetime, second: Actor) -> None:
    asked = _ask(_office(database, now), now)
    decided = _decide(database, asked, now, actor=second)
    assert asked.first_half
    assert decided.second_half
    for alone in (asked.first_half, decided.second_half, decided.second_half + asked.first_half):
        assert not _opens(database, alone, now)
    opened = signed_in(database, now=now, username="officer", password=whole(asked, decided))
    assert opened.stage == accounts.Stage.NEW_PASSWORD
    with database.reading() as session:
        (kept,) = session.scalars(select(AccountChange))
        assert kept.first_half_sealed is None, "what is done with is not kept"
        lines = select(AuditEntry.actor, AuditEntry.action, AuditEntry.detail).where(AuditEntry.subject_no == "officer")
        told = [line for line in session.execute(lines) if "change" in line.action]
        assert [(line.actor, line.action) for line in told] == [
            ("admin", "request_account_change"),
            (second.username, "confirm_account_change"),
        ]
        assert not any(half in str(told) for half in (asked.first_half, decided.second_half))


def test_who_asks_shuts_the_account_out_before_anybody_confirms(database: Database, now: datetime) -> None:
    _office(database, now)
    opened = signed_in(database, now=now, username="officer")
    with database.unit_of_work() as session:
        token = accounts.create_token(session, actor=opened.actor, username="officer", label="t", now=now)
        set_address(session, actor=opened.actor, email="officer@example.cn", now=now)
    asked = _ask(database, now)
    with database.reading() as session:
        assert accounts.actor_of_session(session, token=opened.token, now=now) is None
        assert accounts.actor_of_token(session, token=token, now=now) is None
        assert session.scalars(select(AccountChange)).one().first_half == asked.first_half
        (mail,) = session.scalars(select(OutboxMessage).where(OutboxMessage.account_id.is_not(None)))
        assert (mail.topic, mail.subject_no) == ("password_given", "admin")
    assert not _opens(database, PASSWORD, now)
    _decide(database, asked, now, actor=LEADER, said=Decision.REFUSED)
    assert not _opens(database, PASSWORD, now), "a refusal lets nobody in again: who was shut out is asked for anew"
    assert not _opens(database, asked.first_half or "", now)


def test_nobody_gives_such_a_password_alone(database: Database, now: datetime) -> None:
    _office(database, now)
    for actor in (ADMIN, OPERATOR):
        for username in ("leader", "officer", "second"):
            with database.unit_of_work() as session, pytest.raises(Conflict, match="takes two"):
                accounts.set_password(session, actor=actor, username=username, now=now)
    assert _opens(database, PASSWORD, now)
    with database.unit_of_work() as session:
        accounts.set_password(session, actor=ADMIN, username="auditor", now=now)


@pytest.mark.parametrize(
    ("username", "second"), [("officer", ADMIN), ("leader", LEADER), ("second", SECOND), ("officer", OPERATOR)],
    ids=["who asked", "the leader who is meant", "the administrator who is meant", "the host, beside others"],
)  # fmt: skip
def test_the_second_is_neither_who_asked_nor_who_is_meant(
    database: Database, now: datetime, username: str, second: Actor
) -> None:
    asked = _ask(_office(database, now), now, username=username)
    with pytest.raises(Forbidden):
        _decide(database, asked, now, actor=second)


def test_where_there_is_one_administrator_the_host_is_the_second(database: Database, now: datetime) -> None:
    _office(database, now, ["admin", "officer"])
    asked = _ask(database, now)
    assert whole(asked, _decide(database, asked, now, actor=OPERATOR))
    asked = _ask(database, now + timedelta(days=15), actor=OPERATOR)
    assert whole(asked, _decide(database, asked, now + timedelta(days=15), actor=ADMIN))
    with database.unit_of_work() as session, pytest.raises(Conflict, match="takes two"):
        accounts.set_password(session, actor=OPERATOR, username="officer", now=now)
    with pytest.raises(Conflict, match="nobody else"):  # the administrator's own: there is no second
        _ask(database, now, actor=OPERATOR, username="admin")
    with database.unit_of_work() as session:
        assert accounts.set_password(session, actor=OPERATOR, username="admin", now=now)


def test_who_still_has_a_password_of_another_gets_no_such_role(database: Database, now: datetime) -> None:
    _office(database, now)
    with database.unit_of_work() as session:
        accounts.set_password(session, actor=ADMIN, username="auditor", now=now)
        with pytest.raises(Conflict, match="somebody gave"):
            accounts.request_change(
                session, actor=ADMIN, kind=ChangeKind.ROLES, username="auditor", roles=[Role.OFFICER],
                territory=COUNTY, reason="x", now=now,
            )  # fmt: skip


def test_a_password_that_waits_stands_in_the_work_of_who_may_confirm_it(database: Database, now: datetime) -> None:
    _ask(_office(database, now), now)
    with database.reading() as session:
        waits = {
            account.username: [line.key for line in list_work(session, actor=actor_of(account), now=now)]
            for account in session.scalars(select(Account))
        }
    assert waits == {
        "admin": [], "second": ["passwords_to_confirm"], "leader": ["account_changes_to_approve"], "officer": [],
        "auditor": [],
    }  # fmt: skip


def test_every_role_that_proposes_approves_or_signs_takes_two() -> None:
    assert set(ALLOWED) >= TWO_PERSON_RIGHTS
    assert {role for role in Role if not takes_two([role])} == {
        Role.LINE_DEPT, Role.OPERATOR, Role.AUDITOR, Role.PUBLIC,
    }  # fmt: skip
    signing = {right for right in ALLOWED if right.startswith(("sign_", "approve_", "decide_", "propose_"))}
    assert signing - TWO_PERSON_RIGHTS == {"decide_duplicates", "sign_own_consents"}
