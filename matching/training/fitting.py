"""From reviewed lists to a card: the policy is the prior, and stands until the lists prove otherwise."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.card import FULL_SCORE, Scorecard
from matching.errors import MatchingError
from matching.scorecard import ScorecardRanker
from matching.training.lists import TrainingLists
from matching.vocabulary import Text

__all__ = ["FEWEST_LISTS", "N_BAGS", "Fit", "declared_points", "fit_card"]

#: Below so many informative lists of a post the policy card stays in force, whatever was learned.
FEWEST_LISTS = 10
N_BAGS = 16


@dataclass(frozen=True, kw_only=True, eq=False)
class Fit:
    """What was learned for one kind of post.

    Parameters
    ----------
    card : Scorecard
        Learned, with its bags; the policy itself where it stays.
    why_policy : Text or None
        Why the policy stays; None where something was learned.
    left_out : tuple of tuple of str
        Numbers of the vacancies that each bag never saw.
    strength : float
        Of the ridge towards the policy, infinite where the policy stays.
    place_slope : float
        How much a lower place costs in the reviewers' eyes, at most 0; no part of the card.
    """

    card: Scorecard
    why_policy: Text | None
    left_out: tuple[tuple[str, ...], ...]
    strength: float
    place_slope: float


def fit_card(
    policy: Scorecard,
    lists: TrainingLists,
    *,
    random_state: int = 0,
    n_jobs: int | None = None,
    on_progress: Callable[[float], None] = lambda _share: None,
) -> Fit:
    """Learn the points of one kind of post from reviewed lists.

    Parameters
    ----------
    policy : Scorecard
        The card made of the rulebook's weights.
    lists : TrainingLists
        Of the same criteria.
    random_state : int
        Draws the bags; the same lists and number give the same card.
    n_jobs : int or None
        Threads; the result does not depend on it.
    on_progress : callable
        Called after each bag with the share of them that is done; what it raises ends the fit.

    Raises
    ------
    MatchingError
        If the lists were read for other criteria.
    """
    if lists.criteria != tuple(policy.points):
        problem = Text("训练名单的评分项与评分卡不一致。", "The lists have other criteria than the card.")
        raise MatchingError(problem, place=str(policy.post))
    n_informative = int(lists.is_informative.sum())
    if n_informative < FEWEST_LISTS:
        return _policy_stays(policy, _TOO_FEW.filled(n=n_informative, fewest=FEWEST_LISTS))
    ranker = ScorecardRanker(
        monotonic_cst=[1] * len(policy.points),
        prior_points=[declared_points(points) for points in policy.points.values()],
        n_bags=N_BAGS,
        n_jobs=n_jobs,
        random_state=random_state,
    ).fit(
        lists.rows,
        lists.grades,
        group=lists.sizes,
        position=lists.places,
        on_bag=lambda done: on_progress(done / N_BAGS),
    )
    if not np.isfinite(ranker.strength_):
        return _policy_stays(policy, _NOT_PROVEN)
    bags = tuple(_whole(policy, table) for table in ranker.bag_tables_)
    card = Scorecard(
        post=policy.post,
        source="learned",
        rulebook_version=policy.rulebook_version,
        points=_mean(bags),
        bags=bags,
    )
    left_out = tuple(tuple(lists.vacancy_nos[i] for i in sorted(out.tolist())) for out in ranker.bag_lists_out_)
    return Fit(
        card=card,
        why_policy=None,
        left_out=left_out,
        strength=float(ranker.strength_),
        place_slope=float(ranker.place_slope_),
    )


_TOO_FEW = Text(
    "可用于学习的名单只有 {n} 份，不足 {fewest} 份，沿用政策评分卡。",
    "Only {n} lists to learn from, fewer than {fewest}: the policy card stays.",
)
_NOT_PROVEN = Text(
    "在留出的名单上未能证明优于政策评分卡，沿用政策评分卡。",
    "Nothing better than the policy was proven on the lists left out: the policy card stays.",
)


def _policy_stays(policy: Scorecard, why: Text) -> Fit:
    return Fit(card=policy, why_policy=why, left_out=(), strength=float("inf"), place_slope=0.0)


def declared_points(points: tuple[int, ...]) -> dict[float | None, float]:
    """Return the points of a card as the estimator takes its prior: by level, None where nothing is recorded."""
    return {None: float(points[0]), **{float(level): float(earned) for level, earned in enumerate(points) if level}}


def _whole(policy: Scorecard, table: NDArray[np.float64]) -> dict[str, tuple[int, ...]]:
    """Turn the learned points of one bag into whole hundredths: none negative, the best levels make the full score.

    A constant added to all levels of a criterion moves nobody, so the worst of each earns 0. Nothing recorded may not
    earn more than the best level: it would reward a gap in the record.
    """
    raised = []
    for row, points in zip(table, policy.points.values(), strict=True):
        own = row[: len(points)].copy()
        own[0] = min(own[0], own[-1])
        raised.append(own - own.min())
    scale = FULL_SCORE / sum(own[-1] for own in raised)
    return _rounded(dict(zip(policy.points, [own * scale for own in raised], strict=True)))


def _mean(bags: tuple[dict[str, tuple[int, ...]], ...]) -> dict[str, tuple[int, ...]]:
    return _rounded({key: np.mean([bag[key] for bag in bags], axis=0) for key in bags[0]})


def _rounded(points: dict[str, NDArray[np.float64]]) -> dict[str, tuple[int, ...]]:
    """Round points so that the best levels still add up to the full score and no level falls below a lower one."""
    best = {key: int(own[-1] + 1e-9) for key, own in points.items()}
    by_remainder = sorted(points, key=lambda key: (best[key] - points[key][-1], key))
    for key in by_remainder[: FULL_SCORE - sum(best.values())]:
        best[key] += 1
    return {key: (*(min(round(float(one)), best[key]) for one in own[:-1]), best[key]) for key, own in points.items()}
