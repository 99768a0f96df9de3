"""Stopped and killed runs leave whole rankings, and resuming gives what an uninterrupted run gives."""

import os
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from builders_city import EDITS, City, assert_that_places_are_right, fill_city
from sqlalchemy import func, select

from service import jobs
from service.access import Actor
from service.db import Database
from service.errors import Stopped, WorkLocked
from service.models.runs import RankingHead, Run
from service.settings import Settings
from service.usecases.long_work import rescoring
from service.usecases.long_work.rescoring import Mode
from service.usecases.long_work.run_terms import Progress
from service.usecases.long_work.run_work import Watch

# A rescoring in a process of its own, which kills itself once the n-th statement of writing has run.
_VICTIM = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from sqlalchemy import event
from service.access import OPERATOR
from service.installation import open_database
from service.settings import Settings
from service.usecases.long_work import rescoring

url, key, n_left, mode = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
database = open_database(Settings(database_url=url, key_file=Path(key)))
rescoring.BLOCK = 2

def count(connection, cursor, statement, *_rest):
    global n_left
    if statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
        n_left -= 1
        if n_left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

event.listen(database.engine, "after_cursor_execute", count)
now = datetime.fromisoformat("2026-11-23T02:00Z")
rescoring.rescore(
    database, actor=OPERATOR, now=lambda: now, mode=rescoring.Mode(mode), top=2
)
"""


def _city(database: Database, actor: Actor, now: datetime) -> City:
    city = City(database, actor, now)
    fill_city(city, n_people=24, n_vacancies=6)
    return city


def _killed_after(settings: Settings, n_statements: int, mode: Mode = Mode.ALL) -> bool:
    """Run a rescoring in a child that is killed after so many statements; say whether it was."""
    arguments = [settings.database_url, str(settings.key_file), str(n_statements), mode]
    ended = subprocess.run([sys.executable, "-c", _VICTIM, *arguments], cwd=Path(__file__).parents[3], check=False)
    assert ended.returncode in {0, -signal.SIGKILL}
    return ended.returncode != 0


def _check_kill(city: City, settings: Settings, n_statements: int) -> bool:
    """Kill a run, resume it, and compare with one that nobody interrupts."""
    was_killed = _killed_after(settings, n_statements)
    city.rescore(Mode.RESUME)
    resumed = city.rows()
    assert_that_places_are_right(city)
    with city.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Run).where(Run.state == "running")) == 0
    city.rescore(Mode.ALL)
    assert city.rows() == resumed
    return was_killed


@pytest.mark.parametrize("n_statements", [0, 3, 9, 17])
def test_a_killed_run_is_resumed_to_the_same_rankings(
    database: Database, settings: Settings, actor: Actor, now: datetime, n_statements: int
) -> None:
    assert _check_kill(_city(database, actor, now), settings, n_statements)


@pytest.mark.prove
def test_a_run_killed_after_any_statement_is_resumed_to_the_same_rankings(
    any_database: Database, any_settings: Settings, actor: Actor, now: datetime
) -> None:
    city = _city(any_database, actor, now)
    n_statements = 0
    while _check_kill(city, any_settings, n_statements):
        EDITS["edit many people"](city, n_statements, n_statements)
        n_statements += 1
    assert n_statements > 20


@pytest.mark.parametrize("n_statements", [4, 7])
def test_a_killed_update_is_finished_by_the_next(
    database: Database, settings: Settings, actor: Actor, now: datetime, n_statements: int
) -> None:
    city = _city(database, actor, now)
    city.rescore(Mode.ALL)
    EDITS["edit many people"](city, 0, 8)
    assert _killed_after(settings, n_statements, Mode.CHANGED)
    assert city.rescore(Mode.RESUME).n_people_changed == 12
    assert_that_places_are_right(city)


def _stop_after_first_block(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rescoring, "BLOCK", 2)
    told: list[Progress] = []
    with pytest.raises(Stopped) as stop:
        city.rescore(Mode.ALL, watch=Watch(on_progress=told.append, should_stop=lambda: len(told) > 1))
    assert [step.n_done for step in told] == [0, 2]
    assert "--resume" in stop.value.sentence("en")


def test_a_stopped_run_keeps_its_blocks_and_is_gone_on_with(
    database: Database, actor: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = _city(database, actor, now)
    _stop_after_first_block(city, monkeypatch)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(RankingHead)) == 2
        assert session.scalars(select(Run)).one().state == "stopped"
    done = city.rescore(Mode.RESUME)
    assert (done.mode, done.resumes, done.n_ranked_anew, done.reasons) == (Mode.RESUME, 1, 4, {"unfinished": 4})
    assert_that_places_are_right(city)
    assert city.rescore(Mode.RESUME).resumes is None


@pytest.mark.parametrize("moved", ["registry", "day"])
def test_what_moved_since_the_interruption_is_begun_anew(
    database: Database, actor: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch, moved: str
) -> None:
    city = _city(database, actor, now)
    _stop_after_first_block(city, monkeypatch)
    if moved == "registry":
        EDITS["edit a person"](city, 0, 0)
    else:
        city = City(database, actor, now + timedelta(days=1))
    done = city.rescore(Mode.RESUME)
    assert (done.mode, done.resumes, done.reasons) == (Mode.ALL, 1, {"moved": 6})
    assert_that_places_are_right(city)


def test_on_another_day_every_ranking_is_made_anew(database: Database, actor: Actor, now: datetime) -> None:
    city = _city(database, actor, now)
    city.rescore(Mode.ALL)
    assert City(database, actor, now + timedelta(days=1)).rescore(Mode.CHANGED).reasons == {"day": 6}


def test_a_plan_writes_nothing(database: Database, actor: Actor, now: datetime) -> None:
    city = _city(database, actor, now)
    plan = rescoring.plan_rescoring(database, actor=actor, now=lambda: now, mode=Mode.CHANGED)
    assert (plan.reasons, plan.n_people) == ({"new": 6}, 24)
    with database.reading() as session:
        assert session.scalars(select(Run)).all() == []
    assert city.rows() == []


def test_a_second_run_is_refused_and_a_failed_one_gives_the_lock_back(
    database: Database, actor: Actor, now: datetime
) -> None:
    city = _city(database, actor, now)
    with database.unit_of_work() as session:
        jobs.take(session, name=rescoring.LEASE, owner="elsewhere:1", now=now)
    with pytest.raises(WorkLocked):
        city.rescore(Mode.CHANGED)
    with database.unit_of_work() as session:
        jobs.release(session, name=rescoring.LEASE, owner="elsewhere:1")

    def fail(_step: Progress) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        city.rescore(Mode.ALL, watch=Watch(on_progress=fail))
    with database.reading() as session:
        assert [run.state for run in session.scalars(select(Run))] == ["failed"]
    city.rescore(Mode.RESUME)
    assert_that_places_are_right(city)


def test_sigterm_stops_the_command_between_two_blocks(
    database: Database, settings: Settings, actor: Actor, now: datetime
) -> None:
    fill_city(City(database, actor, now), n_people=24, n_vacancies=120)
    # Whoever waits for its first row comes before it on a busy machine, so that it is stopped before it has finished.
    command = ["nice", "-n", "19", sys.executable, "-m", "service", "--lang", "en", "rescore", "--all"]
    environment = {
        **os.environ,
        "TALENTPOOL_DATABASE_URL": settings.database_url,
        "TALENTPOOL_KEY_FILE": str(settings.key_file),
    }
    process = subprocess.Popen(
        command, env=environment, cwd=Path(__file__).parents[3], stderr=subprocess.PIPE, text=True
    )
    while process.poll() is None and not _has_begun(database):
        time.sleep(0.005)
    process.send_signal(signal.SIGTERM)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130, told
    assert "talentpool rescore --resume" in told
    City(database, actor, now).rescore(Mode.RESUME)
    assert_that_places_are_right(City(database, actor, now))


def _has_begun(database: Database) -> bool:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Run)) == 1
