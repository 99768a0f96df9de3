"""The total order of every ranking: more points first, equal points by person_no."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["best_rows", "ranks_of"]

#: Score of somebody who may not be listed.
NOT_LISTED = -1
_SAMPLE = 8  # one of so many is looked at to guess where the list will end
_MANY = 4096


def best_rows(scores: NDArray[np.signedinteger], k: int) -> NDArray[np.intp]:
    """Return the places of the `k` best scores in order.

    Parameters
    ----------
    scores : ndarray of signed int, shape (n,)
        In the order of person_no; negative where somebody may not be listed.
    k : int
        At least 1.

    Returns
    -------
    ndarray of intp, shape (at most k,)
        Highest score first; equal scores in the order of person_no.

    Notes
    -----
    The k-th best of a part bounds the k-th best of all from below. So a sample of many people gives a threshold,
    everybody at or above it is gathered - whoever belongs to the list is - and only they are sorted.
    """
    sample = scores[:: _SAMPLE if len(scores) > _MANY else 1].astype(np.int32)  # numpy parts int32 fastest
    threshold = NOT_LISTED + 1
    if k < len(sample):
        sample.partition(len(sample) - k)
        threshold = max(threshold, int(sample[len(sample) - k]))
    reached = (scores >= threshold).nonzero()[0]
    return reached[(-scores[reached]).argsort(kind="stable")[:k]]


def ranks_of(scores: NDArray[np.signedinteger]) -> NDArray[np.int64]:
    """Return everybody's place in the total order, 1 the best."""
    order = np.argsort(-scores.astype(np.int64), kind="stable")
    ranks = np.empty(len(scores), dtype=np.int64)
    ranks[order] = np.arange(1, len(scores) + 1)
    return ranks
