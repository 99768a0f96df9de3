"""Passwords: two policies, every refusal names its rule, and what a change ends."""

from datetime import datetime, timedelta

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from service.access import OPERATOR, Role
from service.db import Database
from service.errors import InvalidInput
from service.models.accounts import Account
from service.models.audit import AuditEntry
from service.models.credentials import FormerPassword
from service.models.outbox import OutboxMessage
from service.settings.accounts import AccountSettings
from service.usecases import accounts
from service.usecases.accounts.common_passwords import is_common, words
from service.usecases.accounts.hashing import is_outdated
from service.usecases.accounts.policies import POLICIES, check_password
from service.usecases.accounts.registry import actor_of
from service.usecases.pending.notification_addresses import set_address
from tests.service.usecases.builders_accounts import PASSWORD, an_account, signed_in

ASVS, COMPLEX = POLICIES["asvs"], POLICIES["complex"]
STRICT = AccountSettings(password_policy="complex")
OTHERS = ("Reiher*Furt*31", "Storch*Moor*32", "Amsel*Wiese*33", "Lerche*Feld*34", "Bussard*Wald*35")


def _reasons(password: str, *, policy=ASVS, username: str = "zhao.yun") -> list[str]:
    try:
        check_password(password, username=username, policy=policy)
    except InvalidInput as error:
        return [text.en for text in error.fields["password"]]
    return []


@pytest.mark.parametrize(
    "common",
    [
        "123456789012",
        "111111111111",
        "qwertyuiop12",
        "1qaz2wsx3edc",
        "1qaz@WSX3edc",
        "zaq12wsxcde3",
        "password1234",
        "Password-2024!",
        "P@ssw0rd1234",
        "passwordpassword",
        "admin1234567",
        "woaini1314520",
        "woaiwojia520",
        "zhangwei1985",
        "wangfang19900501",
        "zuzhibu2026!!",
        "heilongjiang1",
        "abcabcabcabc",
        "asdfghjkl123",
        "Talentpool2026",
        "5201314520131",
        "letmein123456",
    ],
)
def test_what_many_people_have_is_refused_under_asvs(common: str) -> None:
    assert any("easily guessed" in reason for reason in _reasons(common))


@pytest.mark.parametrize(
    "good",
    [
        PASSWORD,
        "correct horse battery staple",
        "四平街口的老槐树今年又开花",
        "tufo-9-Kranich",
        "vJ8kq2mZt0xLw4",
        "一二三四五六七八九十百千",
    ],
)
def test_a_long_password_of_ones_own_needs_no_signs_under_asvs(good: str) -> None:
    assert _reasons(good) == []


@pytest.mark.parametrize(
    ("password", "policy", "rule"),
    [
        ("elevenchars", ASVS, "at least 12"),
        ("x" * 129, ASVS, "at most 128"),
        ("deich-zhao.yun-furt", ASVS, "account name"),
        ("Deich-Z4", COMPLEX, "at least 10"),
        ("deich-furt-31", COMPLEX, "upper case"),
        ("DEICH-FURT-31", COMPLEX, "lower case"),
        ("Deich-Furt-xx", COMPLEX, "digits"),
        ("DeichFurt3100", COMPLEX, "signs"),
        ("Zhao.Yun-4-Deich", COMPLEX, "account name"),
    ],
)
def test_a_refusal_names_the_rule(password: str, policy, rule: str) -> None:
    assert any(rule in reason for reason in _reasons(password, policy=policy))


def test_every_broken_rule_is_named_at_once() -> None:
    assert len(_reasons("zhao.yun", policy=COMPLEX)) == 3


@given(st.lists(st.sampled_from(sorted(words())), min_size=1, max_size=3), st.integers(1950, 2029))
def test_common_words_joined_to_a_year_are_common(parts: list[str], year: int) -> None:
    assert is_common("".join(parts) + str(year))
    assert is_common("-".join(parts).title() + f"@{year}")


@given(st.text(alphabet="bdgkmprtvz", min_size=14, max_size=30))
def test_random_consonants_are_hardly_ever_common(text: str) -> None:
    assert not is_common(text) or len(set(text)) < 4


