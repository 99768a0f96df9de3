"""Vacancies: the list, one vacancy with its requirements and ranking, and the request for a shortlist."""

from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from matching.vocabulary import PostType, Text, VacancyStatus
from service.access import Actor, may
from service.access.masking import hides_holders
from service.context import current_actor, now, reading, unit_of_work
from service.errors import Conflict, Forbidden, InvalidInput, ServiceError, VersionConflict
from service.usecases.days import day_of
from service.usecases.lists import rankings, shortlists
from service.usecases.paging import Page
from service.usecases.records import vacancies
from service.usecases.records.histories import history_of
from service.usecases.records.provenance import SourceKind
from service.usecases.records.vacancy_moves import move_vacancy
from service.web.forms import asked_version
from service.web.listing import PAGE_SIZE, asked_listing
from service.web.moves import asked_of, steps_from, waits_for
from service.web.options import coded_options, own_county_options
from service.web.versions import FieldVersions, deeds_of_record, move_versions
from service.workflow import Machine, Transition, workflow_in_force

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

__all__ = ["blueprint"]

blueprint = Blueprint("vacancies", __name__)

_FILTERS = ("post_type", "vacancy_status", "is_open", "county_code", "township_code", "industry", "is_thin")
_SORTS = ("is_open", "vacancy_no", "deadline_on", "updated_at", "post_type", "vacancy_status", "n_eligible")
_SHOWN_PLACES = 10
_SHOWN_LISTS = 5
_YES_NO = {"yes": True, "no": False}


@blueprint.get("/vacancies")
def index() -> str:
    """Show the vacancies that a query finds."""
    actor = current_actor()
    listing = asked_listing(filters=_FILTERS, sorts=_SORTS, default_sort="is_open")
    filters: dict[str, object] = dict(listing.filters)
    for name in filters.keys() & {"is_open", "is_thin"}:
        filters[name] = _YES_NO.get(listing.filters[name])
    with reading() as session:
        page = vacancies.list_vacancies(
            session, actor=actor, filters=filters, sort=listing.sort, page=listing.page, page_size=PAGE_SIZE
        )
        return render_template(
            "vacancies/list.html",
            listing=listing,
            page=page,
            posts=coded_options("post_type", PostType),
            states=coded_options("vacancy_status", VacancyStatus),
            counties=own_county_options(session, actor=actor),
            is_overdue=_is_overdue,
        )


@blueprint.get("/vacancies/<path:vacancy_no>")
def show(vacancy_no: str) -> str:
    """Show one vacancy."""
    return _page(vacancy_no)


@blueprint.post("/vacancies/<path:vacancy_no>/shortlists")
def request_shortlist(vacancy_no: str) -> Response | tuple[str, int]:
    """Make a shortlist and go to it."""
    written = request.form.get("k", "").strip()
    try:
        with unit_of_work() as session:
            made = shortlists.request_shortlist(
                session, actor=current_actor(), vacancy_no=vacancy_no, k=_length(written), now=now()
            )
            number = made.shortlist_no
    except InvalidInput as error:
        return _page(vacancy_no, k=written, error=error), error.status
    return redirect(url_for("shortlists.show", shortlist_no=number), 303)


@blueprint.post("/vacancies/<path:vacancy_no>/moves")
def move(vacancy_no: str) -> Response | tuple[str, int]:
    """Lead a vacancy on: submit, approve or cancel it."""
    try:
        asked = asked_of(request.form)
        with unit_of_work() as session:
            move_vacancy(
                session, actor=current_actor(), vacancy_no=vacancy_no, asked=asked, now=now(), via=SourceKind.FORM
            )
    except (InvalidInput, Conflict, Forbidden) as error:
        return _page(vacancy_no, refusal=error), error.status
    flash(_("Saved."), "done")
    return redirect(url_for("vacancies.show", vacancy_no=vacancy_no), 303)


def _is_overdue(vacancy: Any) -> bool:
    """Whether a vacancy is still open after the day on which it should have been filled."""
    due = vacancy.deadline_on
    return due is not None and due < day_of(now()) and vacancy.vacancy_status.is_open


def _length(written: str) -> int:
    if written.isascii() and written.isdigit() and len(written) <= 9:
        return int(written)
    raise InvalidInput(
        Text("名单人数应为整数。", "The length of the list must be a whole number."),
        remedy=Text("请填写 1 至 200 的整数。", "Give a whole number from 1 to 200."),
        place="k",
        value=written,
    )


def _ranking(session: "Session", actor: Actor, vacancy_no: str) -> list[rankings.RankedPerson]:
    if not may(actor, "read_rankings"):
        return []
    return rankings.read_ranking(session, actor=actor, vacancy_no=vacancy_no, top=_SHOWN_PLACES, now=now())


def _lists(session: "Session", actor: Actor, vacancy_no: str) -> Page[Any]:
    if not may(actor, "read_shortlists"):
        return Page([], 0, 1, _SHOWN_LISTS)
    return shortlists.list_shortlists(session, actor=actor, vacancy_no=vacancy_no, page_size=_SHOWN_LISTS)


def _page(
    vacancy_no: str, *, k: str = "10", error: InvalidInput | None = None, refusal: ServiceError | None = None
) -> str:
    actor, machine = current_actor(), workflow_in_force().machines["vacancy"]
    with reading() as session:
        vacancy = vacancies.get_vacancy(session, actor=actor, vacancy_no=vacancy_no)
        return render_template(
            "vacancies/one.html",
            vacancy=vacancy,
            hides_holders=hides_holders(actor),
            ranking=_ranking(session, actor, vacancy_no),
            lists=_lists(session, actor, vacancy_no),
            ranking_state=rankings.ranking_state(session, actor=actor),
            asked=vacancies.asked_by(vacancy),
            k=k,
            error=error,
            refusal=refusal,
            versions=_versions(session, refusal, actor=actor, vacancy_no=vacancy_no),
            written=request.form if refusal else {},
            steps=_steps(machine, vacancy.vacancy_status.value, actor),
            waits_for=waits_for(machine, vacancy.vacancy_status.value),
        )


def _versions(
    session: "Session", refusal: ServiceError | None, *, actor: Actor, vacancy_no: str
) -> list[FieldVersions]:
    """Return what others changed since the page was read, beside what was written; values from the history."""
    if not isinstance(refusal, VersionConflict):
        return []
    history = dict(history_of(session, actor=actor, kind="vacancies", number=vacancy_no))
    history.pop("vacancy_status", None)  # told by the steps
    deeds = deeds_of_record(history, kind="vacancies", since_version=asked_version(request.form))
    return move_versions(refusal, request.form, states="vacancy_status", of_record=deeds)


def _steps(machine: Machine, state: str, actor: Actor) -> list[Transition]:
    """Return where the actor can lead a vacancy; comparing people begins with the review of a list."""
    return [one for one in steps_from(machine, state, actor) if one.target != "shortlisting"]
