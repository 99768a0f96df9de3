"""Figures of several server processes in one place: each writes a file, a reader adds them up."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["DIRECTORY", "forget_process", "shared_metrics"]

DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"  # read by prometheus_client when it is imported


@contextmanager
def shared_metrics() -> Iterator[None]:
    """Give the processes of a server a directory for their figures, unless the environment names one."""
    if os.environ.get(DIRECTORY):
        yield
        return
    with tempfile.TemporaryDirectory(prefix="talentpool-metrics-") as directory:
        os.environ[DIRECTORY] = directory
        try:
            yield
        finally:
            os.environ.pop(DIRECTORY, None)


def forget_process(process: int) -> None:
    """Let a process that has ended no longer count among those that are at work."""
    if os.environ.get(DIRECTORY):
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(process)  # type: ignore[no-untyped-call]  # the library leaves it untyped
