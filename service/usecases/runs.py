"""The records of runs: what was begun, how it ended, and which changes no ranking needs to know of any more."""

from datetime import datetime
from typing import TypedDict

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from service.access import Actor
from service.db import allocate_ids
from service.models.runs import RankingHead, Run
from service.queries.revisions import Revisions, forget_changes
from service.usecases import audit
from service.usecases.rescoring_terms import Plan

__all__ = ["RunAccount", "end_run", "forget_unneeded_changes", "is_asked_to_stop", "record_run", "start_run"]


class RunAccount(TypedDict):
    """How far a run has come."""

    run_id: int
    n_done: int
    n_places: int
    reasons: dict[str, int]


def start_run(session: Session, *, actor: Actor, plan: Plan, now: datetime) -> int:
    """Write that a run has begun, and that one which still seems to run was killed; return its id."""
    # Who holds the lease knows that whoever is said to be running is not.
    session.execute(update(Run).where(Run.state == "running").values(state="killed"))
    (run_id,) = allocate_ids(session, Run.__tablename__)
    basis = plan.basis
    session.add(
        Run(
            id=run_id,
            kind="rescore",
            mode=plan.mode,
            started_by=actor.username,
            started_at=now,
            state="running",
            rulebook_version=basis.rulebook_version,
            card_versions=dict(basis.card_versions),
            release=basis.release,
            as_of=basis.as_of,
            reasons=plan.reasons,
            people_revision=basis.revisions.people,
            vacancies_revision=basis.revisions.vacancies,
            n_shown=basis.n_shown,
            n_people=plan.n_people,
            n_people_changed=len(plan.changed_people),
            n_vacancies=len(plan.vacancies),
            n_vacancies_done=0,
            n_places=0,
        )
    )
    return run_id


def is_asked_to_stop(session: Session, run_id: int) -> bool:
    """Whether somebody has asked a run to stop."""
    return session.scalar(select(Run.asked_to_stop_at).where(Run.id == run_id)) is not None


def end_run(
    session: Session,
    *,
    run_id: int,
    n_done: int,
    n_places: int,
    reasons: dict[str, int],
    state: str,
    duration_s: float,
    now: datetime,
) -> Run:
    """Write how a run ended, and return it."""
    run = session.get_one(Run, run_id)
    run.state, run.ended_at, run.duration_s = state, now, duration_s
    run.n_vacancies_done, run.n_places, run.reasons = n_done, n_places, reasons
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
