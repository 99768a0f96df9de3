"""What would help a person most for one vacancy: the next levels up, with their points and places."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from matching.criteria import Criterion
from matching.explain import Contribution
from matching.standing import Standing
from matching.vocabulary import Text
from matching.what_if import PLACES

__all__ = ["Improvement", "ImprovementStep", "improvements"]


@dataclass(frozen=True, kw_only=True)
class ImprovementStep:
    """A level that a person could reach: `gain` in hundredths, `place` among all eligible as for `Placed`."""

    level: int
    level_label: Text
    gain: int
    place: int | None


@dataclass(frozen=True, kw_only=True)
class Improvement:
    """The higher levels of one criterion that earn a person more, the next one first."""

    criterion_id: str
    label: Text
    level: int
    level_label: Text
    fact: Text
    steps: tuple[ImprovementStep, ...]


def improvements(standing: Standing, row: int) -> tuple[Improvement, ...]:
    """Return, for each criterion that a person could improve on, the higher levels with what they would earn.

    Sorted by the gain of the next step, the most first. Places and ties are left out, and so are levels that depend on
    the vacancy alone.
    """
    found = []
    (parts,) = standing.reasons(np.array([row]))
    for part, criterion in zip(parts, standing.card.criteria, strict=True):
        steps = () if set(criterion.columns) <= PLACES else _steps(standing, row, part, criterion)
        if steps:
            found.append(
                Improvement(
                    criterion_id=part.criterion_id,
                    label=part.label,
                    level=part.level,
                    level_label=part.level_label,
                    fact=part.fact,
                    steps=steps,
                )
            )
    return tuple(sorted(found, key=lambda one: -one.steps[0].gain))


def _steps(standing: Standing, row: int, part: Contribution, criterion: Criterion[Any]) -> tuple[ImprovementStep, ...]:
    points, earned, steps = standing.card.points[criterion.id], part.points, []
    for level in range(part.level + 1, criterion.best_level + 1):
        if points[level] > earned:
            earned, gain = points[level], points[level] - part.points
            place = standing.place_of(row, score=int(standing.scores[row]) + gain)
            label = criterion.level(level).label
            steps.append(ImprovementStep(level=level, level_label=label, gain=gain, place=place))
    return tuple(steps)
