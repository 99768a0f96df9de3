"""Drift: how often decisions go against the rank, overall and criterion by criterion, over time."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.training.lists import TrainingLists

__all__ = ["Drift", "Period", "drift"]

_SIGMAS = 3.0
_FEWEST_BEFORE = 10  # lists, before a limit can be drawn


@dataclass(frozen=True, kw_only=True)
class Period:
    """One quarter.

    Parameters
    ----------
    name : str
        ``2026Q3``; "" where the day is not known.
    n_lists, n_pairs : int
        Lists, and pairs of differently graded people on them.
    against : float
        Mean over the lists of the share of pairs in which the person placed lower was graded better.
    limit : float or None
        Alarm line: mean plus three standard errors of the lists of all earlier quarters; None while they are too few.
    by_criterion : mapping of str to float
        Among pairs that differ in a criterion, the share in which the person with the lower level was graded better;
        NaN where no pair differs.
    """

    name: str
    n_lists: int
    n_pairs: int
    against: float
    limit: float | None
    by_criterion: Mapping[str, float]

    @property
    def is_alarming(self) -> bool:
        """Whether the decisions go against the rank more often than the past explains."""
        return self.limit is not None and self.against > self.limit


@dataclass(frozen=True, kw_only=True)
class Drift:
    """All quarters, the oldest first."""

    periods: tuple[Period, ...]

    @property
    def is_alarming(self) -> bool:
        """Whether the newest quarter lies above its alarm line."""
        return bool(self.periods) and self.periods[-1].is_alarming


@dataclass(frozen=True)
class _ListCount:
    n_pairs: int
    n_against: int
    differing: NDArray[np.int64]
    lower_preferred: NDArray[np.int64]


def drift(lists: TrainingLists) -> Drift:
    """Count decisions against the rank by quarter.

    Parameters
    ----------
    lists : TrainingLists

    References
    ----------
    Montgomery, D. (2019). Introduction to Statistical Quality Control, on control charts for means.
    """
    counts = [_count(lists, part) for part in lists.parts()]
    told = [(_quarter(day), count) for day, count in zip(lists.decided_on, counts, strict=True) if count.n_pairs]
    periods, before = [], np.zeros(0)
    for name in sorted({quarter for quarter, _ in told}):
        own = [count for quarter, count in told if quarter == name]
        shares = np.array([count.n_against / count.n_pairs for count in own])
        periods.append(_period(name, own, shares, _limit(before, len(own)), lists.criteria))
        before = np.append(before, shares)
    return Drift(periods=tuple(periods))


def _count(lists: TrainingLists, part: slice) -> _ListCount:
    grades, places, levels = lists.grades[part], lists.places[part], lists.levels[part]
    better, worse = np.nonzero(grades[:, None] > grades[None, :])
    known = (levels[better] > 0) & (levels[worse] > 0)
    gap = np.where(known, levels[better].astype(np.int64) - levels[worse], 0)
    return _ListCount(
        n_pairs=len(better),
        n_against=int((places[better] > places[worse]).sum()),
        differing=(gap != 0).sum(axis=0),
        lower_preferred=(gap < 0).sum(axis=0),
    )


def _period(
    name: str, own: list[_ListCount], shares: NDArray[np.float64], limit: float | None, criteria: tuple[str, ...]
) -> Period:
    differing = np.sum([count.differing for count in own], axis=0)
    lower = np.sum([count.lower_preferred for count in own], axis=0)
    share = np.where(differing > 0, lower / np.maximum(differing, 1), np.nan)
    return Period(
        name=name,
        n_lists=len(own),
        n_pairs=sum(count.n_pairs for count in own),
        against=float(shares.mean()),
        limit=limit,
        by_criterion=dict(zip(criteria, share.tolist(), strict=True)),
    )


def _limit(before: NDArray[np.float64], n_lists: int) -> float | None:
    if len(before) < _FEWEST_BEFORE:
        return None
    return float(before.mean() + _SIGMAS * before.std(ddof=1) / np.sqrt(n_lists))


def _quarter(day: str) -> str:
    return f"{day[:4]}Q{(int(day[5:7]) + 2) // 3}" if day else ""
