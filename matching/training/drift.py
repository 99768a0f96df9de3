"""Drift: how often decisions go against the rank, overall and criterion by criterion, over time."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.training.lists import TrainingLists

__all__ = ["Drift", "Period", "drift"]

_SIGMAS = 3.0
_FEWEST_BEFORE = 10  # lists, before a limit can be drawn


@dataclass(frozen=True, kw_only=True)
class Period:
    """One quarter, or the part of it in which one card was in force.

    Parameters
    ----------
    name : str
        ``2026Q3``; "" where the day is not known.
    since : str
        ISO day on which the card in force then had come into force; "" before any promotion.
    n_lists, n_pairs : int
        Lists, and pairs of differently graded people on them.
    against : float
        Mean over the lists of the share of pairs in which the person placed lower was graded better.
    limit : float or None
        Alarm line: mean plus three standard errors of the lists of all earlier quarters under the same card; None while
        they are too few. Another card puts others on top, so what was usual before says nothing of what is now.
    by_criterion : mapping of str to float
        Among pairs that differ in a criterion, the share in which the person with the lower level was graded better;
        NaN where no pair differs.
    """

    name: str
    since: str
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


def drift(lists: TrainingLists, *, promoted_on: Sequence[str] = ()) -> Drift:
    """Count decisions against the rank by quarter.

    Parameters
    ----------
    lists : TrainingLists
    promoted_on : sequence of str
        ISO days, rising, on which another card came into force. A list counts to the card of the day before its last
        decision.

    References
    ----------
    Montgomery, D. (2019). Introduction to Statistical Quality Control, on control charts for means.
    """
    counts = [_count(lists, part) for part in lists.parts()]
    told = [
        ((_since(day, promoted_on), _quarter(day)), count)
        for day, count in zip(lists.decided_on, counts, strict=True)
        if count.n_pairs
    ]
    periods: list[Period] = []
    before = np.zeros(0)
    for key in sorted({key for key, _ in told}):
        if periods and periods[-1].since != key[0]:
            before = np.zeros(0)
        own = [count for other, count in told if other == key]
        shares = np.array([count.n_against / count.n_pairs for count in own])
        periods.append(_period(key, own, shares, _limit(before, len(own)), lists.criteria))
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
    key: tuple[str, str],
    own: list[_ListCount],
    shares: NDArray[np.float64],
    limit: float | None,
    criteria: tuple[str, ...],
) -> Period:
    since, name = key
    differing = np.sum([count.differing for count in own], axis=0)
    lower = np.sum([count.lower_preferred for count in own], axis=0)
    share = np.where(differing > 0, lower / np.maximum(differing, 1), np.nan)
    return Period(
        name=name,
        since=since,
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


def _since(day: str, promoted_on: Sequence[str]) -> str:
    n_before = bisect_left(promoted_on, day)
    return promoted_on[n_before - 1] if n_before else ""


def _quarter(day: str) -> str:
    return f"{day[:4]}Q{(int(day[5:7]) + 2) // 3}" if day else ""
