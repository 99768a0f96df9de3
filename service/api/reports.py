"""/api/v1/reports: what was done against the rank."""

from typing import Any

from flask import Response

from matching.vocabulary import Text
from schemas.base import StrictSchema
from schemas.dates import Day
from schemas.workflow import OverrideReportSchema
from service.api.answers import Answer
from service.api.blueprint import Resource
from service.context import current_actor, now, reading
from service.usecases.workflow.override_reports import report_overrides

__all__ = ["resource"]

resource = Resource("reports", title=Text("报告", "Reports"))

_OVERRIDES = OverrideReportSchema()


class PeriodQuerySchema(StrictSchema):
    """First and last day."""

    since = Day()
    until = Day()


@resource.operation(
    "GET",
    "/overrides",
    Text("突破位次推荐和决定的报告", "Report recommendations and decisions against the rank"),
    query=PeriodQuerySchema,
    answer=_OVERRIDES,
)
def show_overrides(query: dict[str, Any]) -> Response:
    """Answer with every recommendation and decision that passed over somebody in a better place, and why."""
    with reading() as session:
        found = report_overrides(
            session, actor=current_actor(), since=query.get("since"), until=query.get("until"), now=now()
        )
        return Answer.of(_OVERRIDES.dump(found)).response()
