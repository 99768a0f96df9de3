"""Where people live and what ties them to a place, told by distinct values for fast comparison with many villages."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matching.frames import VacancyFacts
from matching.vocabulary import Text

__all__ = [
    "AREAS",
    "COUNTY",
    "NOWHERE",
    "TOWNSHIP",
    "VILLAGE",
    "Homes",
    "Positions",
    "ground_km",
    "has_area",
    "shared_area",
    "squared_chord",
]

#: What a home and a vacancy share, from nothing to the village itself.
NOWHERE, COUNTY, TOWNSHIP, VILLAGE = range(4)
AREAS = (
    Text("不同县区", "another county"),
    Text("同县", "same county"),
    Text("同乡镇", "same township"),
    Text("同村", "same village"),
)
HOME_COLUMNS = ("home_county_code", "home_township_code", "home_village_code")

_ABSENT = -1  # code of a place that is not recorded
_UNIT = 1_000_000_000  # whole billionths of the earth's radius (6 mm): exact sums, alike on every machine
EARTH_RADIUS_KM = 6371.0088


class Homes(NamedTuple):
    """Distinct homes as small integers: counties, townships and villages in that order.

    `codes` is int32 of shape (3, n_values), -1 where nothing is recorded; `known` says what code a place has.
    """

    codes: NDArray[np.int32]
    known: dict[str, int]

    @classmethod
    def of(cls, rows: pd.DataFrame) -> "Homes":
        """Take the homes from the place columns of a criteria frame."""
        known: dict[str, int] = {}
        codes = np.full((len(HOME_COLUMNS), len(rows)), _ABSENT, dtype=np.int32)
        for i, column in enumerate(HOME_COLUMNS):
            for j, place in enumerate(rows[column]):
                if isinstance(place, str) and place:
                    codes[i, j] = known.setdefault(place, len(known))
        return cls(codes, known)

    def at(self, place: int) -> "Homes":
        """Return the one home at `place`."""
        return Homes(self.codes[:, place : place + 1], self.known)

    @property
    def is_recorded(self) -> NDArray[np.bool_]:
        """Whether anything is known of each home."""
        recorded: NDArray[np.bool_] = (self.codes != _ABSENT).any(axis=0)
        return recorded

    def shared(self, vacancies: Sequence[VacancyFacts]) -> NDArray[np.int8]:
        """Return what each home shares with each village: NOWHERE to VILLAGE, shape (n_values, n_vacancies)."""
        shared = np.full((self.codes.shape[1], len(vacancies)), NOWHERE, dtype=np.int8)
        for rank, places in zip((COUNTY, TOWNSHIP, VILLAGE), _areas(vacancies), strict=True):
            for place in {place for place in places if place in self.known}:
                at = np.array([i for i, other in enumerate(places) if other == place])
                shared[np.ix_(self.codes[rank - 1] == self.known[place], at)] = rank
        return shared


class Positions(NamedTuple):
    """Points on the earth as whole numbers, so that distances compare alike on every machine.

    `points` is int64 of shape (3, n), zeros where the position is unknown.
    """

    points: NDArray[np.int64]
    is_known: NDArray[np.bool_]

    @classmethod
    def of(cls, latitudes: NDArray[np.float64], longitudes: NDArray[np.float64]) -> "Positions":
        """Take positions in degrees, NaN where unknown."""
        is_known = ~(np.isnan(latitudes) | np.isnan(longitudes))
        latitude, longitude = (np.radians(np.where(is_known, degrees, 0.0)) for degrees in (latitudes, longitudes))
        flat = np.cos(latitude)
        points = np.stack([flat * np.cos(longitude), flat * np.sin(longitude), np.sin(latitude)])
        return cls(np.rint(points * _UNIT).astype(np.int64) * is_known, is_known)

    def at(self, place: int) -> "Positions":
        """Return the one position at `place`."""
        return Positions(self.points[:, place : place + 1], self.is_known[place : place + 1])

    def squared_chords(self, other: "Positions") -> NDArray[np.int64]:
        """Return the squared straight distances in billionths of the radius, shape (n, n_other)."""
        total = np.zeros((self.points.shape[1], other.points.shape[1]), dtype=np.int64)
        for mine, theirs in zip(self.points, other.points, strict=True):
            gap = mine[:, None] - theirs[None, :]
            gap *= gap
            total += gap
        return total


def squared_chord(distance_km: float) -> int:
    """Return the squared straight distance, as `Positions.squared_chords` counts, of a distance along the ground."""
    return round((2 * math.sin(distance_km / (2 * EARTH_RADIUS_KM)) * _UNIT) ** 2)


def ground_km(squared: int) -> float:
    """Return the distance along the ground (the haversine) of a squared straight distance."""
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(squared) / (2 * _UNIT)))


def has_area(vacancy: VacancyFacts) -> bool:
    """Say whether anything is known of where the vacancy is."""
    return any((vacancy.county_code, vacancy.township_code, vacancy.village_code))


def shared_area(places: Sequence[str | None], vacancy: VacancyFacts) -> int:
    """Return the narrowest area of the vacancy that is among `places`."""
    own = (vacancy.county_code, vacancy.township_code, vacancy.village_code)
    return max((rank for rank, area in enumerate(own, start=COUNTY) if area and area in places), default=NOWHERE)


def _areas(vacancies: Sequence[VacancyFacts]) -> tuple[list[str | None], ...]:
    return (
        [vacancy.county_code for vacancy in vacancies],
        [vacancy.township_code for vacancy in vacancies],
        [vacancy.village_code for vacancy in vacancies],
    )
