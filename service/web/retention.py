"""Records whose retention time is up: what ended their purpose, since when they are due, and what is to be done."""

from flask import Blueprint, render_template, url_for

from service.access import may
from service.context import current_actor, now, reading, settings
from service.usecases.days import day_of
from service.usecases.privacy.erasure_requests import count_requests, page_of_requests
from service.usecases.privacy.retention import page_of_due
from service.web.listing import PAGE_SIZE, asked_listing

__all__ = ["blueprint"]

blueprint = Blueprint("retention", __name__)
_SOON_DAYS = 90


@blueprint.get("/retention")
def index() -> str:
    """Show the records that are due or will be soon, the longest due first, or what somebody asks to erase."""
    listing = asked_listing(filters=("state",), sorts=(), default_sort="", path=url_for(".index"))
    state = listing.asked("state")
    actor, kept = current_actor(), settings().retention
    with reading() as session:
        waits = count_requests(session, actor, now()).n
        told = {"listing": listing, "state": state, "soon_days": _SOON_DAYS, "kept": kept, "n_asked": waits}
        told |= {"may_erase": may(actor, "erase_people"), "may_hold": may(actor, "hold_records")}
        if state == "asked":
            asked = page_of_requests(session, actor=actor, page=listing.page, page_size=PAGE_SIZE)
            return render_template("retention.html", page=asked, reader=actor, **told)
        page = page_of_due(
            session,
            actor=actor,
            settings=kept,
            now=now(),
            within_days=_SOON_DAYS if state == "soon" else 0,
            page=listing.page,
            page_size=PAGE_SIZE,
        )
        return render_template("retention.html", page=page, today=day_of(now()), **told)
