"""The linear start of the card: a pairwise logistic fit that is drawn to the direction of the prior points."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import expit

from matching.scorecard.arrays import Floats, Integers
from matching.scorecard.lists import pairs_of

MOST_PAIRS = 40_000  # beyond, long lists are sampled: more pairs cost time and move the slopes by nothing that counts
FEWEST_PAIRS_PER_LIST = 20
MOST_STEPS = 25
RELATIVE_TOLERANCE = 1e-3
MOST_BOX_STEPS = 100
BOX_TOLERANCE = 1e-9
SHORTEST_STEP = 1e-6


@dataclass(frozen=True)
class StartTask:
    """What every linear start of one fit shares.

    Attributes
    ----------
    shares : ndarray of shape (n_rows, n_features)
        Without missing values.
    log_places : ndarray of shape (n_rows,)
        Logarithm of the place where a row was shown; zeros where it is not known.
    y : ndarray of shape (n_rows,)
    prior : ndarray of shape (n_features,)
        Prior slopes, zero where there is none.
    bounds : ndarray of shape (n_features, 2)
        Smallest and largest slope of each share.
    pair_power : float
        A list of n pairs weighs ``n ** (1 - pair_power)``.
    by_gain : bool
        Inside a list a pair weighs by how far the gains of its grades lie apart; False: all the same.
    """

    shares: Floats
    log_places: Floats
    y: Floats
    prior: Floats
    bounds: Floats
    pair_power: float
    by_gain: bool = False

    @cached_property
    def columns(self) -> Floats:
        """Shares and, last, log places in single precision, shape (n_rows, n_features + 1)."""
        return np.column_stack([self.shares, self.log_places]).astype(np.float32)


class PairwiseStart:
    """Logistic loss on the pairs of some lists, with a ridge towards the direction of the prior.

    The logit of "row i is better than row j" is ``(x_i - x_j) . w + b (log place_i - log place_j)`` with ``b <= 0``.
    The ridge is ``min over s >= 0 of |w - s prior|^2``. Since no slope may point against its prior, the best s is the
    projection of w on the prior, so the ridge acts on the part of w off the prior: a strong one returns the prior times
    a free scale, and without a prior it is an ordinary ridge towards zero.

    Parameters
    ----------
    task : StartTask
    rows : ndarray of shape (n_bag_rows,)
        Rows of the lists, list after list.
    sizes : ndarray of shape (n_bag_lists,)
    most_pairs : int
        Of each list, see `pairs_per_list`.
    random : numpy.random.Generator
        Samples the pairs of long lists.

    References
    ----------
    Joachims, T. (2002). Optimizing search engines using clickthrough data. KDD.
    Craswell, N. et al. (2008). An experimental comparison of click position-bias models. WSDM.
    Böhning, D., Lindsay, B. (1988). Monotonicity of quadratic-approximation algorithms. Ann. Inst. Stat. Math. 40.
    """

    def __init__(
        self, task: StartTask, rows: Integers, sizes: Integers, *, most_pairs: int, random: np.random.Generator
    ) -> None:
        better, worse = pairs_of(task.y[rows], sizes, most=most_pairs, random=random)
        gaps = gain_gaps(task.y[rows], better, worse) if task.by_gain else np.ones(len(better))
        self.weights = _pair_weights(better, sizes, gaps, task.pair_power)
        self.differences = task.columns[rows[better]] - task.columns[rows[worse]]
        length = float(np.linalg.norm(task.prior))
        direction = np.append(task.prior / (length or 1.0), 0.0)
        ridged = np.append(np.ones(len(task.prior)), 0.0)
        self.off_prior = np.diag(ridged) - np.outer(direction, direction)
        self.bounds = np.vstack([task.bounds, [-np.inf, 0.0]])

    @cached_property
    def steepest(self) -> Floats:
        """Most that the loss without the ridge can bend, shape (n_features + 1, n_features + 1)."""
        weighted = self.differences * np.sqrt(self.weights)[:, None]
        bend: Floats = 0.25 * (weighted.T @ weighted).astype(float) + 1e-6 * np.eye(weighted.shape[1])
        return bend

    def loss(self, slopes: Floats) -> float:
        """Return the loss without the ridge."""
        gaps = self.differences @ slopes.astype(np.float32)
        return float(self.weights @ np.logaddexp(0.0, -gaps))

    def fit(self, strength: float, begin: Floats) -> Floats:
        """Minimise the loss by majorisation: the curvature of a pair is at most a quarter.

        Parameters
        ----------
        strength : float
            Factor of half the ridge.
        begin : ndarray of shape (n_features + 1,)
            First guess.

        Returns
        -------
        ndarray of shape (n_features + 1,)
            Slopes of the shares and, last, of the log place.
        """
        slopes = begin
        curvature = self.steepest + strength * self.off_prior
        for _ in range(MOST_STEPS):
            gaps = self.differences @ slopes.astype(np.float32)
            pull = self.differences.T @ (self.weights * expit(-gaps))
            gradient = strength * self.off_prior @ slopes + 1e-6 * slopes - pull
            last, slopes = slopes, minimum_in_box(curvature, gradient, slopes, self.bounds)
            if np.abs(slopes - last).max() <= RELATIVE_TOLERANCE * np.abs(slopes).max():
                break
        return slopes


def pairs_per_list(n_lists: int) -> int:
    """Return how many pairs of each list are looked at when so many lists are learned from."""
    return max(FEWEST_PAIRS_PER_LIST, MOST_PAIRS // n_lists)


def gain_gaps(y: Floats, better: Integers, worse: Integers) -> Floats:
    """Return by how much the gain ``2 ** y - 1`` of the better row of each pair is the larger, shape (n_pairs,)."""
    gaps: Floats = np.exp2(y[better]) - np.exp2(y[worse])
    return gaps


def _pair_weights(better: Integers, sizes: Integers, gaps: Floats, power: float) -> Floats:
    """Weigh pairs by their gaps, so that a list of n pairs weighs ``n ** (1 - power)`` and all together 1."""
    of_list = np.repeat(np.arange(len(sizes)), sizes)[better]
    pairs = np.bincount(of_list, minlength=len(sizes))
    apart = np.bincount(of_list, gaps, len(sizes))
    lists = pairs * np.maximum(pairs, 1.0) ** -power
    weights: Floats = (lists / np.where(apart > 0, apart, 1.0) / lists.sum())[of_list] * gaps
    return weights.astype(np.float32)


def minimum_in_box(curvature: Floats, gradient: Floats, at: Floats, bounds: Floats) -> Floats:
    """Minimise a quadratic, known by its curvature and its gradient at one point, inside bounds.

    Projected Newton steps: values that a bound holds stay, the others go to their minimum and are put back inside.

    References
    ----------
    Bertsekas, D. (1982). Projected Newton methods for optimization problems with simple constraints. SIAM J. Control
    Optim. 20(2).
    """
    low, high = bounds.T
    linear = gradient - curvature @ at
    found = np.clip(at, low, high)
    slope = curvature @ found + linear
    for _ in range(MOST_BOX_STEPS):
        held = ((found <= low) & (slope > 0)) | ((found >= high) & (slope < 0))
        free = np.flatnonzero(~held)
        if np.abs(slope[free]).max(initial=0.0) <= BOX_TOLERANCE * np.abs(linear).max():
            break
        way = np.zeros(len(found))
        way[free] = np.linalg.solve(curvature[np.ix_(free, free)], -slope[free])
        share = 1.0
        while True:
            tried = np.clip(found + share * way, low, high)
            moved = tried - found
            bent = curvature @ moved
            # the quadratic falls by at least a part of what its slope promises, else the bounds turned the step around
            if 0.5 * moved @ bent + slope @ moved <= 1e-4 * (slope @ moved) or share < SHORTEST_STEP:
                break
            share /= 2
        found, slope = tried, slope + bent
    return found
