"""Who somebody is in a directory, whatever they are called there: a name that goes to somebody else opens nothing."""

import gc
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from builders import an_actor
from sqlalchemy import select

from service.access import OPERATOR, Role
from service.db import Database
from service.errors import Forbidden, NotConfigured, Unauthenticated
from service.models.accounts import Account
from service.models.audit import AuditEntry
from service.settings.accounts import AccountSettings
from service.settings.sign_in import LdapSettings
from service.usecases import accounts
from service.usecases.accounts import DirectoryUnavailable, LdapDirectory, hashing
from service.usecases.accounts.directory import _subject
from tests.service.usecases.builders_directory import (
    BASE,
    READER_PASSWORD,
    Directory,
    changing,
    running_directory,
    slapd,
)

pytest.importorskip("ldap3", reason="the extra ldap is not installed", exc_type=ImportError)
pytestmark = [
    pytest.mark.skipif(slapd() is None, reason="SKIPPED: no slapd on this machine (apt-get install slapd)"),
    # As in test_directory.py, whose failed handshakes may be collected while these run.
    pytest.mark.filterwarnings("ignore:(tag|type)Map is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Exception ignored in. <s:pytest.PytestUnraisableExceptionWarning"),
]

WANG, WANGS = "wang.fang", "Reiher-Furt-31"
SHARE = 0.10


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """Collect what ldap3 leaves of failed handshakes here, where it is expected, and not in somebody else's test."""
    yield
    gc.collect()


@pytest.fixture
def ldap() -> Iterator[Directory]:
    with tempfile.TemporaryDirectory(prefix="tp-ldap-") as directory, running_directory(Path(directory)) as running:
        yield running


@pytest.fixture
def told(ldap: Directory) -> LdapSettings:
    return LdapSettings(url=ldap.plain, base=BASE, bind_dn=ldap.reader, bind_password=READER_PASSWORD)


@pytest.fixture
def house(told: LdapSettings) -> LdapDirectory:
    return LdapDirectory(told)


def _hire(database: Database, username: str, now: datetime) -> None:
    with database.unit_of_work() as session:
        accounts.create_account(
            session, actor=OPERATOR, username=username, roles=[Role.OFFICER], way=accounts.SignInWay.LDAP, now=now
        )


def _try(database: Database, house: LdapDirectory, username: str, password: str, now: datetime) -> object:
    return accounts.sign_in(database, username=username, password=password, directory=house, now=now)


def _kept(database: Database, username: str) -> tuple[str | None, str | None]:
    with database.reading() as session:
        account = session.scalars(select(Account).where(Account.username == username)).one()
        return account.provider_issuer, account.provider_subject


def _give_away(ldap: Directory, uid: str) -> None:
    """Let the person of a name leave, and give the name to somebody new."""
    with changing(ldap) as directory:
        assert directory.delete(f"cn=p0,{BASE}")
        new = {"cn": "p7", "sn": "p7", "uid": uid, "userPassword": "Amsel-Wiese-37"}
        assert directory.add(f"cn=p7,{BASE}", "inetOrgPerson", new)


def test_a_name_that_goes_to_somebody_else_does_not_open_the_account(
    any_database: Database, ldap: Directory, house: LdapDirectory, now: datetime
) -> None:
    _hire(any_database, WANG, now)
    assert isinstance(_try(any_database, house, WANG, WANGS, now), accounts.SignIn)
    issuer, subject = _kept(any_database, WANG)
    assert issuer == "ldap:entryuuid"
    assert subject is not None
    _give_away(ldap, WANG)
    refused = _try(any_database, house, WANG, "Amsel-Wiese-37", now)
    assert isinstance(refused, Forbidden)
    assert "belongs to somebody else" in refused.problem.en
    assert _kept(any_database, WANG) == (issuer, subject)
    with any_database.reading() as session:
        assert session.scalars(select(AuditEntry.action)).all().count("provider_identity_refused") == 1
    with any_database.unit_of_work() as session:
        accounts.unlink_provider(session, actor=an_actor(username="root"), username=WANG, reason="met", now=now)
    assert isinstance(_try(any_database, house, WANG, "Amsel-Wiese-37", now), accounts.SignIn)
    assert _kept(any_database, WANG)[1] not in {None, subject}


def test_somebody_with_a_new_name_opens_no_account_by_it_that_is_somebody_elses(
    database: Database, ldap: Directory, house: LdapDirectory, now: datetime
) -> None:
    for name in (WANG, "wang.new"):
        _hire(database, name, now)
    assert isinstance(_try(database, house, WANG, WANGS, now), accounts.SignIn)
    with changing(ldap) as directory:
        assert directory.modify(f"cn=p0,{BASE}", {"uid": [("MODIFY_REPLACE", ["wang.new"])]})
    assert isinstance(_try(database, house, WANG, WANGS, now), Unauthenticated)
    refused = _try(database, house, "wang.new", WANGS, now)
    assert isinstance(refused, Forbidden)
    assert "another account" in refused.problem.en
    with database.unit_of_work() as session:
        accounts.unlink_provider(session, actor=an_actor(username="root"), username=WANG, reason="renamed", now=now)
    assert isinstance(_try(database, house, "wang.new", WANGS, now), accounts.SignIn)


