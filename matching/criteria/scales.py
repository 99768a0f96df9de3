"""Criteria that cut one number of a person into levels."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.criteria.criterion import MISSING, Columns, Level, Levels, PersonCriterion, not_recorded, plain
from matching.vocabulary import Text
from matching.vocabulary.industries import IndustryTerms

__all__ = ["ScaleCriterion", "Step", "Unit", "cut"]


@dataclass(frozen=True)
class Unit:
    """How a number is said: ``3.5 年``, ``1 year``, ``3.5 years``; without words the level's label is the fact."""

    zh: str
    one: str
    many: str

    def of(self, number: float) -> Text:
        """Say `number` with its unit."""
        written = plain(number)
        return Text(f"{written} {self.zh}", f"{written} {self.one if written == '1' else self.many}")


@dataclass(frozen=True)
class Step:
    """One level of a scale: numbers from `start` up (the first level takes everything below the second, too)."""

    start: float
    share: float
    label: Text
    sentence: Text


class ScaleCriterion(PersonCriterion[NDArray[np.float64]]):
    """A criterion of the person alone: one number, cut at the starts of its steps.

    Parameters
    ----------
    criterion_id : str
    column : str
    label : Text
    steps : sequence of Step
        From worst to best.
    unit : Unit or None
        None: the number is a code, and the label of the level is the fact.
    """

    def __init__(
        self, criterion_id: str, *, column: str, label: Text, steps: Sequence[Step], unit: Unit | None = None
    ) -> None:
        super().__init__(
            criterion_id,
            label=label,
            columns=(column,),
            ladder=tuple(Level(step.label, step.share, step.sentence) for step in steps),
            missing=not_recorded(),
        )
        self.starts = tuple(step.start for step in steps)
        self.unit = unit

    @property
    def tells_step(self) -> bool:
        """A number of which only the step counts, where it has a unit; else it is a grade."""
        return self.unit is not None

    def _values(self, rows: Columns, industries: IndustryTerms) -> NDArray[np.float64]:  # noqa: ARG002 - for trades
        return rows[self.columns[0]].astype(np.float64)

    def _own_levels(self, values: NDArray[np.float64]) -> Levels:
        return cut(values, self.starts)

    def _own_fact(self, values: NDArray[np.float64], place: int) -> Text:
        number = float(values[place])
        if self.unit is None or np.isnan(number):
            return self.level(int(cut(values[place : place + 1], self.starts)[0])).label
        return self.unit.of(number)


def cut(numbers: NDArray[np.float64], starts: Sequence[float]) -> Levels:
    """Return the level of each number: how many starts it has reached, at least 1; NaN is missing."""
    reached = np.searchsorted(np.asarray(starts[1:], dtype=np.float64), numbers, side="right") + 1
    return np.where(np.isnan(numbers), MISSING, reached).astype(np.int8)
