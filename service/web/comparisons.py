"""Up to four people of a list side by side: the same rows, the best cell of each tinted, rule by rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request

from matching.vocabulary import Text
from service.context import current_actor, reading
from service.errors import InvalidInput
from service.web.desk import Seat
from service.web.desk_making import desk_of
from service.web.looks import asked_look

__all__ = ["MOST", "blueprint"]

blueprint = Blueprint("comparisons", __name__)

MOST = 4


@dataclass(frozen=True, kw_only=True)
class Row:
    """One criterion or rule of everybody who is compared; None where somebody has none of it.

    Parameters
    ----------
    label : mapping of language to str
    cells : sequence of mapping or None
    best : frozenset of int
        Places of the best cells; none where all are alike.
    """

    label: Any
    cells: Sequence[dict[str, Any] | None]
    best: frozenset[int] = frozenset()


@blueprint.get("/shortlists/<shortlist_no>/compare")
def show(shortlist_no: str) -> str:
    """Show people side by side; the first of the list where nobody was chosen."""
    actor = current_actor()
    with reading() as session:
        look = asked_look(request.args, actor=actor)
        desk = desk_of(session, actor=actor, shortlist_no=shortlist_no, look=look)
        seats = _chosen([seat for seat in desk.seats if seat.entry is not None], request.args.getlist("with"))
        return render_template(
            "shortlists/compare.html",
            desk=desk,
            shortlist=desk.shortlist,
            vacancy=desk.shortlist.vacancy,
            seats=seats,
            criteria=_criteria(seats),
            rules=_rules(seats),
        )


def _chosen(seats: Sequence[Seat], keys: Sequence[str]) -> list[Seat]:
    if not keys:
        return list(seats[:MOST])
    known = {seat.key: seat for seat in seats}
    chosen = [known[key] for key in dict.fromkeys(keys) if key in known]
    if not 1 < len(chosen) <= MOST:
        raise InvalidInput(
            Text("并排比选须选择 2 至 4 人。", "A comparison takes two to four people."),
            remedy=Text("请返回名单勾选。", "Go back to the list and tick them."),
            place="with",
        )
    return chosen


def _criteria(seats: Sequence[Seat]) -> list[Row]:
    """Return the criteria in the order of the card, with whose points are the most."""
    columns = [{part["criterion_id"]: part for part in seat.entry.contributions} for seat in seats if seat.entry]
    rows = []
    for key in dict.fromkeys(key for column in columns for key in column):
        cells = [column.get(key) for column in columns]
        points = [-1 if cell is None or cell["is_missing"] else cell["points"] for cell in cells]
        most = max(points)
        is_alike = len(set(points)) == 1 or most <= 0
        best = frozenset() if is_alike else frozenset(place for place, one in enumerate(points) if one == most)
        rows.append(Row(label=next(cell for cell in cells if cell)["label"], cells=cells, best=best))
    return rows


def _rules(seats: Sequence[Seat]) -> list[Row]:
    """Return the rules in the order of the rulebook, those of later stages last."""
    columns = [{one["rule_id"]: one for one in seat.entry.shown_outcomes} for seat in seats if seat.entry]
    return [
        Row(
            label=next(column[key] for column in columns if key in column)["title"], cells=[c.get(key) for c in columns]
        )
        for key in dict.fromkeys(key for column in columns for key in column)
    ]
