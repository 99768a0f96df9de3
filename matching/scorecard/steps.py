"""One-feature steps of a boosted additive model, found on histograms."""

from dataclasses import dataclass, replace

import numpy as np

from matching.scorecard.arrays import Codes, Floats, Integers
from matching.scorecard.bins import MISSING


@dataclass(frozen=True)
class StepRules:
    """What a step may look like.

    Attributes
    ----------
    directions : ndarray of shape (n_features,)
        +1 where a higher value may never cost points, -1 where it may never earn any, 0 where free.
    learning_rate : float
        Share of a Newton step that is taken.
    fewest_rows : int
        Rows on each side of a cut, and in the bin of missing values, below which no step is taken.
    shrinkage_rows : float
        Average rows' worth of curvature added to every denominator.
    """

    directions: Integers
    learning_rate: float
    fewest_rows: int
    shrinkage_rows: float


def histograms(codes: Codes, values: list[Floats | None], width: int) -> list[Floats]:
    """Sum row values by bin.

    Parameters
    ----------
    codes : ndarray of shape (n_features, n_rows)
    values : list of ndarray of shape (n_rows,), or None for counting
    width : int
        Bins per feature.

    Returns
    -------
    list of ndarray of shape (n_features, width)
    """
    sums: list[Floats] = [np.empty((len(codes), width)) for _ in values]
    for feature, code in enumerate(codes):
        wide = code.astype(np.intp)
        for total, value in zip(sums, values, strict=True):
            total[feature] = np.bincount(wide, value, width)
    return sums


@dataclass(frozen=True)
class Candidates:
    """Every possible cut of every feature with its two steps, all of shape (n_features, width - 1).

    Column c separates the bins 1..c from those above; the last column does not cut, it only sets the missing apart.
    """

    gain: Floats
    below: Floats
    above: Floats
    missing: Floats

    def drawn(self, random: np.random.Generator) -> "Candidates":
        """Keep one admissible cut of each feature, drawn at random.

        The best of all cuts follows the noise of the lists that are learned from; a step at a random place, taken with
        the feature that gains most, spreads many steps over the range, so that the mean over rounds and bags is smooth.

        References
        ----------
        Geurts, P., Ernst, D., Wehenkel, L. (2006). Extremely randomized trees. Machine Learning 63(1).
        """
        draws = np.where(np.isfinite(self.gain), random.random(self.gain.shape), np.inf)
        kept = np.argmin(draws, axis=1)[:, None]
        gain = np.full(self.gain.shape, -np.inf)
        np.put_along_axis(gain, kept, np.take_along_axis(self.gain, kept, axis=1), axis=1)
        return replace(self, gain=gain)

    def best(self, features: Integers) -> tuple[int, Floats] | None:
        """Return the best of some features with its step of every bin, or None if no step helps.

        Parameters
        ----------
        features : ndarray of shape (n_chosen,)
        """
        at, cut = divmod(int(np.argmax(self.gain[features])), self.gain.shape[1])
        feature = int(features[at])
        if not self.gain[feature, cut] > 0:
            return None
        bins = np.arange(self.gain.shape[1] + 1)
        points = np.where(bins <= cut + 1, self.below[feature, cut], self.above[feature, cut])
        points[MISSING] = self.missing[feature]
        return feature, points


def candidates(slope: Floats, bend: Floats, count: Floats, rules: StepRules) -> Candidates:
    """Price every cut of every feature by the second-order fall of the loss.

    Parameters
    ----------
    slope, bend, count : ndarrays of shape (n_features, width)
        Sums of gradient, curvature and rows by bin.
    rules : StepRules

    References
    ----------
    Friedman, J. (2001). Greedy function approximation: a gradient boosting machine. Annals of Statistics 29(5).
    """
    rows = count.sum(axis=1, keepdims=True)
    ridge = rules.shrinkage_rows * bend.sum(axis=1, keepdims=True) / np.maximum(rows, 1.0) + 1e-12
    slopes, bends, counts = (np.cumsum(total[:, 1:], axis=1) for total in (slope, bend, count))
    rest_slopes, rest_bends, rest_counts = (total[:, -1:] - total for total in (slopes, bends, counts))
    below, above = -slopes / (bends + ridge), -rest_slopes / (rest_bends + ridge)
    missing = np.where(count[:, :1] >= rules.fewest_rows, -slope[:, :1] / (bend[:, :1] + ridge), 0.0)
    gain = -(below * slopes + above * rest_slopes + missing * slope[:, :1])
    refused = (counts < rules.fewest_rows) | (rest_counts < rules.fewest_rows)
    refused |= rules.directions[:, None] * (above - below) < 0
    refused[:, -1] = (missing == 0)[:, 0] | (counts[:, -1] < rules.fewest_rows)
    above[:, -1] = below[:, -1]
    return Candidates(np.where(refused, -np.inf, gain), below, above, missing[:, 0])
