"""The negative list as a page of discipline officers: who is on it, on which document, until when."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from service.context import current_actor, now, reading, unit_of_work
from service.errors import NotFound, ServiceError
from service.usecases.records import negative_entries
from service.web.formatting import label
from service.web.forms import asked_day_if_any, asked_text
from service.web.listing import PAGE_SIZE, asked_listing
from service.web.options import coded_options
from service.web.versions import Words, change_versions

__all__ = ["blueprint"]

blueprint = Blueprint("negative_list", __name__)

Answer = Response | tuple[str, int]


@blueprint.get("/negative-list")
def index() -> str:
    """Show who is on the list."""
    return _page()


@blueprint.post("/negative-list")
def add() -> Answer:
    """Enter somebody."""

    def act(session: Session) -> None:
        negative_entries.add_entry(
            session,
            actor=current_actor(),
            person_no=asked_text(request.form, "person_no", longest=40),
            code=asked_text(request.form, "entry", longest=10),
            document=asked_text(request.form, "document", longest=120),
            until_on=asked_day_if_any(request.form, "until_on"),
            now=now(),
        )

    return _acted(act, _("Entered on the negative list."))


@blueprint.post("/negative-list/end")
def end() -> Answer:
    """Take an entry away whose time is over."""

    def act(session: Session) -> None:
        negative_entries.end_entry(
            session,
            actor=current_actor(),
            person_no=asked_text(request.form, "person_no", longest=40),
            code=asked_text(request.form, "entry", longest=10),
            reason=asked_text(request.form, "reason", longest=120),
            now=now(),
        )

    return _acted(act, _("The entry is ended."))


def _acted(act: Callable[[Session], None], said: str) -> Answer:
    try:
        with unit_of_work() as session:
            act(session)
    except ServiceError as error:
        if isinstance(error, NotFound) and request.endpoint == "negative_list.end":
            raise  # the entry has no row here; the error page shows what was typed
        return _page(error), error.status
    flash(said, "done")
    return redirect(url_for(".index"), 303)


def _page(error: ServiceError | None = None) -> str:
    listing = asked_listing(filters=("state",), sorts=(), default_sort="", path=url_for(".index"))
    is_due = listing.asked("state") == "due"
    with reading() as session:
        page = negative_entries.list_entries(
            session, actor=current_actor(), only_due=is_due, page=listing.page, page_size=PAGE_SIZE, now=now()
        )
        return render_template(
            "negative_list.html",
            listing=listing,
            is_due=is_due,
            page=page,
            codes=coded_options("negative_list"),
            written=request.values,
            is_ending=request.path.endswith("/end"),
            error=error,
            versions=change_versions(error, request.form, words=_words(), titles=_titles(), names={"entry": "code"}),
        )


def _words() -> Words:
    return {"code": lambda code: f"{code} {label(code, 'negative_list')}"}


def _titles() -> dict[str, str]:
    return {"code": _("Entry"), "document": _("By document"), "until_on": _("Last day"), "reason": _("Reason")}
