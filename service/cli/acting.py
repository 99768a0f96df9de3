"""Who acts in the terminal: the operator of the host, or the account whose token is in the environment."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from matching.vocabulary import Text
from service.access import OPERATOR, Actor, Role
from service.cli.console import Console
from service.errors import Unauthenticated

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

__all__ = ["HOST", "TOKEN", "acting", "acting_account", "plain"]

TOKEN = "TALENTPOOL_TOKEN"  # noqa: S105 - the name of a variable
# What two people must agree on is not settled by who can log on to the host.
HOST = replace(OPERATOR, roles=frozenset({Role.OPERATOR}))


@contextmanager
def acting(console: Console) -> Iterator[tuple["Session", Actor, datetime]]:
    """Open the database and say who acts, and when; what is done is kept at the end."""
    from service.installation import open_database

    now = datetime.now(UTC)
    with open_database(console.settings).unit_of_work() as session:
        yield session, acting_account(session, now=now), now


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


def plain(row: Any) -> dict[str, Any]:
    """Return a row about accounts as JSON can carry it."""
    from service.access import Territory
    from service.usecases.accounts import territory_as_text

    def one(value: Any) -> Any:
        if isinstance(value, datetime):
            return value.isoformat()
        return territory_as_text(value) if isinstance(value, Territory) else value

    return {name: one(value) for name, value in vars(row).items()}
