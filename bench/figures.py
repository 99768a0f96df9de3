"""A figure of the bench: what was measured, beside what, and whether its bar is held."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

__all__ = ["Figure", "median_seconds", "print_table", "quantile_seconds"]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One row of the table.

    Parameters
    ----------
    name : str
    value : float
    unit : str
    bar : float or None
        The bar that `value` must hold; None: told only.
    at_most : bool
        Whether the bar is a ceiling (else a floor).
    peer : str
        What ran beside it in the same run, with its own figure.
    """

    name: str
    value: float
    unit: str
    bar: float | None = None
    at_most: bool = True
    peer: str = ""

    @property
    def is_held(self) -> bool:
        """Whether the bar is held."""
        if self.bar is None:
            return True
        return self.value <= self.bar if self.at_most else self.value >= self.bar

    def row(self) -> str:
        """Return the printed row."""
        sign = "" if self.bar is None else f"{'<=' if self.at_most else '>='} {self.bar:g}"
        mark = "" if self.bar is None else ("held" if self.is_held else "MISSED")
        return f"{self.name:<58} {self.value:>12,.2f} {self.unit:<10} {sign:>10} {mark:<7} {self.peer}"


def median_seconds(work: Callable[[], Any], *, times: int = 5) -> float:
    """Return the median of several timings of `work`, after one that is not counted."""
    return quantile_seconds(work, times=times, share=0.5)


def quantile_seconds(
    work: Callable[[], Any], *, times: int, share: float, before: Callable[[], Any] = lambda: None
) -> float:
    """Return the `share` quantile of several timings of `work`, after one that is not counted; `before` never is."""
    before()
    work()
    seconds = []
    for _ in range(times):
        before()
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return statistics.quantiles(seconds, n=100, method="inclusive")[round(share * 100) - 1] if times > 1 else seconds[0]


def print_table(figures: list[Figure]) -> None:
    """Print all rows."""
    for figure in figures:
        print(figure.row())
