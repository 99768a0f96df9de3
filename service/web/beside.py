"""Long work that a page begins: it goes on beside the requests; what ends at once is answered at once."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import TypeVar
from weakref import WeakKeyDictionary

from flask import current_app

from matching.vocabulary import Text
from service.access import require
from service.context import current_actor, database, now, reading
from service.db import Database
from service.errors import ServiceError, Stopped, WorkLocked
from service.usecases.long_work.run_lists import is_at_work
from service.usecases.long_work.run_terms import Kind

__all__ = ["PATIENCE_S", "begin_beside", "is_beginning"]

PATIENCE_S = 2.0  # as long somebody may wait for a page; what takes longer is watched on the page of jobs

Found = TypeVar("Found")

#: The work of this process: one of a kind at a time for each database; between processes the lease decides.
_ours: WeakKeyDictionary[Database, set[Kind]] = WeakKeyDictionary()
_guard = threading.Lock()


def begin_beside(kind: Kind, work: Callable[[], Found], *, patience_s: float = 0.0) -> Found | None:
    """Begin work in a thread of its own; return what came of it, None if it goes on after `patience_s` seconds.

    Parameters
    ----------
    kind : Kind
    work : callable
        It must need nothing of the request.
    patience_s : float

    Raises
    ------
    Forbidden
        If who asks may not begin such work.
    WorkLocked
        If such work is going on.
    ServiceError
        What the work itself refused, if it did so at once.
    """
    require(current_actor(), kind.right)
    store, logger = database(), current_app.logger
    _reserve(store, kind)
    outcome: Future[Found] = Future()

    def beside() -> None:
        _carry_out(work, outcome, logger, at_end=lambda: _free(store, kind))

    threading.Thread(target=beside, name=kind).start()
    wait([outcome], timeout=patience_s)
    return outcome.result() if outcome.done() and patience_s else None


def is_beginning(kind: Kind) -> bool:
    """Whether this process has such work in hand, which may not stand among the runs yet."""
    with _guard:
        return kind in _ours.get(database(), ())


def _reserve(store: Database, kind: Kind) -> None:
    with reading() as session:
        is_taken = is_at_work(session, kind, now=now())
    with _guard:
        ours = _ours.setdefault(store, set())
        if is_taken or kind in ours:
            raise WorkLocked(
                Text(f"{kind.text.zh}任务正在运行。", f"Already at work: {kind.text.en.lower()}."),
                remedy=Text("请等它结束，或停止它。", "Wait until it has ended, or stop it."),
                place="mode",
            )
        ours.add(kind)


def _free(store: Database, kind: Kind) -> None:
    with _guard:
        _ours.get(store, set()).discard(kind)


def _carry_out(
    work: Callable[[], Found], outcome: Future[Found], logger: logging.Logger, *, at_end: Callable[[], None]
) -> None:
    name = threading.current_thread().name
    try:
        found = work()
    except BaseException as error:
        if isinstance(error, Stopped):
            logger.info("%s was stopped: %s", name, error.problem.en)
        elif isinstance(error, ServiceError):
            logger.warning("%s was refused: %s", name, error.problem.en)
        else:
            logger.exception("%s failed", name)
        at_end()
        outcome.set_exception(error)
    else:
        at_end()
        outcome.set_result(found)
