"""A scorecard as a list recorded it: read without asking what the criteria declare today."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from matching.card import FULL_SCORE, KEYS, OPTIONAL_KEYS, SCHEMA, Points, Scorecard, add_up, add_up_bags
from matching.card_document import bag_points, check_keys, list_at
from matching.criteria import CRITERIA
from matching.errors import CardError
from matching.versions import canonical_json, version_of
from matching.vocabulary import Text

__all__ = ["RecordedCard"]

_CRITERION_KEYS = frozenset({"id", "missing", "levels"})
_LEVEL_KEYS = frozenset({"zh", "en", "points"})
_NOT_RECORDED = Text("未登记", "not recorded")


@dataclass(frozen=True, kw_only=True)
class RecordedCard:
    """Points and the words of the levels, exactly as they stand in a document.

    A `Scorecard` must fit the criteria of this release, because new lists are made with it. What was recorded stays
    readable when a criterion has got other levels since, or is gone.

    Parameters
    ----------
    version : str
        Of the content, whatever version the document claims.
    claimed_version : str
        What the document says.
    points : mapping of str to tuple of int
        Hundredths of each criterion, the missing level first.
    levels : mapping of str to tuple of Text
        The words of the same levels.
    bags : tuple of mapping of str to tuple of int
        Of a learned card, the points by each part of the history.
    """

    version: str
    claimed_version: str
    points: Mapping[str, tuple[int, ...]]
    levels: Mapping[str, tuple[Text, ...]]
    bags: tuple[Points, ...] = ()

    @classmethod
    def from_document(cls, document: Any) -> Self:
        """Read a card that was recorded.

        Raises
        ------
        CardError
            If it is of another schema, a field is unknown or absent, or points are not whole hundredths. Whether the
            content fits its version is left to the reader: `version` and `claimed_version` tell.
        """
        if isinstance(document, Mapping) and document.get("schema") != SCHEMA:
            problem = Text(
                f"评分卡格式为“{document.get('schema')}”，本版本只认 {SCHEMA}。",
                f"The card is of the schema '{document.get('schema')}', this release reads {SCHEMA}.",
            )
            raise CardError(problem, place="card.schema")
        check_keys(document, KEYS, place="card", optional=OPTIONAL_KEYS)
        points: dict[str, tuple[int, ...]] = {}
        levels: dict[str, tuple[Text, ...]] = {}
        for criterion in list_at(document["criteria"], place="card.criteria"):
            check_keys(criterion, _CRITERION_KEYS, place="card.criteria")
            key = str(criterion["id"])
            ladder = [_level(level, place=key) for level in list_at(criterion["levels"], place=key)]
            points[key] = (_whole(criterion["missing"], place=key), *(earned for _, earned in ladder))
            levels[key] = (_NOT_RECORDED, *(label for label, _ in ladder))
        return cls(
            version=_content_version(document),
            claimed_version=str(document["version"]),
            points=points,
            levels=levels,
            bags=tuple(_bag(bag, points) for bag in list_at(document.get("bags", []), place="card.bags")),
        )

    @classmethod
    def of(cls, card: Scorecard) -> Self:
        """Return a card in force as a list of today would record it."""
        return cls.from_document(card.as_document())

    def score(self, levels: NDArray[np.int8]) -> NDArray[np.int32]:
        """Add up the points of people's levels, shape (n_people, n_criteria), in the order of the card."""
        return add_up(self.points, levels)

    def bag_scores(self, levels: NDArray[np.int8]) -> NDArray[np.int32]:
        """Return the scores by each bag, shape (n_people, n_bags)."""
        return add_up_bags(self.bags, levels)

    def label(self, criterion_id: str) -> Text:
        """How a criterion is called; one that this release no longer knows is called by its id."""
        known = CRITERIA.get(criterion_id)
        return known.label if known else Text(criterion_id, criterion_id)


def _content_version(document: Mapping[str, Any]) -> str:
    try:
        return version_of(canonical_json({key: value for key, value in document.items() if key != "version"}))
    except (TypeError, ValueError) as error:
        problem = Text("含有 JSON 不允许的值。", "There is a value that JSON does not allow.")
        raise CardError(problem, place="card") from error


def _level(document: Any, *, place: str) -> tuple[Text, int]:
    check_keys(document, _LEVEL_KEYS, place=f"card, {place}")
    return Text(str(document["zh"]), str(document["en"])), _whole(document["points"], place=place)


def _bag(document: Any, points: Points) -> Points:
    bag = bag_points(document, tuple(points))
    for key, earned in bag.items():
        if len(earned) != len(points[key]):
            problem = Text(
                f"应有 {len(points[key])} 个等级，实有 {len(earned)} 个。",
                f"{len(earned)} levels where the card has {len(points[key])}.",
            )
            raise CardError(problem, place=f"card.bags, {key}")
        for value in earned:
            _whole(value, place=f"bags, {key}")
    return bag


def _whole(value: Any, *, place: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= FULL_SCORE:
        problem = Text(
            f"分值“{value}”应为 0 至 {FULL_SCORE} 的整数。", f"'{value}' is no whole number from 0 to {FULL_SCORE}."
        )
        raise CardError(problem, place=f"card, {place}")
    return value
