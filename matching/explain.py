"""Why a person has this score for this vacancy: points that add up to it exactly."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from matching.card import Scorecard
from matching.criteria import MISSING, Criterion, Encoded
from matching.frames import VacancyFacts
from matching.vocabulary import Text

__all__ = ["Contribution", "contributions", "points_text", "strongest_first"]


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
    fact : Text
        The person's fact behind the level.
    sentence : Text
    is_missing : bool
    """

    criterion_id: str
    label: Text
    level: int
    level_label: Text
    points: int
    max_points: int
    fact: Text
    sentence: Text
    is_missing: bool


def contributions(
    card: Scorecard, *, pool: Mapping[str, Encoded[Any]], rows: Sequence[int], vacancy: VacancyFacts
) -> list[tuple[Contribution, ...]]:
    """Explain the scores of the people at `rows`, one contribution a criterion in the order of the card.

    Parameters
    ----------
    card : Scorecard
    pool : mapping of str to Encoded
        Everyone's facts for each criterion of the card.
    rows : sequence of int
        Places of the people in the pool.
    vacancy : VacancyFacts

    Returns
    -------
    list of tuple of Contribution
        One tuple for each of `rows`; its points add up to the score.
    """
    by_criterion = [_of_criterion(card, criterion, pool[criterion.id], rows, vacancy) for criterion in card.criteria]
    return list(zip(*by_criterion, strict=True))


def strongest_first(parts: Iterable[Contribution]) -> tuple[Contribution, ...]:
    """Sort by points, the most first; equal points stay in the order of the card."""
    return tuple(sorted(parts, key=lambda part: -part.points))


def points_text(hundredths: int) -> str:
    """Write points for people: 1250 is ``12.5``, 0 is ``0``."""
    return f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")


def _of_criterion(
    card: Scorecard, criterion: Criterion[Any], pool: Encoded[Any], rows: Sequence[int], vacancy: VacancyFacts
) -> list[Contribution]:
    levels = criterion.levels(pool.values, [vacancy])[:, 0]
    points = card.points[criterion.id]
    found = []
    for place in pool.codes[np.asarray(rows, dtype=np.intp)].tolist():
        level = int(levels[place])
        described = criterion.level(level)
        fact = criterion.fact(pool.values, place, vacancy)
        found.append(
            Contribution(
                criterion_id=criterion.id,
                label=criterion.label,
                level=level,
                level_label=described.label,
                points=points[level],
                max_points=max(points),
                fact=fact,
                sentence=described.sentence.filled(fact=fact, points=points_text(points[level])),
                is_missing=level == MISSING,
            )
        )
    return found
