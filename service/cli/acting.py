"""Who acts in the terminal: the account named with --as or by its token, else the operator of the host."""

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from matching.vocabulary import Text
from service.access import OPERATOR, Actor
from service.cli.console import Console
from service.errors import Unauthenticated

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from service.db import Database

__all__ = ["HOST", "TOKEN", "acting", "acting_account", "named_actor", "opened", "plain", "reading", "writing"]

TOKEN = "TALENTPOOL_TOKEN"  # noqa: S105 - the name of a variable
# What two people must agree on is not settled by who can log on to the host.
HOST = OPERATOR


@contextmanager
def acting(console: Console) -> Iterator[tuple["Session", Actor, datetime]]:
    """Open the database and say who acts, and when; what is done is kept at the end."""
    from service.installation import open_database

    now, database = datetime.now(UTC), open_database(console.settings)
    with database.reading() as session:
        actor = acting_account(session, now=now)
    with database.unit_of_work(actor) as session:
        yield session, actor, now


def acting_account(session: "Session", *, now: datetime) -> Actor:
    """Return the account of the token in ``TALENTPOOL_TOKEN``, or the host's operator without one.

    Raises
    ------
    Unauthenticated
        If the token is unknown, revoked or past its time.
    """
    from service.usecases import accounts

    token = os.environ.get(TOKEN)
    if not token:
        return HOST
    actor = accounts.actor_of_token(session, token=token, now=now)
    if actor is None:
        raise Unauthenticated(
            Text("令牌无效、已吊销或已过期。", "The token is unknown, revoked, or past its time."),
            remedy=Text("请换用有效令牌，或去掉该变量。", "Use another one, or unset the variable."),
            place=TOKEN,
        )
    return replace(actor, is_cli=True)


@contextmanager
def opened(console: Console) -> Iterator[tuple["Database", Actor]]:
    """Open the installation for a command that opens its sessions itself, and say who acts.

    Raises
    ------
    NotFound, Forbidden
        If there is no account of the name, or it is disabled.
    Unauthenticated
        If the token in the environment is not good.
    """
    from service.installation import open_database

    database = open_database(console.settings)
    try:
        yield database, _actor(database, console.account)
    finally:
        database.dispose()


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
    if console.account is None and not os.environ.get(TOKEN):
        return OPERATOR
    with opened(console) as (_, actor):
        return actor


def _actor(database: "Database", account: str | None) -> Actor:
    now = datetime.now(UTC)
    if account is None:
        with database.reading() as session:
            return acting_account(session, now=now)
    from service.usecases.accounts.host import act_on_host

    with database.unit_of_work() as session:
        return act_on_host(session, username=account, host_user=_host_user(), now=now)


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
