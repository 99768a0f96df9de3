"""A few people from plain columns: putting a frame together would take longer than judging them."""

from collections.abc import Mapping, Sequence
from math import isnan
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from matching.errors import FrameError
from matching.frames import ELIGIBILITY_COLUMNS
from matching.people_facts import PeopleFacts
from matching.rule_evaluator import RuleEvaluator
from matching.vocabulary import Text
from matching.vocabulary.industries import IndustryTerms

__all__ = ["evaluator_of_few"]

_NO_FRAME = pd.DataFrame()


def evaluator_of_few(
    person_ids: Sequence[int], columns: Mapping[str, Any], *, industries: IndustryTerms
) -> RuleEvaluator:
    """Apply rules to people who are given column by column; it says what `RuleEvaluator` says of their frame.

    Parameters
    ----------
    person_ids : sequence of int
    columns : mapping of str to sequence of length n_people
        At least those of `frames.ELIGIBILITY_COLUMNS`, by its conventions; None is unknown in numbers too.
    industries : IndustryTerms

    Raises
    ------
    FrameError
        If a column is missing.
    """
    return _OfFew(_FewFacts(person_ids, columns, industries=industries))


class _OfFew(RuleEvaluator):
    def __init__(self, facts: PeopleFacts) -> None:
        self._hold(facts)


class _FewFacts(PeopleFacts):
    def __init__(
        self,
        person_ids: Sequence[int],
        columns: Mapping[str, Any],
        *,
        industries: IndustryTerms,
    ) -> None:
        super().__init__(_NO_FRAME, industries=industries)
        self._people = pd.Index(np.array(person_ids, dtype=np.int64), name="person_id")
        self._numbers: dict[str, npt.NDArray[np.float64]] = {}
        self._codes: dict[str, Sequence[Any]] = {}
        for column in ELIGIBILITY_COLUMNS:
            if column.name not in columns:
                problem = Text(f"缺少列“{column.name}”。", f"The column '{column.name}' is missing.")
                raise FrameError(problem, place=column.name)
            if column.kind in {"number", "flag"}:
                self._numbers[column.name] = np.array(columns[column.name], dtype=np.float64)
            else:
                self._codes[column.name] = columns[column.name]

    @property
    def people(self) -> pd.Index:
        return self._people

    def numbers(self, name: str) -> npt.NDArray[np.float64]:
        return self._numbers[name]

    def value(self, name: str, row: int) -> float | str | None:
        if name in self._codes:
            text: str | None = self._codes[name][row]
            return text
        number = float(self._numbers[name][row])
        return None if isnan(number) else number

    def _code(self, name: str) -> tuple[npt.NDArray[np.intp], list[str]]:
        places: dict[str, int] = {}
        positions = [-1 if value is None else places.setdefault(str(value), len(places)) for value in self._codes[name]]
        return np.array(positions, dtype=np.intp), list(places)
