"""/api/v1/vacancies/{vacancy_no}/checks: what was found out about a person and a vacancy, by whom, on what document."""

from typing import Any

from flask import Response
from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from schemas.grounds import GroundSchema, ground_document
from schemas.waivers import CheckSchema
from service.api.answers import Answer
from service.api.blueprint import Resource
from service.api.idempotency import once
from service.context import current_actor, now, reading
from service.usecases.rules import checks

__all__ = ["resource"]

resource = Resource("checks", title=Text("核验记录", "Checks"), path="/vacancies")


class PersonGroundSchema(GroundSchema):
    """A check or waiver that counts, with its person."""

    person_no = fields.String(required=True)


class GroundsSchema(Schema):
    """The checks and waivers that count for a vacancy today."""

    items = fields.List(fields.Nested(PersonGroundSchema), required=True)


_CHECK = CheckSchema()


@resource.operation(
    "POST",
    "/<path:vacancy_no>/checks",
    Text("记录核验结果", "Record a check"),
    body=CheckSchema,
    answer=CheckSchema,
    status=201,
    headers=("Idempotency-Replayed",),
)
def record_check(check: dict[str, Any], vacancy_no: str) -> Response:
    """Record what was found out; rankings and later shortlists of the vacancy take it into account."""

    def work(session: Session) -> Answer:
        made = checks.record_check(session, actor=current_actor(), vacancy_no=vacancy_no, now=now(), **check)
        said = {"signed_by": made.signed_by, "valid_until": made.valid_until}
        return Answer.of(_CHECK.dump({**check, "vacancy_no": vacancy_no, **said}), status=201)

    return once(work)


@resource.operation(
    "GET",
    "/<path:vacancy_no>/checks",
    Text("列出岗位现行有效的核验和放宽", "List the checks and waivers of a vacancy that count today"),
    answer=GroundsSchema,
)
def list_checks(vacancy_no: str) -> Response:
    """Answer with what counts today, the last of each matter."""
    with reading() as session:
        found = checks.list_checks(session, actor=current_actor(), vacancy_no=vacancy_no, now=now())
        items = [{**ground_document(ground), "person_no": person_no} for ground, person_no in found]
    return Answer.of({"items": items}).response()
