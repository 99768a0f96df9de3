"""Counties, townships and villages of the invented city.

The codes begin with 2399, which no city has; the coordinates lie in the open sea, so that no dot on a map is a real
village; the names are made of words that say "example".
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from seed_data.demo_city.draws import (
    Columns,
    Mask,
    Numbers,
    Places,
    chance,
    choose,
    objects,
    pick,
    records,
    subsets,
    whole,
    with_gaps,
)
from seed_data.demo_city.trades import VILLAGE_TRADES, trades_of

__all__ = ["CITY_CODE", "Geography", "draw_geography"]

CITY_CODE = "2399"
_CENTRE = (35.2, 123.3)  # degrees; the nearest coast is some 200 km away
_KM_PER_DEGREE = 111.2

_COUNTIES = tuple(
    f"示范{stem}{kind}" for stem, kind in zip("甲乙丙丁戊己庚辛壬癸", "区市县县县县县县县县", strict=True)
)
_MARKS = "样示例演试虚拟设仿模"  # one a county: words for "example", "sham", "model"
_LANDSCAPES = "山水云松石泉桥田林岭湖沙柳"
_SIDES = "东西南北上下前后新老中里外"
_NEEDS = ("N1", "N2", "N3", "N4", "N5")


@dataclass(frozen=True)
class Geography:
    """Places as records, and the villages' facts that people and vacancies are drawn from.

    `columns` are the villages' columns, `county_places` their counties as positions in `counties`.
    """

    counties: list[dict[str, Any]]
    townships: list[dict[str, Any]]
    villages: list[dict[str, Any]]
    columns: Columns
    county_places: Places

    def villages_in(self, county_place: int) -> list[int]:
        """Return the positions of a county's villages."""
        return np.flatnonzero(self.county_places == county_place).tolist()


def draw_geography(rng: np.random.Generator, *, n_villages: int) -> Geography:
    """Draw the ten counties with their townships and `n_villages` villages and communities."""
    counties = [{"county_code": f"{CITY_CODE}{i + 1:02}", "name": name} for i, name in enumerate(_COUNTIES)]
    townships, seats = _draw_townships(rng)
    columns, county_places = _draw_villages(rng, townships, seats, n_villages)
    return Geography(counties, townships, records(columns), columns, county_places)


def _draw_townships(rng: np.random.Generator) -> tuple[list[dict[str, Any]], Numbers]:
    townships, seats = [], []
    for place, mark in enumerate(_MARKS):
        centre = _county_seat(place)
        for i, landscape in enumerate(_LANDSCAPES[: 10 + place % 4]):
            kind, number = _kind_of_township(i)
            code = f"{CITY_CODE}{place + 1:02}{number:03}"
            name = f"{mark}{landscape}{kind}"
            townships.append({"township_code": code, "county_code": code[:6], "name": name, "seat": i == 0})
            seats.append(centre + (rng.normal(0, 2, 2) if i == 0 else rng.normal(0, 17, 2)))
    return townships, np.array(seats)


def _county_seat(place: int) -> Numbers:
    """Return kilometres east and north of the city's centre: the first county in the middle, the others around it."""
    if place == 0:
        return np.zeros(2)
    angle, distance = 2 * np.pi * place / (len(_COUNTIES) - 1), 52 + 28 * (place % 2)
    return np.array([distance * np.cos(angle), distance * np.sin(angle)])


def _kind_of_township(i: int) -> tuple[str, int]:
    """Return the kind of the i-th township of a county and its three digits, by the structure of the NBS codes."""
    if i == 0:
        return "街道", 1
    return ("镇", 99 + i) if i <= 6 else ("乡", 193 + i)


