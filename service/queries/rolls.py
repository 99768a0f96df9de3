"""Everybody as records are compared: opened once, kept in memory only, and mended where somebody has changed."""

import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Pool, select
from sqlalchemy.orm import Session, aliased

from matching.vocabulary import RecordStatus
from service.db import vault_of
from service.linkage import Identity, Roll
from service.models.people import Person
from service.models.territories import reach_of_session, seeing_everywhere
from service.models.villages import Township, Village
from service.queries.revisions import changes_since, registry_revisions

__all__ = ["identities", "load_roll", "roll_for", "seen_roll"]

_IN_ONE_QUERY = 500
_TOLD_EVERY = 500  # people
_MOST_MENDED = 500  # people; beyond that everybody is read sooner
_SEALED = ("name", "id_number", "phone", "employer")
_PLAIN = (
    *("birth_date", "birth_date_is_month", "sex", "ethnicity", "education"),
    *("work_start_date", "party_join_date"),
)


@dataclass(frozen=True)
class _Made:
    roll: Roll
    people_revision: int


class _Kept:
    """The last roll of one database."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.made: _Made | None = None


_kept: WeakKeyDictionary[Pool, _Kept] = WeakKeyDictionary()
_guard = threading.Lock()


@seeing_everywhere
def roll_for(session: Session, *, on_progress: Callable[[float], None] = lambda _share: None) -> Roll:
    """Return everybody whose record is neither erased nor merged into another.

    The last roll of each database is kept in memory and mended where people have changed since. What a session has
    changed but not committed is seen by it alone.

    Parameters
    ----------
    session : Session
    on_progress : callable
        Called with the share that has been read, as long as everybody has to be; what it raises ends the reading.
    """
    kept = _kept_for(session)
    with kept.lock:
        made = _current(session, kept.made, on_progress)
        if "people" not in session.info.get("uncommitted_revisions", ()):
            kept.made = made
        return made.roll


def seen_roll(session: Session) -> Roll:
    """Return those of the roll whom the actor of the session sees.

    Nobody else may leave a trace in what is said of a record: not by being among the few likeliest, not by how many
    share a name or phone, not by the time.
    """
    roll = roll_for(session)
    return roll if reach_of_session(session) is None else roll.only(list(session.scalars(select(Person.id))))


@seeing_everywhere
def load_roll(
    session: Session,
    *,
    person_ids: Sequence[int] | None = None,
    on_progress: Callable[[float], None] = lambda _share: None,
) -> Roll:
    """Open and read the records of everybody, or of some people."""
    return Roll.of(identities(session, person_ids=person_ids, on_progress=on_progress))


@seeing_everywhere
def identities(
    session: Session,
    *,
    person_ids: Sequence[int] | None = None,
    on_progress: Callable[[float], None] = lambda _share: None,
) -> list[Identity]:
    """Open the records of everybody, or of some people, as far as they are compared."""
    rows, opened = _rows(session, person_ids), list[Identity]()
    for start in range(0, len(rows), _TOLD_EVERY):
        opened += [_identity(session, row) for row in rows[start : start + _TOLD_EVERY]]
        on_progress(len(opened) / len(rows))
    return opened


def _kept_for(session: Session) -> _Kept:
    engine = session.get_bind()
    assert isinstance(engine, Engine)  # noqa: S101 - sessions of `Database` are bound to engines
    with _guard:
        return _kept.setdefault(engine.pool, _Kept())


def _current(session: Session, former: _Made | None, on_progress: Callable[[float], None]) -> _Made:
    # The revision is read first: who changes in between makes the roll newer than its key, never older.
    revisions = registry_revisions(session)
    if former is not None:
        if former.people_revision == revisions.people:
            return former
        changes = changes_since(session, people=former.people_revision, upto=revisions)
        if not changes.is_everything and len(changes.people) <= _MOST_MENDED:
            return _Made(_mended(session, former.roll, changes.people), revisions.people)
    return _Made(load_roll(session, on_progress=on_progress), revisions.people)


def _mended(session: Session, roll: Roll, person_ids: Collection[int]) -> Roll:
    if not person_ids:
        return roll
    return roll.replaced(person_ids, by=load_roll(session, person_ids=sorted(person_ids)))


def _rows(session: Session, person_ids: Sequence[int] | None) -> list[Any]:
    village, own, above = aliased(Village), aliased(Township), aliased(Township)
    query = (
        select(
            Person.id,
            *(getattr(Person, f"{name}_sealed") for name in _SEALED),
            *(getattr(Person, name) for name in _PLAIN),
            Person.home_village_id,
            Person.home_township_id,
            Person.home_county_id,
            village.township_id.label("township_of_village"),
            above.county_id.label("county_of_village"),
            own.county_id.label("county_of_township"),
        )
        .outerjoin(village, village.id == Person.home_village_id)
        .outerjoin(above, above.id == village.township_id)
        .outerjoin(own, own.id == Person.home_township_id)
        .where(Person.record_status != RecordStatus.ERASED)
        .order_by(Person.id)
    )
    if person_ids is None:
        return list(session.execute(query))
    rows: list[Any] = []
    for start in range(0, len(person_ids), _IN_ONE_QUERY):
        rows += session.execute(query.where(Person.id.in_(person_ids[start : start + _IN_ONE_QUERY])))
    return rows


def _identity(session: Session, row: Any) -> Identity:
    vault = vault_of(session)
    opened = {
        name: vault.open(f"{Person.__tablename__}.{name}", row.id, getattr(row, f"{name}_sealed")) for name in _SEALED
    }
    return Identity(
        person_id=row.id,
        name=opened["name"],
        id_number=opened["id_number"],
        phone=opened["phone"],
        employer=opened["employer"],
        **{name: getattr(row, name) for name in _PLAIN},
        village_id=row.home_village_id,
        township_id=row.home_township_id or row.township_of_village,
        county_id=row.home_county_id or row.county_of_village or row.county_of_township,
    )
