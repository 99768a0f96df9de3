"""People of the talent pools: the list, the search, one person's record."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from matching.vocabulary import RecordStatus, TalentSource
from service.access import may
from service.context import current_actor, database, now, reading
from service.usecases import admission, appearances, masks, people
from service.usecases.days import day_of
from service.web import searches
from service.web.listing import PAGE_SIZE, asked_listing
from service.web.options import coded_options, county_options

__all__ = ["blueprint"]

blueprint = Blueprint("people", __name__)

_FILTERS = ("talent_source", "record_status", "county_code", "industry", "consent_matching")
_SEARCH_KEY = "find"  # in the address; what it stands for is opened only here
_SORTS = ("person_no", "updated_at", "talent_source", "record_status")
_YES_NO = {"yes": True, "no": False}
_LEFT = frozenset({RecordStatus.ARCHIVED, RecordStatus.ERASED})
_STATE_GROUPS = {
    "in_pool": [status for status in RecordStatus if status not in _LEFT],
    "unverified": [status for status in RecordStatus if status not in {*_LEFT, RecordStatus.VERIFIED}],
}


@blueprint.get("/people")
def index() -> str:
    """Show the people that a query finds."""
    actor = current_actor()
    listing = asked_listing(filters=(*_FILTERS, _SEARCH_KEY), sorts=_SORTS, default_sort="person_no")
    wanted = dict(listing.filters)
    key = wanted.pop(_SEARCH_KEY, None)
    search = searches.opened(key, vault=database().vault, actor=actor, now=now()) if key else {}
    with reading() as session:
        page = people.list_people(
            session,
            actor=actor,
            filters={**_typed(wanted), **search},
            sort=listing.sort,
            page=listing.page,
            page_size=PAGE_SIZE,
            now=now(),
        )
        return render_template(
            "people/list.html",
            listing=listing,
            page=page,
            search=search,
            sources=coded_options("talent_source", TalentSource),
            states=[*_group_options(), *coded_options("record_status", RecordStatus)],
            counties=county_options(session, actor=actor),
        )


@blueprint.post("/people/search")
def search() -> Response:
    """Take a search by name, number or phone and answer with an address that does not tell it."""
    actor = current_actor()
    wanted = searches.as_search(request.form.get("q", ""))
    key = searches.sealed(wanted, vault=database().vault, actor=actor, now=now())
    return redirect(url_for("people.index", find=key), 303)


@blueprint.get("/people/<path:person_no>")
def show(person_no: str) -> str:
    """Show one person's record."""
    actor = current_actor()
    with reading() as session:
        person = people.get_person(session, actor=actor, person_no=person_no)
        counties = dict(county_options(session, actor=actor))
        judged = admission.judge_admissions(session, people={person.id: person.talent_source}, as_of=day_of(now()))
        return render_template(
            "people/one.html",
            person=person,
            wished_counties=[counties.get(code, code) for code in person.willing_county_codes or ()],
            admission=masks.seen_outcomes(session, judged.outcomes_of(person.id), actor=actor),
            appearances=(
                appearances.list_appearances(session, actor=actor, person_no=person_no)
                if may(actor, "read_shortlists")
                else []
            ),
        )


def _group_options() -> list[tuple[str, str]]:
    return [("in_pool", _("In the pools")), ("unverified", _("Not verified yet"))]


def _typed(wanted: dict[str, str]) -> dict[str, object]:
    typed: dict[str, object] = dict(wanted)
    if "consent_matching" in typed:
        typed["consent_matching"] = _YES_NO.get(wanted["consent_matching"])
    if wanted.get("record_status") in _STATE_GROUPS:
        typed["record_status"] = _STATE_GROUPS[wanted["record_status"]]
    return typed