def test_a_generated_password_must_be_changed_first(database: Database, now: datetime) -> None:
    with database.unit_of_work() as session:
        given_one = accounts.create_account(session, actor=OPERATOR, username="admin", roles=[Role.ADMIN], now=now)
    opened = signed_in(database, now=now, password=given_one)
    assert opened.stage == accounts.Stage.NEW_PASSWORD
    with database.reading() as session:
        assert accounts.actor_of_session(session, token=opened.token, now=now) is None
    settings = AccountSettings()
    changed = accounts.change_password(
        database, token=opened.token, current=None, password=PASSWORD, settings=settings, now=now
    )
    assert isinstance(changed, accounts.SignIn)
    assert changed.stage == accounts.Stage.OPEN
    assert changed.token != opened.token
    assert signed_in(database, now=now).stage == accounts.Stage.OPEN


def test_the_given_password_is_no_choice(database: Database, now: datetime) -> None:
    with database.unit_of_work() as session:
        given_one = accounts.create_account(session, actor=OPERATOR, username="admin", roles=[Role.ADMIN], now=now)
    opened = signed_in(database, now=now, password=given_one)
    refused = accounts.change_password(
        database, token=opened.token, current=None, password=given_one, settings=AccountSettings(), now=now
    )
    assert isinstance(refused, InvalidInput)
    assert "must differ" in refused.problem.en


def test_a_password_from_somebody_else_must_be_changed(database: Database, now: datetime) -> None:
    an_account(database, now=now)
    with database.unit_of_work() as session:
        accounts.set_password(session, actor=OPERATOR, username="admin", password=OTHERS[0], now=now)
    assert signed_in(database, now=now, password=OTHERS[0]).stage == accounts.Stage.NEW_PASSWORD


def _change(database: Database, old: str, new: str, now: datetime, settings=STRICT) -> object:
    opened = accounts.sign_in(database, username="admin", password=old, now=now, settings=settings)
    assert isinstance(opened, accounts.SignIn)
    return accounts.change_password(database, token=opened.token, current=old, password=new, settings=settings, now=now)


def test_the_last_five_passwords_do_not_come_back_and_older_ones_may(database: Database, now: datetime) -> None:
    used = [an_account(database, now=now)]
    for later in OTHERS:
        assert isinstance(_change(database, used[-1], later, now), accounts.SignIn)
        used.append(later)
    for former in used[-5:]:
        refused = _change(database, used[-1], former, now)
        assert isinstance(refused, InvalidInput), former
        assert "last 5" in refused.problem.en
    assert isinstance(_change(database, used[-1], used[0], now), accounts.SignIn)
    with database.reading() as session:
        assert len(session.scalars(select(FormerPassword)).all()) == 4


def test_ninety_days_later_a_new_one_is_asked_for_under_complex_and_never_under_asvs(
    database: Database, now: datetime
) -> None:
    an_account(database, now=now)
    for policy, days, stage in (
        ("complex", 89, accounts.Stage.OPEN),
        ("complex", 90, accounts.Stage.NEW_PASSWORD),
        ("asvs", 3650, accounts.Stage.OPEN),
    ):
        opened = accounts.sign_in(
            database,
            username="admin",
            password=PASSWORD,
            settings=AccountSettings(password_policy=policy),
            now=now + timedelta(days=days),
        )
        assert isinstance(opened, accounts.SignIn)
        assert opened.stage == stage, (policy, days)


def test_a_change_needs_the_present_password_and_ends_the_other_sessions(database: Database, now: datetime) -> None:
    an_account(database, now=now)
    here, there = signed_in(database, now=now), signed_in(database, now=now)
    wrong = accounts.change_password(
        database, token=here.token, current="wrong", password=OTHERS[0], settings=AccountSettings(), now=now
    )
    assert isinstance(wrong, InvalidInput)
    assert wrong.place == "current"
    changed = accounts.change_password(
        database, token=here.token, current=PASSWORD, password=OTHERS[0], settings=AccountSettings(), now=now
    )
    assert isinstance(changed, accounts.SignIn)
    with database.reading() as session:
        living = [
            accounts.actor_of_session(session, token=token, now=now) is not None
            for token in (here.token, there.token, changed.token)
        ]
    assert living == [False, False, True]


