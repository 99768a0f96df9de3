"""Appointments: who holds which post, for the rules that count posts."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from matching.vocabulary import Text
from service.access import Actor, require
from service.db import allocate_ids
from service.errors import NotFound
from service.models.appointments import Appointment
from service.models.people import Person
from service.models.vacancies import Vacancy
from service.models.villages import Village
from service.queries.merges import ids_by_number
from service.usecases.auditing import audit
from service.usecases.days import term_end
from service.usecases.revisions import bump

__all__ = ["save_appointments"]


def save_appointments(session: Session, *, actor: Actor, records: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """Record appointments.

    Parameters
    ----------
    records : sequence of mapping
        ``person_no``, ``village_code``, ``vacancy_no`` or None, ``post_type``, ``started_on``, ``ended_on`` or None.

    Raises
    ------
    NotFound
        If a person, village or vacancy is not registered; nothing is recorded then.
    """
    require(actor, "import_files")
    merged = ids_by_number(session, {record["person_no"] for record in records if record.get("person_no")})
    others = [record for record in records if record.get("person_no") not in merged]
    people = merged | _ids(session, Person.person_no, Person.id, others, "person_no")
    villages = _ids(session, Village.village_code, Village.id, records, "village_code")
    vacancies = _ids(session, Vacancy.vacancy_no, Vacancy.id, records, "vacancy_no")
    months = session.execute(select(Vacancy.vacancy_no, Vacancy.term_months))
    terms = {number: n_months for number, n_months in months}  # noqa: C416 - rows are not pairs
    ids = allocate_ids(session, Appointment.__tablename__, len(records))
    rows = [
        {
            "id": row_id,
            "appointment_no": f"A{record['started_on']:%Y}-{row_id:06d}",
            "person_id": people[record["person_no"]],
            "village_id": villages[record["village_code"]],
            "vacancy_id": vacancies[record["vacancy_no"]] if record.get("vacancy_no") else None,
            "post_type": record["post_type"],
            "started_on": record["started_on"],
            "ended_on": record.get("ended_on"),
            "state": "finished" if record.get("ended_on") else "in_post",
            "term_ends_on": _term_ends_on(record, terms),
            "version": 1,
        }
        for row_id, record in zip(ids, records, strict=True)
    ]
    if rows:
        session.execute(insert(Appointment), rows)
        bump(session, "people", people={row["person_id"] for row in rows})
    audit.record(
        session, actor=actor, action="save_appointments", subject_kind="appointments", subject_no="", now=now,
        detail={"n_new": len(rows)},
    )  # fmt: skip
    session.flush()


def _term_ends_on(record: Mapping[str, Any], terms: Mapping[str, int | None]) -> date | None:
    n_months = terms.get(record.get("vacancy_no") or "")
    return term_end(record["started_on"], n_months) if n_months and not record.get("ended_on") else None


def _ids(
    session: Session,
    number: InstrumentedAttribute[str],
    row_id: InstrumentedAttribute[int],
    records: Sequence[Mapping[str, Any]],
    key: str,
) -> dict[str, int]:
    known = {found: found_id for found, found_id in session.execute(select(number, row_id))}  # noqa: C416 - rows are not pairs
    for index, record in enumerate(records):
        if record.get(key) and record[key] not in known:
            raise NotFound(
                Text(f"没有登记 {record[key]}。", f"{record[key]} is not registered."),
                place=f"[{index}].{key}",
                value=record[key],
            )
    return known
