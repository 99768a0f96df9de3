"""The hidden truth by hand: one person, one vacancy, one fact at a time."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from matching.frames import CRITERIA_COLUMNS, VacancyFacts
from matching.vocabulary import PostType
from seed_data.demo_city.truth import pair_facts, true_utility

FS, HV, IC = PostType.FIRST_SECRETARY, PostType.HONORARY_VILLAGE_HEAD, PostType.INDUSTRIAL_CONSULTANT


def people(**values: Any) -> pd.DataFrame:
    """Return a criteria frame; columns that are not named are unknown."""
    n = len(next(iter(values.values())))
    index = pd.Index(np.arange(1, n + 1), dtype="int64")
    return pd.DataFrame(
        {
            c.name: pd.Series(
                np.array(values.get(c.name, [None] * n), dtype="float64" if c.kind in {"number", "flag"} else object),
                index=index,
            )
            for c in CRITERIA_COLUMNS
        }
    )


def a_vacancy(post: PostType, **changes: Any) -> VacancyFacts:
    facts: dict[str, Any] = {
        "vacancy_id": 1,
        "vacancy_no": "V1",
        "post": post,
        "as_of": date(2026, 11, 1),
        "village_code": "239901100201",
        "township_code": "239901100",
        "county_code": "239901",
        "industries": ("水稻",),
        "themes": ("W1", "W2"),
        "resources": ("funds", "market"),
    }
    return VacancyFacts(**(facts | changes))


def test_unknown_facts_count_three_tenths_of_their_weight() -> None:
    assert true_utility(people(rural_work_years=[None]), a_vacancy(FS), FS) == pytest.approx([30.0])


@pytest.mark.parametrize(
    ("post", "column", "values"),
    [
        (FS, "rural_work_years", [0, 1, 2, 4, 8]),
        (FS, "mass_work_experience", [0, 1, 2]),
        (FS, "work_themes", ["", "W1", "W1|W2"]),
        (HV, "visit_days_per_year", [0, 5, 12, 20, 40]),
        (HV, "home_village_code", [None, "239901100201"]),
        (HV, "resources_offered", ["legal", "funds", "funds|market"]),
        (IC, "industries", ["软件", "水稻"]),
        (IC, "households_led", [0, 3, 10, 30]),
    ],
)
def test_more_is_never_worth_less(post: PostType, column: str, values: list[Any]) -> None:
    worth = true_utility(people(**{column: values}), a_vacancy(post), post)
    assert np.all(np.diff(worth) > 0)


def test_the_first_years_of_rural_work_count_most() -> None:
    worth = true_utility(people(rural_work_years=[0, 1, 2, 3]), a_vacancy(FS), FS)
    assert np.all(np.diff(np.diff(worth)) < 0)


def test_mass_work_and_fitting_themes_count_more_together_than_apart() -> None:
    both = people(mass_work_experience=[0, 2, 0, 2], work_themes=["", "", "W1|W2", "W1|W2"])
    neither, mass, themes, together = true_utility(both, a_vacancy(FS), FS)
    assert together - neither == pytest.approx((mass - neither) + (themes - neither) + 8)


@pytest.mark.parametrize(
    ("place", "level"),
    [
        ({"home_county_code": ["239901"]}, 1),
        ({"home_county_code": ["239902"]}, 0),
        ({"tie_codes": ["239901100209|239901100|239901"]}, 2),
        ({"home_county_code": ["239902"], "tie_codes": ["239901100201|239901100|239901"]}, 3),
        ({"tie_codes": [None]}, None),
    ],
)
def test_the_nearest_home_or_tie_counts(place: dict[str, Any], level: float | None) -> None:
    tie = pair_facts(people(**place), a_vacancy(HV))["tie"]
    assert tie == pytest.approx([np.nan if level is None else level], nan_ok=True)


def test_distance_is_measured_on_the_globe() -> None:
    vacancy = a_vacancy(FS, latitude=35.0, longitude=123.0)
    known = people(latitude=[35.0, 36.0, None], longitude=[123.0, 123.0, None])
    assert pair_facts(known, vacancy)["distance_km"] == pytest.approx([0, 111.19, np.nan], abs=0.01, nan_ok=True)


def test_a_vacancy_without_a_place_has_no_distances() -> None:
    assert np.isnan(pair_facts(people(latitude=[35.0], longitude=[123.0]), a_vacancy(FS))["distance_km"]).all()
