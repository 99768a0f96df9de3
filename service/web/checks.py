"""Verification: what is to be verified of whom, and what was found out."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from service.access import may
from service.context import current_actor, now, reading, unit_of_work
from service.errors import ServiceError
from service.usecases import checks, shortlists
from service.usecases.days import day_of
from service.usecases.verification import desk_of
from service.web.forms import asked_day, asked_day_if_any, asked_number, asked_text
from service.web.listing import PAGE_SIZE, asked_listing
from service.web.versions import change_versions

__all__ = ["blueprint"]

blueprint = Blueprint("checks", __name__)


@blueprint.get("/checks")
def index() -> str:
    """Show the lists, or of one list what is to be verified of whom."""
    return _page()


@blueprint.post("/checks")
def record() -> Response | tuple[str, int]:
    """Record what was found out."""
    try:
        with unit_of_work() as session:
            for rule_id in _asked_rules():
                checks.record_check(
                    session,
                    actor=current_actor(),
                    person_no=asked_text(request.form, "person_no", longest=40),
                    vacancy_no=asked_text(request.form, "vacancy_no", longest=40),
                    rule_id=rule_id,
                    result=asked_text(request.form, "result", longest=10),
                    document=asked_text(request.form, "document", longest=120),
                    checked_on=asked_day(request.form, "checked_on"),
                    valid_until=asked_day_if_any(request.form, "valid_until"),
                    seen_check=asked_number(request.form, "version") if "version" in request.form else None,
                    now=now(),
                )
    except ServiceError as error:
        if not request.form.get("shortlist_no"):
            raise  # the page of the lists has no such form
        return _page(error), error.status
    flash(_("Recorded. What was to be verified is settled in rankings and new lists at once."), "done")
    return redirect(url_for(".index", shortlist_no=asked_text(request.form, "shortlist_no", longest=40) or None), 303)


def _asked_rules() -> list[str]:
    """Return the matter that a form is about, or the several that one document settles."""
    several = asked_text(request.form, "rule_ids", longest=200).split()
    return several or [asked_text(request.form, "rule_id", longest=20)]


def _page(error: ServiceError | None = None) -> str:
    actor = current_actor()
    wanted = request.values.get("shortlist_no", "").strip()[:40]
    listing = asked_listing(filters=(), sorts=(), default_sort="")
    with reading() as session:
        if not wanted:
            page = shortlists.list_shortlists(session, actor=actor, page=listing.page, page_size=PAGE_SIZE)
            return render_template("checks.html", listing=listing, page=page, shortlist=None, error=error)
        desk = desk_of(session, actor=actor, shortlist_no=wanted, now=now())
        return render_template(
            "checks.html",
            listing=listing,
            page=None,
            shortlist=desk.shortlist,
            people=desk.people,
            n_open=desk.n_open,
            today=day_of(now()),
            may_record=may(actor, "record_checks"),
            written=request.form,
            error=error,
            versions=change_versions(error, request.form, words={"result": _result}),
        )


def _result(code: str) -> str:
    return str({"pass": _("Met"), "fail": _("Not met"), "waived": _("waived")}.get(code, code))
