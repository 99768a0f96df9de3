"""The overview: how full the pools are, what is open, what waits for somebody."""

from flask import Blueprint, render_template
from flask_babel import gettext as _

from matching.vocabulary import PostType, TalentSource
from service.context import current_actor, now, reading
from service.usecases import overview, shortlists, vacancies, work_lists
from service.usecases.days import day_of
from service.web import charts
from service.web.formatting import number
from service.web.listing import PAGE_SIZE, asked_listing

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
def show() -> str:
    """Show the overview."""
    actor = current_actor()
    with reading() as session:
        counts = overview.count_registry(session, actor=actor)
        in_pools = {pool: counts.n_by_source[source] for source, pool in _POOLS.items()}
        others = counts.n_people - sum(in_pools.values())
        n_open = {
            post: vacancies.list_vacancies(
                session, actor=actor, filters={"post_type": post, "is_open": True}, page=1, page_size=1
            ).total
            for post in PostType
        }
        due = vacancies.list_vacancies(
            session, actor=actor, filters={"is_open": True}, sort="deadline_on", page=1, page_size=_SHOWN
        )
        return render_template(
            "overview.html",
            counts=counts,
            sources=_POOLS,
            target=TARGET,
            others=others,
            n_open=n_open,
            due=due.items,
            lists=shortlists.list_shortlists(session, actor=actor, page_size=_SHOWN).items,
            at=now(),
            today=day_of(now()),
            bar=charts.progress(
                [*in_pools.items(), ("ot", others)],
                target=TARGET,
                label=_("%(n)s of %(target)s people", n=number(counts.n_people), target=number(TARGET)),
            ),
        )


@blueprint.get("/words")
def words() -> str:
    """Show the industry words that no table knows yet."""
    actor = current_actor()
    listing = asked_listing(filters=(), sorts=(), default_sort="")
    with reading() as session:
        page = work_lists.list_unmapped_terms(session, actor=actor, page=listing.page, page_size=PAGE_SIZE)
        return render_template("words.html", listing=listing, page=page)
