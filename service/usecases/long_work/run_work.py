"""Long work that can be watched and stopped: one lease, one record of the run, one way to tell and to listen.

How far a run has come is written by a connection of its own while nothing else of it is being written: on SQLite there
is one writer at a time, so work that writes at its end reads first, told step by step, and writes then.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from service import jobs
from service.access import Actor
from service.db import Database
from service.errors import Stopped
from service.models.runs import Run
from service.usecases.long_work.run_terms import Kind, Progress
from service.usecases.long_work.runs import end_run, is_asked_to_stop, start_run

__all__ = ["Watch", "Work", "begin_run", "carried_out"]

TOLD_EVERY_S = 0.5  # a step costs a look at the clock, two short transactions twice a second


@dataclass(frozen=True, kw_only=True)
class Watch:
    """Who watches a run where it was begun.

    Parameters
    ----------
    on_progress : callable
        Called with a `Progress` after each step.
    should_stop : callable
        Asked after each step, as is the record of the run, where anybody with the right can ask it to stop.
    """

    on_progress: Callable[[Progress], None] = lambda _progress: None
    should_stop: Callable[[], bool] = lambda: False


@dataclass(kw_only=True)
class Work:
    """A run being carried out."""

    database: Database
    kind: Kind
    run_id: int
    now: Callable[[], datetime]
    watch: Watch
    n_all: int
    n_each: int = 0
    n_done: int = 0
    n_places: int = 0
    result: dict[str, Any] = field(default_factory=dict)
    at_end: Callable[[Session, Run], None] = lambda _session, _run: None
    _began: float = field(default_factory=time.perf_counter)
    _told: float = field(default_factory=time.perf_counter)

    @property
    def duration_s(self) -> float:
        """Seconds since it began."""
        return time.perf_counter() - self._began

    def step(self, n_done: int, n_all: int | None = None) -> None:
        """Tell how far the work has come; now and then write it down and hear whether to stop.

        To be called while the work itself holds no transaction that writes.

        Raises
        ------
        Stopped
            If somebody said so.
        WorkLocked
            If another process has taken the work over.
        """
        self.n_done, self.n_all = n_done, self.n_all if n_all is None else n_all
        self.tell()
        if self.watch.should_stop():
            raise self.kind.stopped(self.n_done, self.n_all)
        if time.perf_counter() - self._told >= TOLD_EVERY_S:
            self._told = time.perf_counter()
            with self.database.unit_of_work() as session:
                self.note(session)
            self.heed()

    def tell(self) -> None:
        """Tell where the work was begun how far it has come."""
        self.watch.on_progress(Progress(self.n_done, self.n_all, self.n_each))

    def note(self, session: Session) -> None:
        """Write in a session how far the work has come, and keep the lease for another minute."""
        jobs.renew(session, name=self.kind, owner=jobs.this_process(), now=self.now())
        counts = {"n_vacancies_done": self.n_done, "n_vacancies": self.n_all, "n_places": self.n_places}
        session.execute(update(Run).where(Run.id == self.run_id).values(counts))

    def heed(self) -> None:
        """Stop if somebody said so, here or in the record of the run.

        Raises
        ------
        Stopped
        """
        if self.watch.should_stop() or self._is_asked_to_stop():
            raise self.kind.stopped(self.n_done, self.n_all)

    def _is_asked_to_stop(self) -> bool:
        with self.database.reading() as session:
            return is_asked_to_stop(session, self.run_id)


def begin_run(
    database: Database,
    *,
    kind: Kind,
    actor: Actor,
    now: Callable[[], datetime],
    watch: Watch,
    n_all: int,
    make_sure: Callable[[Session], None] = lambda _session: None,
) -> Work:
    """Take the lease of a kind of work and write that a run has begun, unless `make_sure` refuses.

    Raises
    ------
    WorkLocked
        If another process is at it.
    """
    with database.unit_of_work() as session:
        make_sure(session)
        jobs.take(session, name=kind, owner=jobs.this_process(), now=now())
        run_id = start_run(session, kind=kind, actor=actor, n_steps=n_all, now=now())
    return Work(database=database, kind=kind, run_id=run_id, now=now, watch=watch, n_all=n_all)


@contextmanager
def carried_out(work: Work) -> Iterator[Work]:
    """Carry a begun run out: whatever comes of it is written down, and the lease is given back."""
    try:
        yield work
    except BaseException as error:
        state = "stopped" if isinstance(error, Stopped | KeyboardInterrupt) else "failed"
        _end(work, state=state)
        raise
    _end(work, state="done")


def _end(work: Work, *, state: str) -> None:
    with work.database.unit_of_work() as session:
        run = end_run(
            session,
            run_id=work.run_id,
            n_done=work.n_done,
            n_all=work.n_all,
            n_places=work.n_places,
            result=work.result,
            state=state,
            duration_s=work.duration_s,
            now=work.now(),
        )
        if state == "done":
            work.at_end(session, run)
        jobs.release(session, name=work.kind, owner=jobs.this_process())
