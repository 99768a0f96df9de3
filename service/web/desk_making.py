"""Laying a desk: whole for a page, or no more of it than what one answer shows."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import Actor, may
from service.errors import NotFound
from service.usecases.lists import shortlists
from service.usecases.lists.glances import glance_at_list, look_at
from service.usecases.privacy import masks
from service.usecases.privacy.blind_reviews import BlindState, blind_state
from service.usecases.workflow.candidacy_views import Review, review_of
from service.web.desk import Desk, Seat
from service.web.looks import OFFICE, Look

__all__ = ["desk_of", "part_of_desk"]


def desk_of(
    session: Session,
    *,
    actor: Actor,
    shortlist_no: str,
    look: Look,
    person: str | None = None,
    place: str | None = None,
    with_reasons: bool = True,
) -> Desk:
    """Return the desk of a list with everybody on it.

    Parameters
    ----------
    session : Session
    actor : Actor
    shortlist_no : str
    look : Look
    person : str, optional
        Key of the seat to open; the first unless given.
    place : str, optional
        Place of the seat to open, where no person is named.
    with_reasons : bool
        Whether everybody's reasons are shown, not only those of the open seat.

    Raises
    ------
    NotFound
        If there is no such list, or nobody of that key on it.
    """
    # as its reader may see it
    shortlist = shortlists.get_shortlist(session, actor=actor, shortlist_no=shortlist_no, with_reasons=with_reasons)
    blind = blind_state(session, actor=actor, vacancy_id=shortlist.vacancy_id)
    look, person = _bound(blind, look=look, person=person)
    review = review_of(session, shortlist, actor=actor, with_moves=False) if may(actor, "read_candidacies") else None
    seats = _seats(session, shortlist, review, actor=actor, is_blind=look.is_blind)
    return Desk(
        shortlist=shortlist,
        round=review.round if review else None,
        seats=seats,
        place=_place(seats, person, place),
        look=look,
        actor=actor,
        blind=blind,
        review=review,
    )


def part_of_desk(
    session: Session,
    *,
    actor: Actor,
    shortlist_no: str,
    look: Look,
    person: str | None = None,
    goes_on: Callable[[Desk], int] | None = None,
) -> tuple[Desk, Seat]:
    """Return a desk of which only one seat is laid open, and the seat that was asked for.

    Parameters
    ----------
    person : str, optional
        Key of the seat that is asked for; the first unless given.
    goes_on : callable, optional
        Which place is laid open instead of the one that was asked for; that one is named only.

    Raises
    ------
    NotFound
        As in `desk_of`.
    """
    glance = glance_at_list(session, actor=actor, shortlist_no=shortlist_no, is_office=look.voice == OFFICE)
    look, person = _bound(glance.blind, look=look, person=person)
    rows = glance.rows
    seats = [
        Seat(
            key=_key(row, place, is_blind=look.is_blind),
            person=None,
            entry=None if row.rank is None else row,
            candidacy=row.standing,
        )
        for place, row in enumerate(rows)
    ]
    asked = _place(seats, person, None)
    desk = Desk(
        shortlist=glance.shortlist,
        round=glance.round,
        seats=seats,
        place=asked,
        look=look,
        actor=actor,
        blind=glance.blind,
    )
    opened = desk.at(goes_on(desk)) if goes_on is not None else desk
    if not seats:
        return opened, opened.seat
    last = opened.last_said
    beside = {rows[one].person_id for one in (asked, opened.place if last is None else seats.index(last[0]))}
    found = look_at(session, glance, actor=actor, person_id=rows[opened.place].person_id, beside=beside)
    named = [_named(seat, found.beside.get(row.person_id)) for seat, row in zip(seats, rows, strict=True)]
    key = seats[opened.place].key
    named[opened.place] = Seat(key=key, person=found.person, entry=found.entry, candidacy=found.candidacy)
    return opened.seated(named), named[asked]


def _bound(blind: BlindState, *, look: Look, person: str | None) -> tuple[Look, str | None]:
    """Return the look that the review of the vacancy allows; an address with a number opens the first place then."""
    if not blind.is_hidden:
        return look, person
    return replace(look, is_blind=True, is_bound=True), person if look.is_blind else None


def _named(seat: Seat, person: Any) -> Seat:
    return seat if person is None else Seat(key=seat.key, person=person, entry=seat.entry, candidacy=seat.candidacy)


def _seats(session: Session, shortlist: Any, review: Review | None, *, actor: Actor, is_blind: bool) -> list[Seat]:
    candidacies = {one.candidacy.person_id: one.candidacy for one in (review.candidacies if review else ())}
    rows: list[tuple[Any, Any]] = []
    seen: set[int] = set()
    for entry in shortlist.entries:
        if entry.person_id not in seen:  # of two records that are one today, the better place counts
            seen.add(entry.person_id)
            rows.append((entry.person, entry))
    added = [one.person for key, one in candidacies.items() if key not in seen]
    rows += [(person, None) for person in masks.seen_people(session, added, actor=actor)]
    return [
        Seat(
            key=_key(person, place, is_blind=is_blind), person=person, entry=entry, candidacy=candidacies.get(person.id)
        )
        for place, (person, entry) in enumerate(rows)
    ]


def _key(person: Any, place: int, *, is_blind: bool) -> str:
    return str(place + 1) if is_blind else person.person_no


def _place(seats: Sequence[Seat], key: str | None, place: str | None) -> int:
    if not key:
        known = {str(number): number - 1 for number in range(1, len(seats) + 1)}
        return known.get(place or "", 0)
    for number, seat in enumerate(seats):
        if seat.key == key:
            return number
    raise NotFound(
        Text("名单上没有这个人。", "This person is not on the list."),
        remedy=Text("请从名单中选择。", "Choose somebody from the list."),
        place="person",
        value=key,
    )
