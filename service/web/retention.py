"""Records whose retention time is up: what ended their purpose, since when they are due, and what is to be done."""

from flask import Blueprint, render_template, url_for

from service.access import may
from service.context import current_actor, now, reading, settings
from service.usecases.days import day_of
from service.usecases.retention import page_of_due
from service.web.listing import PAGE_SIZE, asked_listing

__all__ = ["blueprint"]

blueprint = Blueprint("retention", __name__)
_SOON_DAYS = 90


@blueprint.get("/retention")
def index() -> str:
    """Show the records that are due, or that will be soon, the longest due first."""
    listing = asked_listing(filters=("state",), sorts=(), default_sort="", path=url_for(".index"))
    is_soon = listing.asked("state") == "soon"
    actor, kept = current_actor(), settings().retention
    with reading() as session:
        page = page_of_due(
            session,
            actor=actor,
            settings=kept,
            now=now(),
            within_days=_SOON_DAYS if is_soon else 0,
            page=listing.page,
            page_size=PAGE_SIZE,
        )
        return render_template(
            "retention.html",
            listing=listing,
            is_soon=is_soon,
            soon_days=_SOON_DAYS,
            page=page,
            kept=kept,
            today=day_of(now()),
            may_erase=may(actor, "erase_people"),
            may_hold=may(actor, "hold_records"),
        )
