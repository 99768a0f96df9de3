"""Learning from decisions with a policy as prior: every step of every column is fitted at once, drawn to the policy."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matching.scorecard.arrays import Floats, Integers
from matching.scorecard.bagging import Bag, draw_bags
from matching.scorecard.columns import Column
from matching.scorecard.learning import Points, informative_lists
from matching.scorecard.start import StartTask

STRENGTHS = (100.0, 30.0, 10.0, 3.0, 1.0, 0.3, 0.1)  # ridge beside one unit of loss a list
PROOF = 1.0  # standard errors by which leaving the prior must pay on the lists left out
FEWEST_LISTS_TO_LEAVE_PRIOR = 5  # fewer can agree by chance, however large the gain
MOST_KNOTS = 9  # of a column whose prior is a number of points per unit


@dataclass(frozen=True)
class Ladder:
    """One column as a ladder: the points of its levels, and one step from each level to the next.

    Attributes
    ----------
    at : ndarray of shape (n_levels,)
        Rising values; between them points run linearly, beyond them they stand.
    points : ndarray of shape (n_levels,)
        Of the prior.
    if_missing : float
        Points of a missing value in the prior.
    """

    at: Floats
    points: Floats
    if_missing: float

    @classmethod
    def of(cls, column: Column, values: Floats) -> "Ladder":
        """Take the declared levels of a column; a number of points per unit is laid over the values that occur."""
        at = column.at
        if not column.is_declared:
            known = np.unique(values[~np.isnan(values)])
            quantiles = np.unique(np.quantile(known, np.linspace(0, 1, MOST_KNOTS))) if len(known) else np.zeros(1)
            at = known if 0 < len(known) <= MOST_KNOTS else quantiles
        points = column.prior * column.shares(at)
        return cls(at, points, column.prior * column.share_if_missing)

    @property
    def steps(self) -> Floats:
        """Points of the missing beside the lowest level, then of each step up, shape (n_levels,)."""
        return np.append(self.if_missing - self.points[0], np.diff(self.points))

    @property
    def n_levels(self) -> int:
        """Number of levels, and of steps."""
        return len(self.at)

    def climbed(self, values: Floats) -> Floats:
        """Return the share of each step that every value has climbed, shape (n_rows, n_levels); the first marks NaN."""
        is_missing = np.isnan(values)
        rise = np.diff(self.at)
        share = np.clip((values[:, None] - self.at[:-1]) / rise, 0.0, 1.0)
        return np.column_stack([is_missing, np.where(is_missing[:, None], 0.0, share)])

    def earned(self, values: Floats, table: Floats) -> Floats:
        """Return the points of every value by a table of the missing and the levels, shape (n_rows,)."""
        known = np.interp(values, self.at, table[1 : 1 + self.n_levels])
        return np.where(np.isnan(values), table[0], known)

    def bounds(self, direction: int) -> Floats:
        """Return least and most of each step: none against `direction`, nor against the prior where it has one."""
        sign = np.full(self.n_levels, direction) if direction else np.sign(self.steps)
        bounds = np.column_stack([np.where(sign > 0, 0.0, -np.inf), np.where(sign < 0, 0.0, np.inf)])
        # nothing recorded may not earn more than the lowest level, unless the prior says so: a gap would pay
        is_free = self.steps[0] > 0 or direction < 0
        bounds[0] = (-np.inf, np.inf) if is_free else (-np.inf, 0.0)
        return bounds


@dataclass(frozen=True)
class Anchored:
    """One fit with a prior.

    The logit of "row i is better than row j" is the difference of their scores plus ``b (log place_i - log place_j)``,
    ``b <= 0``; the ridge acts on the steps off the direction of the prior (`PairwiseStart`). So the fit is convex,
    keeps every monotone bound exactly, and a strong ridge returns the prior. One strength serves all bags: that with
    the smallest loss on the lists left out, if it beats the prior by more than a standard error.

    Attributes
    ----------
    ladders : list of Ladder
    rows : ndarray of shape (n_rows, n_features)
        NaN where missing.
    directions : ndarray of shape (n_features,)
    y, log_places : ndarray of shape (n_rows,)
    sizes : ndarray of shape (n_lists,)
    n_bags : int
    out_share : float
    random : numpy.random.Generator
    """

    ladders: list[Ladder]
    rows: Floats
    directions: Integers
    y: Floats
    log_places: Floats
    sizes: Integers
    n_bags: int
    out_share: float
    random: np.random.Generator

    @property
    def width(self) -> int:
        """Return the number of columns of a table: the missing and the levels of the longest ladder."""
        return 1 + max(ladder.n_levels for ladder in self.ladders)

    @cached_property
    def prior_table(self) -> Floats:
        """Points of the prior, shape (n_features, width)."""
        return self._table(np.concatenate([ladder.steps for ladder in self.ladders]))

    def run(self, pool: Executor, on_bag: Callable[[int], None] = lambda _n_bags: None) -> Points:
        """Learn as much as the lists prove; the prior stands below `FEWEST_LISTS_TO_LEAVE_PRIOR` informative lists."""
        informative = informative_lists(self.y, self.sizes)
        if len(informative) < FEWEST_LISTS_TO_LEAVE_PRIOR:
            return self._prior([])
        bags = draw_bags(informative, self.sizes, n_bags=self.n_bags, out_share=self.out_share, random=self.random)
        task = self._task()
        n_lists = len(bags[0].sizes)
        strengths = [strength / n_lists for strength in (1e3 * STRENGTHS[0], *STRENGTHS)]
        for done, _ in enumerate(pool.map(lambda bag: bag.fit_starts(task, strengths), bags), start=1):
            on_bag(done)
        chosen = self._choose(bags)
        if chosen == 0:
            return self._prior(bags)
        slopes = np.array([bag.slopes[chosen] for bag in bags])
        tables = np.array([self._scaled(self._table(one[:-1])) for one in slopes])
        return self._points(tables, STRENGTHS[chosen - 1], float(slopes[:, -1].mean()), bags)

    def _task(self) -> StartTask:
        climbed = [ladder.climbed(values) for ladder, values in zip(self.ladders, self.rows.T, strict=True)]
        bounds = [ladder.bounds(way) for ladder, way in zip(self.ladders, self.directions.tolist(), strict=True)]
        steps = np.concatenate([ladder.steps for ladder in self.ladders])
        # the prior begins on the scale of a logit: what it is worth in points says nothing of how sure decisions are
        unit = np.abs(steps).sum() or 1.0
        return StartTask(
            np.hstack(climbed), self.log_places, self.y, steps / unit, np.vstack(bounds), pair_power=0.5, by_gain=True
        )

    def _choose(self, bags: Sequence[Bag]) -> int:
        losses = np.array([bag.losses for bag in bags])
        excess = losses - losses[:, :1]
        out_share = len(bags[0].out_sizes) / (len(bags[0].out_sizes) + len(bags[0].sizes))
        doubt = PROOF * np.sqrt(out_share) * excess.std(axis=0)  # the lists are independent, the bags are not
        return int(np.argmin(excess.mean(axis=0) + doubt))

    def _table(self, steps: Floats) -> Floats:
        """Add up the steps of every column, shape (n_features, width), the missing first; short ladders end level."""
        table = np.empty((len(self.ladders), self.width))
        at = 0
        for row, ladder in zip(table, self.ladders, strict=True):
            own = steps[at : at + ladder.n_levels]
            row[1:] = ladder.points[0] + np.append(0.0, np.cumsum(own[1:]))[_places(ladder, self.width)]
            row[0] = ladder.points[0] + own[0]
            at += ladder.n_levels
        return table

    def _scaled(self, table: Floats) -> Floats:
        """Bring a table to the total of the prior: how much its levels lie apart, column by column, added up."""
        wanted, found = (np.ptp(one[:, 1:], axis=1).sum() for one in (self.prior_table, table))
        if wanted == 0 or found <= 1e-9 * wanted:
            return self.prior_table
        base = np.array([ladder.points[0] for ladder in self.ladders])[:, None]
        scaled: Floats = base + (table - base) * (wanted / found)
        return scaled

    def _prior(self, bags: list[Bag]) -> Points:
        exact = np.empty((len(self.ladders), self.width))
        for row, ladder in zip(exact, self.ladders, strict=True):
            row[0], row[1:] = ladder.if_missing, ladder.points[_places(ladder, self.width)]
        return self._points(np.repeat(exact[None], self.n_bags, axis=0), np.inf, 0.0, bags)

    def _points(self, tables: Floats, strength: float, place_slope: float, bags: list[Bag]) -> Points:
        slopes = np.zeros(tables.shape[:2])
        return Points(slopes, tables, place_slope, strength, np.zeros(0), 0, bags)


def _places(ladder: Ladder, width: int) -> Integers:
    return np.minimum(np.arange(width - 1), ladder.n_levels - 1)
