"""The review desk as its templates see it: who sits on the list, what was said of them, and where one looks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from flask import url_for
from flask_babel import gettext as _

from service.access import Actor, may
from service.usecases.privacy.blind_reviews import BlindState
from service.usecases.workflow.candidacy_views import Review
from service.web.looks import OFFICE, OWN, Look

__all__ = ["Desk", "Seat", "age_on"]

_AXIS_STEP = 500  # hundredths
_WHILE_WRITING = timedelta(seconds=3)  # what was being written when a page was shown is told with the next answer


@dataclass(frozen=True, kw_only=True)
class Seat:
    """One person of a list: from the frozen list, or added by hand.

    Parameters
    ----------
    key : str
        Under which addresses name the person: their number, on a blind desk their place.
    person : Person or None
        None where only a part of the desk is shown and does not name them.
    entry : ShortlistEntry or Listed or None
        None for somebody who was added.
    candidacy : Candidacy or Standing or None
        None before the review has begun.
    """

    key: str
    person: Any
    entry: Any
    candidacy: Any

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
    round : Round or None
        None for readers who may not see it.
    seats : sequence of Seat
        The better places first, those added by hand last.
    place : int
        Of the open seat.
    look : Look
    actor : Actor
    blind : BlindState
        Whether the review of the vacancy is blind.
    review : Review or None
        The round with everything about its people; None on a part of a desk, and for readers who may not see it.
    """

    shortlist: Any
    round: Any
    seats: Sequence[Seat]
    place: int
    look: Look
    actor: Actor
    blind: BlindState
    review: Review | None = None

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
        return self.round.state if self.round else "generated"

    @property
    def may_speak(self) -> bool:
        """Whether the reader may write in the voice of the look, now."""
        right = "conclude_reviews" if self.look.voice == OFFICE else "review_candidacies"
        return self.state == "under_review" and may(self.actor, right)

    @property
    def may_take_back(self) -> bool:
        """Whether what the reader said in the voice of the look can be taken back, now: also of a returned list."""
        right = "conclude_reviews" if self.look.voice == OFFICE else "review_candidacies"
        return self.state in {"under_review", "returned"} and may(self.actor, right)

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
        return max((part["max_points"] for part in self.criteria), default=0)

    @cached_property
    def criteria(self) -> Sequence[Mapping[str, Any]]:
        """The criteria of the list's card, as one of its entries tells them: the open one where there is one."""
        seats = [self.seat, *self.seats] if self.seats else []
        entry = next((seat.entry for seat in seats if seat.entry is not None), None)
        return () if entry is None else entry.contributions

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

    @property
    def first_open_place(self) -> int:
        """The first place of which nothing is said in the voice of the look; the open one if something is of all."""
        return next((place for place, seat in enumerate(self.seats) if self.said(seat) is None), self.place)

    def changed_since(self, moment: datetime, *, about: Seat) -> list[Seat]:
        """Return the seat of an act, and those of which somebody else said something since a moment."""
        since = moment - _WHILE_WRITING
        return [seat for seat in self.seats if seat.key == about.key or self._is_news(seat, since=since)]

    def _is_news(self, seat: Seat, *, since: datetime) -> bool:
        if seat.candidacy is None or seat.candidacy.updated_at < since:
            return False
        said = self.said(seat)
        return said is None or said.username != self.actor.username

    def at(self, place: int) -> "Desk":
        """Return the same desk with another seat open."""
        return replace(self, place=place, look=replace(self.look, wording=""))

    def resumed(self) -> "Desk":
        """Return the same desk open where its review goes on; what its address asks to put into words stays asked."""
        return replace(self, place=self.first_open_place)

    def seated(self, seats: Sequence[Seat]) -> "Desk":
        """Return the same desk with its seats better known."""
        return replace(self, seats=seats)

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


def age_on(person: Any, day: date) -> int | None:
    """Return a person's age in whole years on a day."""
    born = person.birth_date
    return None if born is None else day.year - born.year - ((day.month, day.day) < (born.month, born.day))
