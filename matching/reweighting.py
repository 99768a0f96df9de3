"""A card under other weights: every criterion keeps the shares of its levels."""

from collections.abc import Mapping
from math import isfinite

from matching.card import FULL_SCORE, Points, Scorecard, whole_hundredths
from matching.criteria import CRITERIA
from matching.errors import CardError
from matching.vocabulary import Text

__all__ = ["reweighted", "weights_of"]

_PLACE = "weights"


def weights_of(card: Scorecard) -> dict[str, float]:
    """Return the most that each criterion of a card gives, in points; they add up to 100."""
    return {key: max(points) / 100 for key, points in card.points.items()}


def reweighted(card: Scorecard, weights: Mapping[str, float]) -> Scorecard:
    """Return a card with other weights, all of them rescaled to 100 points together, again in whole hundredths.

    Parameters
    ----------
    card : Scorecard
    weights : mapping of str to float
        New weights by criterion, at least 0; criteria that are not named keep theirs before the rescaling. A criterion
        that gives nothing on this card gets the shares that the policy gives its levels.

    Returns
    -------
    Scorecard
        The bags move with the card: each criterion of a bag by the factor by which that of the card moves.

    Raises
    ------
    CardError
        If a criterion is none of the card's, a weight is negative or not a number, or all are 0.
    """
    _check(card, weights)
    wished = {**weights_of(card), **weights}
    total = sum(wished.values())
    if not total > 0:
        raise CardError(Text("权重不能全为 0。", "The weights cannot all be 0."), place=_PLACE)
    target = {key: weight / total for key, weight in wished.items()}
    factors = {
        key: share * FULL_SCORE / max(card.points[key]) for key, share in target.items() if any(card.points[key])
    }
    return Scorecard(
        post=card.post,
        source=card.source,
        rulebook_version=card.rulebook_version,
        points=_scaled(card.points, target),
        bags=tuple(_scaled(bag, _target_of_bag(bag, target, factors)) for bag in card.bags),
    )


def _check(card: Scorecard, weights: Mapping[str, float]) -> None:
    for key, weight in weights.items():
        if key not in card.points:
            known = ", ".join(card.points)
            problem = Text(f"评分卡没有“{key}”这一项。可填：{known}。", f"The card has no '{key}'. It has: {known}.")
            raise CardError(problem, place=f"{_PLACE}.{key}")
        if not isfinite(weight) or weight < 0:
            problem = Text(f"权重 {weight:g} 应为不小于 0 的数。", f"The weight {weight:g} must be a number from 0 up.")
            raise CardError(problem, place=f"{_PLACE}.{key}")


def _target_of_bag(bag: Points, target: Mapping[str, float], factors: Mapping[str, float]) -> dict[str, float]:
    moved = {key: factors.get(key, 0.0) * max(points) or target[key] * FULL_SCORE for key, points in bag.items()}
    return {key: most / sum(moved.values()) for key, most in moved.items()}


def _scaled(points: Points, target: Mapping[str, float]) -> dict[str, tuple[int, ...]]:
    """Stretch the points of each criterion to its share of the whole."""
    most = whole_hundredths({key: 100 * share for key, share in target.items()}, place=_PLACE)
    return {key: _stretched(key, earned, most[key]) for key, earned in points.items()}


def _stretched(criterion_id: str, earned: tuple[int, ...], most: int) -> tuple[int, ...]:
    own = max(earned)
    if not own:
        return (0, *(round(most * level.share) for level in CRITERIA[criterion_id].ladder))
    return tuple(round(most * value / own) for value in earned)
