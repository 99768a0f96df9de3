"""The parts of a model file that are no cards: what is refused when they are read."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from matching.card_document import check_keys, list_at, number_at, text_at, whole_at
from matching.errors import CardError
from matching.training.calibration import Calibration
from matching.vocabulary import Text

__all__ = ["calibration_at", "counts_at", "limits_at", "metrics_at"]

#: The figures of a model; those that could not be computed are absent.
_COUNTED = "n_held_out_lists"
_MEASURED = frozenset(
    {
        "ndcg_at_10",
        "ndcg_at_10_policy",
        "difference",
        "difference_low",
        "difference_high",
        "pair_agreement",
        "pair_agreement_policy",
    }
)
_OPTIONAL = frozenset({"ndcg_at_10_yardstick"})
_TEXT_KEYS = frozenset({"zh", "en"})


def counts_at(document: Any, criteria: Iterable[str], *, place: str) -> dict[str, int]:
    """Return one count for each criterion."""
    check_keys(document, frozenset(criteria), place=place)
    return {key: whole_at(value, place=f"{place}, {key}") for key, value in document.items()}


def metrics_at(document: Any, *, place: str) -> dict[str, float]:
    """Return the figures of a model; either all that are measured on held-out lists are there, or none."""
    is_measured = isinstance(document, dict) and bool(_MEASURED & set(document))
    needed = {_COUNTED} | (_MEASURED if is_measured else frozenset())
    check_keys(document, frozenset(needed | _OPTIONAL), place=place, optional=_OPTIONAL)
    whole_at(document[_COUNTED], place=f"{place}, {_COUNTED}")
    return {key: number_at(value, place=f"{place}, {key}") for key, value in document.items()}


def calibration_at(document: Any, *, place: str) -> Calibration:
    """Return the curve from score to share: rising scores, shares from 0 to 1 that never fall."""
    check_keys(document, frozenset({"at", "share"}), place=place)
    at = tuple(whole_at(one, place=f"{place}, at") for one in list_at(document["at"], place=f"{place}, at"))
    share = tuple(
        number_at(one, place=f"{place}, share") for one in list_at(document["share"], place=f"{place}, share")
    )
    is_curve = (
        len(at) == len(share)
        and all(low < high for low, high in pairwise(at))
        and all(low <= high for low, high in pairwise(share))
        and all(0 <= one <= 1 for one in share)
    )
    if not is_curve:
        problem = Text(
            "得分应递增，比例应在 0 至 1 之间且不降。", "Scores must rise, shares lie from 0 to 1 and never fall."
        )
        raise CardError(problem, place=place)
    return Calibration(at, share)


def limits_at(document: Any, *, place: str) -> tuple[Text, ...]:
    """Return what a model says of its own limits."""
    found = []
    for limit in list_at(document, place=place):
        check_keys(limit, _TEXT_KEYS, place=place)
        found.append(Text(text_at(limit["zh"], place=place), text_at(limit["en"], place=place)))
    return tuple(found)
