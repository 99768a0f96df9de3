"""A real rescoring that waits where a test wants it to, so that nothing depends on how fast the machine is."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from service.access import OPERATOR
from service.db import Database
from service.errors import Stopped
from service.usecases.rescoring import Mode, Progress, rescore

__all__ = ["RescoringAtWork", "rescoring_at_work"]

PATIENCE_S = 120


class RescoringAtWork:
    """A rescoring in a thread of its own, which waits once `n_steps` have been told until it may go on."""

    def __init__(self, database: Database, *, now: datetime, n_steps: int = 1, **options: Any) -> None:
        self.stopped: Stopped | None = None
        self._waits, self._may_go_on = threading.Event(), threading.Event()
        self._n_left = n_steps

        def work() -> None:
            try:
                rescore(database, actor=OPERATOR, now=lambda: now, mode=Mode.ALL, on_progress=self._step, **options)
            except Stopped as stopped:
                self.stopped = stopped
            finally:
                self._waits.set()

        self._thread = threading.Thread(target=work)
        self._thread.start()
        assert self._waits.wait(PATIENCE_S)

    def _step(self, _progress: Progress) -> None:
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
def rescoring_at_work(database: Database, *, now: datetime, **options: Any) -> Iterator[RescoringAtWork]:
    """Give a rescoring that waits; it is let go on at the end of the block, if nobody did before."""
    work = RescoringAtWork(database, now=now, **options)
    try:
        yield work
    finally:
        work.go_on()
