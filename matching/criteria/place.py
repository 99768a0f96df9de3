"""Where people live and what ties them to a place, told by distinct values for fast comparison with many villages."""

import math
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.criteria.criterion import Columns
from matching.frames import VacancyFacts
from matching.vocabulary import Text

__all__ = [
    "AREAS",
    "COUNTY",
    "HOME_COLUMNS",
    "NOWHERE",
    "TOWNSHIP",
    "VILLAGE",
    "Homes",
    "Positions",
    "areas_of",
    "ground_km",
    "has_area",
    "rows_by_place",
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

# Whole parts of the earth's radius (16 cm), so few that the square of a diameter stays below 2**53: then float64 is
# exact in any order of summation, alike on every machine.
_UNIT = 40_000_000
EARTH_RADIUS_KM = 6371.0088


class Homes(NamedTuple):
    """Distinct homes: county, township and village in that order.

    `places` is an object array of shape (3, n_values) with None where nothing is recorded; `living_in` has, for each
    kind of area, the rows of the homes in a place.
    """

    places: NDArray[np.object_]
    is_recorded: NDArray[np.bool_]
    living_in: tuple[dict[str, NDArray[np.intp]], ...]

    @classmethod
    def of(cls, rows: Columns) -> "Homes":
        """Take the homes from the place columns of a criteria frame."""
        places = np.array([[_place_or_none(place) for place in rows[column]] for column in HOME_COLUMNS], dtype=object)
        is_recorded = np.array([any(home) for home in places.T], dtype=np.bool_)
        return cls(places, is_recorded, tuple(rows_by_place([place] for place in kind) for kind in places))

    def shared(self, vacancies: Sequence[VacancyFacts]) -> NDArray[np.int8]:
        """Return what each home shares with each village: NOWHERE to VILLAGE, shape (n_values, n_vacancies)."""
        shared = np.full((len(vacancies), self.places.shape[1]), NOWHERE, dtype=np.int8)
        for row, vacancy in zip(shared, vacancies, strict=True):
            for rank, (living_in, place) in enumerate(zip(self.living_in, areas_of(vacancy), strict=True), COUNTY):
                if place in living_in:
                    row[living_in[place]] = rank
        return shared.T

    def shared_at(self, place: int, vacancy: VacancyFacts) -> int:
        """Return what the home at `place` shares with one village."""
        own = zip(self.places[:, place], areas_of(vacancy), strict=True)
        return max((rank for rank, (home, area) in enumerate(own, COUNTY) if home and home == area), default=NOWHERE)


class Positions(NamedTuple):
    """Points on the earth as whole numbers, so that distances compare alike on every machine.

    `points` is float64 of shape (3, n), in whole parts, zeros where the position is unknown.
    """

    points: NDArray[np.float64]
    is_known: NDArray[np.bool_]

    @classmethod
    def of(cls, latitudes: NDArray[np.float64], longitudes: NDArray[np.float64]) -> "Positions":
        """Take positions in degrees, NaN where unknown."""
        is_known = ~(np.isnan(latitudes) | np.isnan(longitudes))
        latitude, longitude = (np.radians(np.where(is_known, degrees, 0.0)) for degrees in (latitudes, longitudes))
        flat = np.cos(latitude)
        points = np.stack([flat * np.cos(longitude), flat * np.sin(longitude), np.sin(latitude)])
        return cls(np.rint(points * _UNIT) * is_known, is_known)

    def at(self, place: int) -> "Positions":
        """Return the one position at `place`."""
        return Positions(self.points[:, place : place + 1], self.is_known[place : place + 1])

    def squared_chords(self, other: "Positions") -> NDArray[np.float64]:
        """Return the squared straight distances in squared parts, shape (n, n_other)."""
        mine, theirs = self.points, other.points
        # (a - b)^2 = a^2 + b^2 - 2 a b for every pair in one product
        left = np.stack([*mine, (mine * mine).sum(axis=0), np.ones(mine.shape[1])])
        right = np.stack([*(-2 * theirs), np.ones(theirs.shape[1]), (theirs * theirs).sum(axis=0)])
        squared: NDArray[np.float64] = left.T @ right
        return squared


def squared_chord(distance_km: float) -> int:
    """Return the squared straight distance, as `Positions.squared_chords` counts, of a distance along the ground."""
    return round((2 * math.sin(distance_km / (2 * EARTH_RADIUS_KM)) * _UNIT) ** 2)


def ground_km(squared: float) -> float:
    """Return the distance along the ground (the haversine) of a squared straight distance."""
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(squared) / (2 * _UNIT)))


def areas_of(vacancy: VacancyFacts) -> tuple[str, str, str]:
    """Return county, township and village of a vacancy, "" where unknown."""
    return vacancy.county_code or "", vacancy.township_code or "", vacancy.village_code or ""


def has_area(vacancy: VacancyFacts) -> bool:
    """Say whether anything is known of where the vacancy is."""
    return any(areas_of(vacancy))


def shared_area(places: Collection[str], vacancy: VacancyFacts) -> int:
    """Return the narrowest area of the vacancy that is among `places`."""
    return max((rank for rank, area in enumerate(areas_of(vacancy), COUNTY) if area in places), default=NOWHERE)


def rows_by_place(places_of_rows: Iterable[Iterable[str | None]]) -> dict[str, NDArray[np.intp]]:
    """Return the rows that have each place."""
    rows: dict[str, list[int]] = {}
    for row, places in enumerate(places_of_rows):
        for place in filter(None, places):
            rows.setdefault(place, []).append(row)
    return {place: np.array(at, dtype=np.intp) for place, at in rows.items()}


def _place_or_none(place: object) -> str | None:
    return place if isinstance(place, str) and place else None
