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
from matching.rules import FALSE, TRUE, UNKNOWN
from matching.vocabulary.industries import UNMAPPED, IndustryTerms, TermSets

__all__ = ["PeopleFacts"]

_Positions = npt.NDArray[np.intp]
_Numbers = npt.NDArray[np.float64]
_Answers = npt.NDArray[np.int8]

# Answer by fit level: level 0 is unknown, 1 is no overlap, above that the industries meet.
_OVERLAP_OF_LEVEL = np.array([UNKNOWN, FALSE, TRUE, TRUE, TRUE])


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
        self.industries = industries
        self._coded: dict[str, tuple[_Positions, list[str]]] = {}
        self._industry_sets: TermSets | None = None
        self._overlaps: dict[tuple[str, ...], _Answers] = {}
        self._living_in: dict[str, dict[str, _Positions]] = {}
        self._tied_to: dict[str, _Positions] | None = None

    def __len__(self) -> int:
        return len(self.people)

    @property
    def people(self) -> pd.Index:
        """The person ids."""
        return self.frame.index

    def among(self, rows: _Positions) -> "PeopleFacts":
        """Return the facts of some of the people; what is known of distinct values is shared."""
        return _Part(self, rows)

    def numbers(self, name: str) -> _Numbers:
        """Return a column of numbers or yes/no facts; NaN is unknown."""
        return self.frame[name].to_numpy(dtype=np.float64)

    def coded(self, name: str) -> tuple[_Positions, list[str]]:
        """Return a column of codes as positions into its distinct values; -1 is unknown."""
        if name not in self._coded:
            self._coded[name] = self._code(name)
        return self._coded[name]

    def value(self, name: str, row: int) -> float | str | None:
        """Return one person's value of a column; None is unknown."""
        value = self.frame[name].iloc[row]
        return None if pd.isna(value) else value

    def pair(self, name: str, vacancy: VacancyFacts) -> _Answers:
        """Return a derived yes/no fact about everybody and one vacancy: FALSE, UNKNOWN or TRUE of `matching.rules`."""
        derive = {
            "is_home_village": self._is_home_village,
            "local_tie": self._local_tie,
            "industry_overlap": self._industry_overlap,
        }
        return derive[name](vacancy)

    def overlap_by_value(self, trades: tuple[str, ...]) -> _Answers:
        """Return whether each distinct value of the industries meets some trades; the last entry is the unknown one."""
        if self.industries is None:
            return np.full(len(self.coded("industries")[1]) + 1, UNKNOWN)
        if trades not in self._overlaps:
            if self._industry_sets is None:
                self._industry_sets = self.industries.sets(self.coded("industries")[1])
            overlaps = _OVERLAP_OF_LEVEL[self.industries.nearest(self._industry_sets, trades)]
            # A word that nobody has mapped yet may be the very trade that the other side names.
            may_meet = UNMAPPED in trades or self._is_unmapped
            overlaps[may_meet & (overlaps == FALSE)] = UNKNOWN
            self._overlaps[trades] = np.append(overlaps, UNKNOWN)
        return self._overlaps[trades]

    def _code(self, name: str) -> tuple[_Positions, list[str]]:
        positions, distinct = pd.factorize(self.frame[name])
        return positions, [str(value) for value in distinct]

    def _is_home_village(self, vacancy: VacancyFacts) -> _Answers:
        if vacancy.village_code is None:
            return np.full(len(self), UNKNOWN)
        positions, _ = self.coded("home_village_code")
        answers = np.where(positions < 0, UNKNOWN, FALSE)
        answers[self._home("home_village_code", vacancy.village_code)] = TRUE
        return answers

    def _local_tie(self, vacancy: VacancyFacts) -> _Answers:
        homes = {
            "home_village_code": vacancy.village_code,
            "home_township_code": vacancy.township_code,
            "home_county_code": vacancy.county_code,
        }
        places = {column: code for column, code in homes.items() if code is not None}
        if not places:
            return np.full(len(self), UNKNOWN)
        answers = self._unless_tied.copy()
        for column, code in places.items():
            answers[self._home(column, code)] = TRUE
            answers[self._tied(code)] = TRUE
        return answers

    def _industry_overlap(self, vacancy: VacancyFacts) -> _Answers:
        if not vacancy.industries:
            return np.full(len(self), UNKNOWN)
        # The unknown value has position -1, which takes the last entry.
        return self.overlap_by_value(vacancy.industries).take(self.coded("industries")[0])

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
    def _is_unmapped(self) -> npt.NDArray[np.bool_]:
        return np.array([UNMAPPED in trades.split("|") for trades in self.coded("industries")[1]], dtype=np.bool_)

    @cached_property
    def _unless_tied(self) -> _Answers:
        """The answer about a tie where none is on record: no, if a home or tie is known and the ties were asked for.

        Else work, investment or aid may be here.
        """
        known = np.zeros(len(self), dtype=np.bool_)
        for column in ("home_village_code", "home_township_code", "home_county_code"):
            known |= self.coded(column)[0] >= 0
        positions, distinct = self.coded("tie_codes")
        names_a_place = np.array([*(value != "" for value in distinct), False])
        known |= names_a_place[positions]
        return np.where(known & (positions >= 0), FALSE, UNKNOWN)


class _Part(PeopleFacts):
    """The facts of some of the people."""

    def __init__(self, whole: PeopleFacts, rows: _Positions) -> None:
        super().__init__(whole.frame, industries=whole.industries)
        self._whole = whole
        self._rows = rows

    @property
    def people(self) -> pd.Index:
        return self._whole.people[self._rows]

    def numbers(self, name: str) -> _Numbers:
        return self._whole.numbers(name)[self._rows]

    def value(self, name: str, row: int) -> float | str | None:
        return self._whole.value(name, int(self._rows[row]))

    def overlap_by_value(self, trades: tuple[str, ...]) -> _Answers:
        return self._whole.overlap_by_value(trades)

    def _code(self, name: str) -> tuple[_Positions, list[str]]:
        positions, distinct = self._whole.coded(name)
        return positions[self._rows], distinct


_NOBODY = np.empty(0, dtype=np.intp)


def _rows_by_value(positions: _Positions, distinct: list[str]) -> Iterator[tuple[str, _Positions]]:
    """Yield each distinct value with the rows that have it."""
    order = np.argsort(positions, kind="stable")
    bounds = np.searchsorted(positions[order], np.arange(len(distinct) + 1))
    for place, value in enumerate(distinct):
        yield value, order[bounds[place] : bounds[place + 1]]
