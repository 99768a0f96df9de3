"""Who acts in the terminal: the account that proved who it is, else the operator of the host."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from service.access import Actor
from service.cli.console import Console
from service.cli.credentials import HOST, TOKEN, is_named, proven_actor

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from service.db import Database

__all__ = ["HOST", "TOKEN", "acting", "named_actor", "opened", "plain", "reading", "writing"]


@contextmanager
def opened(console: Console) -> Iterator[tuple["Database", Actor]]:
    """Open the installation for a command that opens its sessions itself, and say who acts.

    Raises
    ------
    Unauthenticated, TooManyRequests
        If the account that is named did not prove who it is.
    """
    from service.installation import open_database

    database = open_database(console.settings)
    try:
        yield database, _actor(console, database)
    finally:
        database.dispose()


@contextmanager
def acting(console: Console) -> Iterator[tuple["Session", Actor, datetime]]:
    """Open a session that commits at the end, and say who acts, and when."""
    with writing(console) as (session, actor):
        yield session, actor, datetime.now(UTC)


@contextmanager
def reading(console: Console) -> Iterator[tuple["Session", Actor]]:
    """Open a session that only reads, for whoever acts and in their territory."""
    with opened(console) as (database, actor), database.reading(actor) as session:
        yield session, actor


@contextmanager
def writing(console: Console) -> Iterator[tuple["Session", Actor]]:
    """Open a session that commits at the end, for whoever acts and in their territory."""
    with opened(console) as (database, actor), database.unit_of_work(actor) as session:
        yield session, actor


def named_actor(console: Console) -> Actor:
    """Return who acts, for a command that needs an installation only to know an account."""
    if not is_named(console):
        return HOST
    with opened(console) as (_, actor):
        return actor


def _actor(console: Console, database: "Database") -> Actor:
    now = datetime.now(UTC)
    actor = proven_actor(console, database, now=now)
    console.acting = actor.username
    if actor == HOST:
        return actor
    from service.usecases.accounts.host import log_act_on_host

    with database.unit_of_work() as session:
        log_act_on_host(session, actor=actor, host_user=_host_user(), now=now)
    return actor


def _host_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "-"


def plain(row: Any) -> dict[str, Any]:
    """Return a row about accounts as JSON can carry it."""
    from service.access import Territory
    from service.usecases.accounts import territory_as_text

    def one(value: Any) -> Any:
        if isinstance(value, datetime):
            return value.isoformat()
        return territory_as_text(value) if isinstance(value, Territory) else value

    return {name: one(value) for name, value in vars(row).items()}
