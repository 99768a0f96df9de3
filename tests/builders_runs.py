"""Real long work that waits where a test wants it to, so that nothing depends on how fast the machine is."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from service.access import OPERATOR
from service.db import Database
from service.errors import Stopped
from service.usecases.long_work.rescoring import Mode, rescore
from service.usecases.long_work.run_terms import Progress
from service.usecases.long_work.run_work import Watch

__all__ = ["AtWork", "at_work", "rescoring_at_work"]

PATIENCE_S = 120


class AtWork:
    """Long work in a thread of its own, which waits once `n_steps` have been told until it may go on."""

    def __init__(self, begin: Callable[[Watch], object], *, n_steps: int = 1) -> None:
        self.stopped: Stopped | None = None
        self.told: list[Progress] = []
        self._waits, self._may_go_on = threading.Event(), threading.Event()
        self._n_left = n_steps

        def work() -> None:
            try:
                begin(Watch(on_progress=self._step))
            except Stopped as stopped:
                self.stopped = stopped
            finally:
                self._waits.set()

        self._thread = threading.Thread(target=work)
        self._thread.start()
        assert self._waits.wait(PATIENCE_S)

    def _step(self, progress: Progress) -> None:
        self.told.append(progress)
        self._n_left -= 1
        if self._n_left == 0:
            self._waits.set()
            assert self._may_go_on.wait(PATIENCE_S)

    def go_on(self) -> None:
        """Let it go on to its end."""
        self._may_go_on.set()
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()


@contextmanager
def at_work(begin: Callable[[Watch], object], *, n_steps: int = 1) -> Iterator[AtWork]:
    """Give work that waits; it is let go on at the end of the block, if nobody did before."""
    work = AtWork(begin, n_steps=n_steps)
    try:
        yield work
    finally:
        work.go_on()


@contextmanager
def rescoring_at_work(database: Database, *, now: datetime, n_steps: int = 1, **options: Any) -> Iterator[AtWork]:
    """Give a rescoring that waits."""

    def begin(watch: Watch) -> object:
        return rescore(database, actor=OPERATOR, now=lambda: now, mode=Mode.ALL, watch=watch, **options)

    with at_work(begin, n_steps=n_steps) as work:
        yield work
