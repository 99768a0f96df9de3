"""Blind review of a vacancy, from its lists: opened and closed for everybody, looked behind by one with a reason."""

from collections.abc import Callable
from functools import partial

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from service.context import current_actor, now, reading, unit_of_work
from service.errors import Conflict, InvalidInput, ServiceError
from service.usecases.lists.shortlists import list_itself
from service.usecases.privacy.blind_reviews import close_blind_review, lift_blind, open_blind_review
from service.web.desk_making import desk_of
from service.web.desk_pages import desk_page
from service.web.forms import asked_text
from service.web.looks import asked_look
from service.web.versions import change_versions

__all__ = ["blueprint"]

blueprint = Blueprint("blinds", __name__)

_LONGEST = 500


@blueprint.post("/shortlists/<shortlist_no>/blind/open")
def open_review(shortlist_no: str) -> Response | tuple[str, int]:
    """Hide who the people of the vacancy are, for everybody."""
    return _acted(shortlist_no, open_blind_review, said=_("The review is blind now, for everybody."))


@blueprint.post("/shortlists/<shortlist_no>/blind/close")
def close_review(shortlist_no: str) -> Response | tuple[str, int]:
    """Show who they are again, to everybody; before the decision with a reason."""
    reason = asked_text(request.form, "reason", longest=_LONGEST)
    return _acted(
        shortlist_no,
        partial(close_blind_review, reason=reason),
        said=_("The blind review is over; names are shown again."),
    )


@blueprint.post("/shortlists/<shortlist_no>/blind/lift")
def lift(shortlist_no: str) -> Response | tuple[str, int]:
    """Let the reader alone see who they are; the reason is kept, and it is counted."""
    reason = asked_text(request.form, "reason", longest=_LONGEST)
    return _acted(
        shortlist_no, partial(lift_blind, reason=reason), said=_("Names are shown to you; the reason is on record.")
    )


def _acted(shortlist_no: str, act: Callable[..., object], *, said: str) -> Response | tuple[str, int]:
    actor = current_actor()
    try:
        with unit_of_work() as session:
            vacancy_no = list_itself(session, actor=actor, shortlist_no=shortlist_no).vacancy.vacancy_no
            act(session, actor=actor, vacancy_no=vacancy_no, now=now())
    except (Conflict, InvalidInput) as error:
        return _refused(shortlist_no, error), error.status
    flash(said, "done")
    return redirect(url_for("shortlists.show", shortlist_no=shortlist_no), 303)


def _refused(shortlist_no: str, error: ServiceError) -> str:
    """Return the desk with the menu open, what was written in its form, and why it was refused."""
    actor, act = current_actor(), (request.endpoint or "").rpartition(".")[2]
    with reading() as session:
        look = asked_look(request.args, actor=actor)
        desk = desk_of(session, actor=actor, shortlist_no=shortlist_no, look=look)
        reason = asked_text(request.form, "reason", longest=_LONGEST)
        words = {"blind": lambda is_on: _("blind for everybody") if is_on == "True" else _("names are shown")}
        versions = change_versions(error, request.form, words=words, titles={"blind": _("Blind review")})
        return desk_page(desk, menu_refused={"act": act, "reason": reason, "error": error, "versions": versions})
