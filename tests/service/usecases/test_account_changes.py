"""Changes of accounts by two people, which end live sessions at once (S9): nobody makes or widens one alone."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from service.access import KINDS, OPERATOR, Actor, Role, Territory, TerritoryKind
from service.db import Database
from service.errors import Conflict, Forbidden, InvalidInput, NotFound
from service.models.accounts import Account
from service.models.audit import AuditEntry
from service.models.credentials import AccountChange
from service.settings.accounts import AccountSettings
from service.usecases import accounts
from service.usecases.accounts import ChangeKind, Decision
from tests.service.usecases.builders_accounts import PASSWORD, an_account, signed_in, whole

COUNTY = Territory(TerritoryKind.COUNTY, "239901")
ADMIN = Actor("admin", frozenset({Role.ADMIN}), Territory(TerritoryKind.SYSTEM), 1)
LEADER = Actor("leader", frozenset({Role.LEADER}), COUNTY, 2)


@pytest.fixture
def office(any_database: Database, now: datetime) -> Database:
    """An administrator and a county leader."""
    an_account(any_database, now=now)
    with any_database.unit_of_work() as session:
        accounts.create_account(
            session, actor=OPERATOR, username="leader", roles=[Role.LEADER], territory=COUNTY, now=now
        )
    return any_database


def _ask(database: Database, now: datetime, *, actor: Actor = ADMIN, **changes: Any) -> accounts.ChangeRow:
    wanted = {
        "kind": ChangeKind.CREATE,
        "username": "officer",
        "roles": [Role.OFFICER],
        "territory": COUNTY,
        "reason": "新任组织员，示组〔2026〕5号",
        "holder_name": "样例丙",
        **changes,
    }
    with database.unit_of_work() as session:
        return accounts.request_change(session, actor=actor, now=now, **wanted)


def _decide(
    database: Database, change_no: str, now: datetime, actor: Actor = LEADER, decision: Decision = Decision.CONFIRMED
) -> accounts.Decided:
    with database.unit_of_work() as session:
        return accounts.decide_change(session, actor=actor, change_no=change_no, decision=decision, now=now)


def _account(database: Database, username: str) -> Account | None:
    with database.reading() as session:
        return session.scalar(select(Account).where(Account.username == username))


def test_an_account_comes_about_when_a_second_person_says_so(office: Database, now: datetime) -> None:
    change = _ask(office, now)
    assert _account(office, "officer") is None
    decided = _decide(office, change.change_no, now)
    assert decided.second_half
    made = _account(office, "officer")
    assert made is not None
    assert (made.roles, made.territory_code, made.must_change_password) == (("org_dept_officer",), "239901", True)
    opened = signed_in(office, now=now, username="officer", password=whole(change, decided))
    assert opened.stage == accounts.Stage.NEW_PASSWORD
    with office.reading() as session:
        lines = [
            (entry.actor, entry.action)
            for entry in session.scalars(select(AuditEntry).where(AuditEntry.subject_no == "officer"))
            if "change" in entry.action
        ]
        assert accounts.list_changes(session, actor=ADMIN, now=now) == []
    assert lines == [("admin", "request_account_change"), ("leader", "confirm_account_change")]


@pytest.mark.parametrize(
    "second",
    [
        ADMIN,
        Actor("officer2", frozenset({Role.OFFICER}), COUNTY),
        Actor("leader2", frozenset({Role.LEADER}), Territory(TerritoryKind.COUNTY, "239902")),
        Actor("leader3", frozenset({Role.LEADER})),
        Actor("officer", frozenset({Role.LEADER}), COUNTY),
        OPERATOR,
        Actor("admin", frozenset({Role.ADMIN, Role.LEADER}), COUNTY),
    ],
    ids=["who asked", "no right", "another county", "nowhere", "who is meant", "the host", "who asked, as leader"],
)
def test_the_second_person_is_another_with_the_right_and_the_place(
    office: Database, now: datetime, second: Actor
) -> None:
    change = _ask(office, now)
    host_without_office = Actor("operator", frozenset({Role.OPERATOR}), is_cli=True)
    actor = host_without_office if second is OPERATOR else second
    with pytest.raises(Forbidden):
        _decide(office, change.change_no, now, actor)
    assert _account(office, "officer") is None


def test_the_host_confirms_only_while_nobody_else_can(any_database: Database, now: datetime) -> None:
    an_account(any_database, now=now)
    host = Actor("operator", frozenset({Role.OPERATOR}), Territory(TerritoryKind.SYSTEM), is_cli=True)
    first = _ask(any_database, now, username="leader", roles=[Role.LEADER])
    _decide(any_database, first.change_no, now, host)
    second = _ask(any_database, now)
    with pytest.raises(Forbidden):
        _decide(any_database, second.change_no, now, host)


def test_what_was_refused_or_is_too_old_has_no_effect(office: Database, now: datetime) -> None:
    refused, old = _ask(office, now), _ask(office, now, username="second")
    _decide(office, refused.change_no, now, decision=Decision.REFUSED)
    for change, at in ((refused, now), (old, now + timedelta(days=14))):
        with pytest.raises(Conflict):
            _decide(office, change.change_no, at)
    assert (_account(office, "officer"), _account(office, "second")) == (None, None)


def test_the_same_is_asked_for_once(office: Database, now: datetime) -> None:
    _ask(office, now)
    with pytest.raises(Conflict):
        _ask(office, now)
    _ask(office, now + timedelta(days=15))


@pytest.mark.parametrize(("kind", "roles"), [(ChangeKind.ROLES, [Role.REGISTRAR]), (ChangeKind.DISABLE, [])])
def test_new_roles_and_disabling_end_live_sessions_and_tokens_at_once(
    office: Database, now: datetime, kind: ChangeKind, roles: list[Role]
) -> None:
    change = _ask(office, now)
    password = whole(change, _decide(office, change.change_no, now))
    opened = signed_in(office, now=now, username="officer", password=password)
    settings = AccountSettings()
    live = accounts.change_password(
        office, token=opened.token, current=None, password=PASSWORD, settings=settings, now=now
    )
    assert isinstance(live, accounts.SignIn)
    with office.unit_of_work() as session:
        bearer = accounts.create_token(session, actor=live.actor, username="officer", label="x", now=now)
    territory = Territory(TerritoryKind.TOWNSHIP, "239901100") if roles else Territory(TerritoryKind.NONE)
    _decide(office, _ask(office, now, kind=kind, roles=roles, territory=territory).change_no, now)
    with office.reading() as session:
        assert accounts.actor_of_session(session, token=live.token, now=now) is None
        known = accounts.actor_of_token(session, token=bearer, now=now)
    if kind == ChangeKind.DISABLE:
        assert known is None
        _decide(office, _ask(office, now, kind=ChangeKind.ENABLE, roles=[], territory=territory).change_no, now)
        with office.reading() as session:
            assert accounts.actor_of_token(session, token=bearer, now=now) is None, "a token came back to life"
        signed_in(office, now=now, username="officer")
    else:
        assert known is not None
        assert (known.roles, known.territory) == (frozenset(roles), territory)


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"roles": []}, InvalidInput),
        ({"roles": [Role.PUBLIC]}, InvalidInput),
        ({"roles": [Role.ADMIN, Role.OFFICER]}, InvalidInput),
        ({"territory": Territory(TerritoryKind.COUNTY, "2399")}, InvalidInput),
        ({"territory": Territory(TerritoryKind.NONE)}, InvalidInput),
        ({"territory": Territory(TerritoryKind.UNIT, " ")}, InvalidInput),
        ({"territory": Territory(TerritoryKind.OWN, "", 1)}, InvalidInput),
        ({"reason": "  "}, InvalidInput),
        ({"username": "x y"}, InvalidInput),
        ({"username": "leader"}, Conflict),
        ({"kind": ChangeKind.ROLES, "username": "nobody"}, NotFound),
        ({"kind": ChangeKind.ROLES, "username": "admin"}, Conflict),
        ({"kind": ChangeKind.ENABLE, "username": "leader"}, Conflict),
    ],
)
def test_what_makes_no_sense_cannot_be_asked_for(
    office: Database, now: datetime, changes: dict[str, Any], kind: type[Exception]
) -> None:
    with pytest.raises(kind):
        _ask(office, now, **changes)


KINDS_TRIED = {
    TerritoryKind.ALL: "",
    TerritoryKind.SYSTEM: "",
    TerritoryKind.CITY: "",
    TerritoryKind.COUNTY: "239901",
    TerritoryKind.TOWNSHIP: "239901100",
    TerritoryKind.VILLAGE: "239901100201",
    TerritoryKind.UNIT: "样例单位",
    TerritoryKind.OWN: "",
}


@pytest.mark.parametrize("role", sorted(KINDS))
def test_a_role_is_given_with_a_territory_of_its_kinds_alone(office: Database, now: datetime, role: Role) -> None:
    for kind, code in KINDS_TRIED.items():
        where = Territory(kind, code, 1 if kind is TerritoryKind.OWN else None)
        asked = {"username": f"a.{kind}", "roles": [role], "territory": where}
        if kind in KINDS[role]:
            _ask(office, now, **asked)
            continue
        with pytest.raises(InvalidInput) as refused:
            _ask(office, now, **asked)
        assert (refused.value.place, refused.value.value) == ("territory", str(kind))
        assert refused.value.remedy is not None
        assert all(str(one) in refused.value.remedy.zh + refused.value.remedy.en for one in KINDS[role])


def test_roles_of_different_places_are_two_accounts(office: Database, now: datetime) -> None:
    with pytest.raises(InvalidInput, match="do not go with"):
        _ask(office, now, roles=[Role.OFFICER, Role.TOWNSHIP])
    _ask(office, now, roles=[Role.OFFICER, Role.DISCIPLINE])


def test_a_request_of_before_that_does_not_fit_is_not_confirmed(office: Database, now: datetime) -> None:
    change = _ask(office, now)
    with office.unit_of_work() as session:
        row = session.scalars(select(AccountChange)).one()
        row.detail = {**row.detail, "roles": [str(Role.VILLAGE)]}
    with pytest.raises(InvalidInput, match="do not go with"):
        _decide(office, change.change_no, now)
    assert _account(office, "officer") is None


def test_the_last_administrator_stays(office: Database, now: datetime) -> None:
    other = Actor("other", frozenset({Role.ADMIN}), Territory(TerritoryKind.SYSTEM), 9)
    nowhere = Territory(TerritoryKind.NONE)
    with pytest.raises(Conflict, match="only administrator"):
        _ask(office, now, actor=other, kind=ChangeKind.DISABLE, username="admin", roles=[], territory=nowhere)
    with pytest.raises(Conflict, match="only administrator"):
        _ask(office, now, actor=other, kind=ChangeKind.ROLES, username="admin")


def test_who_may_not_manage_asks_for_nothing_and_reads_nothing(office: Database, now: datetime) -> None:
    officer = Actor("officer", frozenset({Role.OFFICER}), COUNTY)
    for actor in (officer, LEADER):
        with pytest.raises(Forbidden):
            _ask(office, now, actor=actor)
    with office.reading() as session, pytest.raises(Forbidden):
        accounts.list_changes(session, actor=officer, now=now)
    with pytest.raises(Forbidden):
        _decide(office, "nothing", now, officer)
