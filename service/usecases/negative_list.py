"""Entries on the negative list are written by discipline officers alone; others may at most say that none is known."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import String, select, type_coerce
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import Actor, may, require
from service.db import vault_of
from service.models.people import Person
from service.usecases.reports import SavedRecord, Severity

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

    That there is no entry may be said of whom nothing is known yet; it takes no entry away.
    """
    told = [place for place, record in enumerate(records) if FIELD in record]
    if not told or may(actor, "edit_negative_flags"):
        return records, frozenset()
    numbers, indexes = _listed(session)
    vault = vault_of(session)

    def is_not_theirs(record: Mapping[str, Any]) -> bool:
        own = set(vault.blind_indexes("people.id_number", record.get("id_number")))
        return bool(record[FIELD]) or record.get("person_no") in numbers or bool(own & indexes)

    left_out = frozenset(place for place in told if is_not_theirs(records[place]))
    kept = [
        {key: value for key, value in record.items() if key != FIELD} if place in left_out else record
        for place, record in enumerate(records)
    ]
    return kept, left_out


def tell_left_out(saved: SavedRecord) -> None:
    """Say of a record that its entry on the negative list was not taken."""
    saved.find(FIELD, _LEFT_OUT, Severity.LEFT_OUT, remedy=_BY_DISCIPLINE)


def _listed(session: Session) -> tuple[set[str], set[bytes]]:
    """Return the numbers, and the indexes of the id numbers, of those who have an entry."""
    flags = type_coerce(Person.negative_flags, String())
    rows = session.execute(select(Person.person_no, Person.id_number_index).where(flags.is_not(None), flags != ""))
    found = rows.all()
    return {row.person_no for row in found}, {row.id_number_index for row in found if row.id_number_index}


_LEFT_OUT = Text("负面清单由纪检监察机关登记，未读取。", "Discipline officers enter the negative list: not taken.")
_BY_DISCIPLINE = Text("请由纪检监察人员在档案中登记。", "Let a discipline officer enter it in the record.")
