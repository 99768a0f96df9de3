"""Recommendations against the rank: how often, by whom, and why."""

from datetime import date

from flask import Blueprint, render_template, request

from service.context import current_actor, now, reading
from service.usecases.override_reports import report_overrides
from service.web.forms import asked_day

__all__ = ["blueprint"]

blueprint = Blueprint("overrides", __name__)


@blueprint.get("/overrides")
def show() -> str:
    """Show the recommendations against the rank of a period, all of them unless days are given."""
    since, until = _asked("since"), _asked("until")
    with reading() as session:
        found = report_overrides(session, actor=current_actor(), since=since, until=until, now=now())
        return render_template("shortlists/overrides.html", found=found, since=since, until=until)


def _asked(name: str) -> date | None:
    return asked_day(request.args, name) if request.args.get(name) else None
