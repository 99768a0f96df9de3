"""/api/v1/me/...: what waits for the account that asks, and where it wants to be told."""

from typing import Any

from flask import Response
from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from schemas.base import StrictSchema
from schemas.fields import PlainText
from schemas.texts import TextSchema
from service.api.answers import Answer
from service.api.blueprint import Resource
from service.api.idempotency import once
from service.context import current_actor, now, reading, settings
from service.usecases.pending import notification_addresses, pending_work

__all__ = ["resource"]

resource = Resource("me_work", title=Text("我的待办", "My work"), path="/me")


class WorkLineSchema(Schema):
    """What waits of one kind of work."""

    key = fields.String(required=True)
    text = fields.Nested(TextSchema, required=True)
    link = fields.String(required=True)
    n = fields.Integer(required=True)
    n_overdue = fields.Integer(required=True)


class WorkSchema(Schema):
    """What waits for the account."""

    n = fields.Integer(required=True)
    n_overdue = fields.Integer(required=True)
    items = fields.List(fields.Nested(WorkLineSchema), required=True)


class AddressSchema(StrictSchema):
    """Where the account wants its mails; null for none."""

    email = PlainText(200, required=True, allow_none=True)


@resource.operation("GET", "/work", Text("查看我的待办", "Show what waits for me"), answer=WorkSchema)
def show_work() -> Response:
    """Answer with one line for each kind of work that waits, by the roles and the territory of the account."""
    with reading() as session:
        lines = pending_work.list_work(session, actor=current_actor(), now=now(), retention=settings().retention)
    items = [{**vars(line), "text": line.text._asdict()} for line in lines]
    totals = {key: sum(getattr(line, key) for line in lines) for key in ("n", "n_overdue")}
    return Answer.of({**totals, "items": items}).response()


@resource.operation(
    "PUT",
    "/notifications",
    Text("设置接收提醒的邮箱", "Say where mails about waiting work go"),
    body=AddressSchema,
    answer=AddressSchema,
    headers=("Idempotency-Replayed",),
)
def set_address(wanted: dict[str, Any]) -> Response:
    """Keep the address, sealed; mails hold counts and links only."""

    def work(session: Session) -> Answer:
        kept = notification_addresses.set_address(session, actor=current_actor(), email=wanted["email"], now=now())
        return Answer.of({"email": kept})

    return once(work)
