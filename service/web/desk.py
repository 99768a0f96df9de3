"""The review desk as its templates see it: who sits on the list, what was said of them, and where one looks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import Actor, may
from service.errors import NotFound
from service.usecases import masks, shortlists
from service.usecases.candidacy_views import CandidacyView, Review, list_candidacies
from service.web.looks import OFFICE, OWN, Look

__all__ = ["Desk", "Seat", "age_on", "desk_of"]

_AXIS_STEP = 500  # hundredths


@dataclass(frozen=True, kw_only=True)
class Seat:
    """One person of a list: from the frozen list, or added by hand.

    Parameters
    ----------
    key : str
        Under which addresses name the person: their number, on a blind desk their place.
    person : Person
    entry : ShortlistEntry or None
        None for somebody who was added.
    view : CandidacyView or None
        None before the review has begun.
    """

    key: str
    person: Any
    entry: Any
    view: CandidacyView | None

    @property
    def candidacy(self) -> Any:
        """The candidacy, None before the review has begun."""
        return None if self.view is None else self.view.candidacy

    def said(self, voice: str, username: str) -> Any:
        """Return what stands in a voice: the office's conclusion, or the reader's own opinion."""
        if self.candidacy is None:
            return None
        if voice == OFFICE:
            return self.candidacy.standing_conclusion
        return next((one for one in self.candidacy.standing_opinions if one.username == username), None)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A list under review with one person laid open.

    Parameters
    ----------
    shortlist : Shortlist
    review : Review or None
        None for readers who may not see it.
    seats : sequence of Seat
        The better places first, those added by hand last.
    place : int
        Of the open seat.
    look : Look
    actor : Actor
    """

    shortlist: Any
    review: Review | None
    seats: Sequence[Seat]
    place: int
    look: Look
    actor: Actor

    @property
    def seat(self) -> Seat:
        """The open seat."""
        return self.seats[self.place]

    @property
    def before(self) -> Seat | None:
        """The seat before the open one."""
        return self.seats[self.place - 1] if self.place else None

    @property
    def after(self) -> Seat | None:
        """The seat after the open one."""
        return self.seats[self.place + 1] if self.place + 1 < len(self.seats) else None

    @property
    def state(self) -> str:
        """Where the round stands."""
        return self.review.round.state if self.review else "generated"

    @property
    def may_speak(self) -> bool:
        """Whether the reader may write in the voice of the look, now."""
        right = "conclude_reviews" if self.look.voice == OFFICE else "review_candidacies"
        return self.state == "under_review" and may(self.actor, right)

    @property
    def voices(self) -> list[str]:
        """The voices that the reader has."""
        rights = {OFFICE: "conclude_reviews", OWN: "review_candidacies"}
        return [voice for voice, right in rights.items() if may(self.actor, right)]

    @cached_property
    def bands(self) -> list[list[Seat]]:
        """The seats of the frozen list in tie bands."""
        listed = [seat for seat in self.seats if seat.entry is not None]
        return [list(rows) for _band, rows in groupby(listed, key=lambda seat: seat.entry and seat.entry.band)]

    @property
    def added(self) -> list[Seat]:
        """Those who were added by hand."""
        return [seat for seat in self.seats if seat.entry is None]

    @cached_property
    def scale(self) -> tuple[int, int] | None:
        """The ends of the axis on which all intervals of the list are drawn; None when there are none."""
        entries = [seat.entry for seat in self.seats if seat.entry is not None]
        limits = [limit for one in entries for limit in (one.score_low, one.score_high) if limit is not None]
        if not limits:
            return None
        return min(limits) // _AXIS_STEP * _AXIS_STEP, -(-max(limits) // _AXIS_STEP) * _AXIS_STEP

    @cached_property
    def widest(self) -> int:
        """The most that one criterion can give, in hundredths."""
        entries = [seat.entry for seat in self.seats if seat.entry is not None]
        return max((part["max_points"] for one in entries for part in one.contributions), default=0)

    def said(self, seat: Seat) -> Any:
        """Return what stands of a seat in the voice of the look."""
        return seat.said(self.look.voice, self.actor.username)

    @property
    def n_reviewed(self) -> int:
        """Of how many something stands in the voice of the look."""
        return sum(self.said(seat) is not None for seat in self.seats)

    @property
    def last_said(self) -> tuple[Seat, Any] | None:
        """What the reader said last on this list and could take back."""
        said = [(seat, one) for seat in self.seats if (one := self.said(seat)) is not None]
        own = [pair for pair in said if pair[1].username == self.actor.username]
        return max(own, key=lambda pair: pair[1].id, default=None)

    @property
    def next_place(self) -> int:
        """Where the desk goes on by itself: the next of whom nothing is said, from the open seat round to it."""
        order = [*range(self.place + 1, len(self.seats)), *range(self.place)]
        return next((place for place in order if self.said(self.seats[place]) is None), self.place)

    def at(self, place: int) -> "Desk":
        """Return the same desk with another seat open."""
        return replace(self, place=place, look=replace(self.look, wording=""))

    def name(self, seat: Seat) -> str:
        """Return how a person is called on this desk."""
        if self.look.is_blind:
            return str(_("Candidate %(code)s", code=seat.key.rjust(2, "0")))
        return str(seat.person.name)

    def query(self, seat: Seat | None = None, **changes: str) -> dict[str, str]:
        """Return the parameters of the address of a seat, of the open one unless another is given."""
        standing = OFFICE if OFFICE in self.voices else OWN
        asked = {
            "person": (seat or self.seat).key if self.seats else "",
            "as": "" if self.look.voice == standing else self.look.voice,
            "blind": "1" if self.look.is_blind else "",
            **changes,
        }
        return {name: value for name, value in asked.items() if value}

    def url(self, seat: Seat | None = None, *, endpoint: str = "shortlists.show", **changes: str) -> str:
        """Return the address of a seat in the same look; `changes` are other parameters."""
        address = url_for(endpoint, shortlist_no=self.shortlist.shortlist_no)
        asked = self.query(seat, **changes)
        return f"{address}?{urlencode(asked)}" if asked else address

    def blind_url(self) -> str:
        """Return the address of the open seat, seen the other way; neither says who sits there."""
        place = str(self.place + 1)
        if self.look.is_blind:
            return self.url(person="", blind="", place=place)
        return self.url(person=place, blind="1")