def _draw_villages(
    rng: np.random.Generator, townships: list[dict[str, Any]], seats: Numbers, n_villages: int
) -> tuple[Columns, Places]:
    counts = _villages_per_township(rng, len(townships), n_villages)
    owner = np.repeat(np.arange(len(townships)), counts)
    within = np.concatenate([np.arange(count) for count in counts])
    of_township = [townships[i] for i in owner]
    is_seat = np.array([t["seat"] for t in of_township])
    is_community = (within == 0) | (is_seat & (within < 3))
    for township in townships:
        township.pop("seat", None)
    names = [_village_name(t["name"], int(i), c) for t, i, c in zip(of_township, within, is_community, strict=True)]
    numbers = [i + 1 if c else 199 + i + 1 for i, c in zip(within, is_community, strict=True)]
    county_places = np.array([int(t["county_code"][4:]) - 1 for t in of_township], dtype=np.intp)
    columns: Columns = {
        "village_code": objects(
            [f"{t['township_code']}{number:03}" for t, number in zip(of_township, numbers, strict=True)]
        ),
        "county": objects([_COUNTIES[c] for c in county_places]),
        "township": objects([t["name"] for t in of_township]),
        "village": objects(names),
        "kind": choose(is_community, "community", "village"),
        **_positions(rng, seats[owner], seats[owner]),
        **_condition(rng, is_community=is_community, is_seat=is_seat, counties=county_places),
    }
    return columns, county_places


def _villages_per_township(rng: np.random.Generator, n_townships: int, n_villages: int) -> Places:
    spare = n_villages - 4 * n_townships
    if spare < 0:
        msg = f"at least {4 * n_townships} villages are needed, four a township"
        raise ValueError(msg)
    room = np.minimum(4 + rng.multinomial(spare, rng.dirichlet(np.full(n_townships, 12.0))), _most_villages())
    while room.sum() < n_villages:  # hand the rest to those with the fewest
        room[np.argmin(room)] += 1
    return room


def _most_villages() -> int:
    return 2 * len(_SIDES)


def _village_name(township: str, i: int, is_community: bool) -> str:  # noqa: FBT001 - one row of three columns
    stem = township.removesuffix("街道").removesuffix("镇").removesuffix("乡")
    if is_community:
        return f"{stem}社区" if i == 0 else f"{stem}第{'一二三'[i]}社区"
    if i == 1 and stem[1] in "水松泉田林湖":
        return "示范新村"  # the same name in many townships, as happens
    return f"{_SIDES[i % len(_SIDES)]}{stem}{'村' if i < len(_SIDES) else '屯村'}"


def _positions(rng: np.random.Generator, around: Numbers, seats: Numbers) -> Columns:
    n = len(around)
    source = pick(rng, {"village": 91, "township": 7, None: 2}, n)
    place = np.where((source == "township")[:, None], seats, around + rng.normal(0, 4.2, (n, 2)))
    latitude = _CENTRE[0] + place[:, 1] / _KM_PER_DEGREE
    longitude = _CENTRE[1] + place[:, 0] / (_KM_PER_DEGREE * np.cos(np.radians(_CENTRE[0])))
    is_unknown = source == None  # noqa: E711 - compared element by element
    columns = {"latitude": np.round(latitude, 5).astype(object), "longitude": np.round(longitude, 5).astype(object)}
    for column in columns.values():
        column[is_unknown] = None
    return {**columns, "coordinate_source": source}


def _condition(rng: np.random.Generator, *, is_community: Mask, is_seat: Mask, counties: Places) -> Columns:
    n = len(counties)
    point = np.where(chance(rng, 0.24, n), "G3", "G4")
    settlement = choose(is_seat & is_community, "G1", np.where(is_community, "G2", point))
    size = np.where(is_community, rng.lognormal(8.0, 0.4, n), rng.lognormal(7.1, 0.45, n))
    poverty = rng.beta(2, 3, n)  # one hidden cause behind the needs and the income
    needs = subsets(rng, _NEEDS, poverty[:, None] * np.array([0.28, 0.62, 0.16, 0.75, 0.7]))
    industries = trades_of(rng, counties=counties, county_share=0.68, others=VILLAGE_TRADES, second=0.62)
    income = np.round(rng.lognormal(3.3, 0.5, n) * (1.7 - 1.5 * poverty) + is_community * 20, 1).astype(object)
    return {
        "settlement_type": settlement,
        "village_needs": with_gaps(rng, objects([need or ("N0",) for need in needs]), 0.01),
        "population": with_gaps(rng, whole(size, low=180), 0.02),
        "n_party_members": with_gaps(rng, whole(size * rng.uniform(0.015, 0.045, n), low=3), 0.04),
        "industry_text": objects(["、".join(terms) for terms in industries]),
        "industries": industries,
        "collective_income_wan": with_gaps(rng, income, 0.06),
    }
