"""Saving review decisions: one line a vacancy, person and reviewer."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from matching.vocabulary import Text
from service.db import allocate_ids
from service.models.people import Person
from service.models.reviews import Decision
from service.models.vacancies import Vacancy
from service.usecases.record_fields import apply_changes, check_keys, insert_rows, plain_fields
from service.usecases.reports import SavedRecord, SavedState, SaveReport, Severity

__all__ = ["save"]

Record = Mapping[str, Any]
Key = tuple[int, int, str]

_IN_ONE_QUERY = 500
_NUMBERS = ("vacancy_no", "person_no")


def save(session: Session, records: Sequence[Record], *, now: datetime) -> SaveReport:
    """Save decisions and report what became of each; the caller has checked the right and writes the audit line."""
    check_keys(records, model=Decision, others=_NUMBERS)
    report = SaveReport([SavedRecord(index) for index in range(len(records))])
    vacancies = _ids(session, Vacancy.vacancy_no, Vacancy.id, {r.get("vacancy_no") for r in records})
    people = _ids(session, Person.person_no, Person.id, {r.get("person_no") for r in records})
    known = _known(session, set(vacancies.values()))
    new: dict[Key, dict[str, Any]] = {}
    for record, saved in zip(records, report.records, strict=True):
        key = _key(record, saved, vacancies, people)
        if key is None:
            continue
        values = {name: record[name] for name in _DECIDED & record.keys()}
        if key in known:
            saved.changed = apply_changes(known[key], values)
            saved.state = SavedState.CHANGED if saved.changed else SavedState.SAME
        elif key in new:
            saved.find("person_no", _SAID_TWICE, Severity.REFUSED)
        else:
            saved.state = SavedState.NEW
            new[key] = values
    _insert(session, new, now=now)
    session.flush()
    return report


_DECIDED = plain_fields(Decision) - {"reviewer_no"}


def _key(record: Record, saved: SavedRecord, vacancies: Mapping[str, int], people: Mapping[str, int]) -> Key | None:
    saved.number = " / ".join(str(record.get(name) or "") for name in _NUMBERS)
    for name, known in zip(_NUMBERS, (vacancies, people), strict=True):
        if record.get(name) not in known:
            saved.find(name, _unknown(record.get(name)), Severity.REFUSED)
    if record.get("decision") is None:
        saved.find("decision", _MISSING, Severity.REFUSED)
    if saved.state is SavedState.REFUSED:
        return None
    return vacancies[record["vacancy_no"]], people[record["person_no"]], record.get("reviewer_no") or ""


def _ids(
    session: Session,
    number: InstrumentedAttribute[str],
    row_id: InstrumentedAttribute[int],
    wanted: Iterable[str | None],
) -> dict[str, int]:
    numbers = sorted(filter(None, wanted))
    found: dict[str, int] = {}
    for start in range(0, len(numbers), _IN_ONE_QUERY):
        rows = session.execute(select(number, row_id).where(number.in_(numbers[start : start + _IN_ONE_QUERY])))
        found.update((name, id_) for name, id_ in rows)
    return found


def _known(session: Session, vacancy_ids: set[int]) -> dict[Key, Decision]:
    ids = sorted(vacancy_ids)
    known: dict[Key, Decision] = {}
    for start in range(0, len(ids), _IN_ONE_QUERY):
        part = session.scalars(select(Decision).where(Decision.vacancy_id.in_(ids[start : start + _IN_ONE_QUERY])))
        known.update(((d.vacancy_id, d.person_id, d.reviewer_no), d) for d in part)
    return known


def _insert(session: Session, new: Mapping[Key, dict[str, Any]], *, now: datetime) -> None:
    ids = allocate_ids(session, Decision.__tablename__, len(new))
    rows = [
        {
            **dict.fromkeys(_DECIDED),
            **values,
            "id": decision_id,
            "vacancy_id": vacancy_id,
            "person_id": person_id,
            "reviewer_no": reviewer_no,
            "created_at": now,
        }
        for decision_id, ((vacancy_id, person_id, reviewer_no), values) in zip(ids, new.items(), strict=True)
    ]
    insert_rows(session, Decision, rows)


_MISSING = Text("缺少必填内容。", "This is required.")
_SAID_TWICE = Text(
    "同一岗位、人员和审阅人的结论重复，未登记。", "The same vacancy, person and reviewer stands twice; not registered."
)


def _unknown(number: object) -> Text:
    return Text(f"没有编号为“{number or ''}”的记录。", f"There is no record with the number '{number or ''}'.")
