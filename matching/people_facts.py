"""The facts of all people as arrays, and the facts that a person and a vacancy have together.

Everything that is the same for every vacancy - distinct codes, who lives where - is worked out once, so that a pair
fact costs a look-up over the distinct values and not a comparison for each person.
"""

from collections.abc import Iterator
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from matching.frames import VacancyFacts
from matching.vocabulary.industries import UNMAPPED, IndustryTerms, TermSets

__all__ = ["PeopleFacts"]

_Positions = npt.NDArray[np.intp]
_Numbers = npt.NDArray[np.float64]

# Fact by fit level: level 0 is unknown, 1 is no overlap, above that the industries meet.
_OVERLAP_OF_LEVEL = np.array([np.nan, 0.0, 1.0, 1.0, 1.0])


class PeopleFacts:
    """The eligibility frame, prepared for rules.

    Parameters
    ----------
    frame : DataFrame of shape (n_people, n_columns)
        Columns as declared in `frames.ELIGIBILITY_COLUMNS`.
    industries : IndustryTerms or None
        Needed only where a rule asks for the overlap of industries.
    """

    def __init__(self, frame: pd.DataFrame, *, industries: IndustryTerms | None = None) -> None:
        self.frame = frame
        self._industries = industries
        self._coded: dict[str, tuple[_Positions, list[str]]] = {}
        self._industry_sets: TermSets | None = None
        self._overlaps: dict[tuple[str, ...], _Numbers] = {}
        self._living_in: dict[str, dict[str, _Positions]] = {}
        self._tied_to: dict[str, _Positions] | None = None

    def __len__(self) -> int:
        return len(self.frame)

    def numbers(self, name: str) -> _Numbers:
        """Return a column of numbers or yes/no facts; NaN is unknown."""
        return self.frame[name].to_numpy(dtype=np.float64)

    def coded(self, name: str) -> tuple[_Positions, list[str]]:
        """Return a column of codes as positions into its distinct values; -1 is unknown."""
        if name not in self._coded:
            positions, distinct = pd.factorize(self.frame[name])
            self._coded[name] = positions, [str(value) for value in distinct]
        return self._coded[name]

    def value(self, name: str, row: int) -> float | str | None:
        """Return one person's value of a column; None is unknown."""
        value = self.frame[name].iloc[row]
        return None if pd.isna(value) else value

    def pair(self, name: str, vacancy: VacancyFacts) -> _Numbers:
        """Return a derived yes/no fact about everybody and one vacancy; NaN is unknown."""
        derive = {
            "is_home_village": self._is_home_village,
            "local_tie": self._local_tie,
            "industry_overlap": self._industry_overlap,
        }
        return derive[name](vacancy)

    def _is_home_village(self, vacancy: VacancyFacts) -> _Numbers:
        if vacancy.village_code is None:
            return np.full(len(self), np.nan)
        positions, _ = self.coded("home_village_code")
        answers = np.where(positions < 0, np.nan, 0.0)
        answers[self._home("home_village_code", vacancy.village_code)] = 1.0
        return answers

    def _local_tie(self, vacancy: VacancyFacts) -> _Numbers:
        homes = {
            "home_village_code": vacancy.village_code,
            "home_township_code": vacancy.township_code,
            "home_county_code": vacancy.county_code,
        }
        places = {column: code for column, code in homes.items() if code is not None}
        if not places:
            return np.full(len(self), np.nan)
        answers = np.where(self._is_tied_elsewhere, 0.0, np.nan)
        for column, code in places.items():
            answers[self._home(column, code)] = 1.0
            answers[self._tied(code)] = 1.0
        return answers

    def _industry_overlap(self, vacancy: VacancyFacts) -> _Numbers:
        if not vacancy.industries or self._industries is None:
            return np.full(len(self), np.nan)
        if vacancy.industries not in self._overlaps:
            positions, distinct = self.coded("industries")
            if self._industry_sets is None:
                self._industry_sets = self._industries.sets(distinct)
            levels = self._industries.nearest(self._industry_sets, vacancy.industries)
            overlaps = _OVERLAP_OF_LEVEL[levels]
            # A word that nobody has mapped yet may be the very trade that the other side names.
            may_meet = [UNMAPPED in vacancy.industries or UNMAPPED in terms.split("|") for terms in distinct]
            overlaps[np.array(may_meet, dtype=np.bool_) & (overlaps == 0)] = np.nan
            # The unknown value has position -1, which takes the last entry.
            answers = np.append(overlaps, np.nan)
            self._overlaps[vacancy.industries] = answers[positions]
        return self._overlaps[vacancy.industries]

    def _home(self, column: str, code: str) -> _Positions:
        if column not in self._living_in:
            self._living_in[column] = dict(_rows_by_value(*self.coded(column)))
        return self._living_in[column].get(code, _NOBODY)

    def _tied(self, code: str) -> _Positions:
        if self._tied_to is None:
            rows: dict[str, list[_Positions]] = {}
            for joined, people in _rows_by_value(*self.coded("tie_codes")):
                for tie in filter(None, joined.split("|")):
                    rows.setdefault(tie, []).append(people)
            self._tied_to = {tie: np.concatenate(people) for tie, people in rows.items()}
        return self._tied_to.get(code, _NOBODY)

    @cached_property
    def _is_tied_elsewhere(self) -> npt.NDArray[np.bool_]:
        """Whether a home or tie is known and the ties were asked for: else work, investment or aid may be here."""
        known = np.zeros(len(self), dtype=np.bool_)
        for column in ("home_village_code", "home_township_code", "home_county_code"):
            known |= self.coded(column)[0] >= 0
        positions, distinct = self.coded("tie_codes")
        names_a_place = np.array([*(value != "" for value in distinct), False])
        known |= names_a_place[positions]
        return known & (positions >= 0)


_NOBODY = np.empty(0, dtype=np.intp)


def _rows_by_value(positions: _Positions, distinct: list[str]) -> Iterator[tuple[str, _Positions]]:
    """Yield each distinct value with the rows that have it."""
    order = np.argsort(positions, kind="stable")
    bounds = np.searchsorted(positions[order], np.arange(len(distinct) + 1))
    for place, value in enumerate(distinct):
        yield value, order[bounds[place] : bounds[place + 1]]
