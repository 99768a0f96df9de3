"""API tokens: bearer tokens for programs, shown once and kept as digests."""

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from service.access import Actor, require_any
from service.models.accounts import ApiToken
from service.usecases import audit
from service.usecases.accounts.hashing import as_digest
from service.usecases.accounts.registry import MANAGERS, account_named, actor_of

__all__ = ["actor_of_token", "create_token"]


def create_token(session: Session, *, actor: Actor, username: str, label: str, now: datetime) -> str:
    """Create an API token for an account and return it; it is shown this once and kept as a hash.

    Raises
    ------
    NotFound
        If there is no such account.
    """
    if actor.username != username:
        require_any(actor, *MANAGERS)
    account = account_named(session, username)
    token = "tp_" + secrets.token_urlsafe(32)
    session.add(
        ApiToken(
            token_hash=as_digest(token),
            token_no=secrets.token_hex(5),
            account_id=account.id,
            label=label,
            created_at=now,
        )
    )
    audit.record(session, actor=actor, action="create_token", subject_kind="account", subject_no=username, now=now)
    session.flush()
    return token


def actor_of_token(session: Session, *, token: str) -> Actor | None:
    """Return who an API token belongs to, or None if it is unknown, revoked, or its account disabled."""
    known = session.get(ApiToken, as_digest(token))
    if known is None or known.revoked_at is not None or known.account.is_disabled:
        return None
    return actor_of(known.account)
