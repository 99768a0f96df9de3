"""Shortlists: the lists that were made, one list with every reason, and who was left out."""

from itertools import groupby
from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from markupsafe import Markup

from matching.vocabulary import Text
from service.context import current_actor, reading
from service.errors import NotFound
from service.usecases import shortlists
from service.web import charts
from service.web.formatting import number
from service.web.listing import PAGE_SIZE, asked_listing
from service.web.reader import is_fragment

__all__ = ["blueprint", "sieve_chart"]

blueprint = Blueprint("shortlists", __name__)

_AXIS_STEP = 500  # hundredths


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
        return render_template("shortlists/list.html", listing=listing, page=page)


@blueprint.get("/shortlists/<shortlist_no>")
def show(shortlist_no: str) -> str:
    """Show a list and, of one person on it, every reason."""
    actor = current_actor()
    with reading() as session:
        shortlist = shortlists.get_shortlist(session, actor=actor, shortlist_no=shortlist_no)
        entries = shortlist.entries
        place = _place(entries, request.args.get("person"))
        shown: dict[str, Any] = {
            "shortlist": shortlist,
            "vacancy": shortlist.vacancy,
            "entries": entries,
            "bands": [list(rows) for _band, rows in groupby(entries, key=lambda entry: entry.band)],
            "scale": _scale(entries),
        }
        if entries:
            shown |= {
                "entry": entries[place],
                "before": entries[place - 1] if place else None,
                "after": entries[place + 1] if place + 1 < len(entries) else None,
                "widest": max((part["max_points"] for part in entries[place].contributions), default=0),
            }
        shown["sieve"] = sieve_chart(shortlist.sieve)
        return render_template(
            "shortlists/_detail.html" if entries and is_fragment() else "shortlists/one.html", **shown
        )


@blueprint.get("/shortlists/<shortlist_no>/excluded")
def excluded(shortlist_no: str) -> str:
    """Show who was not listed, by the first rule that says why."""
    actor = current_actor()
    listing = asked_listing(filters=("rule",), sorts=(), default_sort="")
    rule_id = listing.filters.get("rule")
    with reading() as session:
        shortlist = shortlists.get_shortlist(session, actor=actor, shortlist_no=shortlist_no)
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
            vacancy=shortlist.vacancy,
            listing=listing,
            page=page,
            rule_id=rule_id,
        )


def sieve_chart(sieve: dict[str, Any]) -> Markup:
    """Draw how the pool became the list."""
    steps = [
        charts.Step(name, sieve[key], str(number(sieve[key])), kind)
        for key, name, kind in (
            ("n_pool", _("In the pools"), ""),
            ("n_eligible", _("Meet the rules"), ""),
            ("n_to_verify", _("To be verified"), "part"),
            ("n_listed", _("Listed"), "last"),
        )
    ]
    sentence = _(
        "Of %(pool)s people in the pools %(eligible)s meet the rules, %(check)s of them still to be verified; "
        "%(listed)s are listed.",
        pool=number(sieve["n_pool"]),
        eligible=number(sieve["n_eligible"]),
        check=number(sieve["n_to_verify"]),
        listed=number(sieve["n_listed"]),
    )
    return charts.sieve(steps, label=sentence)


def _scale(entries: list[Any]) -> tuple[int, int] | None:
    """Return the ends of the axis on which the intervals of a list are drawn; None when there are none."""
    limits = [limit for entry in entries for limit in (entry.score_low, entry.score_high) if limit is not None]
    if not limits:
        return None
    return min(limits) // _AXIS_STEP * _AXIS_STEP, -(-max(limits) // _AXIS_STEP) * _AXIS_STEP


def _place(entries: list[Any], person_no: str | None) -> int:
    if person_no is None:
        return 0
    for place, entry in enumerate(entries):
        if entry.person.person_no == person_no:
            return place
    raise NotFound(
        Text("名单上没有这个人。", "This person is not on the list."),
        remedy=Text("请从名单中选择。", "Choose somebody from the list."),
        place="person",
        value=person_no,
    )
