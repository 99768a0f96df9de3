"""What of a person's own file is hidden from others: the middle of numbers, entries on the negative list."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.vocabulary import Verdict
from schemas.identity import mask_id_number, mask_phone
from service.access.masking import FLAGGED, ON_LIST
from service.models.people import Person
from service.models.provenance import RecordChange
from service.usecases.records.negative_list import FIELD

__all__ = ["NUMBERS", "clear_numbers", "flag_only", "secrets_of", "with_hidden_middles"]

_MASKS = {"id_number": mask_id_number, "phone": mask_phone}
NUMBERS = frozenset(_MASKS)


def flag_only(document: dict[str, Any], *, rules: frozenset[str]) -> None:
    """Leave in a document that there is an entry on the negative list, not which: it is handed out by an officer."""
    for record in (document["record"], *document["merged_records"]):
        if record.get(FIELD):
            record[FIELD] = [FLAGGED]
    for score in document["scores"]:
        for rule in score["rules"]:
            if rule["rule_id"] in rules and rule["verdict"] == Verdict.FAIL.value:
                rule["sentence"] = ON_LIST._asdict()
    for request in document["other_records"].get("corrections", []):
        if request.get("field") == FIELD:
            request.pop("proposed", None)


def secrets_of(session: Session, people: Iterable[Person]) -> dict[str, str]:
    """Return the numbers that people have and had, each with what is shown of it."""
    found: dict[str, str] = {}
    for person in people:
        past = clear_numbers(session, person.id)
        for name, mask in _MASKS.items():
            pairs = [[getattr(person, name)], *past.get(name, [])]
            found |= {str(number): mask(str(number)) for pair in pairs for number in pair if number}
    return found


def with_hidden_middles(told: Any, secrets: Mapping[str, str]) -> Any:
    """Return a document with the middle of numbers hidden, wherever they stand in it."""
    if isinstance(told, dict):
        return {key: with_hidden_middles(value, secrets) for key, value in told.items()}
    if isinstance(told, list | tuple):
        return [with_hidden_middles(one, secrets) for one in told]
    if isinstance(told, str):
        for number, shown in secrets.items():
            told = told.replace(number, shown)
    return told


def clear_numbers(session: Session, person_id: int) -> dict[str, list[list[Any]]]:
    """Return what id number and phone were and became, change by change; histories mask them."""
    own = select(RecordChange).where(RecordChange.subject_kind == "person", RecordChange.subject_id == person_id)
    clear: dict[str, list[list[Any]]] = {}
    for change in session.scalars(own.order_by(RecordChange.id)):
        pairs = json.loads(change.changes)
        for field in NUMBERS & pairs.keys():
            clear.setdefault(field, []).append(pairs[field])
    return clear
