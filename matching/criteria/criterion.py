"""What a criterion is: the facts of a person and a vacancy, turned into one of a few ordered levels."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matching.frames import VacancyFacts
from matching.vocabulary import Text
from matching.vocabulary.industries import IndustryTerms

__all__ = [
    "MISSING",
    "AskCriterion",
    "Columns",
    "Criterion",
    "Encoded",
    "Level",
    "Levels",
    "PersonCriterion",
    "not_recorded",
    "plain",
]

#: The level of people about whom the data say nothing.
MISSING = 0

ValuesT = TypeVar("ValuesT")
Levels = NDArray[np.int8]
#: Facts of people by column, as plain arrays.
Columns = Mapping[str, NDArray[Any]]


class Level(NamedTuple):
    """One step of a criterion's ladder.

    `sentence` is a template: ``{fact}`` is the person's fact, ``{points}`` the points that the level earns.
    """

    label: Text
    share: float
    sentence: Text


class Encoded(NamedTuple, Generic[ValuesT]):
    """Everyone's facts, told by the distinct ones.

    `codes` (int32, shape (n_people,)) says for each person which of the distinct `values` is theirs.
    """

    codes: NDArray[np.int32]
    values: ValuesT


class Criterion(ABC, Generic[ValuesT]):
    """One criterion of the scorecards, declared once for scoring, explaining, training and the printed card.

    Parameters
    ----------
    criterion_id : str
    label : Text
    columns : tuple of str
        Columns of the criteria frame that it reads.
    ladder : tuple of Level
        From worst to best, so that level l is ``ladder[l - 1]``; shares never fall and end at 1.
    missing : Level
        Level 0: nothing is recorded.
    """

    def __init__(
        self,
        criterion_id: str,
        *,
        label: Text,
        columns: tuple[str, ...],
        ladder: tuple[Level, ...],
        missing: Level,
    ) -> None:
        self.id = criterion_id
        self.label = label
        self.columns = columns
        self.ladder = ladder
        self.missing = missing

    @property
    def best_level(self) -> int:
        """The best level that a person's own facts can reach."""
        return len(self.ladder)

    @property
    def tells_step(self) -> bool:
        """Whether the fact is a number of which only the step counts: then a sentence names the step beside it."""
        return False

    def sentence(self, level: int, *, fact: Text, points: str) -> Text:
        """Say the fact behind a level; where only the step of a number counts, which step it is.

        Parameters
        ----------
        level : int
        fact : Text
            As `fact` says it.
        points : str
            What the level earns.
        """
        described = self.level(level)
        said = described.sentence.filled(fact=fact, points=points)
        tells_fact = "{fact}" in described.sentence.zh
        return _with_step(said, described.label) if self.tells_step and level and tells_fact else said

    def level(self, level: int) -> Level:
        """Return the description of a level; 0 is the missing one."""
        return self.ladder[level - 1] if level else self.missing

    def encode(self, people: pd.DataFrame, *, industries: IndustryTerms) -> Encoded[ValuesT]:
        """Find the distinct facts among people, once for a pool."""
        codes, rows = _distinct_rows({column: people[column].to_numpy() for column in self.columns})
        return Encoded(codes, self._values(rows, industries))

    def levels(self, values: ValuesT, vacancies: Sequence[VacancyFacts]) -> Levels:
        """Return the level of each distinct value for each vacancy.

        Returns
        -------
        ndarray of int8, shape (n_values, n_vacancies)
            0 missing, else 1 (worst) to ``len(ladder)`` (best).
        """
        return self._levels(values, vacancies)

    def fact(self, values: ValuesT, place: int, vacancy: VacancyFacts) -> Text:
        """Say the fact behind the level of the value at `place`, for people to read."""
        return self._fact(values, place, vacancy)

    @abstractmethod
    def _values(self, rows: Columns, industries: IndustryTerms) -> ValuesT: ...

    @abstractmethod
    def _levels(self, values: ValuesT, vacancies: Sequence[VacancyFacts]) -> Levels: ...

    @abstractmethod
    def _fact(self, values: ValuesT, place: int, vacancy: VacancyFacts) -> Text: ...


