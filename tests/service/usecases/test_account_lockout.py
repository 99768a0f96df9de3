"""Guessing (S1): however many ask at once, on however many processes, few guesses reach the password."""

import subprocess
import sys
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from service.access import OPERATOR
from service.db import Database
from service.errors import TooManyRequests, Unauthenticated
from service.models.audit import AuditEntry
from service.models.credentials import SignInCounter
from service.settings import Settings
from service.settings.accounts import AccountSettings
from service.usecases import accounts
from tests.service.usecases.builders_accounts import PASSWORD, an_account, signed_in

GUESSER = Path(__file__).with_name("guesser.py")
ROOT = Path(__file__).parents[3]
N_PROCESSES = 4
N_GUESSES = 200


@pytest.mark.parametrize("username", ["admin", pytest.param("nobody", marks=pytest.mark.prove)])
def test_of_200_guesses_of_4_processes_5_reach_the_hash_and_all_are_in_the_audit(
    any_database: Database, any_settings: Settings, now: datetime, username: str
) -> None:
    an_account(any_database, now=now)
    command = [sys.executable, str(GUESSER), any_settings.database_url, str(any_settings.key_file), username]
    each = [str(N_GUESSES // N_PROCESSES), str(N_PROCESSES)]
    done = subprocess.run(
        [*command, *each], capture_output=True, text=True, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, check=False
    )
    assert done.returncode == 0, done.stderr
    told = [[int(word) for word in line.split()] for line in done.stdout.splitlines()]
    assert len(told) == N_PROCESSES
    n_hashed, n_wrong, n_locked = (sum(column) for column in zip(*told, strict=True))
    assert (n_hashed, n_wrong, n_locked) == (5, 5, N_GUESSES - 5)
    with any_database.reading() as session:
        actions = Counter(session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("sign_in%"))))
    assert actions == {"sign_in_refused": 5, "sign_in_while_locked": N_GUESSES - 5}


def _guess(database: Database, now: datetime, *, username: str = "admin", password: str = "") -> object:
    return accounts.sign_in(database, username=username, password=password, now=now)


def test_a_name_that_does_not_exist_is_locked_alike(database: Database, now: datetime) -> None:
    an_account(database, now=now)
    told = {}
    for username in ("admin", "nobody"):
        outcomes = [_guess(database, now, username=username) for _ in range(7)]
        told[username] = [(type(outcome), outcome.problem, outcome.remedy) for outcome in outcomes]  # type: ignore[attr-defined]  # each is a refusal
    assert told["admin"] == told["nobody"]
    assert [kind for kind, _, _ in told["nobody"]] == [Unauthenticated] * 5 + [TooManyRequests] * 2


def test_the_right_password_begins_the_count_anew(database: Database, now: datetime) -> None:
    an_account(database, now=now)
    for _ in range(3):
        for _ in range(4):
            _guess(database, now)
        signed_in(database, now=now)


def test_failures_of_long_ago_do_not_add_up(database: Database, now: datetime) -> None:
    an_account(database, now=now)
    for hour in range(6):
        assert isinstance(_guess(database, now + timedelta(hours=hour)), Unauthenticated)


def test_an_administrator_unlocks_at_once(database: Database, now: datetime) -> None:
    an_account(database, now=now)
    for _ in range(5):
        _guess(database, now)
    assert isinstance(_guess(database, now, password=PASSWORD), TooManyRequests)
    with database.unit_of_work() as session:
        (row,) = accounts.list_accounts(session, actor=OPERATOR, now=now)
        assert row.locked_until == now + timedelta(minutes=15)
        accounts.unlock_account(session, actor=OPERATOR, username="admin", now=now)
    signed_in(database, now=now)


def test_how_often_and_how_long_are_settings(database: Database, now: datetime) -> None:
    an_account(database, now=now)
    settings = AccountSettings(lock_after=3, lock_time=timedelta(minutes=2))

    def attempt(password: str, at: datetime) -> object:
        return accounts.sign_in(database, username="admin", password=password, settings=settings, now=at)

    assert all(isinstance(attempt("wrong", now), Unauthenticated) for _ in range(3))
    refused = attempt(PASSWORD, now + timedelta(seconds=119))
    assert isinstance(refused, TooManyRequests)
    assert refused.retry_after_s == 2
    assert isinstance(attempt(PASSWORD, now + timedelta(seconds=120)), accounts.SignIn)


def test_an_address_may_try_so_many_names_in_a_minute(database: Database, now: datetime) -> None:
    settings = AccountSettings(sign_ins_per_minute=10)

    def attempt(number: int, address: str, at: datetime) -> object:
        origin = accounts.Origin(address=address)
        return accounts.sign_in(
            database, username=f"name{number}", password="x", settings=settings, origin=origin, now=at
        )

    kinds = [type(attempt(number, "192.0.2.1", now)) for number in range(12)]
    assert kinds == [Unauthenticated] * 10 + [TooManyRequests] * 2
    assert isinstance(attempt(20, "192.0.2.2", now), Unauthenticated)
    assert isinstance(attempt(21, "192.0.2.1", now + timedelta(seconds=61)), Unauthenticated)


def test_counters_of_yesterday_are_forgotten(database: Database, now: datetime) -> None:
    origin = accounts.Origin(address="192.0.2.1")
    for day in range(3):
        at = now + timedelta(days=2 * day)
        accounts.sign_in(database, username=f"name{day}", password="x", origin=origin, now=at)
    with database.reading() as session:
        assert len(session.scalars(select(SignInCounter)).all()) == 1


def test_no_name_stands_in_clear_in_the_counters(database: Database, now: datetime) -> None:
    _guess(database, now, username="my-password-by-mistake")
    with database.reading() as session:
        (counter,) = session.scalars(select(SignInCounter))
    assert len(counter.name_index) == 32
    assert b"mistake" not in counter.name_index
