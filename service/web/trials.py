"""What if: the list under another emphasis. Always labelled, never saved; it stands in the address and nowhere else."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request

from service.context import current_actor, now, reading
from service.errors import InvalidInput
from service.usecases.lists.what_ifs import what_if
from service.web.desk import Desk, Seat
from service.web.desk_making import desk_of
from service.web.desk_pages import desk_page, emphases
from service.web.looks import asked_look
from service.web.reader import is_fragment

__all__ = ["blueprint"]

blueprint = Blueprint("trials", __name__)

_MOST = 300  # per cent of what the card gives


@dataclass(frozen=True, kw_only=True)
class TrialRow:
    """One person under the emphasis that is tried.

    Parameters
    ----------
    person : Person or None
        None for somebody of another territory, whom the reader may not see.
    seat : Seat or None
        None for somebody who is not on the frozen list.
    place, former : int or None
        Among all eligible, under the emphasis and today; both None for somebody of the list who is among the first
        neither way.
    score : int or None
        Hundredths.
    """

    person: Any
    seat: Seat | None
    place: int | None
    former: int | None = None
    score: int | None = None

    @property
    def rise(self) -> int:
        """How many places the person rises; negative for a fall."""
        return 0 if self.place is None or self.former is None else self.former - self.place


@dataclass(frozen=True, kw_only=True)
class Trial:
    """The order under another emphasis, or why there is none."""

    rows: tuple[TrialRow, ...] = ()
    gone: tuple[TrialRow, ...] = ()
    refusal: InvalidInput | None = None


@blueprint.get("/shortlists/<shortlist_no>/what-if")
def show(shortlist_no: str) -> str:
    """Show the list under another emphasis."""
    actor = current_actor()
    with reading() as session:
        look, person = asked_look(request.args, actor=actor), request.args.get("person")
        desk = desk_of(session, actor=actor, shortlist_no=shortlist_no, look=look, person=person)
        shares = _asked_shares(desk)
        weights = {key: most / 100 * shares.get(key, 100) / 100 for key, _label, most in emphases(desk)}
        try:
            found = what_if(
                session,
                actor=actor,
                vacancy_no=desk.shortlist.vacancy.vacancy_no,
                weights=weights,
                k=max(len(desk.shortlist.entries), 1),
                now=now(),
            )
            trial = _trial(desk, found.weights)
        except InvalidInput as error:
            trial = Trial(refusal=error)
        if is_fragment():
            return render_template("shortlists/_trial.html", desk=desk, shortlist=desk.shortlist, trial=trial)
        return desk_page(desk, trial=trial, shares=shares)


def _asked_shares(desk: Desk) -> dict[str, int]:
    """Return per criterion how many per cent of its weight are tried; what is no number is 100."""
    shares = {}
    for key, _label, _most in emphases(desk):
        written = request.args.get(f"w.{key}", "100")
        shares[key] = min(int(written), _MOST) if written.isascii() and written.isdigit() and len(written) < 5 else 100
    return shares


def _trial(desk: Desk, tried: Any) -> Trial:
    seats = {seat.person.id: seat for seat in desk.seats if seat.entry is not None}
    rows = [
        TrialRow(
            person=one.person,
            seat=seats.get(one.person.id),
            place=one.move.place_after,
            former=one.move.place_before,
            score=one.move.score_after,
        )
        for one in tried.moves
    ]
    left, shown = set(tried.left), {one.person.id for one in tried.moves}
    elsewhere = [TrialRow(person=None, seat=None, place=place) for place in tried.unseen_places]
    first = [*(row for row in rows if row.person.person_no not in left), *elsewhere]
    last = [TrialRow(person=seat.person, seat=seat, place=None) for key, seat in seats.items() if key not in shown]
    return Trial(
        rows=tuple(sorted(first, key=lambda row: row.place or 0)),
        gone=(*(row for row in rows if row.person.person_no in left), *last),
    )
