"""How far a person lives from the village."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.criteria.criterion import MISSING, Columns, Criterion, Level, Levels, not_recorded, plain
from matching.criteria.place import AREAS, HOME_COLUMNS, Homes, Positions, ground_km, has_area, squared_chord
from matching.frames import VacancyFacts
from matching.vocabulary import Text
from matching.vocabulary.industries import IndustryTerms

__all__ = ["DistanceCriterion", "DistanceValues"]

#: Estimate without coordinates, by what the home and the village share (`matching.criteria.place`).
ESTIMATED_KM = (120.0, 35.0, 8.0, 0.0)


class DistanceValues(NamedTuple):
    """Distinct homes with their positions; those at the places `unmeasured`, whose position is not known, once more."""

    homes: Homes
    positions: Positions
    unmeasured: NDArray[np.intp]
    unmeasured_homes: Homes


class DistanceCriterion(Criterion[DistanceValues]):
    """Distance from the home village, great-circle where both positions are known, else estimated from the areas.

    Parameters
    ----------
    criterion_id : str
    label : Text
    limits_km : sequence of float
        Upper bounds of the levels, from the worst bounded one to the best, falling.
    shares : sequence of float
        One for each level, from worst (beyond every bound) to best.

    References
    ----------
    R. W. Sinnott, "Virtues of the Haversine", Sky and Telescope 68 (1984) 159.
    """

    def __init__(self, criterion_id: str, *, label: Text, limits_km: Sequence[float], shares: Sequence[float]) -> None:
        sentence = Text("距任职村：{fact}。", "From home to the village: {fact}.")
        super().__init__(
            criterion_id,
            label=label,
            columns=(*HOME_COLUMNS, "latitude", "longitude"),
            ladder=tuple(
                Level(name, share, sentence) for name, share in zip(_band_names(limits_km), shares, strict=True)
            ),
            missing=not_recorded(Text("本人所在村或岗位位置", "the home village or the place of the vacancy")),
        )
        self.limits_km = tuple(limits_km)
        self._squared_limits = tuple(squared_chord(km) for km in limits_km)
        self._by_area = np.array([1 + sum(km < limit for limit in limits_km) for km in ESTIMATED_KM], dtype=np.int8)

    @property
    def tells_step(self) -> bool:
        """A number of which only the step counts."""
        return True

    def _values(self, rows: Columns, industries: IndustryTerms) -> DistanceValues:  # noqa: ARG002 - for trades
        latitude, longitude = (rows[name].astype(np.float64) for name in ("latitude", "longitude"))
        positions = Positions.of(latitude, longitude)
        unmeasured = np.flatnonzero(~positions.is_known)
        return DistanceValues(
            Homes.of(rows),
            positions,
            unmeasured,
            Homes.of({column: values[unmeasured] for column, values in rows.items()}),
        )

    def _levels(self, values: DistanceValues, vacancies: Sequence[VacancyFacts]) -> Levels:
        villages = _villages(vacancies)
        squared = villages.squared_chords(values.positions)
        levels = np.ones(squared.shape, dtype=np.int8)
        for limit in self._squared_limits:
            levels += squared < limit
        levels[:, values.unmeasured] = self._estimated(values.unmeasured_homes, vacancies).T
        unplaced = np.flatnonzero(~villages.is_known)
        levels[unplaced] = self._estimated(values.homes, [vacancies[place] for place in unplaced.tolist()]).T
        return levels.T

    def _fact(self, values: DistanceValues, place: int, vacancy: VacancyFacts) -> Text:
        villages = _villages([vacancy])
        if values.positions.is_known[place] and villages.is_known[0]:
            km = plain(ground_km(float(values.positions.at(place).squared_chords(villages)[0, 0])))
            return Text(f"{km} 公里", f"{km} km")
        if not values.homes.is_recorded[place] or not has_area(vacancy):
            return self.missing.label
        area = values.homes.shared_at(place, vacancy)
        km = plain(ESTIMATED_KM[area])
        return Text(f"约 {km} 公里（{AREAS[area].zh}，估算）", f"about {km} km (estimated: {AREAS[area].en})")

    def _estimated(self, homes: Homes, vacancies: Sequence[VacancyFacts]) -> Levels:
        levels: Levels = self._by_area.take(homes.shared(vacancies))
        levels[~homes.is_recorded] = MISSING
        levels[:, [not has_area(vacancy) for vacancy in vacancies]] = MISSING
        return levels


def _villages(vacancies: Sequence[VacancyFacts]) -> Positions:
    degrees = [(vacancy.latitude, vacancy.longitude) for vacancy in vacancies]
    latitude, longitude = np.array(degrees, dtype=np.float64).reshape(-1, 2).T  # None becomes NaN
    return Positions.of(latitude, longitude)


def _band_names(limits_km: Sequence[float]) -> list[Text]:
    between = [
        Text(f"{plain(low)} 至 {plain(high)} 公里", f"{plain(low)} to {plain(high)} km")
        for high, low in pairwise(limits_km)
    ]
    first, last = plain(limits_km[0]), plain(limits_km[-1])
    return [Text(f"{first} 公里以上", f"{first} km or more"), *between, Text(f"不足 {last} 公里", f"under {last} km")]
