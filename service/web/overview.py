"""The overview: how full the pools are, what is open, what waits for somebody."""

from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from matching.vocabulary import PostType, TalentSource
from service.access import Actor, may
from service.context import current_actor, now, reading
from service.usecases import overview, shortlists, vacancies, work_lists
from service.usecases.days import day_of
from service.web import charts
from service.web.formatting import number
from service.web.listing import PAGE_SIZE, asked_listing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from service.usecases.paging import Page

__all__ = ["blueprint"]

blueprint = Blueprint("overview", __name__)

TARGET = 10_000  # people in the pools: the city's plan
_POOLS = {
    TalentSource.COLLEGE_VILLAGE_OFFICIAL: "cv",
    TalentSource.RETURNING_ENTREPRENEUR: "rm",
    TalentSource.RICH_LEADER: "rl",
}
_SHOWN = 6


@blueprint.get("/")
def show() -> str | Response:
    """Show the overview; who sees no people, as the administrator, is led to the help page."""
    actor = current_actor()
    if not may(actor, "read_people"):
        return redirect(url_for("help.show"), 303)
    has_posts, has_lists = may(actor, "read_vacancies"), may(actor, "read_shortlists")
    with reading() as session:
        counts = overview.count_registry(session, actor=actor)
        in_pools = {pool: counts.n_by_source[source] for source, pool in _POOLS.items()}
        others = counts.n_people - sum(in_pools.values())
        n_open = {
            post: _open_vacancies(session, actor, n=1, post_type=post).total if has_posts else 0 for post in PostType
        }
        due = _open_vacancies(session, actor, n=_SHOWN).items if has_posts else []
        return render_template(
            "overview.html",
            counts=counts,
            sources=_POOLS,
            target=TARGET,
            others=others,
            n_open=n_open,
            due=due,
            lists=shortlists.list_shortlists(session, actor=actor, page_size=_SHOWN).items if has_lists else [],
            at=now(),
            today=day_of(now()),
            bar=charts.progress(
                [*in_pools.items(), ("ot", others)],
                target=TARGET,
                label=_("%(n)s of %(target)s people", n=number(counts.n_people), target=number(TARGET)),
            ),
        )


def _open_vacancies(session: "Session", actor: Actor, *, n: int, **filters: object) -> "Page[Any]":
    wanted = {"is_open": True, **filters}
    return vacancies.list_vacancies(session, actor=actor, filters=wanted, sort="deadline_on", page=1, page_size=n)


@blueprint.get("/words")
def words() -> str:
    """Show the industry words that no table knows yet."""
    actor = current_actor()
    listing = asked_listing(filters=(), sorts=(), default_sort="")
    with reading() as session:
        page = work_lists.list_unmapped_terms(session, actor=actor, page=listing.page, page_size=PAGE_SIZE)
        return render_template("words.html", listing=listing, page=page)
