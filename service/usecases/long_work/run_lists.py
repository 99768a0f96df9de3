"""The runs: which there were, which one is at work, how fast it is and how long it will take."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.access import Actor, may, require_any
from service.models.installation import Lease
from service.models.runs import Run
from service.usecases.long_work.run_terms import Kind, Unit
from service.usecases.paging import Page

__all__ = ["RunShown", "is_at_work", "list_runs", "runs_at_work", "show_run"]


@dataclass(frozen=True, kw_only=True)
class RunShown:
    """One run.

    Parameters
    ----------
    run : Run
    kind : Kind
    is_at_work : bool
        Whether its process still lives.
    rate : float or None
        Pairs of a person and a vacancy, or lines, a second; None before the first step and of work without a rate.
    left_s : int or None
        Seconds that it will still take.
    result : dict or None
        What came of it, in numbers. A search for duplicates counts what its account sees, so nobody else is told.
    may_stop : bool
        Whether who looks may ask it to stop.
    """

    run: Run
    kind: Kind
    is_at_work: bool
    rate: float | None
    left_s: int | None
    result: dict[str, Any] | None
    may_stop: bool

    @property
    def n_vacancies(self) -> int | None:
        """Open vacancies of a rescoring."""
        return self.run.n_vacancies if self.kind is Kind.RESCORE else None

    @property
    def n_vacancies_done(self) -> int | None:
        """Those of a rescoring that have a current ranking."""
        return self.run.n_vacancies_done if self.kind is Kind.RESCORE else None


def list_runs(session: Session, *, actor: Actor, now: datetime, page: int = 1, page_size: int = 20) -> Page[RunShown]:
    """Return one page of the runs, the newest first: all, or those of the kinds that the actor may begin.

    Raises
    ------
    Forbidden
        If the actor may not see runs.
    """
    kinds = _seen_kinds(actor)
    seen = Run.kind.in_(kinds)
    total = session.scalar(select(func.count()).select_from(Run).where(seen)) or 0
    found = select(Run).where(seen).order_by(Run.id.desc()).offset((page - 1) * page_size).limit(page_size)
    return Page(
        [show_run(session, run, actor=actor, now=now) for run in session.scalars(found)], total, page, page_size
    )


def runs_at_work(session: Session, *, actor: Actor, now: datetime) -> list[RunShown]:
    """Return the runs that are at work, at most one of each kind that the actor sees.

    Raises
    ------
    Forbidden
        If the actor may not see runs.
    """
    found = select(Run).where(Run.kind.in_(_seen_kinds(actor)), Run.state == "running").order_by(Run.id)
    shown = [show_run(session, run, actor=actor, now=now) for run in session.scalars(found)]
    return [one for one in shown if one.is_at_work]


def is_at_work(session: Session, kind: Kind, *, now: datetime) -> bool:
    """Whether a process holds the lease of a kind of work."""
    held = session.get(Lease, kind)
    return held is not None and held.expires_at > now


def show_run(session: Session, run: Run, *, actor: Actor, now: datetime) -> RunShown:
    """Return a run with its pace, as an actor sees it."""
    kind = Kind(run.kind)
    at_work = run.state == "running" and is_at_work(session, kind, now=now)
    seconds = (now - run.started_at).total_seconds() if at_work else (run.duration_s or 0.0)
    done = run.n_vacancies_done
    each = {Unit.VACANCIES: run.n_people, Unit.LINES: 1, Unit.PERCENT: 0}[kind.unit]
    is_told = kind is not Kind.DUPLICATES or run.started_by == actor.username
    return RunShown(
        run=run,
        kind=kind,
        is_at_work=at_work,
        rate=done * each / seconds if seconds > 0 and done and each else None,
        left_s=round((run.n_vacancies - done) * seconds / done) if at_work and done and seconds > 0 else None,
        result=run.reasons if is_told else None,
        may_stop=may(actor, kind.right),
    )


def _seen_kinds(actor: Actor) -> Collection[Kind]:
    require_any(actor, "read_runs", *(kind.right for kind in Kind))
    return list(Kind) if may(actor, "read_runs") else [kind for kind in Kind if may(actor, kind.right)]
