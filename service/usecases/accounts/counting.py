"""Counting attempts in the database, so that all processes count together."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from service.db import Model, vault_of
from service.models.credentials import RateWindow, SignInCounter
from service.settings.accounts import AccountSettings

__all__ = [
    "CODE",
    "PASSWORD",
    "Attempt",
    "count_visit",
    "forget_attempts",
    "locked_until",
    "locks_of",
    "take_attempt",
    "take_back_attempt",
]

_WINDOW = timedelta(minutes=1)
_KEPT = timedelta(days=1)
PASSWORD, CODE = "password", "code"

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Attempt:
    """A guess that may be made; it counts as wrong until it turns out to be right."""

    kind: str
    username: str


def take_attempt(
    session: Session, *, kind: str, username: str, settings: AccountSettings, now: datetime
) -> Attempt | timedelta:
    """Count an attempt before it is made, or return for how long the name is locked.

    The attempt is counted first and forgotten when it was right: of any number of guesses that come at once, no more
    than `lock_after` get any further, on however many processes. Names that do not exist are counted alike.
    """
    index = _index(session, kind, username)
    counter = _locked_row(session, SignInCounter, {"name_index": index, "n_failed": 0, "changed_at": now})
    if counter.locked_until is not None and counter.locked_until > now:
        left: timedelta = counter.locked_until - now
        return left
    if counter.locked_until is not None or counter.changed_at + settings.lock_time <= now:
        counter.n_failed, counter.locked_until = 0, None
    counter.n_failed += 1
    counter.changed_at = now
    if counter.n_failed >= settings.lock_after:
        counter.locked_until = now + settings.lock_time
    session.flush()
    return Attempt(kind=kind, username=username)


def forget_attempts(session: Session, *, kind: str, username: str) -> None:
    """Begin counting anew: the attempt was right, or an administrator unlocked the name."""
    session.execute(delete(SignInCounter).where(SignInCounter.name_index == _index(session, kind, username)))


def take_back_attempt(session: Session, *, kind: str, username: str, settings: AccountSettings) -> None:
    """Uncount the one attempt that was never made; those before it stay counted."""
    index = _index(session, kind, username)
    counter = session.get(SignInCounter, index, with_for_update=True, populate_existing=True)
    if counter is None or counter.n_failed == 0:
        return
    counter.n_failed -= 1
    if counter.n_failed < settings.lock_after:
        counter.locked_until = None
    session.flush()


def locked_until(session: Session, *, username: str, now: datetime) -> datetime | None:
    """Return until when a name is locked, None if it is not."""
    return locks_of(session, usernames=[username], now=now).get(username)


def locks_of(session: Session, *, usernames: Iterable[str], now: datetime) -> dict[str, datetime]:
    """Return until when names are locked; whoever is not locked is not in it."""
    locked = select(SignInCounter.name_index, SignInCounter.locked_until).where(SignInCounter.locked_until > now)
    until = {index: moment for index, moment in session.execute(locked) if moment is not None}
    if not until:
        return {}
    found = {
        name: [until[index] for kind in (PASSWORD, CODE) if (index := _index(session, kind, name)) in until]
        for name in usernames
    }
    return {name: max(moments) for name, moments in found.items() if moments}


def count_visit(session: Session, *, address: str, most: int, now: datetime) -> timedelta | None:
    """Count an attempt from an address; return how long to wait if it made more than `most` within a minute."""
    index = _index(session, "address", address)
    window = _locked_row(session, RateWindow, {"key_index": index, "n_attempts": 0, "started_at": now})
    if window.started_at + _WINDOW <= now:
        window.started_at, window.n_attempts = now, 0
        _forget_old(session, now)
    window.n_attempts += 1
    session.flush()
    left: timedelta = window.started_at + _WINDOW - now
    return left if window.n_attempts > most else None


def _forget_old(session: Session, now: datetime) -> None:
    session.execute(delete(RateWindow).where(RateWindow.started_at < now - _KEPT))
    session.execute(
        delete(SignInCounter).where(
            SignInCounter.changed_at < now - _KEPT,
            (SignInCounter.locked_until.is_(None)) | (SignInCounter.locked_until < now),
        )
    )


def _index(session: Session, kind: str, text: str) -> bytes:
    # Not in clear: a name that does not exist is often a password in the wrong field.
    index = vault_of(session).blind_index(f"sign_in_counters.{kind}", text)
    assert index is not None  # noqa: S101 - the text is not None
    return index


def _locked_row(session: Session, model: type[Row], first: dict[str, object]) -> Row:
    """Return the row of a key, locked against all other processes; it is made if it is missing."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(dialect.insert(model).values(**first).on_conflict_do_nothing())
    key = next(iter(first.values()))
    return session.get_one(model, key, with_for_update=True, populate_existing=True)
