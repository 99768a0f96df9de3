"""People on their way into the table: whom each record speaks of, and whether it may speak of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.db import actor_of, vault_of
from service.models.people import Person
from service.queries.merges import absorbed_by_id_number, survivor_numbers
from service.usecases.incoming import people_findings
from service.usecases.incoming.import_looks import refuse_blind
from service.usecases.incoming.reports import MISSING, SavedRecord, Severity
from service.usecases.records.homes import known_home
from service.usecases.records.places import Located
from service.usecases.territory import refuse_home_elsewhere, refuse_taken_numbers

__all__ = ["Incoming", "identify", "refuse_elsewhere"]

_IN_ONE_QUERY = 500


@dataclass
class Incoming:
    """One record on its way into the table.

    Parameters
    ----------
    record : mapping
        As it came, less what was left out of it.
    saved : SavedRecord
        What became of it.
    person : Person or None
        Whom it is about; None: somebody new.
    home : Located or None
        Where it says that they live.
    values : dict or None
        What is to be written.
    person_id : int
    """

    record: Mapping[str, Any]
    saved: SavedRecord
    person: Person | None = None
    home: Located | None = None
    values: dict[str, Any] | None = None
    person_id: int = 0


def identify(session: Session, drafts: list[Incoming], *, hidden: frozenset[int]) -> None:
    """Find the people that the records speak of: by number, else by id number; refuse those of `hidden` ones."""
    indexes = [vault_of(session).blind_indexes("people.id_number", draft.record.get("id_number")) for draft in drafts]
    numbers = [draft.record["person_no"] for draft in drafts if draft.record.get("person_no")]
    by_number = {person.person_no: person for person in _read(session, Person.person_no, numbers)}
    by_number |= _survivors(session, [number for number in numbers if number not in by_number])
    wanted = [index for own in indexes for index in own]
    by_index = absorbed_by_id_number(session, wanted)
    by_index |= {person.id_number_index: person for person in _read(session, Person.id_number_index, wanted)}
    refuse_blind(zip(drafts, indexes, strict=True), by_number=by_number, by_index=by_index, hidden=hidden)
    seen: dict[str | bytes, int] = {}
    for draft, own in zip(drafts, indexes, strict=True):
        number = draft.record.get("person_no")
        namesake = next((by_index[index] for index in own if index in by_index), None)
        draft.person = by_number.get(number) if number else namesake
        draft.saved.number = draft.person.person_no if draft.person else number or ""
        people_findings.refuse_erased(draft.saved, draft.person)
        _refuse_repetition(draft, own[0] if own else None, seen)
        if number and namesake is not None and namesake.person_no != draft.saved.number:
            draft.saved.find("id_number", people_findings.same_id_number(namesake.person_no), Severity.NOTE)
        for field in ("name", "talent_source"):
            if draft.record.get(field) is None and (draft.person is None or field in draft.record):
                draft.saved.find(field, MISSING, Severity.REFUSED)


def _survivors(session: Session, numbers: Sequence[str]) -> dict[str, Person]:
    """Return who stands for the records among some numbers that were merged into others."""
    leading = survivor_numbers(session, numbers)
    people = {person.person_no: person for person in _read(session, Person.person_no, sorted(set(leading.values())))}
    return {number: people[survivor] for number, survivor in leading.items()}


def refuse_elsewhere(session: Session, drafts: Sequence[Incoming]) -> None:
    """Refuse who lives, or would live, outside the actor's territory, and numbers that somebody elsewhere has."""
    if actor_of(session) is None:
        return
    wanted: dict[str, list[SavedRecord]] = {}
    for draft in drafts:
        if draft.person is not None:
            refuse_home_elsewhere(session, draft.saved, home=known_home(draft.person), employer=draft.person.employer)
        elif draft.saved.number:
            wanted.setdefault(draft.saved.number, []).append(draft.saved)
        if draft.person is None or draft.home is not None or "employer" in draft.record:
            employer = draft.record.get("employer", draft.person.employer if draft.person else None)
            refuse_home_elsewhere(session, draft.saved, home=draft.home or known_home(draft.person), employer=employer)
    refuse_taken_numbers(session, Person.person_no, wanted, place="person_no")


def _refuse_repetition(draft: Incoming, index: bytes | None, seen: dict[str | bytes, int]) -> None:
    """Refuse a second record of the same number, or of the same id number where it says no number of its own."""
    here = draft.saved.index
    if draft.saved.number and seen.setdefault(draft.saved.number, here) != here:
        draft.saved.find("person_no", people_findings.said_twice(seen[draft.saved.number]), Severity.REFUSED)
    elif index is not None and seen.setdefault(index, here) != here:
        if draft.record.get("person_no"):
            draft.saved.find("id_number", people_findings.same_id_number_as(seen[index]), Severity.NOTE)
        else:
            draft.saved.find("id_number", people_findings.said_twice(seen[index]), Severity.REFUSED)


def _read(session: Session, column: Any, keys: Sequence[Any]) -> Iterable[Person]:
    for start in range(0, len(keys), _IN_ONE_QUERY):
        wanted = select(Person).where(column.in_(keys[start : start + _IN_ONE_QUERY]))
        yield from session.scalars(wanted)
