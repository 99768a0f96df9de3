"""How good a card is on lists that it never saw, and whether another is better."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits

from matching.card import Scorecard
from matching.training.lists import TrainingLists

__all__ = ["Comparison", "compare", "held_out_scores", "list_ndcg", "pair_agreement", "yardstick_scores"]

Floats = NDArray[np.float64]
DEPTH = 10
_N_SAMPLES = 5_000
_N_FOLDS = 5
_TAIL = 2.5  # per cent


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two cards on the same lists that neither saw.

    Parameters
    ----------
    n_lists : int
    champion, challenger : float
        Mean NDCG@10, 0 to 1.
    difference, low, high : float
        Challenger minus champion, with its 95 % interval by a paired bootstrap over vacancies.
    champion_agreement, challenger_agreement : float
        Share of pairs of differently graded people whom the card puts in the reviewers' order.
    """

    n_lists: int
    champion: float
    challenger: float
    difference: float
    low: float
    high: float
    champion_agreement: float
    challenger_agreement: float

    @property
    def is_at_least_as_good(self) -> bool:
        """Whether the challenger may follow without a reason."""
        return self.n_lists > 0 and self.difference >= 0


def held_out_scores(
    card: Scorecard, lists: TrainingLists, *, left_out: Sequence[Sequence[str]] = (), seen: Sequence[str] = ()
) -> Floats:
    """Score every row without what the card learned from its own list.

    Parameters
    ----------
    card : Scorecard
    lists : TrainingLists
    left_out : sequence of sequence of str
        Vacancies that each bag never saw.
    seen : sequence of str
        All vacancies of the training.

    Returns
    -------
    ndarray of shape (n_rows,)
        Mean score in hundredths of the bags that never saw the list; of the card where the list was no part of the
        training; NaN where every bag has seen it.
    """
    scores = card.score(lists.levels).astype(np.float64)
    if not card.bags:
        return scores
    by_bag, known = card.bag_scores(lists.levels), frozenset(seen)
    for part, vacancy_no in zip(lists.parts(), lists.vacancy_nos, strict=True):
        if vacancy_no in known:
            honest = [bag for bag, out in enumerate(left_out) if vacancy_no in out]
            scores[part] = by_bag[part][:, honest].mean(axis=1) if honest else np.nan
    return scores


def list_ndcg(lists: TrainingLists, scores: Floats) -> Floats:
    """Return NDCG@10 of each list, NaN where it cannot be told (nobody graded above 0, or no score).

    Equal scores earn the mean gain of all their orders, so that neither file nor sort decides.

    References
    ----------
    Järvelin, K., Kekäläinen, J. (2002). Cumulated gain-based evaluation of IR techniques. ACM TOIS 20(4).
    McSherry, F., Najork, M. (2008). Computing information retrieval performance measures efficiently in the presence of
    tied scores. ECIR.
    """
    found = np.full(len(lists), np.nan)
    for place, part in enumerate(lists.parts()):
        gains, own = np.exp2(lists.grades[part]) - 1, scores[part]
        if gains.any() and np.isfinite(own).all():
            found[place] = _dcg(gains, own) / _dcg(gains, gains)
    return found


def pair_agreement(lists: TrainingLists, scores: Floats) -> float:
    """Return the share of differently graded pairs of one list that the scores order alike; equal scores count half."""
    agreeing, n_pairs = 0.0, 0
    for part in lists.parts():
        grades, own = lists.grades[part], scores[part]
        better, worse = np.nonzero(grades[:, None] > grades[None, :])
        if np.isfinite(own).all():
            gap = own[better] - own[worse]
            agreeing += float((gap > 0).sum() + 0.5 * (gap == 0).sum())
            n_pairs += len(gap)
    return agreeing / n_pairs if n_pairs else float("nan")


def compare(lists: TrainingLists, *, champion: Floats, challenger: Floats, random_state: int = 0) -> Comparison:
    """Compare two score vectors of the same rows.

    Parameters
    ----------
    lists : TrainingLists
    champion, challenger : ndarray of shape (n_rows,)
        From `held_out_scores`.
    random_state : int
        Draws the bootstrap.

    References
    ----------
    Sakai, T. (2006). Evaluating evaluation metrics based on the bootstrap. SIGIR.
    """
    before, after = list_ndcg(lists, champion), list_ndcg(lists, challenger)
    is_told = np.isfinite(before) & np.isfinite(after)
    change = (after - before)[is_told]
    low = high = float("nan")
    if len(change):
        drawn = np.random.default_rng(random_state).integers(len(change), size=(_N_SAMPLES, len(change)))
        low, high = np.percentile(change[drawn].mean(axis=1), [_TAIL, 100 - _TAIL]).tolist()
    told = lists.taken(np.flatnonzero(is_told))
    rows = np.repeat(is_told, lists.sizes)
    return Comparison(
        n_lists=len(change),
        champion=_mean(before[is_told]),
        challenger=_mean(after[is_told]),
        difference=_mean(change),
        low=low,
        high=high,
        champion_agreement=pair_agreement(told, champion[rows]),
        challenger_agreement=pair_agreement(told, challenger[rows]),
    )


def yardstick_scores(lists: TrainingLists, *, random_state: int = 0) -> Floats:
    """Score every list by gradient boosting on the other lists: a stronger, opaque model tells what a card gives away.

    Returns
    -------
    ndarray of shape (n_rows,)
        NaN where there are fewer than two lists.
    """
    scores = np.full(len(lists.grades), np.nan)
    of_list = np.repeat(np.arange(len(lists)), lists.sizes)
    if len(lists) < 2:
        return scores
    folds = GroupKFold(n_splits=min(_N_FOLDS, len(lists)), shuffle=True, random_state=random_state)
    for train, test in folds.split(lists.rows, groups=of_list):
        is_recorded = (lists.levels[train] > 0).any(axis=0)  # boosting refuses a column without a value
        model = HistGradientBoostingRegressor(
            max_iter=100,
            learning_rate=0.05,
            max_leaf_nodes=15,
            min_samples_leaf=10,
            monotonic_cst=[1] * int(is_recorded.sum()),
            random_state=random_state,
        )
        rows = lists.rows[:, is_recorded]
        with threadpool_limits(1, user_api="openmp"):  # so few rows: threads that wait for each other cost most
            scores[test] = model.fit(rows[train], lists.grades[train]).predict(rows[test]) if is_recorded.any() else 0
    return scores


def _dcg(gains: Floats, scores: Floats) -> float:
    order = np.argsort(-scores, kind="stable")
    gains, scores = gains[order], scores[order]
    starts = np.flatnonzero(np.r_[True, scores[1:] != scores[:-1]])
    sizes = np.diff(np.append(starts, len(scores)))
    even = np.repeat(np.add.reduceat(gains, starts) / sizes, sizes)[:DEPTH]
    return float(even @ (1 / np.log2(np.arange(2, len(even) + 2))))


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else float("nan")
