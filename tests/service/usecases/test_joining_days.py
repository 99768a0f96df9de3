"""The day on which somebody joined the pools: told by a file or the API for who is new, and kept from then on."""

from datetime import date, datetime
from pathlib import Path

import pytest
from builders_workbooks import a_roster_row, write_records
from flask.testing import FlaskClient
from sqlalchemy import select, update

from service.access import Actor
from service.db import Database
from service.files.findings import Effect
from service.models.people import Person
from service.usecases.days import day_of
from service.usecases.incoming.import_reports import ImportReport
from service.usecases.incoming.imports import ImportOptions, import_file
from service.usecases.records.people import list_people


def _imported(database: Database, actor: Actor, now: datetime, path: Path, *days: str) -> ImportReport:
    rows = [a_roster_row(f"P{n}", 姓名=f"样例{n}", 入库时间=day) for n, day in enumerate(days, start=1)]
    with database.unit_of_work() as session:
        return import_file(
            session, actor=actor, kind="people", path=write_records(path / "r.xlsx", *rows), now=now,
            options=ImportOptions(),
        )  # fmt: skip


def _days(database: Database) -> list[date | None]:
    with database.reading() as session:
        return list(session.scalars(select(Person.registered_on).order_by(Person.person_no)))


def test_a_pool_of_years_is_imported_with_its_days_and_counts_from_them(
    any_database: Database, actor: Actor, now: datetime, tmp_path: Path
) -> None:
    report = _imported(any_database, actor, now, tmp_path, "2024.03", "2025-06-15", "")
    assert [one for one in report.findings if one.effect is Effect.CELL_REFUSED] == []
    assert _days(any_database) == [date(2024, 3, 1), date(2025, 6, 15), day_of(now)]
    with any_database.reading() as session:
        found = list_people(session, actor=actor, filters={"registered_from": date(2025, 1, 1)}, now=now)
        assert sorted(one.person_no for one in found.items) == ["P2", "P3"]


@pytest.mark.parametrize("told", ["2031-01-01", "看情况"])
def test_a_day_that_cannot_be_is_a_finding_of_its_cell_and_the_day_of_the_import_counts(
    any_database: Database, actor: Actor, now: datetime, tmp_path: Path, told: str
) -> None:
    report = _imported(any_database, actor, now, tmp_path, told)
    refused = [(one.column, one.cell) for one in report.findings if one.effect is Effect.CELL_REFUSED]
    assert refused == [("入库时间", "G2")]
    assert _days(any_database) == [day_of(now)]


def test_the_day_of_somebody_known_stays_and_is_only_completed(
    any_database: Database, actor: Actor, now: datetime, tmp_path: Path
) -> None:
    _imported(any_database, actor, now, tmp_path, "2024-03-01", "2024-04-01")
    with any_database.unit_of_work() as session:  # as a release did that kept no days
        session.execute(update(Person).where(Person.person_no == "P2").values(registered_on=None))
    report = _imported(any_database, actor, now, tmp_path, "2026-11-01", "2024-05-01")
    assert _days(any_database) == [date(2024, 3, 1), date(2024, 5, 1)]
    refused = [(one.cell, one.problem.en) for one in report.findings if one.effect is Effect.CELL_REFUSED]
    assert refused == [("G2", "The day of joining is known as 2024-03-01 and stays.")]
    _imported(any_database, actor, now, tmp_path, "", "")
    assert _days(any_database) == [date(2024, 3, 1), date(2024, 5, 1)]


def test_the_api_takes_and_tells_the_day(api: FlaskClient, now: datetime) -> None:
    told = {"person_no": "P1", "name": "样例甲", "talent_source": "T2", "registered_on": "2024-03-01"}
    made = api.post("/api/v1/people", json=told)
    assert (made.status_code, made.json["registered_on"]) == (201, "2024-03-01"), made.text
    other = api.post("/api/v1/people", json={**told, "person_no": "P2", "registered_on": None})
    assert other.json["registered_on"] == day_of(now).isoformat(), other.text
    version = api.get("/api/v1/people/P1").headers["ETag"]
    kept = api.patch("/api/v1/people/P1", json={"registered_on": "2026-11-01"}, headers={"If-Match": version})
    assert (kept.status_code, kept.json["place"]) == (422, "registered_on"), kept.text
    assert api.patch("/api/v1/people/P1", json={"registered_on": "2024-03-01"}, headers={"If-Match": version}).is_json
    assert api.get("/api/v1/people/P1").json["registered_on"] == "2024-03-01"
