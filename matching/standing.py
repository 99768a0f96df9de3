"""How everybody stands for one vacancy: verdicts, levels, scores, the average, the order and how sure it is."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matching.bands import Interval, bands, intervals
from matching.card import Scorecard
from matching.criteria import Encoded
from matching.eligibility import Eligibility
from matching.errors import MatchingError
from matching.explain import Contribution, averages, contributions
from matching.frames import VacancyFacts
from matching.ordering import NOT_LISTED, best_rows
from matching.rules import FAIL
from matching.vocabulary import Text, Verdict
from matching.vocabulary.industries import IndustryTerms

__all__ = ["Placed", "Standing"]

Rows = NDArray[np.intp]


@dataclass(frozen=True, kw_only=True)
class Placed:
    """Where one person stands for one vacancy.

    Parameters
    ----------
    person_id : int
    score : int
        Hundredths.
    interval : Interval or None
        Low and high by the bags; None on a policy card.
    verdict : Verdict
    place, band : int or None
        Among all eligible, 1 the best; None for somebody who is not eligible.
    """

    person_id: int
    score: int
    interval: Interval | None
    verdict: Verdict
    place: int | None
    band: int | None


@dataclass(frozen=True, kw_only=True, eq=False)
class Standing:
    """What is said of people about one vacancy starts here, so that every answer is about the same order.

    Parameters
    ----------
    vacancy : VacancyFacts
    card : Scorecard
    people : DataFrame of shape (n_people, n_columns)
        The criteria frame in the order of person_no.
    industries : IndustryTerms
    pool : mapping of str to Encoded
        Everyone's facts for each criterion of the card.
    eligibility : Eligibility
    is_verified : ndarray of bool, shape (n_people,)
        Whose records are verified.
    scores : ndarray of int, shape (n_people,)
        Hundredths, also of those who are not eligible.
    """

    vacancy: VacancyFacts
    card: Scorecard
    people: pd.DataFrame
    industries: IndustryTerms
    pool: Mapping[str, Encoded[Any]]
    eligibility: Eligibility
    is_verified: NDArray[np.bool_]
    scores: NDArray[np.signedinteger]

    @cached_property
    def levels(self) -> Mapping[str, NDArray[np.int8]]:
        """The level of each distinct fact, by criterion."""
        return {one.id: one.levels(self.pool[one.id].values, [self.vacancy])[:, 0] for one in self.card.criteria}

    @cached_property
    def eligible(self) -> Rows:
        """Rows of those who do not fail, rising."""
        return np.flatnonzero(self.eligibility.verdict != FAIL)

    @cached_property
    def averages(self) -> Mapping[str, int]:
        """Average points of the eligible on each criterion, in whole hundredths."""
        return averages(self.card, pool=self.pool, levels=self.levels, eligible=self.eligible)

    @property
    def average_score(self) -> int:
        """Sum of the averages, so that what is shown adds up."""
        return sum(self.averages.values())

    @cached_property
    def order(self) -> Rows:
        """Rows of the eligible, best first."""
        return self.best(max(len(self.eligible), 1))

    @cached_property
    def bands(self) -> NDArray[np.int64]:
        """The tie band of each place of `order`."""
        return self.bands_of(self.order)

    def best(self, k: int) -> Rows:
        """Return the rows of the `k` best of the eligible."""
        return best_rows(np.where(self.eligibility.verdict == FAIL, NOT_LISTED, self.scores), k)

    def levels_of(self, rows: Rows) -> NDArray[np.int8]:
        """Return people's levels in the order of the card, shape (n_rows, n_criteria)."""
        columns = [self.levels[key].take(self.pool[key].codes.take(rows)) for key in self.card.points]
        return np.stack(columns, axis=1) if columns else np.empty((len(rows), 0), dtype=np.int8)

    def bag_scores(self, rows: Rows) -> NDArray[np.int32]:
        """Return people's scores by each bag of the card, shape (n_rows, n_bags)."""
        if not self.card.bags:
            return np.empty((len(rows), 0), dtype=np.int32)
        return self.card.bag_scores(self.levels_of(rows))

    def bands_of(self, rows: Rows) -> NDArray[np.int64]:
        """Return the tie bands of the head of the order, or of all of it."""
        return bands(self.scores[rows], self.bag_scores(rows))

    def intervals_of(self, rows: Rows) -> list[Interval | None]:
        """Return the score interval of each of `rows`; None on a policy card."""
        return intervals(self.scores[rows], self.bag_scores(rows))

    def reasons(self, rows: Rows) -> list[tuple[Contribution, ...]]:
        """Explain the scores of the people at `rows`, in the order of the card."""
        return contributions(
            self.card,
            pool=self.pool,
            levels=self.levels,
            rows=rows.tolist(),
            vacancy=self.vacancy,
            average=self.averages,
            is_verified=self.is_verified[rows].tolist(),
        )

    def row_of(self, person_id: int) -> int:
        """Return the row of a person.

        Raises
        ------
        MatchingError
            If the person is not in the pool.
        """
        (row,) = self.people.index.get_indexer(pd.Index([person_id]))
        if row < 0:
            raise MatchingError(Text("此人不在库中。", "This person is not in the pool."), place="person")
        return int(row)

    def placed(self, row: int) -> Placed:
        """Return where the person in one row stands."""
        (interval,) = self.intervals_of(np.array([row]))
        place = self.place_of(row)
        return Placed(
            person_id=int(self.people.index[row]),
            score=int(self.scores[row]),
            interval=interval,
            verdict=self.eligibility.verdict_of(row),
            place=place,
            band=None if place is None else int(self.bands[place - 1]),
        )

    def place_of(self, row: int, *, score: int | None = None) -> int | None:
        """Return a person's place among all eligible, 1 the best; None for somebody who is not eligible.

        Parameters
        ----------
        row : int
        score : int, optional
            Hundredths that the person would have; the others keep theirs.
        """
        if self.eligibility.verdict[row] == FAIL:
            return None
        own = int(self.scores[row]) if score is None else score
        others = self.eligible[self.eligible != row]
        theirs = self.scores[others]
        return 1 + int(np.count_nonzero((theirs > own) | ((theirs == own) & (others < row))))

    def under(self, card: Scorecard) -> "Standing":
        """Return how everybody would stand by another card of the same criteria; nobody's verdict changes."""
        scores = np.zeros(len(self.people), dtype=np.int32)
        for key in card.points:
            scores += card.table(key).take(self.levels[key]).take(self.pool[key].codes)
        return replace(self, card=card, scores=scores)
