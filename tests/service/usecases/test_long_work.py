"""Searches, trainings and checks of the log are watched and stopped like rescorings, and leave nothing half-written."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from builders import a_person, a_village, an_actor
from builders_audit import a_log
from builders_history import register_history
from builders_runs import at_work
from sqlalchemy import func, select

from matching.vocabulary import PostType
from service.access import OPERATOR, Actor, Role
from service.db import Database
from service.errors import Conflict, Forbidden, WorkLocked
from service.models.audit import AuditEntry
from service.models.identity import DuplicatePair
from service.models.installation import Lease
from service.models.runs import Run
from service.models.training import ScorecardModel
from service.usecases.auditing import audit_verification
from service.usecases.auditing.audit_checks import check_log
from service.usecases.cards.training import train_challengers
from service.usecases.identity.duplicate_search import find_duplicates
from service.usecases.identity.merging import merge_people
from service.usecases.incoming import registration
from service.usecases.long_work import run_work
from service.usecases.long_work.run_lists import list_runs, runs_at_work
from service.usecases.long_work.run_stops import stop_newest_run, stop_run
from service.usecases.long_work.run_terms import Kind
from service.usecases.long_work.run_work import Watch

Begin = Callable[[Watch], object]


@pytest.fixture(autouse=True)
def every_step_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_work, "TOLD_EVERY_S", 0.0)
    monkeypatch.setattr(audit_verification, "_READ_AT_ONCE", 10)


def _search(database: Database, now: datetime, actor: Actor) -> Begin:
    return lambda watch: find_duplicates(database, actor=actor, now=lambda: now, watch=watch)


def _twins(database: Database, now: datetime, *, n: int = 2) -> None:
    same = {"id_number": None, "phone": "00012345678", "name": "样例甲子"}
    people = [a_person(person_no=f"P{place}", **same) for place in range(n)]
    with database.unit_of_work() as session:
        registration.save_villages(session, actor=an_actor(), records=[a_village()], now=now)
        registration.save_people(session, actor=an_actor(), records=people, now=now)


def _n(database: Database, model: Any, *conditions: Any) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


def _ask(database: Database, now: datetime, *, run_id: int = 1) -> None:
    with database.unit_of_work() as session:
        stop_run(session, actor=an_actor(), run_id=run_id, now=now)


def _ended(database: Database) -> tuple[str, int, int]:
    with database.reading() as session:
        run = session.scalars(select(Run).order_by(Run.id.desc())).first()
        assert run is not None
        assert session.scalar(select(func.count()).select_from(Lease)) == 0
        return run.state, run.n_vacancies_done, run.n_vacancies


def test_a_search_that_is_stopped_keeps_nothing_and_holds_no_writer_up(
    any_database: Database, actor: Actor, now: datetime
) -> None:
    _twins(any_database, now)
    with at_work(_search(any_database, now, actor), n_steps=3) as work:
        _twins(any_database, now, n=3)  # on SQLite it would wait for a writer, and fail
        with any_database.reading() as session:
            (shown,) = runs_at_work(session, actor=actor, now=now)
        assert (shown.kind, shown.run.n_vacancies, shown.may_stop) == (Kind.DUPLICATES, 100, True)
        _ask(any_database, now)
        work.go_on()
    assert work.stopped is not None
    assert "nothing of it was kept" in work.stopped.sentence("en")
    assert _n(any_database, DuplicatePair) == 0
    assert _n(any_database, AuditEntry, AuditEntry.action == "find_duplicates") == 0
    assert _ended(any_database)[0] == "stopped"
    assert find_duplicates(any_database, actor=actor, now=lambda: now).n_new == 3
    assert _ended(any_database) == ("done", 100, 100)


def test_a_search_tells_percents_that_rise_to_the_end(database: Database, actor: Actor, now: datetime) -> None:
    _twins(database, now, n=60)
    with at_work(_search(database, now, actor)) as work:
        work.go_on()
    told = [step.n_done for step in work.told]
    assert told == sorted(told)
    assert len(set(told)) > 10
    assert {step.n_all for step in work.told} == {100}
    assert told[-1] == 95, "the rest is the writing, which cannot be stopped"


def test_whom_somebody_merged_during_a_search_is_in_no_pair_of_it(
    database: Database, actor: Actor, now: datetime
) -> None:
    _twins(database, now, n=3)
    with at_work(_search(database, now, actor), n_steps=50) as work:
        with database.unit_of_work() as session:
            merge_people(session, actor=actor, survivor_no="P0", absorbed_no="P2", now=now)
        work.go_on()
    assert work.stopped is None
    assert _n(database, DuplicatePair, DuplicatePair.state == "open") == 1


def test_what_a_search_found_is_told_to_nobody_but_who_began_it(
    database: Database, actor: Actor, now: datetime
) -> None:
    _twins(database, now)
    find_duplicates(database, actor=actor, now=lambda: now)
    with database.reading() as session:
        (own,) = list_runs(session, actor=actor, now=now).items
        (other,) = list_runs(session, actor=Actor("other", actor.roles, actor.territory), now=now).items
    assert own.result is not None
    assert own.result["n_new"] == 1
    assert other.result is None


def test_a_training_that_is_stopped_in_the_middle_of_a_fit_leaves_no_card(
    database: Database, actor: Actor, now: datetime
) -> None:
    register_history(database, actor, now)
    posts = [PostType.FIRST_SECRETARY]

    def begin(watch: Watch) -> object:
        return train_challengers(database, actor=actor, now=lambda: now, posts=posts, watch=watch)

    with at_work(begin, n_steps=4) as work:
        assert 0 < work.told[-1].n_done < 90
        _ask(database, now)
        work.go_on()
    assert work.stopped is not None
    assert _n(database, ScorecardModel) == 0
    assert _ended(database)[0] == "stopped"
    begin(Watch())
    assert _n(database, ScorecardModel) == 1
    assert _ended(database) == ("done", 100, 100)


def test_a_training_without_decisions_is_refused_and_is_no_run(database: Database, actor: Actor, now: datetime) -> None:
    with pytest.raises(Exception, match="no review decision"):
        train_challengers(database, actor=actor, now=lambda: now)
    assert (_n(database, Run), _n(database, Lease)) == (0, 0)


def test_a_check_of_the_log_that_is_stopped_says_nothing_of_it(
    any_database: Database, actor: Actor, now: datetime
) -> None:
    a_log(any_database, actor=actor, now=now, n_lines=50)
    n_lines = _n(any_database, AuditEntry)

    def begin(watch: Watch) -> object:
        return check_log(any_database, actor=actor, now=lambda: now, watch=watch)

    with at_work(begin, n_steps=2) as work:
        assert work.told[-1][:2] == (20, n_lines)
        _ask(any_database, now)
        work.go_on()
    assert work.stopped is not None
    assert _n(any_database, AuditEntry, AuditEntry.action == "verify_audit") == 0
    assert _ended(any_database) == ("stopped", 20, n_lines)
    begin(Watch())
    assert _n(any_database, AuditEntry, AuditEntry.action == "verify_audit") == 1


def test_work_of_two_kinds_goes_on_side_by_side_and_each_kind_once(
    database: Database, actor: Actor, now: datetime
) -> None:
    _twins(database, now)
    with at_work(_search(database, now, actor)):
        assert check_log(database, actor=actor, now=lambda: now).is_whole
        with database.unit_of_work() as session:
            session.get_one(Lease, Kind.DUPLICATES).owner = "elsewhere:1"
        with pytest.raises(WorkLocked):
            find_duplicates(database, actor=actor, now=lambda: now)
        with database.unit_of_work() as session, pytest.raises(Conflict, match="No training of cards is at work"):
            stop_newest_run(session, actor=actor, now=now, kind=Kind.TRAINING)
        with database.unit_of_work() as session:
            session.get_one(Lease, Kind.DUPLICATES).owner = run_work.jobs.this_process()


def test_each_kind_is_stopped_and_seen_by_the_right_to_begin_it(
    database: Database, actor: Actor, now: datetime
) -> None:
    _twins(database, now)
    discipline = an_actor(Role.DISCIPLINE)
    with at_work(_search(database, now, actor)):
        for who in (OPERATOR, discipline):
            with database.unit_of_work() as session, pytest.raises(Forbidden):
                stop_run(session, actor=who, run_id=1, now=now)
    check_log(database, actor=actor, now=lambda: now)
    with database.reading() as session:
        assert [one.kind for one in list_runs(session, actor=discipline, now=now).items] == [Kind.AUDIT]
        assert len(list_runs(session, actor=OPERATOR, now=now).items) == 2
    with database.reading() as session, pytest.raises(Forbidden):
        list_runs(session, actor=an_actor(Role.REGISTRAR), now=now)


def test_a_stopped_search_hides_no_interrupted_rescoring(database: Database, actor: Actor, now: datetime) -> None:
    """The record of other work is none of a rescoring's: it neither resumes it nor takes it for its own."""
    from service.usecases.lists.rankings import ranking_state
    from service.usecases.long_work.rescoring import Mode, rescore

    _twins(database, now)
    assert rescore(database, actor=OPERATOR, now=lambda: now, mode=Mode.ALL, top=7).run_id == 1
    find_duplicates(database, actor=actor, now=lambda: now)
    with database.reading() as session:
        assert ranking_state(session, actor=actor).is_current
    assert rescore(database, actor=OPERATOR, now=lambda: now, mode=Mode.RESUME).resumes is None
    with database.reading() as session:
        assert session.get_one(Run, 3).n_shown == 7
