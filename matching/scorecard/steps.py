"""One-feature steps of a boosted additive model, at cuts drawn at random."""

from dataclasses import dataclass

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


def rows_by_bin(codes: Codes, width: int) -> Integers:
    """Count the rows of every bin, shape (n_features, width)."""
    return np.array([np.bincount(code, minlength=width) for code in codes])


class Cuts:
    """The cuts that leave enough rows on each side; those of one round are drawn at random, one for each feature.

    The best of all cuts follows the noise of the lists that are learned from. A step at a random place, taken with the
    feature that gains most, spreads many steps over the range, so that their sum over rounds and bags is smooth. And
    two sums over the rows price it, where the best of all would need them for every bin.

    Parameters
    ----------
    count : ndarray of shape (n_features, width)
        Rows of every bin.
    rules : StepRules

    Attributes
    ----------
    n_cuts : ndarray of shape (n_features,)
        Cuts to draw from. Cut c separates the bins 1..c from those above; one above all bins only sets the missing
        apart.
    above_all : int
        The cut above all bins.
    nothing_is_missing : bool
    has_missing : ndarray of shape (n_features,)
        Whether enough rows lack the feature to give them points.

    References
    ----------
    Geurts, P., Ernst, D., Wehenkel, L. (2006). Extremely randomized trees. Machine Learning 63(1).
    """

    def __init__(self, count: Integers, rules: StepRules) -> None:
        below = np.cumsum(count[:, 1:], axis=1)
        known = below[:, -1:]
        admissible = (below >= rules.fewest_rows) & (known - below >= rules.fewest_rows)
        self.nothing_is_missing = not count[:, MISSING].any()
        self.has_missing = count[:, MISSING] >= rules.fewest_rows
        admissible[:, -1] = self.has_missing & (known[:, 0] >= rules.fewest_rows)
        self.above_all = count.shape[1] - 1
        self.n_cuts = admissible.sum(axis=1)
        self._admissible_first = np.argsort(~admissible, axis=1, kind="stable") + 1

    def draw(self, random: np.random.Generator) -> Integers:
        """Return one cut for each feature, shape (n_features,); meaningless where there is none to draw from."""
        at = (random.random(len(self.n_cuts)) * self.n_cuts).astype(np.intp)
        drawn: Integers = self._admissible_first[np.arange(len(at)), at]
        return drawn


@dataclass(frozen=True)
class Candidates:
    """One possible step of every feature, all of shape (n_features,).

    The bins 1..cut earn `below`, the higher ones `above`; `gain` is -inf where the step is refused.
    """

    cut: Integers
    gain: Floats
    below: Floats
    above: Floats
    missing: Floats

    def best(self, features: Integers) -> int | None:
        """Return the feature with the largest gain of some, shape (n_chosen,), or None if no step helps."""
        feature = int(features[np.argmax(self.gain[features])])
        return feature if self.gain[feature] > 0 else None

    def points(self, feature: int, width: int) -> Floats:
        """Return the step of every bin of a feature, shape (width,)."""
        points: Floats = np.where(np.arange(width) <= self.cut[feature], self.below[feature], self.above[feature])
        points[MISSING] = self.missing[feature]
        return points


def candidates(codes: Codes, derivatives: Floats, cuts: Cuts, *, cut: Integers, rules: StepRules) -> Candidates:
    """Price the step of every feature at its cut by the second-order fall of the loss.

    Parameters
    ----------
    codes : ndarray of shape (n_features, n_rows)
    derivatives : ndarray of shape (n_rows, 2)
        Gradient and curvature of the loss in the score of every row.
    cuts : Cuts
    cut : ndarray of shape (n_features,)
        Drawn from `cuts`.
    rules : StepRules

    References
    ----------
    Friedman, J. (2001). Greedy function approximation: a gradient boosting machine. Annals of Statistics 29(5).
    """
    single = derivatives.astype(np.float32)
    above = ((codes > cut[:, None]).astype(np.float32) @ single).astype(float)
    missing = np.zeros_like(above)
    if not cuts.nothing_is_missing:
        missing = ((codes == MISSING).astype(np.float32) @ single).astype(float)
    total = derivatives.sum(axis=0)
    ridge = rules.shrinkage_rows * total[1] / max(len(derivatives), 1) + 1e-12
    sums = np.stack([total - above - missing, above, missing])
    steps = -sums[:, :, 0] / (sums[:, :, 1] + ridge)
    steps[2, ~cuts.has_missing] = 0.0
    gain = -(steps * sums[:, :, 0]).sum(axis=0)
    splits = cut < cuts.above_all
    refused = (cuts.n_cuts == 0) | (splits & (rules.directions * (steps[1] - steps[0]) < 0))
    return Candidates(cut, np.where(refused, -np.inf, gain), *steps)
