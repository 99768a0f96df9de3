"""A scorecard as plain JSON values: what is written, and what is refused when it is read."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from matching.criteria import CRITERIA, Criterion
from matching.errors import CardError
from matching.vocabulary import PostType, Text

__all__ = [
    "bag_points",
    "check_keys",
    "criterion_document",
    "criterion_points",
    "known_criterion",
    "list_at",
    "number_at",
    "post_at",
    "text_at",
    "texts_at",
    "whole_at",
]

_CRITERION_KEYS = frozenset({"id", "missing", "levels"})
_LEVEL_KEYS = frozenset({"zh", "en", "points"})


def known_criterion(criterion_id: str) -> Criterion[Any]:
    """Return a criterion by its id."""
    if criterion_id not in CRITERIA:
        raise CardError(
            Text(f"没有评分项“{criterion_id}”。", f"There is no criterion '{criterion_id}'."), place="criteria"
        )
    return CRITERIA[criterion_id]


def check_keys(document: object, keys: frozenset[str], *, place: str, optional: frozenset[str] = frozenset()) -> None:
    """Refuse what is not an object of exactly these keys (those that are optional may be absent)."""
    if not isinstance(document, Mapping):
        raise CardError(Text("应为对象。", "An object is expected."), place=place)
    for key in sorted(set(document) ^ keys, key=str):
        if key in optional:
            continue
        if key in keys:
            raise CardError(Text(f"缺少“{key}”。", f"'{key}' is absent."), place=place)
        raise CardError(Text(f"未知字段“{key}”。", f"Unknown field '{key}'."), place=place)


def list_at(value: object, *, place: str) -> Sequence[Any]:
    """Return a value that must be a list."""
    if not isinstance(value, list):
        raise CardError(Text("应为列表。", "A list is expected."), place=place)
    return value


def text_at(value: object, *, place: str) -> str:
    """Return a value that must be a text."""
    if not isinstance(value, str):
        raise CardError(Text(f"“{value}”应为文本。", f"'{value}' must be a text."), place=place)
    return value


def texts_at(value: object, *, place: str) -> tuple[str, ...]:
    """Return a value that must be a list of texts."""
    return tuple(text_at(one, place=place) for one in list_at(value, place=place))


def whole_at(value: object, *, place: str) -> int:
    """Return a value that must be a whole number from 0 up; ``true`` and ``1.0`` are none."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        problem = Text(f"“{value}”应为不小于 0 的整数。", f"'{value}' must be a whole number from 0 up.")
        raise CardError(problem, place=place)
    return value


def number_at(value: object, *, place: str) -> float:
    """Return a value that must be a finite number, as it stands: whole ones stay whole."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not isfinite(value):
        raise CardError(Text(f"“{value}”应为数。", f"'{value}' must be a number."), place=place)
    return value


def post_at(value: object) -> PostType:
    """Return a value that must name a post."""
    try:
        return PostType(str(value))
    except ValueError:
        raise CardError(Text(f"没有岗位“{value}”。", f"There is no post '{value}'."), place="post") from None


def criterion_document(criterion: Criterion[Any], points: Sequence[int]) -> dict[str, object]:
    """Return the points of a criterion with the words of its levels."""
    levels = [
        {"zh": level.label.zh, "en": level.label.en, "points": earned}
        for level, earned in zip(criterion.ladder, points[1:], strict=True)
    ]
    return {"id": criterion.id, "missing": points[0], "levels": levels}


def criterion_points(document: Any) -> tuple[str, tuple[int, ...]]:
    """Return id and points of a criterion, the missing level first; its levels must be those declared now."""
    check_keys(document, _CRITERION_KEYS, place="criteria")
    criterion = known_criterion(str(document["id"]))
    levels = list_at(document["levels"], place=criterion.id)
    for level in levels:
        check_keys(level, _LEVEL_KEYS, place=criterion.id)
    if [(level["zh"], level["en"]) for level in levels] != [tuple(level.label) for level in criterion.ladder]:
        problem = Text("等级与现行评分项不一致。", "The levels are not those that the criterion declares now.")
        raise CardError(problem, place=criterion.id)
    return criterion.id, (document["missing"], *(level["points"] for level in levels))


def bag_points(document: Any, criteria: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """Return the points of one bag: a list of points for each criterion of the card, in its order."""
    rows = list_at(document, place="bags")
    if len(rows) != len(criteria):
        problem = Text(
            f"应有 {len(criteria)} 项，实有 {len(rows)} 项。",
            f"{len(rows)} criteria where the card has {len(criteria)}.",
        )
        raise CardError(problem, place="bags")
    return {key: tuple(list_at(row, place=f"bags, {key}")) for key, row in zip(criteria, rows, strict=True)}
