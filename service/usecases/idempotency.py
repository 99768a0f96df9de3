"""Repeatable writes: the first answer to a key is kept in the transaction of the write itself.

The answer is sealed, because it may hold names, and forgotten after a day.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import Actor
from service.db import allocate_ids, vault_of
from service.errors import Forbidden, InvalidInput
from service.models.accounts import IdempotencyKey
from service.queries.veils import hidden_people

__all__ = ["Claim", "KeptAnswer", "KeyReused", "claim_key", "keep_answer", "request_digest"]

KEPT_FOR = timedelta(days=1)
_OLDEST_LOOKED_AT = 50  # each claim forgets a few: the table stays small without a job of its own
_BODY = "idempotency_keys.body"
_REQUEST = "idempotency_keys.request_hash"


class KeyReused(InvalidInput):
    """The key belongs to another request."""

    code = "key_reused"


@dataclass(frozen=True)
class KeptAnswer:
    """An answer as it was sent the first time."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Claim:
    """A key taken for a request.

    Parameters
    ----------
    row_id : int
    kept : KeptAnswer or None
        The first answer, if this request is a repetition.
    actor : Actor
    digest : str
        Of the request.
    """

    row_id: int
    actor: Actor
    digest: str
    kept: KeptAnswer | None = None


def request_digest(method: str, path: str, body: bytes) -> str:
    """Return a digest that two requests share only if method, path with query, and body are the same."""
    parts = (method.encode(), path.encode("utf-8", "surrogateescape"), body)
    return hashlib.sha256(b"".join(len(part).to_bytes(8, "big") + part for part in parts)).hexdigest()


def claim_key(session: Session, *, actor: Actor, key: str, digest: str, now: datetime) -> Claim:
    """Take a key for one request, or find the answer that it was given before.

    The row is written before the work starts: a parallel request with the same key waits here until this transaction
    ends, and then finds the answer (or takes the key itself, if this one failed).

    Parameters
    ----------
    session : Session
        Of the write itself.
    actor : Actor
        Keys are separate for each account.
    key : str
        As the client chose it, at most 120 characters.
    digest : str
        From `request_digest`; kept under the index key, since a body may hold an id number.
    now : datetime

    Raises
    ------
    KeyReused
        If the key was used for another request, or by the account when it had other roles, another territory or other
        scopes: the first answer may hold what it may not see any more.
    Forbidden
        If the actor has no account.
    """
    if actor.account_id is None:
        raise Forbidden(Text("幂等键需要账号。", "An idempotency key needs an account."), place="Idempotency-Key")
    _forget_old(session, now)
    request_hashes = vault_of(session).blind_indexes(_REQUEST, f"{digest} {_standing(session, actor)}")
    (row_id,) = allocate_ids(session, IdempotencyKey.__tablename__)
    row = {
        "id": row_id,
        "account_id": actor.account_id,
        "key": key,
        "request_hash": request_hashes[0],
        "status": 0,
        "headers": "{}",
        "body": b"",
        "created_at": now,
    }
    if _inserted(session, row):
        return Claim(row_id, actor, digest)
    return replace(_earlier(session, actor, key, request_hashes), digest=digest)


def keep_answer(session: Session, *, claim: Claim, answer: KeptAnswer) -> None:
    """Keep the answer to a claimed key, sealed."""
    row = session.get_one(IdempotencyKey, claim.row_id)
    row.status, row.headers = answer.status, json.dumps(answer.headers)
    # The act itself may have opened or lifted a blind review: what holds after it is what a repetition is held against.
    standing = _standing(session, claim.actor)
    row.request_hash = vault_of(session).blind_indexes(_REQUEST, f"{claim.digest} {standing}")[0]
    row.body = vault_of(session).seal(_BODY, row.id, answer.body.decode()) or b""
    session.flush()


def _standing(session: Session, actor: Actor) -> str:
    """Return what decides which answer an account would get.

    Its roles, where it may look, what its token narrows, and who is hidden from it by blind reviews.
    """
    place = actor.territory
    scopes = None if actor.scopes is None else sorted(actor.scopes)
    return json.dumps(
        [actor.role_names, place.kind, place.code, place.person_id, scopes, sorted(hidden_people(session, actor=actor))]
    )


def _inserted(session: Session, row: dict[str, object]) -> bool:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(IdempotencyKey).values(row).on_conflict_do_nothing(index_elements=["account_id", "key"])
    return session.execute(statement.returning(IdempotencyKey.id)).one_or_none() is not None


def _earlier(session: Session, actor: Actor, key: str, request_hashes: Sequence[bytes]) -> Claim:
    row = session.scalars(
        select(IdempotencyKey).where(IdempotencyKey.account_id == actor.account_id, IdempotencyKey.key == key)
    ).one()
    if row.request_hash not in request_hashes:
        raise KeyReused(
            Text(
                "这个幂等键已用于另一个请求，或使用后账号的角色、区域或盲审范围已变更。",
                "This idempotency key is of another request, or of before roles, territory or a blind review changed.",
            ),
            remedy=Text(
                "请先查看该请求是否已办理；每个新请求请使用新的键。",
                "Look whether it was done already; use a new key for a new request.",
            ),
            place="Idempotency-Key",
            value=key,
        )
    body = vault_of(session).open(_BODY, row.id, row.body) or ""
    return Claim(row.id, actor, "", KeptAnswer(row.status, json.loads(row.headers), body.encode()))


def _forget_old(session: Session, now: datetime) -> None:
    oldest = session.execute(
        select(IdempotencyKey.id, IdempotencyKey.created_at).order_by(IdempotencyKey.id).limit(_OLDEST_LOOKED_AT)
    )
    expired = [row.id for row in oldest if row.created_at + KEPT_FOR <= now]
    if expired:
        session.execute(delete(IdempotencyKey).where(IdempotencyKey.id.in_(expired)))
