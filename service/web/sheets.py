"""Sheets on paper, A4 across: a list with reasons and room for signatures, and who was left out of it."""

from typing import Any

from flask import Blueprint, render_template, request

from service.context import current_actor, now, reading
from service.usecases.days import day_of
from service.usecases.lists import shortlists
from service.web.desk import age_on
from service.web.desk_making import desk_of
from service.web.listing import asked_listing
from service.web.looks import Look, asked_look
from service.web.pictures import strongest_first

__all__ = ["blueprint"]

blueprint = Blueprint("sheets", __name__)

_REASONS = 3
_IN_ONE_PART = 300  # people


@blueprint.get("/shortlists/<shortlist_no>/sheet")
def show(shortlist_no: str) -> str:
    """Show a list as one sheet to print and sign."""
    actor = current_actor()
    with reading() as session:
        asked = asked_look(request.args, actor=actor)
        look = Look(voice="office", is_blind=asked.is_blind)
        desk = desk_of(session, actor=actor, shortlist_no=shortlist_no, look=look)
        review = desk.review
        decision = next((one for one in (review.moves if review else ()) if one.to_state == "decided"), None)
        return render_template(
            "shortlists/sheet.html",
            desk=desk,
            shortlist=desk.shortlist,
            vacancy=desk.shortlist.vacancy,
            reasons=_reasons,
            asks=_asks,
            age_on=age_on,
            decision=decision,
            today=day_of(now()),
        )


@blueprint.get("/shortlists/<shortlist_no>/excluded/sheet")
def excluded(shortlist_no: str) -> str:
    """Show who was left out as a sheet to print, in parts that a page may hold."""
    actor = current_actor()
    listing = asked_listing(filters=("rule",), sorts=(), default_sort="")
    with reading() as session:
        shortlist = shortlists.get_shortlist(session, actor=actor, shortlist_no=shortlist_no, with_reasons=False)
        page = shortlists.list_excluded(
            session,
            actor=actor,
            shortlist_no=shortlist_no,
            rule_id=listing.filters.get("rule"),
            page=listing.page,
            page_size=_IN_ONE_PART,
        )
        return render_template(
            "shortlists/excluded_sheet.html",
            shortlist=shortlist,
            vacancy=shortlist.vacancy,
            listing=listing,
            page=page,
            n_parts=max(1, -(-page.total // _IN_ONE_PART)),
            today=day_of(now()),
        )


def _reasons(entry: Any) -> list[Any]:
    """Return what stands out most of a person."""
    parts = [part for part in strongest_first(entry.contributions) if not part["is_missing"] and part["points"]]
    return parts[:_REASONS]


def _asks(entry: Any) -> list[dict[str, Any]]:
    """Return the rules that are due now and still to be verified, or were waived."""
    return [
        one for one in entry.shown_outcomes if one["stage"] == "listing" and one["verdict"] in {"to_verify", "waived"}
    ]
