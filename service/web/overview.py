"""The overview: how full the pools are against the plan, what is open, what waits for somebody."""

from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from matching.vocabulary import TalentSource
from service.access import Actor, Role, TerritoryKind, may
from service.access.routes import is_open_to
from service.context import current_actor, now, reading, settings
from service.usecases import overview, pool_pictures
from service.usecases.cards.model_health import cards_health
from service.usecases.days import day_of
from service.usecases.lists import rankings, shortlists
from service.usecases.pending import pending_work, work_lists
from service.usecases.records import people, vacancies
from service.usecases.workflow import questions
from service.web.listing import PAGE_SIZE, asked_listing
from service.web.overview_figures import figures_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

__all__ = ["blueprint"]

blueprint = Blueprint("overview", __name__)

_POOLS = {
    TalentSource.COLLEGE_VILLAGE_OFFICIAL: "cv",
    TalentSource.RETURNING_ENTREPRENEUR: "rm",
    TalentSource.RICH_LEADER: "rl",
}
#: Whose work is on one short page: what waits for them, and whom and what they may see.
_SHORT = frozenset({Role.UNIT, Role.VILLAGE, Role.DISCIPLINE})
_SHOWN = 6
_LATEST = 3


@blueprint.get("/")
def show() -> str | Response:
    """Show the overview, or what the account has instead: a short desk, the own record, the accounts, the help page."""
    actor = current_actor()
    if not may(actor, "read_people"):
        return redirect(url_for("accounts.index" if is_open_to(actor, "accounts.index") else "help.show"), 303)
    with reading() as session:
        if actor.territory.kind is TerritoryKind.OWN:
            return _own_record(session, actor)
        if actor.roles <= _SHORT:
            return _short_desk(session, actor)
        counts = overview.count_registry(session, actor=actor)
        drawn = pool_pictures.draw_pools(session, actor=actor)
        return render_template(
            "overview.html",
            counts=counts,
            pools=_POOLS,
            figures=figures_of(
                counts,
                drawn,
                plan=settings().plan,
                pools=_POOLS,
                today=day_of(now()),
                is_whole=actor.territory.kind.is_everything,
            ),
            drawn=drawn,
            plan=settings().plan,
            alarm_ratio=pool_pictures.ALARM_RATIO,
            lists=_latest(session, actor, n=_LATEST),
            is_whole=actor.territory.kind.is_everything,
            work=pending_work.list_work(session, actor=actor, now=now(), retention=settings().retention),
            state=rankings.ranking_state(session, actor=actor) if may(actor, "read_vacancies") else None,
            cards=cards_health(session, actor=actor, now=now()) if may(actor, "read_models") else [],
            at=now(),
            today=day_of(now()),
            month=day_of(now()).replace(day=1),
        )


def _own_record(session: "Session", actor: Actor) -> Response:
    """Lead somebody to what they are asked, or else to the own record."""
    if any(one.reply is None for one in questions.asked_of(session, actor)):
        return redirect(url_for("replies.show"), 303)
    found = people.list_people(session, actor=actor, page_size=1, now=now()).items
    if not found:
        return redirect(url_for("help.show"), 303)
    return redirect(url_for("people.show", person_no=found[0].person_no), 303)


def _short_desk(session: "Session", actor: Actor) -> str:
    """Show only what waits, and the few records that the account may see."""
    own: dict[str, Any] = {"posts": [], "lists": []}
    if may(actor, "read_vacancies"):
        wanted = {"is_open": True}
        own["posts"] = vacancies.list_vacancies(
            session, actor=actor, filters=wanted, sort="deadline_on", page_size=_SHOWN
        ).items
    own["lists"] = _latest(session, actor, n=_SHOWN)
    return render_template(
        "short_desk.html",
        work=pending_work.list_work(session, actor=actor, now=now(), retention=settings().retention),
        people=people.list_people(session, actor=actor, sort="-updated_at", page_size=PAGE_SIZE, now=now()),
        at=now(),
        today=day_of(now()),
        **own,
    )


def _latest(session: "Session", actor: Actor, *, n: int) -> list[Any]:
    if not may(actor, "read_shortlists"):
        return []
    return list(shortlists.list_shortlists(session, actor=actor, page_size=n).items)


@blueprint.get("/words")
def words() -> str:
    """Show the industry words that no table knows yet."""
    actor = current_actor()
    listing = asked_listing(filters=(), sorts=(), default_sort="")
    with reading() as session:
        page = work_lists.list_unmapped_terms(session, actor=actor, page=listing.page, page_size=PAGE_SIZE)
        return render_template("words.html", listing=listing, page=page)
