"""The override report: who was recommended against the rank, and which rules were waived."""

from typing import Any

from flask import Blueprint, render_template, request

from service.access import may
from service.context import current_actor, now, reading
from service.errors import ServiceError
from service.usecases.privacy.blind_reviews import count_lifts
from service.usecases.workflow.override_reports import report_overrides
from service.web.forms import asked_day
from service.web.options import coded_options

__all__ = ["blueprint"]

blueprint = Blueprint("overrides", __name__)


@blueprint.get("/reports/overrides")
def index() -> str | tuple[str, int]:
    """Show recommendations against the rank, and waivers, of a period."""
    try:
        asked = (request.args.get(name) for name in ("since", "until"))
        since, until = (asked_day(request.args, name) if given else None
                        for name, given in zip(("since", "until"), asked, strict=True))  # fmt: skip
        with reading() as session:
            report = report_overrides(session, actor=current_actor(), since=since, until=until, now=now())
            lifts = count_lifts(session, actor=current_actor()) if may(current_actor(), "read_retention") else None
            return _page(report=report, lifts=lifts, since=since, until=until)
    except ServiceError as error:
        return _page(error=error), error.status


def _page(**shown: Any) -> str:
    nothing: dict[str, Any] = {"report": None, "lifts": None, "since": None, "until": None, "error": None}
    return render_template("overrides.html", **{**nothing, **shown}, reasons=dict(coded_options("reason_code")))
