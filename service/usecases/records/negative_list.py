"""Entries on the negative list are written by discipline officers alone; others may at most say that none is known."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import Actor, may, require
from service.db import vault_of
from service.models.identity import WITH_ABSORBED
from service.models.people import Person
from service.usecases.incoming.reports import SavedRecord, Severity

__all__ = ["FIELD", "require_rights_of", "tell_left_out", "without_entries"]

FIELD = "negative_flags"


def require_rights_of(actor: Actor, record: Mapping[str, Any]) -> None:
    """Refuse a change of a known record's fields that are not the actor's to write.

    Raises
    ------
    Forbidden
        If the negative list is among them and the actor is no discipline officer, or other fields are and the actor
        edits no records.
    """
    if FIELD in record:
        require(actor, "edit_negative_flags")
    if record.keys() - {FIELD} or not record:
        require(actor, "edit_people")


def without_entries(
    session: Session, *, actor: Actor, records: Sequence[Mapping[str, Any]]
) -> tuple[Sequence[Mapping[str, Any]], frozenset[int]]:
    """Return records without what they say about the negative list, where the actor may not say it, and of which.

    That there is no entry may be said of somebody new. Of everybody known it is left out alike, whether there is one
    or not: the answer would tell.
    """
    told = [place for place, record in enumerate(records) if FIELD in record]
    if not told or may(actor, "edit_negative_flags"):
        return records, frozenset()
    known = _known(session, [records[place] for place in told])
    vault = vault_of(session)

    def is_not_theirs(record: Mapping[str, Any]) -> bool:
        own = set(vault.blind_indexes("people.id_number", record.get("id_number")))
        return bool(record[FIELD]) or record.get("person_no") in known or bool(own & known)

    left_out = frozenset(place for place in told if is_not_theirs(records[place]))
    kept = [
        {key: value for key, value in record.items() if key != FIELD} if place in left_out else record
        for place, record in enumerate(records)
    ]
    return kept, left_out


def tell_left_out(saved: SavedRecord) -> None:
    """Say of a record that its entry on the negative list was not taken."""
    saved.find(FIELD, _LEFT_OUT, Severity.LEFT_OUT, remedy=_BY_DISCIPLINE)


def _known(session: Session, records: Sequence[Mapping[str, Any]]) -> frozenset[str | bytes]:
    """Return the numbers, and the indexes of the id numbers, of records that stand for somebody already."""
    vault = vault_of(session)
    numbers = sorted({record["person_no"] for record in records if record.get("person_no")})
    indexes = sorted(
        {index for record in records for index in vault.blind_indexes("people.id_number", record.get("id_number"))}
    )
    return frozenset((*_among(session, Person.person_no, numbers), *_among(session, Person.id_number_index, indexes)))


def _among(session: Session, column: Any, values: Sequence[Any]) -> Iterator[Any]:
    for start in range(0, len(values), _IN_ONE_QUERY):
        part = values[start : start + _IN_ONE_QUERY]
        yield from session.scalars(select(column).where(column.in_(part)), execution_options={WITH_ABSORBED: True})


_IN_ONE_QUERY = 500
_LEFT_OUT = Text("负面清单由纪检监察机关登记，未读取。", "Discipline officers enter the negative list: not taken.")
_BY_DISCIPLINE = Text("请由纪检监察人员在档案中登记。", "Let a discipline officer enter it in the record.")
