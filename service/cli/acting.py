"""Who acts on the command line: the account named with --as, else the host's operator with the operator's rights."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from service.access import OPERATOR, Actor
from service.cli.console import Console

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from service.db import Database

__all__ = ["acting", "named_actor", "reading", "writing"]


@contextmanager
def acting(console: Console) -> Iterator[tuple["Database", Actor]]:
    """Open the installation for a command that opens its sessions itself, and say who acts.

    Raises
    ------
    NotFound, Forbidden
        If there is no account of the name, or it is disabled.
    """
    from service.installation import open_database

    database = open_database(console.settings)
    try:
        yield database, _actor(database, console.account)
    finally:
        database.dispose()


@contextmanager
def reading(console: Console) -> Iterator[tuple["Session", Actor]]:
    """Open a session that only reads, for whoever acts."""
    with acting(console) as (database, actor), database.reading(actor) as session:
        yield session, actor


@contextmanager
def writing(console: Console) -> Iterator[tuple["Session", Actor]]:
    """Open a session that commits at the end, for whoever acts."""
    with acting(console) as (database, actor), database.unit_of_work(actor) as session:
        yield session, actor


def named_actor(console: Console) -> Actor:
    """Return who acts, for a command that needs an installation only to know an account."""
    if console.account is None:
        return OPERATOR
    with acting(console) as (_, actor):
        return actor


def _actor(database: "Database", account: str | None) -> Actor:
    if account is None:
        return OPERATOR
    from service.usecases.accounts.host import act_on_host

    with database.unit_of_work() as session:
        return act_on_host(session, username=account, host_user=_host_user(), now=datetime.now(UTC))


def _host_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "-"
