"""The runs: which there were, which one is at work, how fast it is and how long it will take."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.access import Actor, require
from service.models.installation import Lease
from service.models.runs import Run
from service.usecases.paging import Page
from service.usecases.rescoring import LEASE

__all__ = ["RunShown", "is_rescoring", "list_runs", "show_run"]


@dataclass(frozen=True, kw_only=True)
class RunShown:
    """One run.

    Parameters
    ----------
    run : Run
    is_at_work : bool
        Whether its process still lives.
    rate : float or None
        Pairs of a person and a vacancy a second; None before the first block.
    left_s : int or None
        Seconds that it will still take.
    """

    run: Run
    is_at_work: bool
    rate: float | None
    left_s: int | None


def list_runs(session: Session, *, actor: Actor, now: datetime, page: int = 1, page_size: int = 20) -> Page[RunShown]:
    """Return one page of the runs, the newest first.

    Raises
    ------
    Forbidden
        If the actor may not see runs.
    """
    require(actor, "read_runs")
    total = session.scalar(select(func.count()).select_from(Run)) or 0
    found = select(Run).order_by(Run.id.desc()).offset((page - 1) * page_size).limit(page_size)
    is_alive = is_rescoring(session, now=now)
    return Page([_shown(run, is_alive=is_alive, now=now) for run in session.scalars(found)], total, page, page_size)


def is_rescoring(session: Session, *, now: datetime) -> bool:
    """Whether a process holds the lease of rescoring."""
    held = session.get(Lease, LEASE)
    return held is not None and held.expires_at > now


def show_run(session: Session, run: Run, *, now: datetime) -> RunShown:
    """Return a run with its pace."""
    return _shown(run, is_alive=is_rescoring(session, now=now), now=now)


def _shown(run: Run, *, is_alive: bool, now: datetime) -> RunShown:
    is_at_work = run.state == "running" and is_alive
    seconds = (now - run.started_at).total_seconds() if is_at_work else (run.duration_s or 0.0)
    done = run.n_vacancies_done
    rate = done * run.n_people / seconds if seconds > 0 and done else None
    left = round((run.n_vacancies - done) * seconds / done) if is_at_work and rate else None
    return RunShown(run=run, is_at_work=is_at_work, rate=rate, left_s=left)