def test_other_ways_to_write_a_name_are_other_names_so_that_they_give_no_further_guesses(
    database: Database, house: LdapDirectory, now: datetime
) -> None:
    _hire(database, WANG, now)
    assert isinstance(_try(database, house, WANG, WANGS, now), accounts.SignIn)
    for name in ("Wang.Fang", " wang.fang", "WANG.FANG"):
        assert isinstance(_try(database, house, name, WANGS, now), Unauthenticated)


def test_a_directory_that_does_not_tell_who_somebody_is_lets_nobody_in(
    database: Database, told: LdapSettings, now: datetime
) -> None:
    _hire(database, WANG, now)
    house = LdapDirectory(replace(told, id_attribute="objectGUID"))
    for _ in range(6):  # nothing was guessed
        refused = _try(database, house, WANG, WANGS, now)
        assert isinstance(refused, DirectoryUnavailable)
        assert refused.place == "TALENTPOOL_LDAP_ID_ATTRIBUTE"
    assert isinstance(_try(database, house, WANG, "wrong", now), Unauthenticated)
    assert _kept(database, WANG) == (None, None)


def test_another_attribute_may_say_it_but_no_name(told: LdapSettings) -> None:
    whole = {"TALENTPOOL_LDAP_URL": "ldaps://ldap.example", "TALENTPOOL_LDAP_BASE": BASE}
    name = "TALENTPOOL_LDAP_ID_ATTRIBUTE"
    read = LdapSettings.from_environment({**whole, name: "objectGUID"})
    assert read is not None
    assert (read.id_attribute, read.issuer) == ("objectGUID", "ldap:objectguid")
    for given in ("uid", "MAIL", "entry uuid", "*", "employeeNumber"):
        with pytest.raises(NotConfigured) as refused:
            LdapSettings.from_environment(
                {**whole, name: given, "TALENTPOOL_LDAP_FILTER": "(employeeNumber={username})"}
            )
        assert refused.value.place == name
    vouched = LdapDirectory(replace(told, id_attribute="sn")).vouch(WANG, WANGS)  # any attribute of slapd will do
    assert vouched is not None
    assert (vouched.issuer, vouched.subject) == ("ldap:sn", "text:p0")


def test_values_that_are_no_text_are_kept_as_digits_and_no_two_are_kept_alike() -> None:
    values = [bytes(range(16)), b"0" * 16, b"30" * 16, b"hex:30", b"\xff" * 16]
    kept = [_subject({"OBJECTGUID": [value]}, "objectGUID") for value in values]
    assert len({*kept, None}) == len(values) + 1
    assert kept[0] == f"hex:{bytes(range(16)).hex()}"
    assert _subject({"objectGUID": []}, "objectGUID") is None
    assert _subject({"objectGUID": [b"1", b"2"]}, "objectGUID") is None
    assert _subject({"objectGUID": [b"x" * 121]}, "objectGUID") is None


@pytest.mark.parametrize("n", [6, pytest.param(100, marks=pytest.mark.prove)])
def test_names_of_accounts_of_the_directory_alone_and_of_nobody_take_the_same_time(
    database: Database, house: LdapDirectory, now: datetime, monkeypatch: pytest.MonkeyPatch, n: int
) -> None:
    hasher = PasswordHasher()  # of the real parameters
    monkeypatch.setattr(hashing, "_HASHER", hasher)
    monkeypatch.setattr(hashing, "_NOBODY", hasher.hash("nobody"))
    _hire(database, WANG, now)
    settings = AccountSettings(lock_after=100_000)
    share = SHARE if n >= 100 else 2 * SHARE
    for _ in range(3):  # neighbours on the machine disturb a measurement, not three
        medians = _medians(database, house, settings, now, n)
        print({kind: f"{1000 * spent:.1f} ms" for kind, spent in medians.items()})  # noqa: T201 - a figure
        if max(medians.values()) - min(medians.values()) <= share * max(medians.values()):
            return
    assert max(medians.values()) - min(medians.values()) <= share * max(medians.values())


def _medians(
    database: Database, house: LdapDirectory, settings: AccountSettings, now: datetime, n: int
) -> dict[str, float]:
    """Return the median seconds of a wrong password by whose the name is; the directory works in the same time."""
    names = {"account": WANG, "in the directory alone": "li(na)*", "nobody": "nobody.at.all"}
    spent: dict[str, list[float]] = {kind: [] for kind in names}
    for number in range(n):
        kinds = sorted(names, reverse=number % 2 == 0)
        for kind in kinds[number % 3 :] + kinds[: number % 3]:
            started = time.perf_counter()
            answer = accounts.sign_in(
                database, username=names[kind], password="wrong", directory=house, settings=settings, now=now
            )
            spent[kind].append(time.perf_counter() - started)
            assert isinstance(answer, Unauthenticated)
    return {kind: statistics.median(seconds) for kind, seconds in spent.items()}
