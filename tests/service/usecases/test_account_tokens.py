"""API tokens: never wider than their owner, never longer than the settings allow, and gone when revoked."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from service.access import ALLOWED, OPERATOR, Actor, Role, may, rights_of
from service.db import Database
from service.errors import Forbidden, InvalidInput, NotFound
from service.models.accounts import ApiToken
from service.settings.accounts import AccountSettings
from service.usecases import accounts
from tests.service.usecases.builders_accounts import an_account

OFFICER = Actor("officer", frozenset({Role.OFFICER}), account_id=1)
ADMIN = Actor("admin", frozenset({Role.ADMIN}), account_id=2)
_WANTED: dict[object, dict[str, object]] = {
    accounts.list_sessions: {"settings": AccountSettings()},
    accounts.end_session: {"session_no": "nothing"},
}


@pytest.fixture
def office(database: Database, now: datetime) -> Database:
    an_account(database, now=now, username="officer", role=Role.OFFICER)
    an_account(database, now=now)
    return database


def _make(database: Database, now: datetime, actor: Actor = OFFICER, **wanted: object) -> str:
    with database.unit_of_work() as session:
        return accounts.create_token(session, actor=actor, username="officer", label="夜间导出", now=now, **wanted)  # type: ignore[arg-type]  # the wishes of one case by name


def _actor(database: Database, token: str, now: datetime) -> Actor | None:
    with database.reading() as session:
        return accounts.actor_of_token(session, token=token, now=now)


def test_a_token_may_do_what_its_scopes_say_and_no_more(office: Database, now: datetime) -> None:
    known = _actor(office, _make(office, now, scopes=["read", "export_lists"]), now)
    assert known is not None
    assert may(known, "read_people")
    assert may(known, "export_lists")
    assert not may(known, "export_rosters")
    assert not may(known, "request_shortlist")


@given(st.sets(st.sampled_from(sorted({right.partition("_")[0] for right in ALLOWED} | set(ALLOWED))), max_size=4))
def test_scopes_only_ever_narrow(scopes: set[str]) -> None:
    wide = Actor("x", frozenset({Role.OFFICER, Role.ADMIN}))
    narrowed = Actor("x", wide.roles, scopes=frozenset(scopes))
    assert set(rights_of(narrowed)) <= set(rights_of(wide))
    assert bool(rights_of(narrowed)) <= bool(scopes)


@pytest.mark.parametrize("scopes", [["manage_accounts"], ["manage"], ["readd"], [""], [], ["read", "*"]])
def test_a_scope_that_the_owner_lacks_is_refused_with_the_choices(
    office: Database, now: datetime, scopes: list[str]
) -> None:
    with pytest.raises(InvalidInput) as refused:
        _make(office, now, scopes=scopes)
    assert refused.value.remedy is not None
    assert "read_people" in refused.value.remedy.en


@pytest.mark.parametrize("scopes", [["read"], None])
def test_a_token_makes_no_other_whatever_it_may(office: Database, now: datetime, scopes: list[str] | None) -> None:
    maker = _actor(office, _make(office, now, scopes=scopes), now)
    assert maker is not None
    for wanted in (["read_people"], ["export"], None):
        with pytest.raises(Forbidden) as refused:
            _make(office, now, maker, scopes=wanted)
    assert "POST /sessions" in str(refused.value.remedy)


def test_a_token_sees_and_ends_itself_alone(office: Database, now: datetime) -> None:
    _make(office, now)
    acting = _actor(office, _make(office, now), now)
    assert acting is not None
    with office.unit_of_work() as session:
        assert [row.token_no for row in accounts.list_tokens(session, actor=acting)] == [acting.token_no]
        (other,) = {row.token_no for row in accounts.list_tokens(session, actor=OFFICER)} - {acting.token_no}
        with pytest.raises(NotFound):
            accounts.revoke_token(session, actor=acting, token_no=other, now=now)
        for act in (accounts.list_sessions, accounts.end_session):
            with pytest.raises(Forbidden):
                act(session, actor=acting, now=now, **_WANTED[act])
        accounts.revoke_token(session, actor=acting, token_no=acting.token_no or "", now=now)
        left = [row.token_no for row in accounts.list_tokens(session, actor=OFFICER) if row.revoked_at is None]
    assert left == [other]


def test_a_token_that_may_manage_accounts_ends_those_of_others(office: Database, now: datetime) -> None:
    _make(office, now)
    with office.unit_of_work() as session:
        made = accounts.create_token(
            session, actor=ADMIN, username="admin", label="x", scopes=["manage_accounts"], now=now
        )
    manager = _actor(office, made, now)
    assert manager is not None
    with office.unit_of_work() as session:
        (row,) = accounts.list_tokens(session, actor=manager, username="officer")
        accounts.revoke_token(session, actor=manager, token_no=row.token_no, now=now)


def test_an_administrator_makes_no_token_of_somebody_who_sees_people(office: Database, now: datetime) -> None:
    with pytest.raises(Forbidden):
        _make(office, now, ADMIN)
    with pytest.raises(Forbidden):  # an operator with such a token would do alone what takes two
        _make(office, now, OPERATOR)


@pytest.mark.parametrize("days", [-1, 0, 181])
def test_a_token_ends_within_the_longest_life(office: Database, now: datetime, days: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        _make(office, now, expires_at=now + timedelta(days=days))
    assert "180" in refused.value.problem.zh


def test_a_token_of_which_no_end_was_said_ends_with_the_longest_life(office: Database, now: datetime) -> None:
    token = _make(office, now, settings=AccountSettings(longest_token=timedelta(days=3)))
    last = now + timedelta(days=3)
    assert _actor(office, token, last - timedelta(seconds=1)) is not None
    assert _actor(office, token, last) is None


def test_a_token_of_before_ends_too_and_a_shorter_life_holds_for_all(office: Database, now: datetime) -> None:
    token, week = _make(office, now), AccountSettings(longest_token=timedelta(days=7))
    with office.unit_of_work() as session:
        session.execute(update(ApiToken).values(expires_at=None))
    for settings, days in ((AccountSettings(), 180), (week, 7)):
        with office.reading() as session:
            (row,) = accounts.list_tokens(session, actor=OFFICER, settings=settings)
            assert row.expires_at == now + timedelta(days=days)
            before, after = row.expires_at - timedelta(seconds=1), row.expires_at
            assert accounts.actor_of_token(session, token=token, now=before, settings=settings) is not None
            assert accounts.actor_of_token(session, token=token, now=after, settings=settings) is None


def test_a_token_past_its_time_is_nobody(office: Database, now: datetime) -> None:
    token = _make(office, now, expires_at=now + timedelta(days=1))
    assert _actor(office, token, now + timedelta(hours=23)) is not None
    assert _actor(office, token, now + timedelta(days=1)) is None


def test_the_owner_and_a_manager_revoke_and_nobody_else(office: Database, now: datetime) -> None:
    first, second = _make(office, now), _make(office, now)
    with office.reading() as session:
        numbers = [row.token_no for row in accounts.list_tokens(session, actor=OFFICER)]
        assert len(accounts.list_tokens(session, actor=ADMIN, username="officer")) == 2
        with pytest.raises(Forbidden):
            accounts.list_tokens(session, actor=OFFICER, username="admin")
    stranger = Actor("other", frozenset({Role.OFFICER}))
    for token_no in (numbers[0], "nothing"):
        with office.unit_of_work() as session, pytest.raises(NotFound):
            accounts.revoke_token(session, actor=stranger, token_no=token_no, now=now)
    for actor, token_no in ((OFFICER, numbers[0]), (ADMIN, numbers[1])):
        with office.unit_of_work() as session:
            accounts.revoke_token(session, actor=actor, token_no=token_no, now=now)
    assert [_actor(office, token, now) for token in (first, second)] == [None, None]


def test_the_last_use_is_written_down_once_a_minute(office: Database, now: datetime) -> None:
    token = _make(office, now)
    for seconds, is_due in ((0, True), (59, False), (60, True)):
        at = now + timedelta(seconds=seconds)
        with office.unit_of_work() as session:
            assert accounts.token_is_due(session, token=token, now=at) == is_due, seconds
            if is_due:
                accounts.touch_token(session, token=token, now=at)
    with office.reading() as session:
        assert session.scalars(select(ApiToken.last_used_at)).one() == now + timedelta(seconds=60)


@pytest.mark.parametrize("label", ["", " ", "x" * 61])
def test_a_token_says_what_it_is_for(office: Database, now: datetime, label: str) -> None:
    with office.unit_of_work() as session, pytest.raises(InvalidInput):
        accounts.create_token(session, actor=OFFICER, username="officer", label=label, now=now)
