"""Passwords of an LDAP directory: Debian's slapd on this machine, and names that want to be more than names."""

import gc
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from service.access import OPERATOR, Role
from service.db import Database
from service.errors import NotConfigured, TooManyRequests, Unauthenticated
from service.models.accounts import Account
from service.models.audit import AuditEntry
from service.settings.sign_in import LdapSettings
from service.usecases import accounts
from service.usecases.accounts import DirectoryUnavailable, LdapDirectory
from tests.service.usecases.builders_accounts import PASSWORD, an_account
from tests.service.usecases.builders_directory import BASE, READER_PASSWORD, Directory, running_directory, slapd

pytest.importorskip("ldap3", reason="the extra ldap is not installed", exc_type=ImportError)
pytestmark = [
    pytest.mark.skipif(slapd() is None, reason="SKIPPED: no slapd on this machine (apt-get install slapd)"),
    # ldap3 asks pyasn1 and ssl for names that they have renamed, and leaves a socket to the collector when a
    # handshake fails.
    pytest.mark.filterwarnings("ignore:(tag|type)Map is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:ssl.match_hostname:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Exception ignored in. <s:pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def ldap() -> Iterator[Directory]:
    directory = Path(tempfile.mkdtemp(prefix="tp-ldap-"))
    with running_directory(directory) as running:
        yield running
    shutil.rmtree(directory)


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """Collect what ldap3 leaves of failed handshakes here, where it is expected, and not in somebody else's test."""
    yield
    gc.collect()


@pytest.fixture
def settings_of_ldap(ldap: Directory) -> LdapSettings:
    return LdapSettings(url=ldap.plain, base=BASE, bind_dn=ldap.reader, bind_password=READER_PASSWORD)


@pytest.fixture
def house(settings_of_ldap: LdapSettings) -> LdapDirectory:
    return LdapDirectory(settings_of_ldap)


@pytest.mark.parametrize(
    ("username", "password", "is_known"),
    [
        ("wang.fang", "Reiher-Furt-31", True),
        ("wang.fang", "reiher-furt-31", False),
        ("wang.fang", "", False),
        ("wang.fang", "\0", False),
        ("nobody", "Reiher-Furt-31", False),
        ("twin", "Amsel-Wiese-33", False),
        ("li(na)*", "Storch-Moor-32", True),
        ("*", "Reiher-Furt-31", False),
        ("wang*", "Reiher-Furt-31", False),
        ("wang.fang)(uid=*", "Reiher-Furt-31", False),
        ("*)(|(uid=*", "Reiher-Furt-31", False),
        ("\\2a", "Reiher-Furt-31", False),
        ("wang.fang\0", "Reiher-Furt-31", False),
        # No guess may look like a directory that is away: what cannot be a password, and names of any kind.
        ("wang.fang", "\u00ad", False),
        ("wang.fang", "\u200b\ufeff", False),
        ("wang.fang", "Reiher\x01Furt", False),
        ("wang.fang", "\ue000", False),
        ("wang.fang", "\udcff", False),
        ("wang.fang\udcff", "Reiher-Furt-31", False),
        ("", "Reiher-Furt-31", False),
        (" wang.fang\u00ad", "Reiher-Furt-31", False),
        ("王芳\n", "Reiher-Furt-31", False),
        ("x" * 100_000, "Reiher-Furt-31", False),
        (f"cn=reader,{BASE}", READER_PASSWORD, False),
    ],
)
def test_a_name_is_only_a_name_and_a_password_must_be_right(
    house: LdapDirectory, username: str, password: str, is_known: bool
) -> None:
    assert (house.vouch(username, password) is not None) == is_known


def test_sealed_connections_are_checked(ldap: Directory, settings_of_ldap: LdapSettings, tmp_path: Path) -> None:
    for way in ({"url": ldap.sealed}, {"has_starttls": True}):
        trusting = replace(settings_of_ldap, ca_file=ldap.ca_file, **way)  # type: ignore[arg-type]  # the changes of one case by name
        assert LdapDirectory(trusting).vouch("wang.fang", "Reiher-Furt-31")
        with pytest.raises(DirectoryUnavailable):
            LdapDirectory(replace(trusting, ca_file=None)).vouch("wang.fang", "Reiher-Furt-31")


def test_a_directory_that_is_away_or_knows_the_reader_no_more_says_so(settings_of_ldap: LdapSettings) -> None:
    for changes in ({"url": "ldap://127.0.0.1:9"}, {"bind_password": "another-password-27"}):
        with pytest.raises(DirectoryUnavailable):
            LdapDirectory(replace(settings_of_ldap, **changes)).vouch("wang.fang", "Reiher-Furt-31")  # type: ignore[arg-type]  # the changes of one case by name


@pytest.fixture
def office(database: Database, now: datetime) -> Database:
    an_account(database, now=now)
    with database.unit_of_work() as session:
        accounts.create_account(
            session,
            actor=OPERATOR,
            username="wang.fang",
            roles=[Role.OFFICER],
            way=accounts.SignInWay.LDAP,
            now=now,
        )
    return database


def _sign_in(database: Database, house: LdapDirectory | None, username: str, password: str, now: datetime) -> object:
    return accounts.sign_in(database, username=username, password=password, directory=house, now=now)


def test_both_kinds_of_accounts_come_in_by_the_same_door(office: Database, house: LdapDirectory, now: datetime) -> None:
    theirs = _sign_in(office, house, "wang.fang", "Reiher-Furt-31", now)
    assert isinstance(theirs, accounts.SignIn)
    assert theirs.stage == accounts.Stage.OPEN
    assert theirs.actor.roles == {Role.OFFICER}
    assert isinstance(_sign_in(office, house, "admin", PASSWORD, now), accounts.SignIn)


def test_the_same_lock_and_the_same_words(office: Database, house: LdapDirectory, now: datetime) -> None:
    told = [_sign_in(office, house, "wang.fang", "wrong", now) for _ in range(5)]
    assert all(isinstance(one, Unauthenticated) for one in told)
    assert isinstance(_sign_in(office, house, "wang.fang", "Reiher-Furt-31", now), TooManyRequests)
    unknown = _sign_in(office, house, "nobody", "Reiher-Furt-31", now)
    assert isinstance(unknown, Unauthenticated)
    assert unknown.problem == told[0].problem  # type: ignore[attr-defined]  # each is a refusal


def test_what_no_directory_takes_as_a_password_is_a_guess_like_any_other(
    office: Database, house: LdapDirectory, now: datetime
) -> None:
    guesses = ["wrong", "wrong", "wrong", "\x01", "\u00ad"]  # the last two used to begin the count anew
    assert all(isinstance(_sign_in(office, house, "wang.fang", guess, now), Unauthenticated) for guess in guesses)
    assert isinstance(_sign_in(office, house, "wang.fang", "Reiher-Furt-31", now), TooManyRequests)
    assert isinstance(_sign_in(office, house, "admin", "\x01", now), Unauthenticated)
    assert isinstance(_sign_in(office, house, "nobody", "\x01", now), Unauthenticated)


def test_while_the_directory_is_away_guesses_of_before_stay_counted(
    office: Database, house: LdapDirectory, settings_of_ldap: LdapSettings, now: datetime
) -> None:
    away = LdapDirectory(replace(settings_of_ldap, url="ldap://127.0.0.1:9"))
    for where in (house, house, house, away, away, house, house):
        assert not isinstance(_sign_in(office, where, "wang.fang", "wrong", now), TooManyRequests)
    assert isinstance(_sign_in(office, house, "wang.fang", "Reiher-Furt-31", now), TooManyRequests)


def test_a_disabled_account_does_not_come_in_by_the_directory(
    office: Database, house: LdapDirectory, now: datetime
) -> None:
    with office.unit_of_work() as session:
        session.execute(update(Account).where(Account.username == "wang.fang").values(is_disabled=True))
    assert isinstance(_sign_in(office, house, "wang.fang", "Reiher-Furt-31", now), Unauthenticated)


def test_a_directory_that_takes_empty_passwords_lets_nobody_in_by_them() -> None:
    """As some directories do (RFC 4513, section 5.1.2): the bind succeeds, as nobody."""
    directory = Path(tempfile.mkdtemp(prefix="tp-ldap-"))
    with running_directory(directory, allows="bind_anon_cred bind_anon_dn") as running:
        house = LdapDirectory(
            LdapSettings(url=running.plain, base=BASE, bind_dn=running.reader, bind_password=READER_PASSWORD)
        )
        assert house.vouch("wang.fang", "Reiher-Furt-31")
        for empty in ("", "\u00ad", "\u200b", "\0"):
            assert not house.vouch("wang.fang", empty)
    shutil.rmtree(directory)


def test_who_is_in_the_directory_only_has_no_account(office: Database, house: LdapDirectory, now: datetime) -> None:
    assert isinstance(_sign_in(office, house, "li(na)*", "Storch-Moor-32", now), Unauthenticated)


def test_an_account_of_the_directory_has_no_password_here(office: Database, now: datetime) -> None:
    assert isinstance(_sign_in(office, None, "wang.fang", "Reiher-Furt-31", now), Unauthenticated)


def test_without_the_directory_accounts_of_this_house_go_on_and_nobody_is_locked(
    office: Database, settings_of_ldap: LdapSettings, now: datetime
) -> None:
    away = LdapDirectory(replace(settings_of_ldap, url="ldap://127.0.0.1:9"))
    for _ in range(6):
        assert isinstance(_sign_in(office, away, "wang.fang", "Reiher-Furt-31", now), DirectoryUnavailable)
    assert isinstance(_sign_in(office, away, "admin", PASSWORD, now), accounts.SignIn)
    with office.reading() as session:
        assert "sign_in_while_locked" not in set(session.scalars(select(AuditEntry.action)))


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"TALENTPOOL_LDAP_URL": "ldap://ldap.example"}, "TALENTPOOL_LDAP_URL"),
        ({"TALENTPOOL_LDAP_BASE": ""}, "TALENTPOOL_LDAP_BASE"),
        ({"TALENTPOOL_LDAP_FILTER": "uid={username}"}, "TALENTPOOL_LDAP_FILTER"),
        ({"TALENTPOOL_LDAP_FILTER": "(uid=*)"}, "TALENTPOOL_LDAP_FILTER"),
        ({"TALENTPOOL_LDAP_BIND_DN": "cn=reader"}, "TALENTPOOL_LDAP_BIND_PASSWORD_FILE"),
    ],
)
def test_settings_of_a_directory_that_would_leak_are_refused(changes: dict[str, str], place: str) -> None:
    whole = {"TALENTPOOL_LDAP_URL": "ldaps://ldap.example", "TALENTPOOL_LDAP_BASE": BASE}
    assert LdapSettings.from_environment(whole) == LdapSettings(url="ldaps://ldap.example", base=BASE)
    assert LdapSettings.from_environment(
        {**whole, "TALENTPOOL_LDAP_URL": "ldap://ldap.example", "TALENTPOOL_LDAP_STARTTLS": "1"}
    )
    with pytest.raises(NotConfigured) as refused:
        LdapSettings.from_environment({**whole, **changes})
    assert refused.value.place == place
