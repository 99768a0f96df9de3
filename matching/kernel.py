"""Scores of everybody for a block of vacancies: one-hot people times points, in whole hundredths."""

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from matching.card import Scorecard
from matching.criteria import CRITERIA, AskCriterion, Criterion, Encoded, PersonCriterion
from matching.frames import VacancyFacts
from matching.vocabulary.industries import IndustryTerms

__all__ = ["Kernel", "Pool"]

_BLOCK = 32  # vacancies; larger blocks leave the cache without being faster


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

    Attributes
    ----------
    own : ndarray of int16, shape (n_people,)
        Points that do not depend on the vacancy.
    one_hot : csr_array of int16, shape (n_people, n_values)
        Which of the distinct values of the other criteria are whose.

    Notes
    -----
    Points are whole and at most 10,000 (`matching.card.FULL_SCORE`), so that int16 sums are exact in any order: every
    machine and library gives the same scores.
    """

    def __init__(self, card: Scorecard, pool: Pool) -> None:
        self.own = np.zeros(len(pool), dtype=np.int16)
        self._tables: list[_Table] = []
        codes: list[NDArray[np.int32]] = []
        n_values = 0
        for criterion_id, (person_codes, values) in pool.encoded(card).items():
            criterion, points = CRITERIA[criterion_id], card.table(criterion_id)
            if isinstance(criterion, PersonCriterion):
                self.own += points.take(criterion.own_levels(values)).take(person_codes)
                continue
            codes.append(person_codes + np.int32(n_values))
            places = slice(n_values, n_values + int(person_codes.max(initial=-1)) + 1)
            self._tables.append(_Table(criterion, values, points=points, places=places))
            n_values = places.stop
        self.one_hot = _one_hot(codes, n_people=len(pool), n_values=n_values)

    def among(self, rows: NDArray[np.intp]) -> "Kernel":
        """Return the same card over some of the people, in the order of `rows`."""
        part = copy(self)
        part.own, part.one_hot = self.own[rows], self.one_hot[rows]
        return part

    def scores(self, vacancies: Sequence[VacancyFacts]) -> NDArray[np.int16]:
        """Return everyone's score for each vacancy in hundredths, shape (n_vacancies, n_people)."""
        points = np.empty((len(vacancies), self.one_hot.shape[1]), dtype=np.int16)
        for table in self._tables:
            table.fill(points[:, table.places], vacancies)
        # The product has the vacancies side by side; whoever makes a list wants the people so.
        scores = np.ascontiguousarray((self.one_hot @ np.ascontiguousarray(points.T)).T)
        scores += self.own
        return scores

    def in_turn(self, vacancies: Sequence[VacancyFacts]) -> Iterator[NDArray[np.int16]]:
        """Yield everyone's score for each of many vacancies, shape (n_people,); few are held at a time."""
        for start in range(0, len(vacancies), _BLOCK):
            yield from self.scores(vacancies[start : start + _BLOCK])


class _Table:
    """Points of one criterion over its distinct values; what many vacancies ask alike is looked up once."""

    def __init__(self, criterion: Criterion[Any], values: Any, *, points: NDArray[np.int16], places: slice) -> None:
        self.places = places
        self._criterion = criterion
        self._values = values
        self._points = points
        self._by_ask: dict[tuple[str, ...], NDArray[np.int16]] = {}

    def fill(self, points: NDArray[np.int16], vacancies: Sequence[VacancyFacts]) -> None:
        """Write the points of each value for each vacancy, shape (n_vacancies, n_values)."""
        if isinstance(self._criterion, AskCriterion):
            for row, vacancy in zip(points, vacancies, strict=True):
                row[:] = self._of_ask(self._criterion, vacancy)
        else:
            points[:] = self._points.take(self._criterion.levels(self._values, vacancies).T)

    def _of_ask(self, criterion: AskCriterion[Any], vacancy: VacancyFacts) -> NDArray[np.int16]:
        ask = criterion.ask(vacancy)
        if ask not in self._by_ask:
            self._by_ask[ask] = self._points.take(criterion.levels_for(self._values, ask))
        return self._by_ask[ask]


def _one_hot(codes: Sequence[NDArray[np.int32]], *, n_people: int, n_values: int) -> sparse.csr_array:
    columns = np.stack(codes, axis=1).ravel() if codes else np.empty(0, dtype=np.int32)
    starts = np.arange(n_people + 1, dtype=np.int32) * len(codes)
    return sparse.csr_array((np.ones(len(columns), dtype=np.int16), columns, starts), shape=(n_people, n_values))
