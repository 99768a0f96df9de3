"""Many rows at once stand in the table exactly as an ordinary insert would have written them."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from matching.vocabulary import RecordStatus, TalentSource
from service.errors import InvalidInput
from service.models.people import Person
from service.models.provenance import Source, SourceKind
from service.models.villages import County
from service.queries.bulk_rows import write_rows

NASTY = ("", " ", "\\N", "\\.", "a\tb", "a\nb\r\nc", 'q"q', "''", "\\x41", "\\", "𠮷", "NULL", "%s", ":x", "{}")
MOMENT = datetime(2026, 11, 23, 2, 0, 0, 123456, tzinfo=UTC)


def a_row(index, text):
    return {
        "id": index + 1,
        "person_no": f"P{index}",
        "name_sealed": bytes(range(256)),
        "name_index": bytes([index]) * 32,
        "talent_source": next(iter(TalentSource)),
        "record_status": RecordStatus.DRAFT if index % 2 else RecordStatus.VERIFIED,
        "skill_certificate": text,
        "industry_text": None,
        "birth_date": date(1985, 10, 1 + index) if index % 3 else None,
        "birth_date_is_month": index % 2 == 0,
        "years_in_industry": index / 3,
        "households_led": index or None,
        "willing_posts": ("1", "2")[: index % 3] if index % 4 else None,
        "residence_in_city": None if index % 3 else True,
        "merged_into_id": None,
        "version": 1,
        "created_at": MOMENT,
        "updated_at": MOMENT,
    }


def stored(session):
    return [tuple(row) for row in session.connection().execute(select(Person.__table__).order_by("id"))]


def test_many_rows_are_stored_as_an_ordinary_insert_stores_them(any_database):
    rows = [a_row(index, text) for index, text in enumerate(NASTY * 2)]
    with any_database.unit_of_work() as session, session.begin_nested() as savepoint:
        session.connection().execute(insert(Person.__table__), rows)
        expected = stored(session)
        savepoint.rollback()
    with any_database.unit_of_work() as session:
        write_rows(session.connection(), Person.__table__, rows)
        assert stored(session) == expected
        assert len(expected) == len(rows)


def test_a_default_of_a_column_that_is_not_given_counts(any_database):
    rows = [{"id": n, "county_code": f"{239900 + n}", "name": f"示范县{n}"} for n in range(1, 41)]
    with any_database.unit_of_work() as session:
        write_rows(session.connection(), County.__table__, rows)
        assert set(session.scalars(select(County.is_provisional))) == {False}


def test_a_number_that_is_taken_is_an_integrity_error_whoever_the_driver_is(any_database):
    rows = [a_row(index, "") for index in range(30)]
    rows[29]["person_no"] = "P0"
    with any_database.unit_of_work() as session:
        with pytest.raises(IntegrityError), session.begin_nested():
            write_rows(session.connection(), Person.__table__, rows)
        assert stored(session) == []


def test_a_link_to_nothing_is_an_integrity_error(any_database):
    rows = [{"id": n, "kind": SourceKind.CLI, "import_id": 7, "username": "样例", "at": MOMENT} for n in range(1, 41)]
    with any_database.unit_of_work() as session, pytest.raises(IntegrityError), session.begin_nested():
        write_rows(session.connection(), Source.__table__, rows)


@pytest.mark.parametrize("n_rows", [3, 40])
def test_a_text_longer_than_its_column_is_refused_by_its_name_whoever_the_database_is(any_database, n_rows):
    rows = [{"id": n, "county_code": f"{239900 + n}", "name": f"示范县{n}"} for n in range(1, n_rows + 1)]
    rows[-1]["name"] = "长" * 61
    with any_database.unit_of_work() as session:
        with pytest.raises(InvalidInput, match="60 characters") as refused:
            write_rows(session.connection(), County.__table__, rows)
        assert session.scalars(select(County.name)).all() == []
    assert refused.value.place == "name"
    assert refused.value.remedy is not None
