"""Saving training records: one line a person, course and first day.

The hours are kept beside ``people.training_hours`` and never written into it. That field says what a person did in the
last three years as somebody vouches for it; a list of courses is often not complete, and a sum would grow stale with
every day. Where the courses on record come to more than the field says, a finding tells both figures.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.db import allocate_ids
from service.models.people import Person
from service.models.training_records import TrainingRecord
from service.queries.merges import survivor_numbers
from service.usecases.days import day_of
from service.usecases.incoming.reports import SavedRecord, SavedState, SaveReport, Severity
from service.usecases.records.provenance import Ledger
from service.usecases.records.record_fields import apply_changes, check_keys, insert_rows

__all__ = ["save"]

Record = Mapping[str, Any]
Key = tuple[int, str, date | None]

_IN_ONE_QUERY = 500
_YEARS = 3
_VALUES = ("theme", "base", "base_kind", "off_site", "hours", "ended_on", "result")


def save(session: Session, records: Sequence[Record], *, now: datetime, ledger: Ledger) -> SaveReport:
    """Save training records and report what became of each; the caller has checked the right and writes the audit."""
    check_keys(records, model=TrainingRecord, others=("person_no",))
    report = SaveReport([SavedRecord(index) for index in range(len(records))])
    people = _people(session, {record.get("person_no") for record in records})
    known = _known(session, {person_id for person_id, _ in people.values()})
    new: dict[Key, dict[str, Any]] = {}
    told_by: dict[Key, int] = {}
    last: dict[int, SavedRecord] = {}
    for record, saved in zip(records, report.records, strict=True):
        key = _key(record, saved, people, day_of(now))
        if key is None:
            continue
        values = {name: record[name] for name in _VALUES if name in record}
        if key in new:
            saved.find("course", _SAID_TWICE, Severity.REFUSED, remedy=_ONE_LINE)
        elif key in known:
            saved.subject_id = known[key].id
            saved.changes = apply_changes(known[key], values)
            saved.state = SavedState.CHANGED if saved.changes else SavedState.SAME
            if saved.changes:
                known[key].updated_at = now
            ledger.note_changed("training", known[key].id, saved.changes, index=saved.index)
        else:
            saved.state = SavedState.NEW
            new[key] = values
            told_by[key] = saved.index
        if saved.state is not SavedState.REFUSED:
            last[key[0]] = saved
    ids = _insert(session, new, now=now)
    session.flush()
    for key, row_id in ids.items():
        ledger.note_new("training", row_id, new[key], index=told_by[key])
    ledger.write()
    _compare_hours(session, last, people, today=day_of(now))
    return report


def _key(record: Record, saved: SavedRecord, people: Mapping[str, tuple[int, float | None]], today: date) -> Key | None:
    number = record.get("person_no") or ""
    saved.number = f"{number} / {record.get('course') or ''}"
    if number not in people:
        unknown = Text(f"没有编号为“{number}”的人员。", f"There is no person with the number '{number}'.")
        saved.find("person_no", unknown, Severity.REFUSED, remedy=_FIRST_THE_PERSON)
    for name in ("course", "hours"):
        if record.get(name) is None:
            saved.find(name, _MISSING, Severity.REFUSED)
    if record.get("started_on") and record["started_on"] > today:
        saved.find("started_on", _NOT_YET, Severity.REFUSED, remedy=_AFTERWARDS)
    if saved.state is SavedState.REFUSED:
        return None
    return people[number][0], record["course"], record.get("started_on")


def _people(session: Session, wanted: Iterable[str | None]) -> dict[str, tuple[int, float | None]]:
    numbers = sorted(filter(None, wanted))
    found: dict[str, tuple[int, float | None]] = {}
    columns = select(Person.person_no, Person.id, Person.training_hours)
    for start in range(0, len(numbers), _IN_ONE_QUERY):
        rows = session.execute(columns.where(Person.person_no.in_(numbers[start : start + _IN_ONE_QUERY])))
        found.update((number, (person_id, hours)) for number, person_id, hours in rows)
    leading = survivor_numbers(session, [number for number in numbers if number not in found])
    if leading:
        survivors = _people(session, leading.values())
        found.update((number, survivors[survivor]) for number, survivor in leading.items())
    return found


def _known(session: Session, person_ids: set[int]) -> dict[Key, TrainingRecord]:
    ids = sorted(person_ids)
    known: dict[Key, TrainingRecord] = {}
    for start in range(0, len(ids), _IN_ONE_QUERY):
        wanted = TrainingRecord.person_id.in_(ids[start : start + _IN_ONE_QUERY])
        known.update(
            ((t.person_id, t.course, t.started_on), t) for t in session.scalars(select(TrainingRecord).where(wanted))
        )
    return known


def _insert(session: Session, new: Mapping[Key, dict[str, Any]], *, now: datetime) -> dict[Key, int]:
    ids = dict(zip(new, allocate_ids(session, TrainingRecord.__tablename__, len(new)), strict=True))
    rows = [
        {
            **dict.fromkeys(_VALUES),
            **values,
            "id": row_id,
            "person_id": person_id,
            "course": course,
            "started_on": started_on,
            "created_at": now,
            "updated_at": now,
        }
        for row_id, ((person_id, course, started_on), values) in zip(ids.values(), new.items(), strict=True)
    ]
    insert_rows(session, TrainingRecord, rows)
    return ids


def _compare_hours(
    session: Session,
    last: Mapping[int, SavedRecord],
    people: Mapping[str, tuple[int, float | None]],
    *,
    today: date,
) -> None:
    """Say where the courses of three years come to more than the person's record says."""
    since = date(today.year - _YEARS, today.month, min(today.day, 28))
    hours: dict[int, float] = defaultdict(float)
    for (person_id, _, started_on), record in _known(session, set(last)).items():
        day = record.ended_on or started_on
        if day is not None and since <= day <= today and record.result not in {"failed", "unfinished"}:
            hours[person_id] += record.hours
    for person_id, stated in people.values():
        if person_id in last and hours[person_id] > (stated or 0):
            figures = {"recorded": f"{hours[person_id]:g}", "stated": "—" if stated is None else f"{stated:g}"}
            last[person_id].find("hours", _MORE_ON_RECORD.filled(**figures), Severity.NOTE, remedy=_CARRY_OVER)


_MISSING = Text("缺少必填内容。", "This is required.")
_SAID_TWICE = Text(
    "同一人员、班次和开始日期重复，未登记。", "The same person, course and first day stands twice; not registered."
)
_ONE_LINE = Text("请只保留一行。", "Keep one line.")
_FIRST_THE_PERSON = Text("请先导入人员，或核对编号。", "Import the person first, or check the number.")
_NOT_YET = Text("培训尚未开始，未登记。", "The training has not begun; not registered.")
_AFTERWARDS = Text("请在培训开始后再导入，或核对日期。", "Import it once it has begun, or check the date.")
_MORE_ON_RECORD = Text(
    "近三年登记的培训共 {recorded} 学时，档案填的是 {stated}。",
    "The courses of three years come to {recorded} hours, the person's record says {stated}.",
)
_CARRY_OVER = Text(
    "培训记录不会自动改写档案；核对后请更新“近三年培训学时”。",
    "Courses never change the record by themselves; check them and update 近三年培训学时.",
)
