"""Shortlists: the lists that were made, one list with every reason, and who was left out."""

from typing import Any

from flask import Blueprint, render_template, request

from service.access import may
from service.context import current_actor, now, reading
from service.usecases.lists import shortlists
from service.usecases.records.vacancy_rule_costs import rule_costs_of
from service.usecases.workflow import round_records
from service.web.desk_making import desk_of, part_of_desk
from service.web.desk_pages import desk_page
from service.web.listing import PAGE_SIZE, asked_listing
from service.web.looks import asked_look
from service.web.reader import is_fragment
from service.web.waivers import waivable_rules

__all__ = ["blueprint"]

blueprint = Blueprint("shortlists", __name__)


@blueprint.get("/shortlists")
def index() -> str:
    """Show the lists that were made, the newest first."""
    actor = current_actor()
    listing = asked_listing(filters=("vacancy_no",), sorts=(), default_sort="")
    with reading() as session:
        page = shortlists.list_shortlists(
            session,
            actor=actor,
            vacancy_no=listing.filters.get("vacancy_no"),
            page=listing.page,
            page_size=PAGE_SIZE,
        )
        may_see = may(actor, "read_candidacies")
        states = round_records.round_states(session, page.items, actor=actor) if may_see else None
        return render_template("shortlists/list.html", listing=listing, page=page, states=states)


@blueprint.get("/shortlists/<shortlist_no>")
def show(shortlist_no: str) -> str:
    """Show the review desk of a list, with one person laid open."""
    actor = current_actor()
    with reading() as session:
        look, person = asked_look(request.args, actor=actor), request.args.get("person")
        asked: dict[str, Any] = {"actor": actor, "shortlist_no": shortlist_no, "look": look, "person": person}
        if is_fragment():
            desk, _asked = part_of_desk(session, **asked)
            return desk_page(desk, is_part=True)
        desk = desk_of(session, **asked, place=request.args.get("place"), with_reasons=False)
        if not person and not request.args.get("place") and desk.may_speak:
            desk = desk.resumed()  # opened again, it goes on where nothing was said yet
        return desk_page(desk)


@blueprint.get("/shortlists/<shortlist_no>/excluded")
def excluded(shortlist_no: str) -> str:
    """Show who was not listed, by the first rule that says why."""
    actor = current_actor()
    listing = asked_listing(filters=("rule",), sorts=(), default_sort="")
    rule_id = listing.filters.get("rule")
    with reading() as session:
        shortlist = shortlists.get_shortlist(session, actor=actor, shortlist_no=shortlist_no, with_reasons=False)
        vacancy = shortlist.vacancy
        may_see_costs = vacancy.vacancy_status.is_open and may(actor, "explain_scores")
        costs = rule_costs_of(session, actor=actor, vacancy_no=vacancy.vacancy_no, now=now()) if may_see_costs else []
        page = shortlists.list_excluded(
            session,
            actor=actor,
            shortlist_no=shortlist_no,
            rule_id=rule_id,
            page=listing.page,
            page_size=PAGE_SIZE,
        )
        return render_template(
            "shortlists/excluded.html",
            shortlist=shortlist,
            vacancy=vacancy,
            listing=listing,
            page=page,
            rule_id=rule_id,
            costs={cost.rule_id: cost for cost in costs},
            waivable=dict(waivable_rules(session)) if may_see_costs and may(actor, "propose_waivers") else {},
        )
