"""A list made again from what was kept of it, and why today's list differs."""

from flask import Blueprint, render_template

from service.context import current_actor, now, reading
from service.errors import Conflict
from service.usecases.lists.list_changes import changes_since
from service.usecases.lists.replay import replay_shortlist
from service.usecases.lists.shortlists import list_itself

__all__ = ["blueprint"]

blueprint = Blueprint("replays", __name__)


@blueprint.get("/shortlists/<shortlist_no>/replay")
def show(shortlist_no: str) -> tuple[str, int]:
    """Make a list again, and say whether every place, point and hash is as it was."""
    actor = current_actor()
    with reading() as session:
        shortlist = list_itself(session, actor=actor, shortlist_no=shortlist_no)
        found, damage = None, None
        try:
            found = replay_shortlist(session, actor=actor, shortlist_no=shortlist_no).replay
        except Conflict as error:
            damage = error
        page = render_template(
            "shortlists/replay.html", shortlist=shortlist, vacancy=shortlist.vacancy, found=found, damage=damage
        )
        return page, 200 if damage is None else damage.status


@blueprint.get("/shortlists/<shortlist_no>/changes")
def changes(shortlist_no: str) -> str:
    """Compare a list with the one that its vacancy would get today."""
    actor = current_actor()
    with reading() as session:
        shortlist = list_itself(session, actor=actor, shortlist_no=shortlist_no)
        found = changes_since(session, actor=actor, shortlist_no=shortlist_no, now=now())
        return render_template("shortlists/changes.html", shortlist=shortlist, vacancy=shortlist.vacancy, found=found)
