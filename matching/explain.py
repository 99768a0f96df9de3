"""Why a person has this score for this vacancy: points that add up to it exactly."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.card import Scorecard
from matching.criteria import MISSING, Criterion, Encoded
from matching.frames import VacancyFacts
from matching.vocabulary import Text

__all__ = [
    "Contribution",
    "averages",
    "contributions",
    "points_text",
    "signed_points",
    "strongest_first",
]

_MINUS = "\u2212"


@dataclass(frozen=True, kw_only=True)
class Contribution:
    """What one criterion adds to the score of a person for a vacancy.

    Parameters
    ----------
    criterion_id : str
    label : Text
    level : int
        0 missing, else 1 (worst) to the number of levels (best).
    level_label : Text
    points, max_points : int
        Hundredths.
    average : int
        Hundredths that the people who are eligible for this vacancy have on average.
    above_average : int
        Points less average.
    fact : Text
        The person's fact behind the level.
    sentence : Text
    is_missing : bool
    is_verified : bool
        Whether the record that the fact stands in is verified; else it is self-reported.
    """

    criterion_id: str
    label: Text
    level: int
    level_label: Text
    points: int
    max_points: int
    average: int
    above_average: int
    fact: Text
    sentence: Text
    is_missing: bool
    is_verified: bool


def averages(
    card: Scorecard,
    *,
    pool: Mapping[str, Encoded[Any]],
    levels: Mapping[str, NDArray[np.int8]],
    eligible: NDArray[np.intp],
) -> dict[str, int]:
    """Return the average points of the eligible on each criterion, in whole hundredths, halves upwards.

    Parameters
    ----------
    card : Scorecard
    pool : mapping of str to Encoded
        Everyone's facts for each criterion of the card.
    levels : mapping of str to ndarray of int8
        The level of each distinct fact for the vacancy.
    eligible : ndarray of intp, shape (n_eligible,)
        Their rows in the pool; nobody: every average is 0.
    """
    n_eligible = max(len(eligible), 1)
    found = {}
    for criterion_id, points in card.points.items():
        counts = np.bincount(levels[criterion_id].take(pool[criterion_id].codes.take(eligible)), minlength=len(points))
        total = int(counts @ np.array(points, dtype=np.int64))
        found[criterion_id] = (2 * total + n_eligible) // (2 * n_eligible)
    return found


def contributions(
    card: Scorecard,
    *,
    pool: Mapping[str, Encoded[Any]],
    levels: Mapping[str, NDArray[np.int8]],
    rows: Sequence[int],
    vacancy: VacancyFacts,
    average: Mapping[str, int],
    is_verified: Sequence[bool],
) -> list[tuple[Contribution, ...]]:
    """Explain the scores of the people at `rows`, one contribution a criterion in the order of the card.

    Parameters
    ----------
    card : Scorecard
    pool : mapping of str to Encoded
        Everyone's facts for each criterion of the card.
    levels : mapping of str to ndarray of int8
        The level of each distinct fact for the vacancy.
    rows : sequence of int
        Places of the people in the pool.
    vacancy : VacancyFacts
    average : mapping of str to int
        Of the eligible, by criterion, in hundredths.
    is_verified : sequence of bool
        Whose records are verified, one for each of `rows`.

    Returns
    -------
    list of tuple of Contribution
        One tuple for each of `rows`; its points add up to the score.
    """
    by_criterion = []
    for criterion in card.criteria:
        known, points = pool[criterion.id], card.points[criterion.id]
        places = known.codes[np.asarray(rows, dtype=np.intp)].tolist()
        by_criterion.append(
            [
                _contribution(
                    criterion,
                    level=int(levels[criterion.id][place]),
                    points=points,
                    average=average[criterion.id],
                    fact=criterion.fact(known.values, place, vacancy),
                    is_verified=bool(checked),
                )
                for place, checked in zip(places, is_verified, strict=True)
            ]
        )
    return list(zip(*by_criterion, strict=True))


def strongest_first(parts: Iterable[Contribution]) -> tuple[Contribution, ...]:
    """Sort by points above the average, the most first; equal ones stay in the order of the card."""
    return tuple(sorted(parts, key=lambda part: -part.above_average))


def points_text(hundredths: int) -> str:
    """Write points for people: 1250 is ``12.5``, 0 is ``0``."""
    return f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")


def signed_points(hundredths: int) -> str:
    """Write a difference in points with its sign, a true minus among them: ``+3.2``, ``−1.25``, ``0``."""
    if not hundredths:
        return "0"
    return f"{'+' if hundredths > 0 else _MINUS}{points_text(abs(hundredths))}"


def _contribution(
    criterion: Criterion[Any], *, level: int, points: Sequence[int], average: int, fact: Text, is_verified: bool
) -> Contribution:
    described = criterion.level(level)
    return Contribution(
        criterion_id=criterion.id,
        label=criterion.label,
        level=level,
        level_label=described.label,
        points=points[level],
        max_points=max(points),
        average=average,
        above_average=points[level] - average,
        fact=fact,
        sentence=criterion.sentence(level, fact=fact, points=points_text(points[level])),
        is_missing=level == MISSING,
        is_verified=is_verified,
    )