def desk_of(
    session: Session,
    *,
    actor: Actor,
    shortlist_no: str,
    look: Look,
    person: str | None = None,
    place: str | None = None,
) -> Desk:
    """Return the desk of a list.

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

    Raises
    ------
    NotFound
        If there is no such list, or nobody of that key on it.
    """
    shortlist = shortlists.get_shortlist(session, actor=actor, shortlist_no=shortlist_no)  # as its reader may see it
    review = None
    if may(actor, "read_candidacies"):
        review = list_candidacies(session, actor=actor, shortlist_no=shortlist_no)
    seats = _seats(session, shortlist, review, actor=actor, is_blind=look.is_blind)
    return Desk(
        shortlist=shortlist, review=review, seats=seats, place=_place(seats, person, place), look=look, actor=actor
    )


def _seats(session: Session, shortlist: Any, review: Review | None, *, actor: Actor, is_blind: bool) -> list[Seat]:
    views = {one.candidacy.person_id: one for one in (review.candidacies if review else ())}
    rows: list[tuple[Any, Any]] = []
    seen: set[int] = set()
    for entry in shortlist.entries:
        if entry.person_id not in seen:  # of two records that are one today, the better place counts
            seen.add(entry.person_id)
            rows.append((entry.person, entry))
    added = [one.candidacy.person for key, one in views.items() if key not in seen]
    rows += [(person, None) for person in masks.seen_people(session, added, actor=actor)]
    return [
        Seat(key=_key(person, place, is_blind=is_blind), person=person, entry=entry, view=views.get(person.id))
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


def age_on(person: Any, day: date) -> int | None:
    """Return a person's age in whole years on a day."""
    born = person.birth_date
    return None if born is None else day.year - born.year - ((day.month, day.day) < (born.month, born.day))
