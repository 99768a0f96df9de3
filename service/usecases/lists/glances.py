"""A list under review at a glance: what its rows need after one act, and one person of it looked at closely.

After each act a desk shows one person and one changed row. Reading the whole list for that, with everybody's reasons,
would cost more than the act itself; and who is not shown is not named in the log of views either.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, selectinload

from matching.vocabulary import ReviewDecision
from service.access import Actor, may
from service.access.masking import Shown, masks_of
from service.models.candidacies import Candidacy, Opinion, Round
from service.models.people import Person
from service.models.shortlists import Shortlist, ShortlistEntry
from service.queries.veils import hidden_people, lay_blind_veil, veil_reasons
from service.usecases.auditing import audit
from service.usecases.lists.shortlists import list_itself
from service.usecases.privacy.blind_reviews import BlindState, blind_state
from service.usecases.privacy.hidden_words import hide_people_in
from service.usecases.privacy.masks import seen_entry, seen_people
from service.usecases.workflow.round_records import round_of

__all__ = ["Glance", "Listed", "Looked", "Said", "Standing", "glance_at_list", "look_at"]


class Said(NamedTuple):
    """What stands in one voice: the last word of the office, or of the reader."""

    id: int
    candidacy_id: int
    username: str
    decision: ReviewDecision
    reason_codes: tuple[str, ...] | None
    at: datetime


class Standing(NamedTuple):
    """A candidacy as far as its row tells.

    Parameters
    ----------
    standing_conclusion : Said or None
        None also where the glance is not in the voice of the office.
    standing_opinions : sequence of Said
        Of the reader only; empty in the voice of the office.
    """

    id: int
    candidacy_no: str
    person_id: int
    shown_rank: int | None
    version: int
    updated_at: datetime
    standing_conclusion: Said | None
    standing_opinions: Sequence[Said]


class Listed(NamedTuple):
    """One row: who it is about by number, and between which points.

    Parameters
    ----------
    rank : int or None
        None for somebody who was added by hand.
    score_low, score_high : int or None
        Hundredths; None where there is no interval, or the reader sees no scores.
    """

    person_id: int
    person_no: str
    rank: int | None
    score_low: int | None
    score_high: int | None
    standing: Standing | None


@dataclass(frozen=True, kw_only=True)
class Glance:
    """A list with its rows, the better places first, those added by hand last.

    Parameters
    ----------
    round : Round or None
        None for readers who may not see it.
    blind : BlindState
        Whether the review of the vacancy is blind, and hides from this reader who the people are.
    """

    shortlist: Shortlist
    round: Round | None
    blind: BlindState
    rows: Sequence[Listed]


@dataclass(frozen=True, kw_only=True)
class Looked:
    """One person as their reader may see them.

    Parameters
    ----------
    entry : ShortlistEntry or None
        None for somebody who was added by hand.
    candidacy : Candidacy or None
        None before the review, or for readers who may not see it.
    beside : mapping of int to Person
        By id everybody whom the page names, the person included.
    """

    person: Person
    entry: ShortlistEntry | None
    candidacy: Candidacy | None
    beside: Mapping[int, Person]


def glance_at_list(session: Session, *, actor: Actor, shortlist_no: str, is_office: bool) -> Glance:
    """Return the rows of a list.

    Parameters
    ----------
    session : Session
    actor : Actor
    shortlist_no : str
    is_office : bool
        Whether what stands is what the office concluded, else what the reader said.

    Raises
    ------
    NotFound
        If there is no such list.
    """
    shortlist = list_itself(session, actor=actor, shortlist_no=shortlist_no)
    sees_review = may(actor, "read_candidacies")
    standings = _standings(session, shortlist, actor=actor, is_office=is_office) if sees_review else {}
    return Glance(
        shortlist=shortlist,
        round=round_of(session, shortlist) if sees_review else None,
        blind=blind_state(session, actor=actor, vacancy_id=shortlist.vacancy_id),
        rows=_rows(session, shortlist, standings, actor=actor),
    )


def _standings(session: Session, shortlist: Shortlist, *, actor: Actor, is_office: bool) -> dict[int, Standing]:
    """Return the candidacies of a list by person."""
    rows = session.execute(_STANDING, {"shortlist_id": shortlist.id})
    said = _said(session, shortlist, actor=actor, is_office=is_office)
    return {
        row.person_id: Standing(
            *row,
            said.get(row.id) if is_office else None,
            [said[row.id]] if not is_office and row.id in said else [],
        )
        for row in rows
    }


def _said(session: Session, shortlist: Shortlist, *, actor: Actor, is_office: bool) -> dict[int, Said]:
    """Return the last word in one voice that was not taken back, by candidacy."""
    asked = {"shortlist_id": shortlist.id}
    rows = session.execute(_CONCLUDED, asked) if is_office else session.execute(_OPINED, asked | {"by": actor.username})
    return {row.candidacy_id: Said(*row) for row in rows}


# Put together once: that takes longer than reading a list.
_STANDING = select(
    *(Candidacy.id, Candidacy.candidacy_no, Candidacy.person_id, Candidacy.shown_rank),
    *(Candidacy.version, Candidacy.updated_at),
).where(Candidacy.shortlist_id == bindparam("shortlist_id"))
_SAID = (
    select(*(getattr(Opinion, name) for name in Said._fields))
    .join(Candidacy, Candidacy.id == Opinion.candidacy_id)
    .where(Candidacy.shortlist_id == bindparam("shortlist_id"), Opinion.undone_at.is_(None))
    .order_by(Opinion.id)
)
_CONCLUDED = _SAID.where(Opinion.is_conclusion.is_(True))
_OPINED = _SAID.where(Opinion.is_conclusion.is_(False), Opinion.username == bindparam("by"))


def _rows(
    session: Session, shortlist: Shortlist, standings: Mapping[int, Standing], *, actor: Actor
) -> Sequence[Listed]:
    entries: dict[int, Any] = {}
    for row in session.execute(_ENTRIES, {"shortlist_id": shortlist.id}):
        entries.setdefault(row.person_id, row)  # of two records that are one today, the better place counts
    added = sorted((one for key, one in standings.items() if key not in entries), key=lambda one: one.id)
    numbers = {row.person_id: row.person_no for row in entries.values()}
    if added:
        of_added = session.execute(_NUMBERS, {"person_ids": [one.person_id for one in added]})
        numbers |= {row.id: row.person_no for row in of_added}
    ids = [*entries, *(one.person_id for one in added)]
    sees_scores = masks_of(actor).scores >= Shown.LISTED
    return [
        Listed(
            person_id=person_id,
            person_no=numbers[person_id],
            rank=entries[person_id].rank if person_id in entries else None,
            score_low=entries[person_id].score_low if sees_scores and person_id in entries else None,
            score_high=entries[person_id].score_high if sees_scores and person_id in entries else None,
            standing=standings.get(person_id),
        )
        for person_id in ids
        if person_id in numbers
    ]


_NUMBERS = select(Person.id, Person.person_no).where(Person.id.in_(bindparam("person_ids", expanding=True)))
_ENTRIES = (
    select(
        ShortlistEntry.person_id,
        ShortlistEntry.rank,
        ShortlistEntry.score_low,
        ShortlistEntry.score_high,
        Person.person_no,
    )
    .join(Person, Person.id == ShortlistEntry.person_id)
    .where(ShortlistEntry.shortlist_id == bindparam("shortlist_id"))
    .order_by(ShortlistEntry.rank)
)


def look_at(session: Session, glance: Glance, *, actor: Actor, person_id: int, beside: Collection[int] = ()) -> Looked:
    """Return one person of a list with reasons and with all that was said of them; it is a view.

    Parameters
    ----------
    session : Session
    glance : Glance
    actor : Actor
    person_id : int
        One of the rows.
    beside : collection of int
        Others of whom the page says something by name.
    """
    shortlist, row = glance.shortlist, next(one for one in glance.rows if one.person_id == person_id)
    people = session.scalars(_PEOPLE, {"person_ids": sorted({person_id, *beside})}).all()
    subject, numbers = ("shortlist", shortlist.shortlist_no), [one.person_no for one in people]
    audit.record_views(session, actor=actor, numbers=numbers, action="view_shortlist", subject=subject)
    where = {"shortlist_id": shortlist.id, "rank": row.rank}
    entry = None if row.rank is None else session.scalars(_ENTRY, where).one()
    candidacy = _candidacy(session, row)
    elsewhere = hidden_people(session, actor=actor)
    for one in people:
        if _is_hidden(one.id, glance, elsewhere):
            lay_blind_veil(one)
    if entry is not None and _is_hidden(person_id, glance, elsewhere):
        veil_reasons(session, [entry])
    if candidacy is not None:
        _hide_words(session, candidacy, glance, elsewhere, actor=actor)
    seen = {one.id: one for one in seen_people(session, people, actor=actor, hidden=elsewhere)}
    return Looked(
        person=seen[person_id],
        entry=None if entry is None else seen_entry(session, entry, actor=actor, person=seen[person_id]),
        candidacy=candidacy,
        beside=seen,
    )


def _is_hidden(person_id: int, glance: Glance, elsewhere: frozenset[int]) -> bool:
    """Whether the reader may not know somebody, by this review or by another blind one that they stand in."""
    return glance.blind.is_hidden or person_id in elsewhere


def _hide_words(
    session: Session, candidacy: Candidacy, glance: Glance, elsewhere: frozenset[int], *, actor: Actor
) -> None:
    """Hide in the words about one person whom of the list the reader may not know: they may name another."""
    knows_numbers_only = masks_of(actor).identity is not Shown.FULL
    rows = [one.person_id for one in glance.rows]
    ids = [one for one in rows if knows_numbers_only or _is_hidden(one, glance, elsewhere)]
    if ids:
        people = session.scalars(select(Person).where(Person.id.in_(ids))).all()
        of_list = frozenset(one.id for one in people if _is_hidden(one.id, glance, elsewhere))
        hide_people_in([candidacy, *candidacy.opinions], people, actor=actor, hidden=of_list)


def _candidacy(session: Session, row: Listed) -> Candidacy | None:
    if row.standing is None:
        return None
    return session.scalars(_CANDIDACY, {"id": row.standing.id}).one()


_PEOPLE = select(Person).where(Person.id.in_(bindparam("person_ids", expanding=True)))
_ENTRY = select(ShortlistEntry).where(
    ShortlistEntry.shortlist_id == bindparam("shortlist_id"), ShortlistEntry.rank == bindparam("rank")
)
_CANDIDACY = select(Candidacy).where(Candidacy.id == bindparam("id")).options(selectinload(Candidacy.opinions))