def test_guessing_the_present_password_of_an_open_session_locks_the_account(database: Database, now: datetime) -> None:
    an_account(database, now=now)
    here = signed_in(database, now=now)
    for _ in range(5):
        accounts.change_password(
            database, token=here.token, current="wrong", password=OTHERS[0], settings=AccountSettings(), now=now
        )
    refused = accounts.change_password(
        database, token=here.token, current=PASSWORD, password=OTHERS[0], settings=AccountSettings(), now=now
    )
    assert isinstance(refused, Exception)
    assert "locked" in refused.problem.en
    with database.reading() as session:
        actions = session.scalars(select(AuditEntry.action)).all()
    assert actions.count("prove_password_refused") == 5


def test_a_hash_of_older_parameters_is_renewed_at_sign_in(database: Database, now: datetime) -> None:
    an_account(database, now=now)
    with database.unit_of_work() as session:
        session.scalars(select(Account)).one().password_hash = PasswordHasher(time_cost=2, memory_cost=32).hash(
            PASSWORD
        )
    signed_in(database, now=now)
    with database.reading() as session:
        assert not is_outdated(session.scalars(select(Account)).one().password_hash)
    signed_in(database, now=now)


def test_composed_and_decomposed_letters_are_one_password(database: Database, now: datetime) -> None:
    an_account(database, now=now, password="Kra\u0301nich-Deich-27")
    assert signed_in(database, now=now, password="Kr\u00e1nich-Deich-27")


def test_a_password_from_somebody_else_ends_the_tokens_and_its_owner_is_told(database: Database, now: datetime) -> None:
    an_account(database, now=now)
    with database.unit_of_work() as session:
        own = actor_of(session.scalars(select(Account)).one())
        set_address(session, actor=own, email="admin@example.cn", now=now)
        accounts.set_password(session, actor=own, username="admin", password=OTHERS[0], now=now)
        token = accounts.create_token(session, actor=own, username="admin", label="t", now=now)
    with database.reading() as session:
        assert accounts.actor_of_token(session, token=token, now=now) is not None
        assert session.scalars(select(OutboxMessage)).all() == []
    with database.unit_of_work() as session:
        accounts.set_password(session, actor=OPERATOR, username="admin", now=now)
    with database.reading() as session:
        assert accounts.actor_of_token(session, token=token, now=now) is None
        (told,) = session.scalars(select(OutboxMessage))
        assert (told.topic, told.subject_no) == ("password_given", "operator")
        said = select(AuditEntry.actor, AuditEntry.subject_no).where(AuditEntry.action == "set_password")
        assert session.execute(said.order_by(AuditEntry.id.desc())).first() == ("operator", "admin")


@pytest.mark.parametrize("by_page", [True, False])
def test_a_new_password_of_ones_own_ends_all_tokens(database: Database, now: datetime, by_page: bool) -> None:
    an_account(database, now=now)
    opened = signed_in(database, now=now)
    with database.unit_of_work() as session:
        token = accounts.create_token(session, actor=opened.actor, username="admin", label="t", now=now)
    if by_page:
        done = accounts.change_password(
            database, token=opened.token, current=PASSWORD, password=OTHERS[0], settings=AccountSettings(), now=now
        )
        assert isinstance(done, accounts.SignIn)
    else:
        with database.unit_of_work() as session:
            accounts.set_password(session, actor=opened.actor, username="admin", password=OTHERS[0], now=now)
    with database.reading() as session:
        assert accounts.actor_of_token(session, token=token, now=now) is None


def test_whose_password_another_house_keeps_has_signed_in_just_now(database: Database, now: datetime) -> None:
    an_account(database, now=now)
    opened = signed_in(database, now=now)
    with database.unit_of_work() as session:
        session.scalars(select(Account)).one().sign_in_way = accounts.SignInWay.OIDC
    settings, asked = AccountSettings(), {"token": opened.token, "password": "", "code": ""}
    for minutes, is_proved in ((9, True), (10, False)):
        at = now + timedelta(minutes=minutes)
        refusal = accounts.prove_owner(database, settings=settings, now=at, **asked)
        assert (refusal is None) is is_proved, minutes
