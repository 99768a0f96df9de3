"""The search through the whole registry for records that may speak of one person.

It compares everybody with everybody, whoever asks. What it tells is of the territory of who asks: that a record has a
double elsewhere must not be learned by registering a known id number and searching.
"""

import secrets
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.access import Actor, require
from service.linkage import Pair, find_pairs
from service.models.identity import DuplicatePair
from service.models.territories import everywhere, ids_at_home
from service.queries.merges import survivors_of
from service.queries.rolls import roll_for
from service.usecases import audit
from service.usecases.record_fields import insert_rows

__all__ = ["Search", "find_duplicates"]

_HIGHEST_NUMBER = 999_999_999
_IdPair = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Search:
    """What a search through the registry found, as far as who asked sees both records of a pair.

    Parameters
    ----------
    n_people : int
        Records that were compared, of the whole city.
    n_pairs : int
        Pairs that may be one person, without those of which somebody has said that they are two.
    n_new, n_gone : int
        Pairs that are new, and open ones that are not found any more.
    n_decided : int
        Pairs of which somebody has said that they are two people.
    """

    n_people: int
    n_pairs: int
    n_new: int
    n_gone: int
    n_decided: int


def find_duplicates(session: Session, *, actor: Actor, now: datetime) -> Search:
    """Search the whole registry and keep the pairs that may be one person; what was decided earlier stays.

    Only surrogate ids, the probability and codes of reasons are kept.
    """
    require(actor, "decide_duplicates")
    home = ids_at_home(session)
    with everywhere(session):
        return _search(session, actor=actor, home=home, now=now)


def _search(session: Session, *, actor: Actor, home: Collection[int] | None, now: datetime) -> Search:
    roll = roll_for(session)
    found = {(pair.first_id, pair.second_id): pair for pair in find_pairs(roll)}
    known = _known(session)
    parted = _said_different(session, known.values())
    wanted = {ids: pair for ids, pair in found.items() if ids not in parted}
    gone = {ids: row for ids, row in known.items() if row.state == "open" and ids not in wanted}
    for row in gone.values():
        session.delete(row)
    for ids, pair in wanted.items():
        if ids in known:
            known[ids].probability, known[ids].reasons = pair.probability, list(pair.reasons)
    new = {ids: pair for ids, pair in wanted.items() if ids not in known}
    session.flush()
    _insert(session, list(new.values()), taken={row.id for row in known.values()}, now=now)
    search = Search(
        n_people=len(roll),
        n_pairs=_n_seen(wanted, home),
        n_new=_n_seen(new, home),
        n_gone=_n_seen(gone, home),
        n_decided=_n_seen(found, home) - _n_seen(wanted, home),
    )
    audit.record(
        session, actor=actor, action="find_duplicates", subject_kind="people", subject_no="all", now=now,
        detail=dict(vars(search)),
    )  # fmt: skip
    session.flush()
    return search


def _n_seen(pairs: Collection[_IdPair], home: Collection[int] | None) -> int:
    return len(pairs) if home is None else sum(first in home and second in home for first, second in pairs)


def _known(session: Session) -> dict[tuple[int, int], DuplicatePair]:
    return {(row.first_id, row.second_id): row for row in session.scalars(select(DuplicatePair))}


def _said_different(session: Session, pairs: Collection[DuplicatePair]) -> set[tuple[int, int]]:
    """Return the pairs of whom somebody said that they are two people, as the records stand for one another today."""
    parted = [row for row in pairs if row.state == "different"]
    stands = survivors_of(session, {person_id for row in parted for person_id in (row.first_id, row.second_id)})
    return {_ordered(stands[row.first_id], stands[row.second_id]) for row in parted}


def _ordered(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one < other else (other, one)


def _insert(session: Session, pairs: Sequence[Pair], *, taken: Collection[int], now: datetime) -> None:
    if pairs:
        insert_rows(session, DuplicatePair, list(_new_rows(pairs, _numbers(len(pairs), taken), now=now)))


def _numbers(n: int, taken: Collection[int]) -> list[int]:
    """Draw numbers at random: consecutive ones would tell by their gaps of pairs that somebody else sees."""
    free: set[int] = set()
    while len(free) < n:
        number = 1 + secrets.randbelow(_HIGHEST_NUMBER)
        if number not in taken:
            free.add(number)
    return list(free)


def _new_rows(pairs: Sequence[Pair], ids: Sequence[int], *, now: datetime) -> Iterator[dict[str, object]]:
    for row_id, pair in zip(ids, pairs, strict=True):
        yield {
            "id": row_id,
            "first_id": pair.first_id,
            "second_id": pair.second_id,
            "probability": pair.probability,
            "reasons": list(pair.reasons),
            "state": "open",
            "found_at": now,
            "decided_by": None,
            "decided_at": None,
            "note_sealed": None,
        }
