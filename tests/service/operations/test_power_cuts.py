"""R2: whatever was acknowledged survives a power cut, on a disk that keeps only what it was made to write.

Needs Linux with /dev/fuse, the package fuse3, and the right to mount.
"""

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, select

from service.access import Actor
from service.db import Database
from service.installation import open_database
from service.models.people import Person
from service.operations.dumps import sqlite_findings
from service.settings import Settings
from service.usecases.auditing.audit_verification import verify_log
from tests.service.operations.builders_acknowledged import register_until_struck

DISK = Path(__file__).with_name("power_cut_disk.py")
CUT = ".cut"


@dataclass
class Losses:
    """What a series of power cuts did."""

    n_acknowledged: int = 0
    n_lost: int = 0
    n_unacknowledged: int = 0  # on the disk, but the cut came before the word


@pytest.fixture(scope="module", autouse=True)
def fuse() -> None:
    """Skip, and say so loudly, where nothing can be mounted."""
    missing = "" if Path("/dev/fuse").exists() else "no /dev/fuse"
    missing = missing or ("" if shutil.which("fusermount3") else "no fusermount3 (package fuse3)")
    if missing:
        sys.stderr.write(f"\nR2 IS NOT SHOWN HERE: {missing}\n")
        pytest.skip(f"power cuts are not tried: {missing}")


def test_a_power_cut_loses_nothing(database, settings, actor, now, tmp_path):
    losses = cut_many(database, settings, actor=actor, now=now, directory=tmp_path, n_cuts=1, most=12)
    assert (losses.n_lost, losses.n_acknowledged > 1) == (0, True)


def test_the_same_cut_loses_what_nobody_waited_for(database, settings, actor, now, tmp_path):
    """The planted fault: synchronous=NORMAL does not wait, so that this disk can lose something."""
    losses = cut_many(database, settings, actor=actor, now=now, directory=tmp_path, n_cuts=1, most=12, pragma="NORMAL")
    assert losses.n_lost > 0


@pytest.mark.prove
@pytest.mark.parametrize("pragma", ["FULL", "NORMAL"])
def test_twenty_power_cuts_lose_nothing_with_full_only(database, settings, actor, now, tmp_path, pragma):
    losses = cut_many(database, settings, actor=actor, now=now, directory=tmp_path, n_cuts=20, most=200, pragma=pragma)
    sys.stderr.write(f"{pragma}: {losses}\n")
    assert losses.n_acknowledged > 500
    assert (losses.n_lost == 0) == (pragma == "FULL")


def cut_many(
    database: Database,
    settings: Settings,
    *,
    actor: Actor,
    now: datetime,
    directory: Path,
    n_cuts: int,
    most: int,
    pragma: str = "FULL",
) -> Losses:
    """Cut the power again and again, each time going on with what was left on the disk."""
    database.dispose()
    kept = directory / "kept"
    kept.mkdir()
    with sqlite3.connect(settings.database_url.removeprefix("sqlite:///")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    shutil.copy(settings.database_url.removeprefix("sqlite:///"), kept / "talentpool.db")
    chance, losses, present = random.Random(n_cuts), Losses(), set[str]()
    for number in range(n_cuts):
        mount = directory / f"mount{number}"
        on_disk = replace(settings, database_url=f"sqlite:///{mount / 'talentpool.db'}")
        with mounted(mount, kept, seed=number) as cut:
            told = register_until_struck(
                on_disk, actor=actor, now=now, name=f"C{number}", after=chance.randint(2, most),
                delay_s=chance.uniform(0, 0.04), strike=partial(_cut, cut), prepare=partial(_wait_less, pragma=pragma),
            )  # fmt: skip
        left = whole_people(settings, kept, directory / f"copy{number}", actor=actor)
        losses.n_acknowledged += len(told)
        losses.n_lost += len((present | told) - left)
        losses.n_unacknowledged += len(left - present - told)
        present = left
    return losses


@contextmanager
def mounted(mount: Path, kept: Path, *, seed: int) -> Iterator[Path]:
    """Mount the disk, and give the file whose creation is the power cut."""
    mount.mkdir()
    disk = subprocess.Popen([sys.executable, str(DISK), str(mount), str(kept), str(seed)])
    try:
        until = time.monotonic() + 20
        while not os.path.ismount(mount):
            assert disk.poll() is None, "the disk could not be mounted"
            assert time.monotonic() < until, "the disk was not mounted in time"
            time.sleep(0.02)
        yield mount / CUT
    finally:
        subprocess.run(["fusermount3", "-u", "-z", str(mount)], check=False)
        disk.wait(20)


def _cut(cut: Path) -> None:
    with suppress(OSError):
        cut.touch()


def _wait_less(engine: Engine, pragma: str) -> None:
    if pragma != "FULL":  # what the product asks for
        engine.dispose()
        event.listen(engine, "connect", lambda link, _: link.execute(f"PRAGMA synchronous={pragma}"))


def whole_people(settings: Settings, kept: Path, copy: Path, *, actor: Actor) -> set[str]:
    """Return who is on the disk, after checking that the database and its audit log are whole."""
    shutil.copytree(kept, copy)
    database = open_database(replace(settings, database_url=f"sqlite:///{copy / 'talentpool.db'}"))
    with database.reading() as session:
        people = set(session.scalars(select(Person.person_no)))
        assert verify_log(session, actor=actor).is_whole
    database.dispose()
    assert sqlite_findings(copy / "talentpool.db") == []
    shutil.rmtree(copy)
    return people
