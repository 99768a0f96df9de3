"""The scorecard: whole points for every level of every criterion of one kind of post."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from matching.card_document import (
    bag_points,
    check_keys,
    criterion_document,
    criterion_points,
    known_criterion,
    list_at,
    post_at,
)
from matching.criteria import CRITERIA, Criterion
from matching.errors import CardError
from matching.versions import canonical_json, version_of
from matching.vocabulary import PostType, Text

__all__ = [
    "FULL_SCORE",
    "KEYS",
    "OPTIONAL_KEYS",
    "SCHEMA",
    "Points",
    "Scorecard",
    "SoftWeights",
    "add_up",
    "add_up_bags",
    "policy_card",
    "whole_hundredths",
]

#: Points are hundredths; the best levels of a card add up to this (100.00 points).
FULL_SCORE = 10_000
SCHEMA = "talentpool.scorecard/1"
SOURCES = ("policy", "learned")

#: The fields of a card as a document.
KEYS = frozenset({"schema", "post", "source", "rulebook_version", "criteria", "version"})
OPTIONAL_KEYS = frozenset({"bags"})
Points = Mapping[str, tuple[int, ...]]


class SoftWeights(Protocol):
    """The part of a rulebook that a policy card is made of."""

    @property
    def version(self) -> str:
        """Hash of the rulebook."""

    def soft_weights(self, post: PostType) -> Mapping[str, float]:
        """Return the weight of each criterion of a post; they sum to 100."""


@dataclass(frozen=True, kw_only=True)
class Scorecard:
    """Points of one kind of post.

    Parameters
    ----------
    post : PostType
    source : {"policy", "learned"}
    rulebook_version : str
        The rulebook that the card was made under.
    points : mapping of str to tuple of int
        Hundredths of each criterion, in the order of the card: the missing level first, then from worst to best.
    bags : tuple of mapping of str to tuple of int
        Of a learned card, the points by each part of the history that it was learned from: their spread tells how sure
        a place is. Empty for a policy card.

    Raises
    ------
    CardError
        If a criterion is unknown, levels do not fit it, points are negative or fall from one level to the next, or the
        best levels do not add up to 10,000; also in a bag.
    """

    post: PostType
    source: str
    rulebook_version: str
    points: Points
    bags: tuple[Points, ...] = ()

    def __post_init__(self) -> None:
        if self.source not in SOURCES:
            raise CardError(Text(f"来源“{self.source}”未知。", f"Unknown source '{self.source}'."), place="source")
        for points in (self.points, *self.bags):
            _check_points(points)
        if any(tuple(bag) != tuple(self.points) for bag in self.bags):
            problem = Text("各次抽样的评分项与评分卡不一致。", "The bags have other criteria than the card.")
            raise CardError(problem, place="bags")

    @property
    def criteria(self) -> tuple[Criterion[Any], ...]:
        """The criteria in the order of the card."""
        return tuple(CRITERIA[criterion_id] for criterion_id in self.points)

    @cached_property
    def version(self) -> str:
        """First 16 hex digits of the SHA-256 of the card's canonical JSON."""
        return version_of(canonical_json(self._body()))

    def table(self, criterion_id: str) -> NDArray[np.int16]:
        """Return the points of a criterion by level, the missing level first."""
        return np.array(self.points[criterion_id], dtype=np.int16)

    def score(self, levels: NDArray[np.int8]) -> NDArray[np.int32]:
        """Add up the points of people's levels.

        Parameters
        ----------
        levels : ndarray of int8, shape (n_people, n_criteria)
            In the order of the card.

        Returns
        -------
        ndarray of int32, shape (n_people,)
        """
        return add_up(self.points, levels)

    def bag_scores(self, levels: NDArray[np.int8]) -> NDArray[np.int32]:
        """Return the scores by each bag, shape (n_people, n_bags).

        Parameters
        ----------
        levels : ndarray of int8, shape (n_people, n_criteria)
            In the order of the card.
        """
        return add_up_bags(self.bags, levels)

    def as_document(self) -> dict[str, object]:
        """Return the card as plain JSON values, with its version."""
        return {**self._body(), "version": self.version}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """Read a card back.

        Raises
        ------
        CardError
            If a field is unknown or absent, the schema is another, the levels are not those of the criteria, or the
            version does not fit the content; the message names the place.
        """
        check_keys(document, KEYS, place="card", optional=OPTIONAL_KEYS)
        if document["schema"] != SCHEMA:
            problem = Text(f"格式应为 {SCHEMA}。", f"The schema must be {SCHEMA}.")
            raise CardError(problem, place=f"schema '{document['schema']}'")
        points = dict(criterion_points(entry) for entry in list_at(document["criteria"], place="criteria"))
        bags = list_at(document.get("bags", []), place="bags")
        card = cls(
            post=post_at(document["post"]),
            source=document["source"],
            rulebook_version=str(document["rulebook_version"]),
            points=points,
            bags=tuple(bag_points(bag, tuple(points)) for bag in bags),
        )
        if document["version"] != card.version:
            problem = Text(
                "内容与版本号不符，文件可能损坏。", "The content does not fit the version: the file may be damaged."
            )
            raise CardError(problem, place=f"version '{document['version']}'")
        return card

    def _body(self) -> dict[str, object]:
        bags = {"bags": [[list(points) for points in bag.values()] for bag in self.bags]} if self.bags else {}
        return {
            "schema": SCHEMA,
            "post": str(self.post),
            "source": self.source,
            "rulebook_version": self.rulebook_version,
            "criteria": [criterion_document(CRITERIA[key], points) for key, points in self.points.items()],
            **bags,
        }


