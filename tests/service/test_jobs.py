"""Leases: one process at a time, and the dead block nobody."""

import subprocess
import sys
from datetime import datetime, timedelta

import pytest

from service import jobs
from service.db import Database
from service.errors import WorkLocked


def _dead_process() -> str:
    """Name a process of this host that has ended."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return jobs.this_process().rpartition(":")[0] + f":{ended.pid}"


def test_a_living_holder_keeps_others_out(any_database: Database, now: datetime) -> None:
    with any_database.unit_of_work() as session:
        jobs.take(session, name="rescore", owner=jobs.this_process(), now=now)
    with any_database.unit_of_work() as session, pytest.raises(WorkLocked) as refusal:
        jobs.take(session, name="rescore", owner="elsewhere:1", now=now)
    assert refusal.value.exit_code == 5


def test_a_holder_on_another_host_is_believed_until_its_lease_runs_out(database: Database, now: datetime) -> None:
    with database.unit_of_work() as session:
        jobs.take(session, name="rescore", owner="elsewhere:1", now=now)
    with database.unit_of_work() as session, pytest.raises(WorkLocked):
        jobs.take(session, name="rescore", owner=jobs.this_process(), now=now + timedelta(seconds=59))
    with database.unit_of_work() as session:
        jobs.take(session, name="rescore", owner=jobs.this_process(), now=now + timedelta(seconds=61))


def test_a_killed_holder_of_this_host_blocks_nobody(database: Database, now: datetime) -> None:
    with database.unit_of_work() as session:
        jobs.take(session, name="rescore", owner=_dead_process(), now=now)
    with database.unit_of_work() as session:
        jobs.take(session, name="rescore", owner=jobs.this_process(), now=now)


def test_a_lease_that_was_taken_over_cannot_be_renewed_or_released(database: Database, now: datetime) -> None:
    with database.unit_of_work() as session:
        jobs.take(session, name="rescore", owner="elsewhere:1", now=now)
        jobs.release(session, name="rescore", owner=jobs.this_process())
        with pytest.raises(WorkLocked):
            jobs.renew(session, name="rescore", owner=jobs.this_process(), now=now)
        with pytest.raises(WorkLocked):
            jobs.take(session, name="rescore", owner=jobs.this_process(), now=now)


def test_a_released_lease_is_free(database: Database, now: datetime) -> None:
    with database.unit_of_work() as session:
        jobs.take(session, name="rescore", owner="elsewhere:1", now=now)
        jobs.release(session, name="rescore", owner="elsewhere:1")
        session.flush()
        jobs.take(session, name="rescore", owner=jobs.this_process(), now=now)
