"""R6: a worker killed in the middle of a job; another finishes it, every job ends, each result is written once."""

import os
import random
import signal
import sys
import time
from contextlib import suppress
from datetime import datetime

import pytest
from builders_city import EDITS, City, assert_that_places_are_right, fill_city
from sqlalchemy import func, select

from service.access import Actor
from service.db import Database
from service.errors import WorkLocked
from service.installation import open_database
from service.models.installation import Lease
from service.models.runs import Ranking, RankingHead, Run
from service.settings import Settings
from service.usecases.long_work import rescoring
from service.usecases.long_work.rescoring import Mode

N_JOBS, N_WORKERS = 30, 2
BLOCK = 2  # of six vacancies, so that a job has several commits in which to be killed


@pytest.mark.prove
def test_every_job_ends_and_each_result_is_written_once_when_its_worker_is_killed(
    any_database: Database, any_settings: Settings, actor: Actor, now: datetime
) -> None:
    city = City(any_database, actor, now)
    fill_city(city, n_people=24, n_vacancies=6)
    began = time.perf_counter()
    city.rescore(Mode.ALL)
    chance, one_job_s, n_killed = random.Random(6), time.perf_counter() - began, 0
    for number in range(N_JOBS):
        EDITS["edit many people"](city, number, number)
        any_database.engine.dispose()  # a forked connection must not be shared
        n_killed += _job(any_settings, actor, now, any_database, delay_s=chance.uniform(0, 0.8) * one_job_s)
        _check(city)
    sys.stderr.write(f"{any_database.engine.dialect.name}: {N_JOBS} of {N_JOBS} jobs ended, {n_killed} owners killed\n")
    assert n_killed > N_JOBS / 2


def _job(settings: Settings, actor: Actor, now: datetime, database: Database, *, delay_s: float) -> bool:
    """Let two workers do a job, kill the one that is at it, and say whether it still was."""
    workers = {_worker(settings, actor, now) for _ in range(N_WORKERS)}
    owner = _owner(database, workers)
    was_killed = False
    if owner is not None:
        time.sleep(delay_s)
        if _owner_now(database) == owner:  # only who holds the lease; who has ended is not killed
            with suppress(ProcessLookupError):
                os.kill(owner, signal.SIGKILL)
    for worker in sorted(workers, key=lambda one: one != owner):  # at once, or a zombie would seem to live
        _, status = os.waitpid(worker, 0)
        if os.WIFSIGNALED(status):
            was_killed = True
        else:
            assert os.WEXITSTATUS(status) == 0, "a worker failed by itself"
    return was_killed


def _worker(settings: Settings, actor: Actor, now: datetime) -> int:
    worker = os.fork()
    if worker:
        return worker
    try:
        rescoring.BLOCK = BLOCK
        database = open_database(settings)
        while True:
            with suppress(WorkLocked):
                rescoring.rescore(database, actor=actor, now=lambda: now, mode=Mode.RESUME, top=2)
                os._exit(0)
            time.sleep(0.01)
    finally:
        os._exit(1)


def _owner(database: Database, workers: set[int]) -> int | None:
    """Wait until a worker holds the lease, or all of it is done already."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        owner = _owner_now(database)
        if owner in workers:
            return owner
        time.sleep(0.002)
    return None


def _owner_now(database: Database) -> int | None:
    with database.reading() as session:
        owner = session.scalar(select(Lease.owner).where(Lease.name == rescoring.LEASE))
    return None if owner is None else int(owner.rpartition(":")[2])


def _check(city: City) -> None:
    """Nothing runs any more, every vacancy has one head and each place once, as a run of nobody's interrupting."""
    with city.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Run).where(Run.state == "running")) == 0
        assert session.scalar(select(func.count()).select_from(Lease)) == 0
        n_heads = session.scalar(select(func.count()).select_from(RankingHead))
        assert n_heads == session.scalar(select(func.count(RankingHead.vacancy_id.distinct())))
        places = session.execute(select(Ranking.vacancy_id, Ranking.person_id)).all()
        assert len(places) == len(set(places))
    assert_that_places_are_right(city)