def policy_card(rulebook: SoftWeights, post: PostType) -> Scorecard:
    """Make the card that holds before any history exists: weight times share of each level.

    Parameters
    ----------
    rulebook : SoftWeights
    post : PostType

    Raises
    ------
    CardError
        If a criterion is unknown, a weight is not positive, or the weights do not sum to 100.
    """
    weights = rulebook.soft_weights(post)
    for criterion_id, weight in weights.items():
        known_criterion(criterion_id)
        if not weight > 0:
            problem = Text(f"权重 {weight} 应大于 0。", f"The weight {weight} must be above 0.")
            raise CardError(problem, place=f"{post}, {criterion_id}")
    best = whole_hundredths(weights, place=str(post))
    points = {key: (0, *(round(most * level.share) for level in CRITERIA[key].ladder)) for key, most in best.items()}
    return Scorecard(post=post, source="policy", rulebook_version=rulebook.version, points=points)


def whole_hundredths(weights: Mapping[str, float], *, place: str) -> dict[str, int]:
    """Cut weights into hundredths that add up exactly, the largest remainders upwards.

    Parameters
    ----------
    weights : mapping of str to float
        They sum to 100.
    place : str
        Where they stand, for the message.

    Raises
    ------
    CardError
        If they do not sum to 100.
    """
    total = sum(weights.values())
    if abs(total - 100) > 1e-6:
        raise CardError(Text(f"权重合计 {total:g}，应为 100。", f"The weights sum to {total:g}, not 100."), place=place)
    exact = {key: weight * FULL_SCORE / total for key, weight in weights.items()}
    whole = {key: int(share + 1e-9) for key, share in exact.items()}
    by_remainder = sorted(exact, key=lambda key: (whole[key] - exact[key], key))
    for key in by_remainder[: FULL_SCORE - sum(whole.values())]:
        whole[key] += 1
    return whole


def add_up(points: Points, levels: NDArray[np.int8]) -> NDArray[np.int32]:
    """Return the score of each row of levels, whose columns are the criteria of `points`, in hundredths."""
    total = np.zeros(len(levels), dtype=np.int32)
    for place, earned in enumerate(points.values()):
        total += np.array(earned, dtype=np.int32)[levels[:, place]]
    return total


def add_up_bags(bags: Sequence[Points], levels: NDArray[np.int8]) -> NDArray[np.int32]:
    """Return the scores of `add_up` by each bag, shape (n_people, n_bags)."""
    by_bag = [add_up(bag, levels) for bag in bags]
    return np.stack(by_bag, axis=1) if by_bag else np.empty((len(levels), 0), dtype=np.int32)


def _check_points(points: Points) -> None:
    for criterion_id, earned in points.items():
        _check_levels(criterion_id, earned)
    best = sum(max(earned) for earned in points.values())
    if best != FULL_SCORE:
        problem = Text(
            f"各项最高分合计 {best / 100:.2f}，应为 100.00。",
            f"The best levels add up to {best / 100:.2f}, they must make 100.00.",
        )
        raise CardError(problem, place="criteria")


def _check_levels(criterion_id: str, points: Sequence[int]) -> None:
    expected = len(known_criterion(criterion_id).ladder) + 1
    if len(points) != expected:
        problem = Text(
            f"应有 {expected} 个等级，实有 {len(points)} 个。", f"{len(points)} levels where {expected} are declared."
        )
        raise CardError(problem, place=criterion_id)
    if any(not isinstance(value, int) or isinstance(value, bool) or value < 0 for value in points):
        raise CardError(Text("分值应为非负整数。", "Points must be whole and not negative."), place=criterion_id)
    own = points[1:]
    if any(high < low for low, high in pairwise(own)) or points[0] > own[-1]:
        problem = Text("等级提高时分值不得降低。", "A higher level may never earn fewer points.")
        raise CardError(problem, place=criterion_id)
