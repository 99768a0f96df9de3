"""Records that were merged into others: who stands for whom."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models.identity import WITH_ABSORBED, Merge
from service.models.people import Person
from service.models.territories import seeing_everywhere

__all__ = [
    "absorbed_by_id_number",
    "absorbing_merge",
    "all_survivors",
    "ids_by_number",
    "lock_people",
    "merged_into",
    "merges_into",
    "standing_merges",
    "survivor_numbers",
    "survivors_of",
]

_IN_ONE_QUERY = 500
_NOBODY = 0
_PEOPLE = Person.__table__


def survivors_of(session: Session, person_ids: Iterable[int]) -> dict[int, int]:
    """Return who stands for each person today; who was not merged stands for themselves."""
    stands = {person_id: person_id for person_id in person_ids}
    open_ids = set(stands.values())
    while open_ids:
        into = _into(session, open_ids)
        stands = {person_id: into.get(other, other) for person_id, other in stands.items()}
        open_ids = set(into.values())
    return stands


@seeing_everywhere
def all_survivors(session: Session) -> dict[int, int]:
    """Return who stands today for each person who was merged into another record."""
    return survivors_of(session, session.scalars(select(Merge.absorbed_id).where(Merge.undone_at.is_(None))))


def survivor_numbers(session: Session, numbers: Collection[str]) -> dict[str, str]:
    """Return the number of the survivor for each number of somebody who was merged into another record."""
    absorbed = _absorbed(session, numbers)
    if not absorbed:
        return {}
    stands = survivors_of(session, absorbed.values())
    names: dict[int, str] = {}
    for part in _parts(sorted(set(stands.values()))):
        rows = session.execute(select(Person.id, Person.person_no).where(Person.id.in_(part)))
        names |= {row.id: row.person_no for row in rows}
    # Survivors of other territories are left out.
    return {number: names[stands[person_id]] for number, person_id in absorbed.items() if stands[person_id] in names}


def ids_by_number(session: Session, numbers: Collection[str]) -> dict[str, int]:
    """Return the ids of the survivors by the numbers of those who were merged into them."""
    leading = survivor_numbers(session, numbers)
    found: dict[str, int] = {}
    for part in _parts(sorted(set(leading.values()))):
        rows = session.execute(select(Person.person_no, Person.id).where(Person.person_no.in_(part)))
        found |= {row.person_no: row.id for row in rows}
    return {number: found[survivor] for number, survivor in leading.items() if survivor in found}


def absorbed_by_id_number(session: Session, indexes: Collection[bytes]) -> dict[bytes | None, Person]:
    """Return who stands for the merged records that have some id numbers, by the blind index of the number.

    Survivors of other territories are left out, with as many statements as if there were none.
    """
    stands = _standing_by_index(session, indexes) or {None: _NOBODY}
    people: dict[int, Person] = {}
    for part in _parts(sorted(set(stands.values()))):
        people |= {person.id: person for person in session.scalars(select(Person).where(Person.id.in_(part)))}
    return {index: people[person_id] for index, person_id in stands.items() if person_id in people}


def absorbing_merge(session: Session, person_id: int) -> Merge | None:
    """Return the merge by which somebody was merged into another record, None if they were not."""
    return session.scalars(select(Merge).where(Merge.absorbed_id == person_id, Merge.undone_at.is_(None))).first()


def merges_into(session: Session, person_id: int) -> list[Merge]:
    """Return the standing merges into a record, the oldest first."""
    query = select(Merge).where(Merge.survivor_id == person_id, Merge.undone_at.is_(None)).order_by(Merge.id)
    return list(session.scalars(query))


@seeing_everywhere
def merged_into(session: Session, person_id: int) -> list[int]:
    """Return the ids of the records that one stands for, its own first, then in the order in which they were merged."""
    stands_for = [person_id]
    open_ids = [person_id]
    while open_ids:
        query = select(Merge.absorbed_id).where(Merge.survivor_id.in_(open_ids), Merge.undone_at.is_(None))
        open_ids = list(session.scalars(query.order_by(Merge.id)))
        stands_for += open_ids
    return stands_for


def standing_merges(session: Session, person_ids: Collection[int]) -> list[Merge]:
    """Return the merges, not undone, by which one of some people stands for another or is stood for."""
    found: dict[int, Merge] = {}
    for part in _parts(sorted(person_ids)):
        concerned = Merge.survivor_id.in_(part) | Merge.absorbed_id.in_(part)
        found |= {one.id: one for one in session.scalars(select(Merge).where(concerned, Merge.undone_at.is_(None)))}
    return [found[merge_id] for merge_id in sorted(found)]


@seeing_everywhere
def lock_people(session: Session, person_ids: Collection[int]) -> None:
    """Wait until nobody else merges, parts or refers to these people, and keep them until the end of the transaction.

    On SQLite there is one writer at a time anyway.
    """
    rows = select(Person.id).where(Person.id.in_(person_ids)).order_by(Person.id).with_for_update()
    session.execute(rows, execution_options={WITH_ABSORBED: True}).all()


@seeing_everywhere
def _absorbed(session: Session, numbers: Collection[str]) -> dict[str, int]:
    absorbed: dict[str, int] = {}
    for part in _parts(sorted(numbers)):
        rows = session.execute(
            select(Person.person_no, Person.id).where(Person.person_no.in_(part), Person.merged_into_id.is_not(None)),
            execution_options={WITH_ABSORBED: True},
        )
        absorbed |= {number: person_id for number, person_id in rows}  # noqa: C416 - rows are not pairs
    return absorbed


@seeing_everywhere
def _standing_by_index(session: Session, indexes: Collection[bytes]) -> dict[bytes | None, int]:
    """Return the ids of who stands for merged records wherever they are, in one statement however long the way is."""
    standing: dict[bytes | None, int] = {}
    for part in _parts(list(indexes)):
        merged = (
            select(_PEOPLE.c.id_number_index.label("asked"), _PEOPLE.c.merged_into_id.label("into"))
            .where(_PEOPLE.c.id_number_index.in_(part), _PEOPLE.c.merged_into_id.is_not(None))
            .cte("merged", recursive=True)
        )
        further = _PEOPLE.alias()
        step = select(merged.c.asked, further.c.merged_into_id).join(further, further.c.id == merged.c.into)
        way = merged.union_all(step.where(further.c.merged_into_id.is_not(None)))
        end = _PEOPLE.alias()
        found = select(way.c.asked, way.c.into).join(end, end.c.id == way.c.into).where(end.c.merged_into_id.is_(None))
        standing |= {row.asked: row.into for row in session.execute(found)}
    return standing


@seeing_everywhere
def _into(session: Session, person_ids: Collection[int]) -> dict[int, int]:
    into: dict[int, int] = {}
    for part in _parts(sorted(person_ids)):
        rows = session.execute(
            select(Person.id, Person.merged_into_id).where(Person.id.in_(part), Person.merged_into_id.is_not(None)),
            execution_options={WITH_ABSORBED: True},
        )
        into |= {row.id: row.merged_into_id for row in rows}
    return into


def _parts(keys: list[Any]) -> list[list[Any]]:
    return [keys[start : start + _IN_ONE_QUERY] for start in range(0, len(keys), _IN_ONE_QUERY)]
