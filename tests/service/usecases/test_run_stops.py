"""A rescoring that is at work elsewhere is asked to stop, hears it between two blocks, and leaves whole rankings."""

from datetime import datetime, timedelta

import pytest
from builders import an_actor
from builders_city import City, assert_that_places_are_right, fill_city
from builders_runs import rescoring_at_work
from sqlalchemy import func, select, update

from service.access import OPERATOR, Actor, Role
from service.db import Database
from service.errors import Conflict, Forbidden, NotFound
from service.models.audit import AuditEntry
from service.models.runs import RankingHead, Run
from service.usecases.long_work import rescoring
from service.usecases.long_work.rescoring import Mode
from service.usecases.long_work.run_stops import stop_newest_run, stop_run


@pytest.fixture(autouse=True)
def short_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rescoring, "BLOCK", 2)


def _city(database: Database, actor: Actor, now: datetime) -> City:
    city = City(database, actor, now)
    fill_city(city, n_people=24, n_vacancies=6)
    return city


def _ask(database: Database, now: datetime, run_id: int = 1) -> bool:
    with database.unit_of_work() as session:
        return stop_run(session, actor=OPERATOR, run_id=run_id, now=now).is_at_work


def _n_lines(database: Database) -> int:
    with database.reading() as session:
        asked = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "stop_run")
        return session.scalar(asked) or 0


def test_a_run_at_work_that_is_asked_to_stop_leaves_whole_rankings_and_is_gone_on_with(
    any_database: Database, actor: Actor, now: datetime
) -> None:
    city = _city(any_database, actor, now)
    city.rescore(Mode.ALL)
    before = city.rows()
    with rescoring_at_work(any_database, now=now, n_steps=2, top=2) as work:
        assert _ask(any_database, now, run_id=2)
        work.go_on()
    assert work.stopped is not None
    assert city.rows() == before
    assert_that_places_are_right(city)
    with any_database.reading() as session:
        run = session.get_one(Run, 2)
        assert (run.state, run.n_vacancies_done, run.asked_to_stop_by) == ("stopped", 2, OPERATOR.username)
        heads = select(func.count()).select_from(RankingHead)
        assert session.scalar(heads.where(RankingHead.run_id == 2)) == 2
    done = city.rescore(Mode.RESUME)  # nobody asks this one: the request was of the run, not of all later ones
    assert (done.resumes, done.n_ranked_anew) == (2, 4)


def test_asking_twice_is_asking_once(database: Database, actor: Actor, now: datetime) -> None:
    _city(database, actor, now)
    with rescoring_at_work(database, now=now):
        _ask(database, now)
        _ask(database, now + timedelta(seconds=5))
        with database.reading() as session:
            assert session.get_one(Run, 1).asked_to_stop_at == now
    assert _n_lines(database) == 1


def test_what_has_ended_was_killed_or_never_was_cannot_be_stopped(
    any_database: Database, actor: Actor, now: datetime
) -> None:
    with any_database.unit_of_work() as session, pytest.raises(Conflict, match="No rescoring"):
        stop_newest_run(session, actor=OPERATOR, now=now)
    city = _city(any_database, actor, now)
    city.rescore(Mode.ALL)
    with pytest.raises(Conflict):
        _ask(any_database, now)
    with any_database.unit_of_work() as session:  # as a killed process leaves it
        session.execute(update(Run).values(state="running"))
    with pytest.raises(Conflict):
        _ask(any_database, now)
    for unknown in (2, 2**31, 10**30):
        with pytest.raises(NotFound):
            _ask(any_database, now, run_id=unknown)
    assert _n_lines(any_database) == 0


def test_only_who_may_rescore_may_stop(database: Database, actor: Actor, now: datetime) -> None:
    _city(database, actor, now)
    with rescoring_at_work(database, now=now) as work:
        officer = an_actor(Role.OFFICER)
        with pytest.raises(Forbidden), database.unit_of_work() as session:
            stop_run(session, actor=officer, run_id=1, now=now)
        with pytest.raises(Forbidden), database.unit_of_work() as session:
            stop_newest_run(session, actor=officer, now=now)
        work.go_on()
    assert work.stopped is None
