"""Locks that the service takes and holds as the lesser role of the database are its to take, and are said to others."""

import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from builders_offices import hire_office
from builders_two_counties import two_counties
from conftest import NOW
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from service.context import Service
from service.db import Database, Model
from service.installation import open_database
from service.models.people import Person
from service.queries.merges import lock_people
from service.settings import Settings
from tests.service.operations.builders_roles import as_role, changed, installed_by_owner


@pytest.fixture(scope="module")
def settings(postgresql_server: str, migrated_postgresql: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    name = f"locks{secrets.token_hex(4)}"
    owned = installed_by_owner(postgresql_server, migrated_postgresql, name, tmp_path_factory.mktemp("roles"))
    return replace(owned, database_url=as_role(owned.database_url, name))


@pytest.fixture(scope="module")
def service(settings: Settings) -> Iterator[Database]:
    opened = open_database(settings)
    two_counties(opened, now=NOW)
    yield opened
    opened.dispose()


@pytest.fixture
def impatient(service: Database, settings: Settings, composed_app: Flask) -> Iterator[FlaskClient]:
    """Somebody at a second process of the service, which waits for a lock for a tenth of a second only."""
    told = replace(settings, database_url=settings.database_url + "&options=-clock_timeout%3D100")
    waiting = Database(told, service.vault)
    with pytest.MonkeyPatch.context() as patch:
        served = Service(settings=told, database=waiting, clock=lambda: NOW)
        patch.setitem(composed_app.extensions, "talentpool", served)
        client = composed_app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {hire_office(service)}"
        yield client
    waiting.dispose()


#: Locked by nobody: rows are only added.
APPEND_ONLY = {"audit_entries", "audit_subjects"}


@pytest.mark.parametrize("table", sorted(Model.metadata.tables))
def test_the_role_may_lock_rows_of_every_table_but_of_the_log(service: Database, table: str) -> None:
    locking = select(Model.metadata.tables[table]).limit(1).with_for_update()
    if table in APPEND_ONLY:
        with pytest.raises(ProgrammingError), service.engine.begin() as connection:
            connection.execute(locking)
        return
    with service.engine.begin() as connection:
        connection.execute(locking).all()


@pytest.mark.parametrize(("held", "years"), [("a person", 11), ("the table, as rotating keys does", 12)])
def test_a_lock_that_the_service_holds_is_said_to_others_and_given_back(
    service: Database, impatient: FlaskClient, held: str, years: int
) -> None:
    with service.unit_of_work() as session:
        if held == "a person":
            lock_people(session, [session.scalars(select(Person.id).where(Person.person_no == "P1")).one()])
        else:
            session.execute(text("LOCK TABLE people IN SHARE ROW EXCLUSIVE MODE"))
        assert impatient.get("/api/v1/people/P1").status_code == 200  # who reads does not wait
        refused = changed(impatient, rural_work_years=years)
    assert (refused.status_code, refused.headers.get("Retry-After")) == (409, "1"), refused.text
    assert refused.json["code"] == "locked"
    assert changed(impatient, rural_work_years=years).status_code == 200
