"""Scores of everybody for a block of vacancies: points looked up by the codes of people, in whole hundredths."""

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matching.card import Scorecard
from matching.criteria import CRITERIA, AskCriterion, Criterion, Encoded, PersonCriterion
from matching.frames import VacancyFacts
from matching.vocabulary.industries import IndustryTerms

__all__ = ["Kernel", "Pool"]

# Vacancies and people that are added up together; more of them leave the cache without being faster.
_BLOCK = 64
_SLAB = 512


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
        own = np.zeros(len(pool), dtype=np.int16)
        codes: list[NDArray[np.intp]] = []
        self._tables: list[_Table] = []
        self._n_values = 0
        for criterion_id, (person_codes, values) in pool.encoded(card).items():
            criterion, points = CRITERIA[criterion_id], card.table(criterion_id)
            if isinstance(criterion, PersonCriterion):
                own += points.take(criterion.own_levels(values)).take(person_codes)
                continue
            codes.append(person_codes + np.intp(self._n_values))
            places = slice(self._n_values, self._n_values + int(person_codes.max(initial=-1)) + 1)
            self._tables.append(_Table(criterion, values, points=points, places=places))
            self._n_values = places.stop
        self._own = own
        self._codes = np.stack(codes) if codes else np.empty((0, len(pool)), dtype=np.intp)

    def among(self, rows: NDArray[np.intp]) -> "Kernel":
        """Return the same card over some of the people, in the order of `rows`."""
        part = copy(self)
        part._own, part._codes = self._own[rows], self._codes[:, rows]  # noqa: SLF001 - of the same class
        return part

    def scores(self, vacancies: Sequence[VacancyFacts]) -> NDArray[np.int16]:
        """Return everyone's score for each vacancy in hundredths, shape (n_vacancies, n_people)."""
        by_vacancy = np.empty((len(vacancies), self._n_values), dtype=np.int16)
        for table in self._tables:
            table.fill(by_vacancy[:, table.places], vacancies)
        points = np.ascontiguousarray(by_vacancy.T)  # the vacancies side by side: one look-up serves all of them
        scores = np.empty((len(vacancies), len(self._own)), dtype=np.int16)
        for start in range(0, len(self._own), _SLAB):
            slab = slice(start, start + _SLAB)
            scores[:, slab] = _added_up(points, self._codes[:, slab]).T
        scores += self._own
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


def _added_up(points: NDArray[np.int16], codes: NDArray[np.intp]) -> NDArray[np.int16]:
    """Return the sums of the rows of `points` that each person's codes name, shape (n_people, n_vacancies)."""
    total = np.zeros((codes.shape[1], points.shape[1]), dtype=np.int16)
    one = np.empty_like(total)
    for of_criterion in codes:
        total += points.take(of_criterion, axis=0, out=one, mode="clip")  # another mode copies `out` once more
    return total
