"""Which decisions moved the points: how much better each explains itself by a card than by the one before."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import expit, log_expit

from matching.card import Scorecard
from matching.errors import MatchingError
from matching.scorecard.start import gain_gaps
from matching.training.lists import TrainingLists
from matching.vocabulary import Text

__all__ = ["LevelMove", "Movement", "movement"]

Floats = NDArray[np.float64]

_NEAR = 1e-5  # logit; below, the quotient loses more digits than the slope in the middle
_STEEPEST = 0.05  # logit a hundredth: beyond, one point would settle every pair


@dataclass(frozen=True, kw_only=True)
class LevelMove:
    """One level whose points changed.

    Parameters
    ----------
    criterion_id : str
    level : int
        0 is missing.
    before, after : int
        Hundredths.
    gain : float
        How much the change of this level adds to the log-likelihood of all decisions; below 0 where they speak
        against it.
    by_list : ndarray of shape (n_lists,)
        The part of each list; they sum to `gain`.
    """

    criterion_id: str
    level: int
    before: int
    after: int
    gain: float
    by_list: Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class Movement:
    """The way from one card to the next, told by the decisions.

    Parameters
    ----------
    scale : float
        Logits a hundredth; that under which the later card explains the lists best.
    by_row : ndarray of shape (n_rows, n_criteria)
        The part of each decision by criterion. All of them sum to `gain`.
    levels : tuple of LevelMove
        In the order of the card; levels that did not change are absent.
    gain : float
        Log-likelihood of the decisions by the later card less that by the earlier one.
    by_list : ndarray of shape (n_lists,)
        The same of each list; they sum to `gain`.
    """

    scale: float
    by_row: Floats
    levels: tuple[LevelMove, ...]
    gain: float
    by_list: Floats


def movement(before: Scorecard, after: Scorecard, lists: TrainingLists, *, place_slope: float = 0.0) -> Movement:
    """Tell how much each decision speaks for, or against, every change of a level's points.

    Pairs of different grades weigh as in the fit: a list of n pairs the root of n, shared among them by how far the
    gains ``2 ** grade - 1`` lie apart. The log-likelihood is the weighted sum over the pairs of
    ``log sigma(scale (s_better - s_worse) + place_slope (log place_better - log place_worse))``. The points go from
    one card to the other on a straight line; what a decision adds while the points of the level that it
    holds change is its part (the integral along the way, Aumann and Shapley's values). So the parts sum exactly to what
    the later card explains better: over levels, over decisions, and over lists.

    It says whose decisions the change fits, not what a card learned without them would be.

    Parameters
    ----------
    before, after : Scorecard
        Of the same criteria.
    lists : TrainingLists
    place_slope : float
        As learned with the later card, at most 0.

    Raises
    ------
    MatchingError
        If cards and lists have other criteria.

    References
    ----------
    Aumann, R., Shapley, L. (1974). Values of Non-Atomic Games.
    Sundararajan, M. et al. (2017). Axiomatic attribution for deep networks. ICML.
    """
    if not tuple(before.points) == tuple(after.points) == lists.criteria:
        raise MatchingError(Text("评分卡与名单的评分项不一致。", "Cards and lists have other criteria."))
    pairs = _Pairs.of(lists, place_slope=place_slope)
    old, new = pairs.gaps(_points(before, lists)), pairs.gaps(_points(after, lists))
    scale = pairs.best_scale(new.sum(axis=1))
    old_gap, new_gap = scale * old.sum(axis=1), scale * new.sum(axis=1)
    pull = _mean_slope(old_gap + pairs.by_place, new_gap + pairs.by_place) * pairs.weights
    n_rows = len(lists.grades)
    drawn = np.bincount(pairs.better, pull, n_rows) - np.bincount(pairs.worse, pull, n_rows)
    by_row = scale * drawn[:, None] * (_points(after, lists) - _points(before, lists))
    of_list = np.repeat(np.arange(len(lists)), lists.sizes)
    return Movement(
        scale=scale,
        by_row=by_row,
        levels=_levels(before, after, lists, by_row, of_list),
        gain=float(by_row.sum()),
        by_list=_summed(by_row.sum(axis=1), of_list, n=len(lists)),
    )


def _mean_slope(begin: Floats, end: Floats) -> Floats:
    """Return the mean slope of ``log sigma`` between two logits: the difference quotient, so that parts sum exactly."""
    way = end - begin
    is_near = np.abs(way) < _NEAR
    quotient = (log_expit(end) - log_expit(begin)) / np.where(is_near, 1.0, way)
    slope: Floats = np.where(is_near, expit(-(begin + end) / 2), quotient)
    return slope


def _points(card: Scorecard, lists: TrainingLists) -> Floats:
    """Return what every row earns by criterion, hundredths."""
    tables: Mapping[str, tuple[int, ...]] = card.points
    earned = [np.array(own, dtype=np.float64)[lists.levels[:, at]] for at, own in enumerate(tables.values())]
    return np.column_stack(earned)


def _levels(
    before: Scorecard, after: Scorecard, lists: TrainingLists, by_row: Floats, of_list: NDArray[np.intp]
) -> tuple[LevelMove, ...]:
    found = []
    for at, criterion_id in enumerate(after.points):
        own = zip(before.points[criterion_id], after.points[criterion_id], strict=True)
        for level, (old, new) in enumerate(own):
            if old != new:
                parts = np.where(lists.levels[:, at] == level, by_row[:, at], 0.0)
                by_list = _summed(parts, of_list, n=len(lists))
                found.append(
                    LevelMove(
                        criterion_id=criterion_id,
                        level=level,
                        before=old,
                        after=new,
                        gain=float(parts.sum()),
                        by_list=by_list,
                    )
                )
    return tuple(found)


def _summed(parts: Floats, of_list: NDArray[np.intp], *, n: int) -> Floats:
    return np.bincount(of_list, parts, n).astype(np.float64)


@dataclass(frozen=True, eq=False)
class _Pairs:
    """Pairs of different grades, the better row first."""

    better: NDArray[np.intp]
    worse: NDArray[np.intp]
    weights: Floats
    by_place: Floats

    @classmethod
    def of(cls, lists: TrainingLists, *, place_slope: float) -> "_Pairs":
        better, worse, weights = [], [], []
        for part in lists.parts():
            grades = lists.grades[part]
            first, second = np.nonzero(grades[:, None] > grades[None, :])
            better.append(first + part.start)
            worse.append(second + part.start)
            gaps = gain_gaps(grades, first, second)
            weights.append(gaps / (gaps.sum() or 1.0) * len(first) ** 0.5)
        rows = (np.concatenate([*one, np.zeros(0, dtype=np.intp)]) for one in (better, worse))
        higher, lower = (one.astype(np.intp) for one in rows)
        places = np.log(lists.places.astype(np.float64))
        by_place = place_slope * (places[higher] - places[lower])
        return cls(higher, lower, np.concatenate([*weights, np.zeros(0)]), by_place)

    def gaps(self, points: Floats) -> Floats:
        """Return by how much the better earns more, criterion by criterion, shape (n_pairs, n_criteria)."""
        gaps: Floats = points[self.better] - points[self.worse]
        return gaps

    def best_scale(self, gap: Floats) -> float:
        """Return the logits a hundredth that explain the pairs best."""
        if not len(gap):
            return 0.0

        def loss(scale: float) -> float:
            return -float(self.weights @ log_expit(scale * gap + self.by_place))

        found = minimize_scalar(loss, bounds=(0.0, _STEEPEST), method="bounded", options={"xatol": 1e-9})
        return float(found.x)
