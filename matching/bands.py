"""How sure an order is: what the bags of a learned card say of scores and of neighbours on a list."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.vocabulary import Text

__all__ = ["EQUAL_SCORES", "NOT_ESTABLISHED", "NO_INTERVAL", "Interval", "band_text", "bands", "intervals"]

Scores = NDArray[np.signedinteger]


class Interval(NamedTuple):
    """Where a score lies by the bags, in hundredths."""

    low: int
    high: int


#: What a band of several people says of itself: on a learned card, and where only equal scores share one.
NOT_ESTABLISHED = Text("分差在误差内，可视为并列。", "Within the margin of error: read them as equal.")
EQUAL_SCORES = Text("得分相同，视为并列。", "Equal scores: read them as equal.")
#: Why a score has no interval.
NO_INTERVAL = Text(
    "评分卡尚未从评议历史学习，得分没有区间。",
    "The card has not learned from any review history yet, so scores have no interval.",
)
_AGREEING, _OF = 3, 4  # neighbours are apart when at least three quarters of the bags order them as the card does
_LOW, _HIGH = 0.05, 0.95


def bands(scores: Scores, bag_scores: Scores) -> NDArray[np.int64]:
    """Return the tie band of everybody on a list.

    Neighbours share a band when their scores are equal or fewer than three quarters of the bags order them strictly as
    the card does; so a band is a run of neighbours, and the bands of the head of a list do not depend on its tail.

    Parameters
    ----------
    scores : ndarray of int, shape (n_listed,)
        Hundredths by the card, best first.
    bag_scores : ndarray of int, shape (n_listed, n_bags)
        Hundredths by each bag; with no bags (a policy card) only equal scores share a band.

    Returns
    -------
    ndarray of int64, shape (n_listed,)
        1 for the first band, 2 for the next, and so on.
    """
    n_agreeing = np.count_nonzero(bag_scores[:-1] > bag_scores[1:], axis=1)
    is_apart = (scores[:-1] != scores[1:]) & (_OF * n_agreeing >= _AGREEING * bag_scores.shape[1])
    found = np.ones(len(scores), dtype=np.int64)
    found[1:] += np.cumsum(is_apart)
    return found


def intervals(scores: Scores, bag_scores: Scores) -> list[Interval | None]:
    """Return the 5 % and 95 % quantiles of everybody's scores by the bags, widened where needed to hold the score.

    Parameters
    ----------
    scores : ndarray of int, shape (n_people,)
        Hundredths.
    bag_scores : ndarray of int, shape (n_people, n_bags)
        Hundredths.

    Returns
    -------
    list of Interval or None, length n_people
        Whole hundredths that a bag has given, or the score; None when there are no bags.
    """
    if not bag_scores.shape[1]:
        return [None] * len(scores)
    low = np.minimum(np.quantile(bag_scores, _LOW, axis=1, method="lower"), scores)
    high = np.maximum(np.quantile(bag_scores, _HIGH, axis=1, method="higher"), scores)
    return [Interval(int(least), int(most)) for least, most in zip(low.tolist(), high.tolist(), strict=True)]


def band_text(*, has_bags: bool) -> Text:
    """Return what a band of several people says of itself."""
    return NOT_ESTABLISHED if has_bags else EQUAL_SCORES
