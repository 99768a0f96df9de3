"""/api/v1/vacancies/{vacancy_no}/checks: what was found out about a person and a vacancy, by whom, on what document."""

from typing import Any

from flask import Response
from marshmallow import fields
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from schemas.base import StrictSchema
from schemas.dates import Day
from schemas.fields import Key, PlainText
from schemas.problems import refusal
from service.api.answers import Answer
from service.api.blueprint import Resource
from service.api.idempotency import once
from service.context import current_actor, now
from service.usecases import checks

__all__ = ["resource"]

resource = Resource("checks", title=Text("核验记录", "Checks"), path="/vacancies")

_RESULTS = ("pass", "fail", "waived")


class CheckResult(PlainText):
    """Met, not met, or waived by a signed decision."""

    def read(self, value: Any) -> str | None:
        """Refuse any other word."""
        if value not in _RESULTS:
            raise refusal(
                Text("核验结果不在可选范围内。", "The result of a check is not one of the known ones."),
                Text(f"可填：{'、'.join(_RESULTS)}。", f"Known: {', '.join(_RESULTS)}."),
                value=value,
            )
        return str(value)


class CheckSchema(StrictSchema):
    """The result of a check, or a signed waiver."""

    person_no = Key(required=True)
    rule_id = Key(20, required=True)
    result = CheckResult(required=True, metadata={"enum": list(_RESULTS)})
    document = PlainText(120, required=True)
    signed_by = PlainText(60, required=True)
    checked_on = Day(required=True)
    vacancy_no = fields.String(dump_only=True)


_CHECK = CheckSchema()


@resource.operation(
    "POST",
    "/<path:vacancy_no>/checks",
    Text("记录核验结果或已签署的放宽", "Record a check or a signed waiver"),
    body=CheckSchema,
    answer=CheckSchema,
    status=201,
    headers=("Idempotency-Replayed",),
)
def record_check(check: dict[str, Any], vacancy_no: str) -> Response:
    """Record what was found out; later shortlists of the vacancy take it into account."""

    def work(session: Session) -> Answer:
        checks.record_check(session, actor=current_actor(), vacancy_no=vacancy_no, now=now(), **check)
        return Answer.of(_CHECK.dump({"vacancy_no": vacancy_no, **check}), status=201)

    return once(work)
