"""/api/v1/audit: who saw a person, what an account did, and the log itself."""

from typing import Any

from flask import Response
from marshmallow import Schema, fields

from matching.vocabulary import Text
from schemas.audit import AuditLineSchema, AuditQuerySchema
from service.api.answers import Answer
from service.api.blueprint import Resource
from service.context import current_actor, reading
from service.usecases.auditing.audit_lines import LogQuery, read_log

__all__ = ["resource"]

resource = Resource("audit", title=Text("审计日志", "Audit log"))

_LINE = AuditLineSchema()


class AuditLinesSchema(Schema):
    """Lines, the newest first, and where the next ones begin."""

    items = fields.List(fields.Nested(AuditLineSchema), required=True)
    next_before = fields.Integer(required=True, allow_none=True)


@resource.operation(
    "GET",
    "",
    Text("查看审计日志：谁看过某人、某账号做过什么", "Read the audit log: who saw a person, what an account did"),
    query=AuditQuerySchema,
    answer=AuditLinesSchema,
)
def read_lines(query: dict[str, Any]) -> Response:
    """Answer with lines, the newest first; ``next_before`` asks for the ones before them."""
    with reading() as session:
        lines = read_log(session, LogQuery.checked(**query), actor=current_actor())
        next_before = lines[-1].id if len(lines) == query["limit"] else None
        return Answer.of({"items": _LINE.dump(lines, many=True), "next_before": next_before}).response()
