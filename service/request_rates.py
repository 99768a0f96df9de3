"""How often one account, or one address without an account, may ask; counted in the memory of each worker."""

import threading
import time
from collections.abc import Callable

from matching.vocabulary import Text
from service.errors import TooManyRequests

__all__ = ["RequestRates"]

_WINDOW_S = 60.0
_MOST_KEYS = 10_000


class RequestRates:
    """Requests by key in windows of a minute.

    Signing in is counted in the database, exactly and for all processes. This here only keeps one caller from taking
    everybody's turn, and a write for each read would cost more than it saves: so each worker process counts for itself.

    Parameters
    ----------
    clock : callable
        Seconds that never go back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._windows: dict[str, tuple[float, int]] = {}

    def count(self, key: str, *, most: int) -> None:
        """Count a request of `key`.

        Raises
        ------
        TooManyRequests
            If there were more than `most` within a minute.
        """
        present = self._clock()
        with self._lock:
            started, n = self._windows.get(key, (present, 0))
            if present - started >= _WINDOW_S:
                started, n = present, 0
            if len(self._windows) >= _MOST_KEYS:
                self._forget(present)
            self._windows[key] = started, n + 1
        if n >= most:
            raise TooManyRequests(
                Text("请求过于频繁。", "Too many requests."),
                remedy=Text("请稍后再试，或放慢程序。", "Try again in a moment, or let the program wait."),
                retry_after_s=max(1, int(started + _WINDOW_S - present) + 1),
            )

    def _forget(self, present: float) -> None:
        self._windows = {
            key: (started, n) for key, (started, n) in self._windows.items() if present - started < _WINDOW_S
        }
        if len(self._windows) >= _MOST_KEYS:
            self._windows.clear()  # a flood of addresses: begin anew rather than grow
