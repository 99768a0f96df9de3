"""An installation on PostgreSQL whose tables another role owns than the one that the service runs as."""

import shutil
from pathlib import Path

import psycopg
from builders_installations import address
from flask.testing import FlaskClient
from psycopg import sql
from sqlalchemy.engine import make_url
from werkzeug.test import TestResponse

from service.installation import initialise
from service.settings import Settings

__all__ = ["as_role", "changed", "installed_by_owner"]

ROLES = Path(__file__).parents[3] / "deploy" / "postgresql-roles.sql"


def installed_by_owner(server_url: str, key_file: Path, name: str, directory: Path) -> Settings:
    """Make a database whose tables `name`_owner made, with the rights of deploy/postgresql-roles.sql for `name`."""
    own_key, owner = directory / "talentpool.key", f"{name}_owner"
    shutil.copy(key_file, own_key)  # its keys may be rotated
    url = address(server_url, name)
    with psycopg.connect(server_url, autocommit=True) as server:
        for role in (owner, name):
            server.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
        server.execute(f"CREATE DATABASE {name} OWNER {owner} TEMPLATE migrated")
    with psycopg.connect(server_url.replace("/postgres?", f"/{name}?"), autocommit=True) as server:
        tables = server.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (table,) in tables:
            server.execute(f"ALTER TABLE {table} OWNER TO {owner}")
        server.execute(f"ALTER SCHEMA public OWNER TO {owner}")
        initialise(Settings(database_url=as_role(url, owner), key_file=own_key)).dispose()
        server.execute(ROLES.read_text(encoding="utf-8").replace("talentpool", name))
    return Settings(database_url=url, key_file=own_key)


def as_role(url: str, role: str) -> str:
    """Return an address with another role."""
    return make_url(url).set(username=role).render_as_string(hide_password=False)


def changed(office: FlaskClient, **changes: object) -> TestResponse:
    """Change the first person over the API."""
    version = office.get("/api/v1/people/P1").headers["ETag"]
    return office.patch("/api/v1/people/P1", json=changes, headers={"If-Match": version})
