"""R1: an importer killed at any moment loses no acknowledged row, and leaves no file half imported."""

import os
import random
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from service.access import EVERYWHERE, Actor, Role
from service.installation import initialise, open_database
from service.models.imports import Import
from service.models.people import Person
from service.models.provenance import RecordChange
from service.settings import Settings
from service.usecases.incoming.imports import import_file

ACTOR = Actor("admin", frozenset({Role.REGISTRAR}), EVERYWHERE)
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
N_ROWS = 25


def roster(directory: Path, number: int) -> Path:
    """Write a roster of its own people as CSV."""
    path = directory / f"{number:05d}.csv"
    rows = [f"K{number:05d}-{row:02d},样例{row},大学生村官,示范县,清河镇,东岗村" for row in range(N_ROWS)]
    path.write_text("\n".join(["人员编号,姓名,人才类别,县区,乡镇,所在村", *rows]), encoding="utf-8")
    return path


def import_until_killed(settings: Settings, directory: Path, *, first: int, tell: int) -> None:
    """Import one file after the other and acknowledge each once it is committed."""
    database = open_database(settings)
    number = first
    while True:
        with database.unit_of_work() as session:
            import_file(session, actor=ACTOR, kind="people", path=roster(directory, number), now=NOW)
        os.write(tell, f"{number}\n".encode())
        number += 1


def kill_one(settings: Settings, directory: Path, *, first: int, after_files: int, after_s: float) -> list[int]:
    """Let an importer acknowledge so many files and work on, kill it, and return what it acknowledged."""
    read, tell = os.pipe()
    victim = os.fork()
    if victim == 0:
        os.close(read)
        try:
            import_until_killed(settings, directory, first=first, tell=tell)
        finally:
            os._exit(1)
    os.close(tell)
    with os.fdopen(read) as told:
        # Counted, not timed: on a busy machine a timed kill comes before the first file is done.
        done = [int(told.readline()) for _ in range(after_files)]
        time.sleep(after_s)
        os.kill(victim, signal.SIGKILL)
        _, status = os.waitpid(victim, 0)
        assert os.WTERMSIG(status) == signal.SIGKILL, "the importer failed by itself"
        return done + [int(line) for line in told]


def warm_up(settings: Settings, directory: Path) -> float:
    """Load what an importer needs before it is forked, and return how long one file takes from then on."""
    database = initialise(settings)
    for _ in range(2):
        began = time.perf_counter()
        with database.unit_of_work() as session:
            import_file(session, actor=ACTOR, kind="people", path=roster(directory, 0), now=NOW)
            session.rollback()
    database.dispose()
    return time.perf_counter() - began


def kill_many(settings: Settings, directory: Path, *, n_kills: int, seed: int) -> tuple[int, int]:
    """Kill again and again, each time going on with the first file that was not acknowledged."""
    one_file_s = warm_up(settings, directory)
    draw, acknowledged, n_cut = random.Random(seed), 0, 0
    for _ in range(n_kills):
        after_s = draw.uniform(0, 1.5) * one_file_s
        done = kill_one(settings, directory, first=acknowledged, after_files=draw.randint(0, 4), after_s=after_s)
        acknowledged = max([acknowledged, *(number + 1 for number in done)])
        n_cut += check(settings, acknowledged)
    return acknowledged, n_cut


def check(settings: Settings, acknowledged: int) -> int:
    """Look for lost rows and partial files; return 1 if a file was committed and the kill came before its word."""
    database = open_database(settings)
    with database.reading() as session:
        by_file = func.substr(Person.person_no, 1, 6)
        rows = dict(session.execute(select(by_file, func.count()).group_by(by_file)).all())
        n_noted = session.scalar(select(func.count()).where(RecordChange.subject_kind == "person"))
        counts = session.scalars(select(Import.counts)).all()
    database.dispose()
    assert rows.keys() >= {f"K{number:05d}" for number in range(acknowledged)}, "acknowledged rows are lost"
    assert set(rows.values()) <= {N_ROWS}, "a file is half imported"
    assert sum(rows.values()) == n_noted == sum(told["n_new"] for told in counts)
    return len(rows) - acknowledged


def test_three_kills_lose_nothing(settings, tmp_path):
    acknowledged, _ = kill_many(settings, tmp_path, n_kills=3, seed=1)
    again = kill_one(settings, tmp_path, first=0, after_files=1, after_s=0)
    assert check(settings, max(acknowledged, len(again))) in {0, 1}


@pytest.mark.prove
def test_a_hundred_kills_lose_no_acknowledged_row_and_leave_no_partial_file(any_settings, tmp_path, record_property):
    acknowledged, n_cut = kill_many(any_settings, tmp_path, n_kills=100, seed=2)
    told = f"{acknowledged * N_ROWS:,} acknowledged rows, 0 lost; {n_cut} files committed before their word came"
    record_property("kills", told)
    sys.stderr.write(f"{told}\n")
    assert acknowledged > 100
