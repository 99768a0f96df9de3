"""Rescoring: rankings are made block by block, each block with its heads in one transaction."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import update

from matching.frames import VacancyFacts
from matching.matcher import Matcher
from matching.vocabulary import Text
from service import jobs
from service.access import Actor, require
from service.db import Database
from service.errors import Stopped
from service.models.runs import Run
from service.queries.matchers import matcher_for
from service.usecases.days import day_of
from service.usecases.rescoring_merge import Merged, mark_current, merge_people
from service.usecases.rescoring_plan import make_plan
from service.usecases.rescoring_terms import Mode, Plan, Reason
from service.usecases.rescoring_writes import forget_closed, replace_rankings
from service.usecases.runs import (
    RunAccount,
    end_run,
    forget_unneeded_changes,
    is_asked_to_stop,
    record_run,
    start_run,
)

__all__ = ["Mode", "Plan", "Progress", "Reason", "Rescoring", "plan_rescoring", "rescore"]

BLOCK = 125  # vacancies in one transaction
LEASE = "rescore"


class Progress(NamedTuple):
    """How far a run has come: vacancies with a current ranking, all open ones, and people ranked for each."""

    n_done: int
    n_vacancies: int
    n_people: int


@dataclass(frozen=True, kw_only=True)
class Rescoring:
    """What a run did.

    Parameters
    ----------
    run_id : int
    mode : Mode
    resumes : int or None
        The interrupted run that it went on with.
    n_people : int
        In the pool.
    n_people_changed : int
        Merged into the rankings that stood.
    n_vacancies : int
        Open ones; all have a current ranking now.
    n_ranked_anew : int
        Vacancies ranked over everybody.
    reasons : dict of str to int
        Why they were.
    n_places : int
        Rows written.
    duration_s : float
    """

    run_id: int
    mode: Mode
    resumes: int | None
    n_people: int
    n_people_changed: int
    n_vacancies: int
    n_ranked_anew: int
    reasons: dict[str, int]
    n_places: int
    duration_s: float


def plan_rescoring(
    database: Database, *, actor: Actor, now: Callable[[], datetime], mode: Mode = Mode.ALL, top: int | None = None
) -> Plan:
    """Return what `rescore` would do, without doing it."""
    require(actor, "rescore")
    with database.reading() as session:
        return make_plan(session, mode=mode, as_of=day_of(now()), top=top)


def rescore(
    database: Database,
    *,
    actor: Actor,
    now: Callable[[], datetime],
    mode: Mode = Mode.ALL,
    top: int | None = None,
    on_progress: Callable[[Progress], None] = lambda _progress: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Rescoring:
    """Bring the rankings of all open vacancies up to date.

    The work is cut into blocks; each is written whole or not at all, so that a stopped or killed run leaves complete
    rankings of some vacancies and the former ones of the others, and a later one can go on from there.

    Parameters
    ----------
    database : Database
    actor : Actor
    now : callable
        Gives the moment; the leases need the clock to go on.
    mode : Mode
        Whether to make all rankings anew, only bring up to date what has changed, or finish an interrupted run.
    top : int or None
        Places shown for each vacancy; None: as many as the last time, 50 at first.
    on_progress : callable
        Called with a `Progress`, first when it is known what has to be ranked, then after each block.
    should_stop : callable
        Asked before each block, as is the record of the run, where anybody with the right can ask it to stop.

    Raises
    ------
    WorkLocked
        If another process is rescoring.
    Stopped
        If `should_stop` or somebody said so before everything was done.
    """
    require(actor, "rescore")
    began = time.perf_counter()
    with database.unit_of_work() as session:
        jobs.take(session, name=LEASE, owner=jobs.this_process(), now=now())
        plan = make_plan(session, mode=mode, as_of=day_of(now()), top=top)
        run_id = start_run(session, actor=actor, plan=plan, now=now())
    work = _Work(database, plan, now, on_progress, should_stop, run_id=run_id)
    try:
        work.carry_out()
    except BaseException as error:
        state = "stopped" if isinstance(error, Stopped | KeyboardInterrupt) else "failed"
        with database.unit_of_work() as session:
            end_run(session, **work.account, state=state, duration_s=time.perf_counter() - began, now=now())
            jobs.release(session, name=LEASE, owner=jobs.this_process())
        raise
    duration = time.perf_counter() - began
    with database.unit_of_work() as session:
        run = end_run(session, **work.account, state="done", duration_s=duration, now=now())
        record_run(session, run, actor=actor, now=now())
        forget_unneeded_changes(session, upto=plan.basis.revisions)
        jobs.release(session, name=LEASE, owner=jobs.this_process())
    return Rescoring(
        run_id=run_id,
        mode=plan.mode,
        resumes=plan.resumes,
        n_people=plan.n_people,
        n_people_changed=len(plan.changed_people),
        n_vacancies=len(plan.vacancies),
        n_ranked_anew=len(work.anew),
        reasons=work.reasons,
        n_places=work.n_places,
        duration_s=duration,
    )


@dataclass
class _Work:
    """A plan being carried out."""

    database: Database
    plan: Plan
    now: Callable[[], datetime]
    on_progress: Callable[[Progress], None]
    should_stop: Callable[[], bool]
    run_id: int = 0
    n_places: int = 0
    n_done: int = 0
    anew: list[VacancyFacts] = field(default_factory=list)
    reasons: dict[str, int] = field(default_factory=dict)

    @property
    def account(self) -> RunAccount:
        """What the record of the run says of it."""
        return {"run_id": self.run_id, "n_done": self.n_done, "n_places": self.n_places, "reasons": self.reasons}

    def carry_out(self) -> None:
        """Merge the changed people, then rank anew what has to be."""
        plan = self.plan
        standing = [facts for facts in plan.vacancies if facts.vacancy_id not in plan.anew]
        used_up = self._merge(standing).used_up
        self.reasons = plan.reasons | ({str(Reason.RESERVE): len(used_up)} if used_up else {})
        self.anew = [facts for facts in plan.vacancies if facts.vacancy_id in plan.anew or facts.vacancy_id in used_up]
        self.n_done = len(plan.vacancies) - len(self.anew)
        self._tell()
        if not self.anew:
            return
        with self.database.reading() as session:
            matcher = matcher_for(session, as_of=plan.basis.as_of)
        for start in range(0, len(self.anew), BLOCK):
            if self.should_stop() or self._is_asked_to_stop():
                raise _stopped(self.n_done, len(plan.vacancies))
            self._rank(matcher, self.anew[start : start + BLOCK])

    def _merge(self, standing: Sequence[VacancyFacts]) -> Merged:
        basis = self.plan.basis
        with self.database.unit_of_work() as session:
            forget_closed(session, self.plan.closed)
            merged = merge_people(
                session, people=self.plan.changed_people, vacancies=standing, heads=self.plan.heads, basis=basis
            )
            current = [facts.vacancy_id for facts in standing if facts.vacancy_id not in merged.used_up]
            mark_current(session, vacancy_ids=current, basis=basis, run_id=self.run_id)
        self.n_places += merged.n_places
        return merged

    def _rank(self, matcher: Matcher, block: Sequence[VacancyFacts]) -> None:
        with self.database.unit_of_work() as session:
            jobs.renew(session, name=LEASE, owner=jobs.this_process(), now=self.now())
            self.n_places += replace_rankings(
                session, matcher=matcher, block=block, basis=self.plan.basis, run_id=self.run_id
            )
            self.n_done += len(block)
            progress = {"n_vacancies_done": self.n_done, "n_places": self.n_places}
            session.execute(update(Run).where(Run.id == self.run_id).values(progress))
        self._tell()

    def _is_asked_to_stop(self) -> bool:
        with self.database.reading() as session:
            return is_asked_to_stop(session, self.run_id)

    def _tell(self) -> None:
        self.on_progress(Progress(self.n_done, len(self.plan.vacancies), self.plan.n_people))


def _stopped(n_done: int, n_all: int) -> Stopped:
    return Stopped(
        Text(
            f"已停止：{n_all} 个岗位中 {n_done} 个已是最新结果，其余保留原结果。",
            f"Stopped: {n_done} of {n_all} vacancies are up to date, the others keep their former rankings.",
        ),
        remedy=Text("运行 talentpool rescore --resume 即可继续。", "Run talentpool rescore --resume to go on."),
    )
