"""Facts of the demo city hang together as those of real people do."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from seed_data.demo_city import DemoCity


@pytest.fixture(scope="module")
def people(city: DemoCity) -> pd.DataFrame:
    frame = pd.DataFrame(city.people, dtype=object)
    born = [person["birth_date"] for person in city.people]
    homes = [person["home_village_code"] for person in city.people]
    frame["age"] = [2026.8 - day.year - day.month / 12 if day else None for day in born]
    frame["county_code"] = [code[:6] if code else None for code in homes]
    return frame


def mean_by_pool(people: pd.DataFrame, field: str) -> Any:
    return people[field].astype(float).groupby(people["talent_source"].astype(str)).mean()


@pytest.mark.parametrize(
    ("field", "low", "high"),
    [
        ("age", "T1", "T2"),
        ("age", "T2", "T3"),
        ("households_led", "T1", "T3"),
        ("years_in_industry", "T1", "T3"),
        ("u1_agriculture", "T2", "T3"),
        ("u4_enterprise", "T3", "T2"),
        ("party_building_experience", "T2", "T1"),
        ("mass_work_experience", "T2", "T3"),
    ],
)
def test_pools_differ_as_their_backgrounds_do(people: pd.DataFrame, field: str, low: str, high: str) -> None:
    means = mean_by_pool(people, field)
    assert means[low] < means[high]


def test_village_officials_are_young_graduates(people: pd.DataFrame) -> None:
    officials = people[people["talent_source"] == "T1"]
    assert officials["age"].max() < 38
    assert officials["education"].dropna().isin(["21", "23", "11", "1B"]).mean() > 0.85


def test_those_who_lead_more_years_lead_more_households(people: pd.DataFrame) -> None:
    leaders = people[people["talent_source"] == "T3"][["years_in_industry", "households_led"]].astype(float)
    assert leaders.corr(method="spearman").iloc[0, 1] > 0.1


def test_the_five_understandings_rise_together(people: pd.DataFrame) -> None:
    levels = people[["u3_city", "u4_enterprise", "u5_economy"]].astype(float)
    assert np.all(levels.corr().to_numpy() > 0.15)


def test_each_county_lives_on_trades_of_its_own(people: pd.DataFrame) -> None:
    leaders = people[(people["talent_source"] == "T3") & people["industries"].notna()]
    first = (
        leaders["industries"].str[0].groupby(leaders["county_code"]).agg(lambda terms: terms.value_counts().index[0])
    )
    assert len(set(first)) >= 8