class PersonCriterion(Criterion[ValuesT]):
    """A criterion of the person alone: every vacancy sees the same level."""

    def own_levels(self, values: ValuesT) -> Levels:
        """Return the level of each distinct value, shape (n_values,)."""
        return self._own_levels(values)

    def _levels(self, values: ValuesT, vacancies: Sequence[VacancyFacts]) -> Levels:
        levels = self._own_levels(values)
        return np.broadcast_to(levels[:, None], (len(levels), len(vacancies)))

    def _fact(self, values: ValuesT, place: int, vacancy: VacancyFacts) -> Text:  # noqa: ARG002 - any vacancy
        return self._own_fact(values, place)

    @abstractmethod
    def _own_levels(self, values: ValuesT) -> Levels: ...

    @abstractmethod
    def _own_fact(self, values: ValuesT, place: int) -> Text: ...


class AskCriterion(Criterion[ValuesT]):
    """A criterion that compares people with what a vacancy asks for; many vacancies ask for the same."""

    def ask(self, vacancy: VacancyFacts) -> tuple[str, ...]:
        """Return what the vacancy asks for; the levels depend on nothing else of it."""
        return self._ask(vacancy)

    def levels_for(self, values: ValuesT, ask: tuple[str, ...]) -> Levels:
        """Return the level of each distinct value for what is asked, shape (n_values,)."""
        return self._levels_for(values, ask)

    def _levels(self, values: ValuesT, vacancies: Sequence[VacancyFacts]) -> Levels:
        asks = [self._ask(vacancy) for vacancy in vacancies]
        distinct = list(dict.fromkeys(asks))
        by_ask = np.stack([self._levels_for(values, ask) for ask in distinct], axis=1)
        return by_ask[:, [distinct.index(ask) for ask in asks]]

    @abstractmethod
    def _ask(self, vacancy: VacancyFacts) -> tuple[str, ...]: ...

    @abstractmethod
    def _levels_for(self, values: ValuesT, ask: tuple[str, ...]) -> Levels: ...


def _distinct_rows(people: Columns) -> tuple[NDArray[np.int32], Columns]:
    """Return each person's place among the distinct rows, and those rows; plain arrays, as frames are slow to cut."""
    combined = np.zeros(len(next(iter(people.values()))), dtype=np.int64)
    for values in people.values():
        codes, uniques = pd.factorize(values)
        combined = pd.factorize(combined * (len(uniques) + 1) + codes + 1)[0].astype(np.int64)
    _, first = np.unique(combined, return_index=True)
    return combined.astype(np.int32), {column: values[first] for column, values in people.items()}


def _with_step(said: Text, step: Text) -> Text:
    """Name the step before the full stop, in the brackets that stand there if any do."""
    zh, en = said.zh.removesuffix("。"), said.en.removesuffix(".")
    if zh.endswith(f" {step.zh}"):
        return said  # a step of one number says the fact again
    zh = f"{zh[:-1]}；{step.zh}一档）" if zh.endswith("）") else f"{zh}（{step.zh}一档）"
    en = f"{en[:-1]}; step {step.en})" if en.endswith(")") else f"{en} (step {step.en})"
    return Text(f"{zh}。", f"{en}.")


def not_recorded(what: Text | None = None) -> Level:
    """Return the missing level; `what` names the data where the label of the criterion, shown before it, does not."""
    named = Text(what.zh, f": {what.en}") if what else Text("", "")
    return Level(
        Text("未登记", "not recorded"),
        0.0,
        Text(
            f"未登记{named.zh}，此项按 {{points}} 分计。",
            f"Not recorded{named.en}; this item counts {{points}} points.",
        ),
    )


def plain(number: float) -> str:
    """Write a number with at most one decimal place."""
    return f"{number:,.1f}".removesuffix(".0")
