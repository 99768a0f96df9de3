"""The records of runs: what was begun, how it ended, and which changes no ranking needs to know of any more."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from service.access import Actor
from service.db import allocate_ids
from service.models.runs import RankingHead, Run
from service.queries.revisions import Revisions, forget_changes
from service.usecases.auditing import audit
from service.usecases.long_work.run_terms import Kind

if TYPE_CHECKING:  # it brings the tables of the matching along, which a check of the log never needs
    from service.usecases.long_work.rescoring_terms import Plan

__all__ = ["end_run", "forget_unneeded_changes", "is_asked_to_stop", "record_run", "start_rescoring", "start_run"]


def start_run(session: Session, *, kind: Kind, actor: Actor, n_steps: int, now: datetime) -> int:
    """Write that a run has begun, and that one of its kind which still seems to run was killed; return its id."""
    run = _begun(session, kind=kind, actor=actor, n_steps=n_steps, now=now)
    # What rankings are made from is of no other work.
    run.mode, run.rulebook_version, run.card_versions, run.reasons = "", "", {}, {}
    run.people_revision = run.vacancies_revision = run.n_shown = run.n_people = run.n_people_changed = 0
    session.flush()
    return run.id


def start_rescoring(session: Session, *, actor: Actor, plan: "Plan", now: datetime) -> int:
    """Write that a rescoring has begun; return its id."""
    run, basis = _begun(session, kind=Kind.RESCORE, actor=actor, n_steps=len(plan.vacancies), now=now), plan.basis
    run.mode, run.reasons = plan.mode, plan.reasons
    run.rulebook_version, run.card_versions = basis.rulebook_version, dict(basis.card_versions)
    run.release, run.as_of, run.n_shown = basis.release, basis.as_of, basis.n_shown
    run.people_revision, run.vacancies_revision = basis.revisions.people, basis.revisions.vacancies
    run.n_people, run.n_people_changed = plan.n_people, len(plan.changed_people)
    session.flush()
    return run.id


def _begun(session: Session, *, kind: Kind, actor: Actor, n_steps: int, now: datetime) -> Run:
    # Who holds the lease knows that whoever is said to be running is not.
    session.execute(update(Run).where(Run.kind == kind, Run.state == "running").values(state="killed"))
    (run_id,) = allocate_ids(session, Run.__tablename__)
    run = Run(id=run_id, kind=kind, started_by=actor.username, started_at=now, state="running")
    run.n_vacancies, run.n_vacancies_done, run.n_places = n_steps, 0, 0
    session.add(run)
    return run


def is_asked_to_stop(session: Session, run_id: int) -> bool:
    """Whether somebody has asked a run to stop."""
    return session.scalar(select(Run.asked_to_stop_at).where(Run.id == run_id)) is not None


def end_run(
    session: Session,
    *,
    run_id: int,
    n_done: int,
    n_all: int,
    n_places: int,
    result: dict[str, Any],
    state: str,
    duration_s: float,
    now: datetime,
) -> Run:
    """Write how a run ended, and return it."""
    run = session.get_one(Run, run_id)
    run.state, run.ended_at, run.duration_s = state, now, duration_s
    run.n_vacancies_done, run.n_vacancies, run.n_places, run.reasons = n_done, n_all, n_places, result
    return run


def record_run(session: Session, run: Run, *, actor: Actor, now: datetime) -> None:
    """Write the audit line of a run that has come to its end."""
    counts = {"mode": run.mode, "n_people": run.n_people, "n_people_changed": run.n_people_changed}
    audit.record(
        session, actor=actor, action="rescore", subject_kind="run", subject_no=str(run.id), now=now,
        detail={**counts, "n_vacancies": run.n_vacancies, "n_ranked_anew": sum(run.reasons.values())},
    )  # fmt: skip


def forget_unneeded_changes(session: Session, *, upto: Revisions) -> None:
    """Delete what was logged before the oldest ranking was made; without any ranking what was logged up to `upto`."""
    oldest = select(func.min(RankingHead.people_revision), func.min(RankingHead.vacancies_revision))
    people, vacancies = session.execute(oldest).one()
    forget_changes(session, needed_since=upto if people is None else Revisions(people, vacancies))
