"""LambdaRank gradients and NDCG over blocks of lists."""

import numpy as np

from matching.scorecard.arrays import Floats, Integers
from matching.scorecard.lists import BELOW_EVERYBODY, blocks_of

NEARLY_TIED = np.float32(0.01)  # score gap added before dividing a pair's weight by it, as LightGBM's lambdarank_norm
STEEPEST = np.float32(50.0)  # |logit| beyond which a pair is settled


def discounts(n: int) -> Floats:
    """Return ``1 / log2(1 + place)`` of the places 1 to n."""
    return 1.0 / np.log2(np.arange(2, n + 2))


class ListwiseGain:
    """Mean NDCG over lists, for many score vectors of the same rows.

    Parameters
    ----------
    y : ndarray of shape (n_rows,)
        Grades; the gain of grade y is ``2 ** y - 1``.
    sizes : ndarray of shape (n_lists,)
    depth : int
        Places that count.

    References
    ----------
    Järvelin, K., Kekäläinen, J. (2002). Cumulated gain-based evaluation of IR techniques. ACM TOIS 20(4).
    """

    def __init__(self, y: Floats, sizes: Integers, *, depth: int = 10) -> None:
        self.depth = depth
        self.gains = np.append(np.exp2(y) - 1.0, 0.0)
        self.blocks = blocks_of(sizes, depth=1)
        self.ideal = np.zeros(len(sizes))
        for block in self.blocks:
            best_first = -np.sort(-self.gains[block.rows], axis=1)
            self.ideal[block.lists] = self._discounted(best_first)
        self.informative = self.ideal > 0

    def _discounted(self, gains_in_order: Floats) -> Floats:
        top = gains_in_order[:, : self.depth]
        return top @ discounts(top.shape[1])

    def __call__(self, scores: Floats) -> Floats:
        """Return the NDCG of each list with a relevant row, shape (n_informative,)."""
        padded = np.append(scores, BELOW_EVERYBODY)
        found = np.zeros(len(self.ideal))
        for block in self.blocks:
            order = np.argsort(-padded[block.rows], axis=1, kind="stable")
            gains = self.gains[np.take_along_axis(block.rows, order[:, : self.depth], axis=1)]
            found[block.lists] = self._discounted(gains)
        kept: Floats = found[self.informative] / self.ideal[self.informative]
        return kept


class LambdaRank:
    """Gradient and curvature of the LambdaRank loss with respect to the scores.

    A pair weighs as much as swapping it would change NDCG. Only pairs with one row in the first `depth` places are
    visited, because a swap below changes nothing.

    Parameters
    ----------
    y : ndarray of shape (n_rows,)
        Grades.
    sizes : ndarray of shape (n_lists,)
    place_term : ndarray of shape (n_rows,)
        Added to the scores in the logit of a pair, but not in the ranking: how much more a row was looked at because of
        the place where it was shown.
    depth : int
        Truncation level.

    References
    ----------
    Burges, C. (2010). From RankNet to LambdaRank to LambdaMART: An Overview. MSR-TR-2010-82.
    """

    def __init__(self, y: Floats, sizes: Integers, place_term: Floats, *, depth: int = 20) -> None:
        self.depth, self.n_rows = depth, len(y)
        self.blocks = blocks_of(sizes, depth=depth)
        gains = np.append(np.exp2(y) - 1.0, 0.0)
        self.gains, self.swaps = [], []
        for block in self.blocks:
            longest = block.rows.shape[1]
            weights = np.where(np.arange(longest) < depth, discounts(longest), 0.0)
            own = gains[block.rows]
            ideal = -np.sort(-own, axis=1) @ weights
            self.gains.append((own / np.where(ideal > 0, ideal, 1.0)[:, None]).astype(np.float32))
            cut = weights[:depth, None] - weights[None, :]
            self.swaps.append(np.maximum(cut, 0.0).astype(np.float32))
        self.place_term = np.append(place_term, 0.0).astype(np.float32) if np.any(place_term) else None

    def __call__(self, scores: Floats) -> tuple[Floats, Floats]:
        """Return gradient and curvature, each of shape (n_rows,)."""
        padded = np.append(scores, BELOW_EVERYBODY).astype(np.float32)
        gradient, curvature = np.zeros(self.n_rows + 1), np.zeros(self.n_rows + 1)
        for block, gains, swaps in zip(self.blocks, self.gains, self.swaps, strict=True):
            order = np.argsort(-padded[block.rows], axis=1, kind="stable")
            rows = np.take_along_axis(block.rows, order, axis=1)
            places = None if self.place_term is None else self.place_term[rows]
            slopes, bends = _pair_sums(padded[rows], np.take_along_axis(gains, order, axis=1), swaps, places)
            gradient[rows], curvature[rows] = slopes, bends
        return gradient[:-1], curvature[:-1]


def _pair_sums(scores: Floats, gains: Floats, swaps: Floats, places: Floats | None) -> tuple[Floats, Floats]:
    """Sum the pair terms of lists sorted by score; all arrays (n_lists, longest), swaps (depth, longest)."""
    depth = len(swaps)
    gap = scores[:, :depth, None] - scores[:, None, :]
    weight = (gains[:, :depth, None] - gains[:, None, :]) * swaps
    weight /= gap + NEARLY_TIED
    if places is not None:
        gap += places[:, :depth, None] - places[:, None, :]
    np.clip(gap, -STEEPEST, STEEPEST, out=gap)
    odds = np.exp(-gap)
    share = 1.0 / (1.0 + odds)
    weight *= share
    odds_share = odds * share
    bend = np.abs(weight) * odds_share
    pull = weight * np.where(weight > 0, odds, np.float32(1.0))
    total = 2.0 * np.abs(pull).sum(axis=(1, 2), dtype=np.float64)
    scale = np.where(total > 0, np.log2(1.0 + total) / np.where(total > 0, total, 1.0), 1.0)[:, None]
    slopes = pull.sum(axis=1)
    slopes[:, :depth] -= pull.sum(axis=2)
    bends = bend.sum(axis=1)
    bends[:, :depth] += bend.sum(axis=2)
    return slopes * scale, bends * scale
