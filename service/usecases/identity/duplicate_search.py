"""The search through the whole registry for records that may speak of one person.

It compares everybody with everybody, whoever asks. What it tells is of the territory of who asks: that a record has a
double elsewhere must not be learned by registering a known id number and searching.
"""

import secrets
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.vocabulary import RecordStatus
from service.access import Actor, require
from service.audit_lines import Occasion
from service.db import Database
from service.linkage import Pair, find_pairs
from service.models.identity import DuplicatePair
from service.models.people import Person
from service.models.territories import everywhere, ids_at_home
from service.queries.merges import survivors_of
from service.queries.revisions import registry_revisions
from service.queries.rolls import roll_for
from service.usecases.auditing import audit
from service.usecases.long_work.run_terms import PERCENT, Kind
from service.usecases.long_work.run_work import Watch, Work, begin_run, carried_out
from service.usecases.records.record_fields import insert_rows

__all__ = ["Search", "find_duplicates"]

_HIGHEST_NUMBER = 999_999_999
_READ, _COMPARED = 40, 95  # percent of the time, as it is for ten thousand people
_UNWATCHED = Watch()
_IdPair = tuple[int, int]


class _Found(NamedTuple):
    """What everybody compared with everybody gave, and where the registry stood."""

    n_people: int
    pairs: dict[_IdPair, Pair]
    people_revision: int


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


def find_duplicates(
    database: Database,
    *,
    actor: Actor,
    now: Callable[[], datetime],
    occasion: Occasion | None = None,
    watch: Watch = _UNWATCHED,
) -> Search:
    """Search the whole registry and keep the pairs that may be one person; what was decided earlier stays.

    Only surrogate ids, the probability and codes of reasons are kept. Everybody is read and compared without holding
    anybody up; what was found is written in one transaction at the end, so that a search that is stopped leaves none
    of it. Progress is told in percent: how many pairs are worth comparing would tell of records elsewhere.

    Parameters
    ----------
    database : Database
    actor : Actor
    now : callable
        Gives the moment; the lease needs the clock to go on.
    occasion : Occasion, optional
        What the audit log keeps besides who did what.
    watch : Watch

    Raises
    ------
    WorkLocked
        If another process is searching.
    Stopped
        If somebody said so before the pairs were written.
    """
    require(actor, "decide_duplicates")
    work = begin_run(database, kind=Kind.DUPLICATES, actor=actor, now=now, watch=watch, n_all=PERCENT)
    with carried_out(work):
        with database.reading(actor, occasion=occasion) as session, everywhere(session):
            found = _found(session, work)
        work.step(_COMPARED)
        work.heed()
        with database.unit_of_work(actor, occasion=occasion) as session:
            home = ids_at_home(session)
            with everywhere(session):
                search = _keep(session, found, actor=actor, home=home, now=now())
        work.n_done, work.result = PERCENT, dict(vars(search))
    return search


def _found(session: Session, work: Work) -> _Found:
    """Read everybody and compare them, told step by step."""
    revision = registry_revisions(session).people  # read first: what is read later is newer, never older
    roll = roll_for(session, on_progress=lambda share: work.step(int(_READ * share)))
    pairs = find_pairs(roll, on_progress=lambda share: work.step(_READ + int((_COMPARED - _READ) * share)))
    return _Found(len(roll), {(pair.first_id, pair.second_id): pair for pair in pairs}, revision)


def _keep(session: Session, made: _Found, *, actor: Actor, home: Collection[int] | None, now: datetime) -> Search:
    found = _still_there(session, made)
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
        n_people=made.n_people,
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


def _still_there(session: Session, made: _Found) -> dict[_IdPair, Pair]:
    """Leave out whom somebody has erased or merged since everybody was read."""
    if registry_revisions(session).people == made.people_revision:
        return made.pairs
    stand = set(session.scalars(select(Person.id).where(Person.record_status != RecordStatus.ERASED)))
    return {ids: pair for ids, pair in made.pairs.items() if stand.issuperset(ids)}


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
