"""Rescoring: rankings are made block by block, each block with its heads in one transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from matching.frames import VacancyFacts
from matching.matcher import Matcher
from service import jobs
from service.access import Actor, require
from service.db import Database
from service.models.runs import Run
from service.queries.matchers import matcher_for
from service.usecases.days import day_of
from service.usecases.long_work.rescoring_merge import Merged, mark_current, merge_people
from service.usecases.long_work.rescoring_plan import make_plan
from service.usecases.long_work.rescoring_terms import Mode, Plan, Reason
from service.usecases.long_work.rescoring_writes import forget_closed, replace_rankings
from service.usecases.long_work.run_terms import Kind
from service.usecases.long_work.run_work import Watch, Work, carried_out
from service.usecases.long_work.runs import forget_unneeded_changes, record_run, start_rescoring

__all__ = ["Mode", "Plan", "Reason", "Rescoring", "plan_rescoring", "rescore"]

BLOCK = 125  # vacancies in one transaction
LEASE = Kind.RESCORE
_UNWATCHED = Watch()


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
    watch: Watch = _UNWATCHED,
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
    watch : Watch
        Told first when it is known what has to be ranked, then after each block, and asked before each; a vacancy
        counts for as many as there are people.

    Raises
    ------
    WorkLocked
        If another process is rescoring.
    Stopped
        If somebody said so before everything was done.
    """
    require(actor, "rescore")
    with database.unit_of_work() as session:
        jobs.take(session, name=LEASE, owner=jobs.this_process(), now=now())
        plan = make_plan(session, mode=mode, as_of=day_of(now()), top=top)
        run_id = start_rescoring(session, actor=actor, plan=plan, now=now())
    work = Work(
        database=database,
        kind=LEASE,
        run_id=run_id,
        now=now,
        watch=watch,
        n_all=len(plan.vacancies),
        n_each=plan.n_people,
        result=plan.reasons,
    )

    def close(session: Session, run: Run) -> None:
        record_run(session, run, actor=actor, now=now())
        forget_unneeded_changes(session, upto=plan.basis.revisions)

    work.at_end = close
    with carried_out(work):
        anew = _carry_out(work, plan)
    return Rescoring(
        run_id=run_id,
        mode=plan.mode,
        resumes=plan.resumes,
        n_people=plan.n_people,
        n_people_changed=len(plan.changed_people),
        n_vacancies=len(plan.vacancies),
        n_ranked_anew=len(anew),
        reasons=work.result,
        n_places=work.n_places,
        duration_s=work.duration_s,
    )


def _carry_out(work: Work, plan: Plan) -> list[VacancyFacts]:
    """Merge the changed people, then rank anew what has to be; return what was."""
    standing = [facts for facts in plan.vacancies if facts.vacancy_id not in plan.anew]
    used_up = _merge(work, plan, standing).used_up
    work.result = plan.reasons | ({str(Reason.RESERVE): len(used_up)} if used_up else {})
    anew = [facts for facts in plan.vacancies if facts.vacancy_id in plan.anew or facts.vacancy_id in used_up]
    work.n_done = len(plan.vacancies) - len(anew)
    work.tell()
    if not anew:
        return anew
    with work.database.reading() as session:
        matcher = matcher_for(session, as_of=plan.basis.as_of)
    for start in range(0, len(anew), BLOCK):
        work.heed()
        _rank(work, plan, matcher, anew[start : start + BLOCK])
    return anew


def _merge(work: Work, plan: Plan, standing: Sequence[VacancyFacts]) -> Merged:
    basis = plan.basis
    with work.database.unit_of_work() as session:
        forget_closed(session, plan.closed)
        merged = merge_people(session, people=plan.changed_people, vacancies=standing, heads=plan.heads, basis=basis)
        current = [facts.vacancy_id for facts in standing if facts.vacancy_id not in merged.used_up]
        mark_current(session, vacancy_ids=current, basis=basis, run_id=work.run_id)
    work.n_places += merged.n_places
    return merged


def _rank(work: Work, plan: Plan, matcher: Matcher, block: Sequence[VacancyFacts]) -> None:
    with work.database.unit_of_work() as session:
        work.n_places += replace_rankings(session, matcher=matcher, block=block, basis=plan.basis, run_id=work.run_id)
        work.n_done += len(block)
        work.note(session)
    work.tell()
