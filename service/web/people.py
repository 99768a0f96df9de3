"""People of the talent pools: the list, the search, one person's record."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from service.access import Actor, may
from service.access.masking import Shown, masks_of
from service.context import current_actor, database, now, reading, settings
from service.errors import InvalidInput, ServiceError
from service.usecases.days import day_of
from service.usecases.lists import appearances
from service.usecases.privacy import consents, erasure_requests, legal_holds, masks, own_consents, retention, unmasking
from service.usecases.records import (
    admission,
    corrections,
    fitting_vacancies,
    people,
    people_selection,
    saved_views,
    villages,
)
from service.usecases.records.histories import history_of
from service.web import searches
from service.web.listing import PAGE_SIZE
from service.web.people_lists import PeopleQuery, asked_people, choices_of, columns_of, rows_of
from service.web.person_sections import sections_of
from service.web.person_versions import versions_of_acts

__all__ = ["blueprint", "list_page", "record_page"]

blueprint = Blueprint("people", __name__)


@blueprint.get("/people")
def index() -> str | Response:
    """Show the people that a query finds."""
    actor = current_actor()
    query = asked_people(actor)
    if request.args.getlist("col"):
        menu = "columns" if request.args.get("move") else None  # which goes on being open
        return redirect(query.listing.url(menu=menu), 303)  # the columns in one word, as they stand in addresses
    return list_page(query)


def list_page(query: PeopleQuery, *, error: ServiceError | None = None) -> str:
    """Return the page of the list; after an error with what was written still in its form.

    Parameters
    ----------
    query : PeopleQuery
    error : ServiceError, optional
        Why what was asked for on this page was not done.
    """
    actor = current_actor()
    with reading() as session:
        page = people.list_people(
            session,
            actor=actor,
            filters=query.filters,
            sort=query.listing.sort,
            page=query.listing.page,
            page_size=PAGE_SIZE,
            now=now(),
        )
        columns, ordered_columns, other_columns = columns_of(query)
        return render_template(
            "people/list.html",
            query=query,
            listing=query.listing,
            page=page,
            search=query.search,
            columns=columns,
            ordered_columns=ordered_columns,
            other_columns=other_columns,
            rows=rows_of(page.items, query.columns),
            choices=choices_of(session, query, actor=actor),
            views=saved_views.list_views(session, actor=actor, subject="people"),
            selected=set(people_selection.selected_numbers(session, actor=actor)),
            error=error,
            typed=request.form if error else {},
            refused_form=(request.endpoint or "").rpartition(".")[2] if error else "",
        )


@blueprint.post("/people/search")
def search() -> Response | tuple[str, int]:
    """Take a search by name, number or phone and answer with an address that does not tell it."""
    actor = current_actor()
    try:
        wanted = searches.as_search(request.form.get("q", ""))
    except InvalidInput as error:
        return list_page(asked_people(actor), error=error), error.status
    key = searches.sealed(wanted, vault=database().vault, actor=actor, now=now())
    return redirect(url_for("people.index", find=key), 303)


@blueprint.get("/people/<path:person_no>")
def show(person_no: str) -> str:
    """Show one person's record, each field with its source and who vouches for it."""
    return record_page(person_no)


def record_page(
    person_no: str, *, error: ServiceError | None = None, unmasked: Mapping[str, str | None] | None = None
) -> str:
    """Return the page of a record; after an error with what was written still in its form.

    Parameters
    ----------
    person_no : str
    error : ServiceError, optional
        Why what was asked for on this page was not done.
    unmasked : mapping of str to str or None, optional
        Numbers in full, for this answer only.
    """
    actor = current_actor()
    with reading() as session:
        person = people.get_person(session, actor=actor, person_no=person_no)
        history = history_of(session, actor=actor, kind="people", number=person.person_no)
        counties = villages.county_names(session, actor=actor)
        judged = admission.judge_admissions(session, people={person.id: person.talent_source}, as_of=day_of(now()))
        asked = corrections.list_corrections(session, actor=actor, person_no=person.person_no, state=None)
        given = consents.list_consents(session, actor=actor, person_no=person.person_no)
        keeping = _keeping(session, person.person_no, person.id, actor=actor)
        return render_template(
            "people/one.html",
            error=error,
            written=request.form if error else {},
            versions=versions_of_acts(error, corrections=asked, holds=keeping["holds"] or (), consents=given),
            person=person,
            sections=sections_of(person, history=history, counties=counties, actor=actor),
            admission=masks.seen_admission(session, person, judged.outcomes_of(person.id), actor=actor),
            consents=given,
            purposes=consents.PURPOSES,
            own_choices=(
                consents.consent_choices(session, actor=actor, person_no=person.person_no)
                if own_consents.signs_as_oneself(actor)
                else None
            ),
            corrections=asked,
            today=day_of(now()),
            unmasked=unmasked or {},
            **keeping,
            fits=(
                fitting_vacancies.list_fitting_vacancies(session, actor=actor, person_no=person.person_no, now=now())
                if may(actor, "read_rankings")
                else None
            ),
            appearances=(
                appearances.list_appearances(session, actor=actor, person_no=person_no)
                if may(actor, "read_shortlists")
                else []
            ),
        )


def _keeping(session: Session, person_no: str, person_id: int, *, actor: Actor) -> dict[str, Any]:
    """Return what a reader may see of how long a record is kept, and which numbers can be shown in full."""
    masks, hidden = masks_of(actor), may(actor, "unmask_fields")
    found: dict[str, Any] = {
        "unmaskable": [key for key in unmasking.FIELDS if hidden and getattr(masks, key) is Shown.PART],
        "holds": None,
        "clock": None,
        "asked_erasure": None,
        "is_own_erasure": False,
        "is_erased_by_two": settings().retention.is_erased_by_two,
    }
    if may(actor, "read_retention"):
        found["holds"] = legal_holds.list_holds(session, actor=actor, person_no=person_no)
        asked = found["asked_erasure"] = erasure_requests.open_request(session, actor=actor, person_no=person_no)
        found["is_own_erasure"] = asked is not None and asked.requested_by == actor.username
        clocks = retention.clocks_of(
            session, settings=settings().retention, today=day_of(now()), person_ids=[person_id]
        )
        found["clock"] = clocks[0] if clocks else None
    return found
