"""Who holds an account, for pages that name it beside what it did; asked for once in a request."""

from collections.abc import Collection

from flask import g
from sqlalchemy.orm import Session

from service.context import reading
from service.usecases.accounts import holders_of

__all__ = ["holder_of", "know_holders"]


def know_holders(session: Session, usernames: Collection[str]) -> None:
    """Look up who holds some accounts, all at once, where a page knows beforehand whom it names."""
    known = _known()
    wanted = set(usernames) - known.keys()
    found = holders_of(session, actor=g.actor, usernames=wanted) if wanted else {}
    known.update({username: found.get(username, "") for username in wanted})


def holder_of(username: str) -> str:
    """Return who holds an account, "" where nobody is named or the reader sees no names."""
    if g.get("actor") is None:
        return ""
    if username not in _known():
        with reading() as session:
            know_holders(session, {username})
    return _known()[username]


def _known() -> dict[str, str]:
    if "holders" not in g:
        g.holders = {}
    known: dict[str, str] = g.holders
    return known
