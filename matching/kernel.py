"""Scores of everybody for a block of vacancies: one-hot people times points, in whole hundredths."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from matching.card import Scorecard
from matching.criteria import CRITERIA, AskCriterion, Criterion, Encoded, PersonCriterion
from matching.frames import VacancyFacts
from matching.vocabulary.industries import IndustryTerms

__all__ = ["Kernel", "Pool", "blocks"]

_LARGEST_BLOCK = 64  # vacancies; larger blocks leave the cache without being faster
_MOST_PAIRS = 2**25  # people x vacancies of a block, so that a million people stay within 200 MB


class Pool:
    """Everyone's facts for the criteria in use, encoded once.

    Parameters
    ----------
    people : DataFrame of shape (n_people, n_columns)
        The criteria frame.
    industries : IndustryTerms
    """

    def __init__(self, people: pd.DataFrame, *, industries: IndustryTerms) -> None:
        self._people = people
        self._industries = industries
        self._encoded: dict[str, Encoded[Any]] = {}

    def __len__(self) -> int:
        return len(self._people)

    def encoded(self, card: Scorecard) -> Mapping[str, Encoded[Any]]:
        """Return everyone's facts for each criterion of a card."""
        return {criterion_id: self._of(criterion_id) for criterion_id in card.points}

    def levels(self, card: Scorecard, vacancy: VacancyFacts) -> NDArray[np.int8]:
        """Return everyone's levels for one vacancy, shape (n_people, n_criteria)."""
        levels = np.empty((len(self), len(card.points)), dtype=np.int8)
        for place, (criterion_id, known) in enumerate(self.encoded(card).items()):
            levels[:, place] = CRITERIA[criterion_id].levels(known.values, [vacancy])[known.codes, 0]
        return levels

    def _of(self, criterion_id: str) -> Encoded[Any]:
        if criterion_id not in self._encoded:
            criterion = CRITERIA[criterion_id]
            self._encoded[criterion_id] = criterion.encode(self._people, industries=self._industries)
        return self._encoded[criterion_id]


class Kernel:
    """One scorecard over one pool.

    What depends on the person alone is added up once; each other criterion is, for a block of vacancies, a table of
    points over the distinct values that people have.

    Parameters
    ----------
    card : Scorecard
    pool : Pool

    Notes
    -----
    Points are whole and at most 10,000 (`matching.card.FULL_SCORE`), so that int16 sums are exact in any order: every
    machine and library gives the same scores.
    """

    def __init__(self, card: Scorecard, pool: Pool) -> None:
        self._own = np.zeros(len(pool), dtype=np.int16)
        self._tables: list[_Table] = []
        codes: list[NDArray[np.int32]] = []
        n_values = 0
        for criterion_id, (person_codes, values) in pool.encoded(card).items():
            criterion, points = CRITERIA[criterion_id], card.table(criterion_id)
            if isinstance(criterion, PersonCriterion):
                self._own += points.take(criterion.own_levels(values)).take(person_codes)
                continue
            self._tables.append(_Table(criterion, values, points))
            codes.append(person_codes + np.int32(n_values))
            n_values += int(person_codes.max(initial=-1)) + 1
        self._one_hot = _one_hot(codes, n_people=len(pool), n_values=n_values)

    def scores(self, vacancies: Sequence[VacancyFacts]) -> NDArray[np.int16]:
        """Return everyone's score for each vacancy in hundredths, shape (n_vacancies, n_people)."""
        if not self._tables:
            return np.repeat(self._own[None, :], len(vacancies), axis=0)
        scores = self._one_hot @ np.concatenate([table.points_for(vacancies) for table in self._tables])
        scores += self._own[:, None]
        return np.ascontiguousarray(scores.T)


class _Table:
    """Points of one criterion over its distinct values; what many vacancies ask alike is looked up once."""

    def __init__(self, criterion: Criterion[Any], values: Any, points: NDArray[np.int16]) -> None:
        self._criterion = criterion
        self._values = values
        self._points = points
        self._by_ask: dict[tuple[str, ...], NDArray[np.int16]] = {}

    def points_for(self, vacancies: Sequence[VacancyFacts]) -> NDArray[np.int16]:
        """Return the points of each value for each vacancy, shape (n_values, n_vacancies)."""
        if isinstance(self._criterion, AskCriterion):
            return np.stack([self._of_ask(self._criterion, vacancy) for vacancy in vacancies], axis=1)
        return self._points.take(self._criterion.levels(self._values, vacancies))

    def _of_ask(self, criterion: AskCriterion[Any], vacancy: VacancyFacts) -> NDArray[np.int16]:
        ask = criterion.ask(vacancy)
        if ask not in self._by_ask:
            self._by_ask[ask] = self._points.take(criterion.levels_for(self._values, ask))
        return self._by_ask[ask]


def blocks(vacancies: Sequence[VacancyFacts], *, n_people: int) -> list[Sequence[VacancyFacts]]:
    """Cut vacancies into blocks that are scored at once."""
    size = max(1, min(_LARGEST_BLOCK, _MOST_PAIRS // max(1, n_people)))
    return [vacancies[start : start + size] for start in range(0, len(vacancies), size)]


def _one_hot(codes: Sequence[NDArray[np.int32]], *, n_people: int, n_values: int) -> sparse.csr_array:
    columns = np.stack(codes, axis=1).ravel() if codes else np.empty(0, dtype=np.int32)
    starts = np.arange(n_people + 1, dtype=np.int32) * len(codes)
    return sparse.csr_array((np.ones(len(columns), dtype=np.int16), columns, starts), shape=(n_people, n_values))
