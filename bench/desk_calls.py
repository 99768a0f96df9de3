"""What one decision on the desk takes, in counts that a busy machine does not change, and where its time goes."""

import cProfile
import pstats
import statistics
import time
from typing import Any

from bench.desk import decider, reviewed_city

__all__ = ["print_calls"]

_N_DECISIONS = 20
_N_NAMED = 30


def print_calls() -> None:
    """Fill a fresh installation, decide, and print calls, statements, processor time and the costliest functions."""
    with reviewed_city() as addresses:
        decide = decider(addresses[0])
        statements = _statements(decide)
        milliseconds = statistics.median(_processor_ms(decide) for _ in range(_N_DECISIONS))
        profile = cProfile.Profile()
        profile.runcall(decide)
    stats = pstats.Stats(profile)
    print(f"function calls of one decision, a test client's included: {stats.total_calls:,}")  # type: ignore[attr-defined]  # pstats
    print(f"statements: {statements}")
    print(f"processor time, median of {_N_DECISIONS}: {milliseconds:.1f} ms")
    stats.sort_stats("tottime").print_stats(_N_NAMED)


def _statements(decide: Any) -> int:
    """Return how many statements reach the database."""
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    told: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        told.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    decide()
    event.remove(Engine, "before_cursor_execute", note)
    return len(told)


def _processor_ms(decide: Any) -> float:
    began = time.process_time()
    decide()
    return 1000 * (time.process_time() - began)
