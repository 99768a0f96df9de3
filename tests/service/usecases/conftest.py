"""Importing files in tests, and reading what came of it."""

import pytest
from sqlalchemy import select

from service.models.people import Person
from service.usecases.imports import ImportOptions, import_file


@pytest.fixture
def run(database, actor, now):
    """Import a file and commit."""

    def run(path, kind="people", **options):
        with database.unit_of_work() as session:
            return import_file(
                session,
                actor=actor,
                kind=kind,
                path=path,
                now=now,
                options=ImportOptions(**options) if options else None,
            )

    return run


@pytest.fixture
def rows(database):
    """Read all rows of a table by their number."""

    def rows(model, number):
        with database.reading() as session:
            return {getattr(row, number): row for row in session.scalars(select(model).order_by(number))}

    return rows


@pytest.fixture
def people(database):
    """Read people by name, with what the test looks at."""

    def people(*attributes):
        with database.reading() as session:
            return {
                person.name: tuple(getattr(person, attribute) for attribute in attributes)
                for person in session.scalars(select(Person).order_by(Person.person_no))
            }

    return people
