"""/api/v1/tokens: the tokens of the account that acts."""

from datetime import UTC, datetime, time
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from schemas.accounts import MadeTokenSchema, TokenRequestSchema, TokenSchema
from service.api.answers import Answer
from service.api.blueprint import Resource
from service.api.idempotency import once
from service.context import current_actor, database, now, reading, session_token, settings, unit_of_work
from service.usecases import accounts

__all__ = ["resource"]

resource = Resource("tokens", title=Text("接口令牌", "API tokens"))

_TOKEN = TokenSchema()


@resource.operation("GET", "", Text("列出自己的令牌", "List one's tokens"), answer=TokenSchema(many=True))
def list_tokens() -> Response:
    """Answer with the tokens of the account, without themselves; a token sees itself alone."""
    with reading() as session:
        rows = accounts.list_tokens(session, actor=current_actor(), settings=settings().accounts)
    return Answer.of(_TOKEN.dump(rows, many=True)).response()


@resource.operation(
    "POST",
    "",
    Text("生成令牌（仅显示一次）", "Make a token, shown this once"),
    body=TokenRequestSchema,
    answer=MadeTokenSchema,
    status=201,
    headers=("Idempotency-Replayed",),
)
def make_token(wanted: dict[str, Any]) -> Response:
    """Answer with the token; without scopes it may do all that the account may.

    It takes the session of somebody who signed in, the password again and the second factor where one is bound: what
    lasts for months is not for whoever got hold of something that lasts for hours.
    """
    actor, until = current_actor(), wanted.get("expires_on")
    accounts.check_is_in_person(actor)
    refusal = accounts.prove_owner(
        database(),
        token=session_token(),
        password=wanted.get("current", ""),
        code=wanted.get("code", ""),
        settings=settings().accounts,
        now=now(),
    )
    if refusal is not None:
        raise refusal

    def work(session: Session) -> Answer:
        token = accounts.create_token(
            session,
            actor=actor,
            username=actor.username,
            label=wanted["label"],
            scopes=wanted.get("scopes"),
            expires_at=datetime.combine(until, time.max, UTC) if until else None,
            settings=settings().accounts,
            kept=session_token(),
            now=now(),
        )
        return Answer.of({"token": token}, status=201)

    return once(work)


@resource.operation("DELETE", "/<token_no>", Text("吊销令牌", "Revoke a token"), answer=TokenSchema(many=True))
def revoke_token(token_no: str) -> Response:
    """End a token at once; answer with the tokens of the account."""
    with unit_of_work() as session:
        accounts.revoke_token(session, actor=current_actor(), token_no=token_no, now=now())
    return list_tokens()
