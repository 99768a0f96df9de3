"""What the reviewers of the demo city truly value: hidden from the service, there for an evaluation.

The truth shares its facts with the policy cards, not its tastes: weights differ, effects bend (they saturate or begin
at a threshold), and for each post two facts count more together than apart. Rankings learned from the review history
can be held against `true_utility`; the service never reads it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from matching.frames import VacancyFacts
from matching.vocabulary import PostType
from matching.vocabulary.industries import IndustryTerms
from seed_data.demo_city.draws import Numbers

__all__ = ["pair_facts", "true_utility"]

_UNKNOWN = 0.3  # what a reviewer supposes of a fact that is not recorded, as a share of its full value
_EARTH_RADIUS_KM = 6371.0
_FIVE = ("u1_agriculture", "u2_industry", "u3_city", "u4_enterprise", "u5_economy")


@dataclass(frozen=True)
class _Taste:
    """How much a fact counts at most, and how a value bends into a share of that."""

    weight: float
    fact: str
    share: Callable[[Numbers], Numbers]


@dataclass(frozen=True)
class _Together:
    """A premium for those who have both facts from these values on."""

    weight: float
    facts: tuple[tuple[str, float], tuple[str, float]]


def _steps(*shares: float) -> Callable[[Numbers], Numbers]:
    return lambda x: np.interp(x, np.arange(len(shares)), shares)


def _saturating(scale: float) -> Callable[[Numbers], Numbers]:
    return lambda x: 1 - np.exp(-x / scale)


def _threshold(start: float, width: float) -> Callable[[Numbers], Numbers]:
    return lambda x: 1 / (1 + np.exp(-(x - start) / width))


def _logarithmic(full: float) -> Callable[[Numbers], Numbers]:
    return lambda x: np.minimum(np.log1p(x) / np.log1p(full), 1)


_FS, _HV, _IC = PostType.FIRST_SECRETARY, PostType.HONORARY_VILLAGE_HEAD, PostType.INDUSTRIAL_CONSULTANT
_TASTES: Mapping[PostType, tuple[_Taste, ...]] = {
    _FS: (
        _Taste(22, "mass_work_experience", _steps(0, 0.35, 1)),
        _Taste(14, "rural_work_years", _saturating(1.5)),
        _Taste(12, "party_building_experience", _steps(0, 0.8, 1)),
        _Taste(14, "n_projects_won", _logarithmic(4)),
        _Taste(11, "theme_share", np.sqrt),
        _Taste(8, "industry_fit", _steps(0, 0.6, 0.8, 1)),
        _Taste(8, "five_mean", _threshold(2.8, 0.4)),
        _Taste(6, "training_hours", _saturating(30)),
        _Taste(5, "distance_km", lambda km: _threshold(-50, 12)(-km)),
    ),
    _HV: (
        _Taste(24, "tie", _steps(0, 0.25, 0.9, 1)),
        _Taste(14, "contribution", _saturating(4)),
        _Taste(25, "resource_share", np.sqrt),
        _Taste(17, "visit_days_per_year", _threshold(14, 4)),
        _Taste(7, "honours_level", _threshold(1.5, 0.3)),
        _Taste(5, "industry_fit", _steps(0, 0.5, 0.7, 1)),
    ),
    _IC: (
        _Taste(26, "industry_fit", _steps(0, 0.25, 0.9, 1)),
        _Taste(20, "households_led", _logarithmic(40)),
        _Taste(17, "market_channels", _steps(0, 0.3, 1)),
        _Taste(8, "years_in_industry", _saturating(4)),
        _Taste(8, "five_mean", _threshold(2.8, 0.4)),
        _Taste(6, "title_rank", _saturating(1.2)),
        _Taste(6, "visit_days_per_year", _saturating(12)),
        _Taste(5, "distance_km", lambda km: _threshold(-60, 12)(-km)),
    ),
}
_TOGETHER: Mapping[PostType, _Together] = {
    _FS: _Together(8, (("mass_work_experience", 2), ("theme_share", 0.5))),
    _HV: _Together(8, (("resource_share", 0.5), ("visit_days_per_year", 20))),
    _IC: _Together(8, (("market_channels", 2), ("households_led", 20))),
}


def true_utility(people: pd.DataFrame, vacancy: VacancyFacts, post: PostType) -> Numbers:
    """Return how much everybody is truly worth for a vacancy.

    Parameters
    ----------
    people : DataFrame of shape (n_people, n_columns)
        The criteria frame.
    vacancy : VacancyFacts
    post : PostType
        Whose tastes to apply; normally ``vacancy.post``.

    Returns
    -------
    ndarray of float64, shape (n_people,)
        About 0 to 100, higher is better; what is not recorded counts 0.3 of its full value.
    """
    facts = pair_facts(people, vacancy)
    total = np.zeros(len(people))
    for taste in _TASTES[post]:
        values = facts[taste.fact]
        is_known = ~np.isnan(values)
        total += taste.weight * np.where(is_known, taste.share(np.where(is_known, values, 0.0)), _UNKNOWN)
    together = _TOGETHER[post]
    has_both = np.logical_and.reduce([facts[name] >= start for name, start in together.facts])
    total += together.weight * has_both
    return total


def pair_facts(people: pd.DataFrame, vacancy: VacancyFacts) -> dict[str, Numbers]:
    """Return the facts that reviewers look at, NaN where nothing is recorded.

    Beside the numbers of the criteria frame these are: `industry_fit` 0 none, 1 same division, 2 same group, 3 same
    class; `tie` 0 elsewhere, 1 county, 2 township, 3 village; `theme_share` and `resource_share` of what the vacancy
    asks for; `five_mean`; `contribution` (10,000 yuan given plus jobs created); `distance_km`.
    """
    numbers = people.select_dtypes("float64")
    fit = IndustryTerms.shipped().fit_levels(people["industries"].tolist(), vacancy.industries)
    asked = [_FIVE[int(code[1]) - 1] for code in vacancy.five] or list(_FIVE)
    return {
        **{str(name): numbers[name].to_numpy() for name in numbers},
        "industry_fit": np.where(fit == 0, np.nan, fit - 1.0),
        "tie": _tie(people, vacancy),
        "theme_share": _share(people["work_themes"], vacancy.themes),
        "resource_share": _share(people["resources_offered"], vacancy.resources),
        "five_mean": people[asked].mean(axis=1, skipna=True).to_numpy(),
        "contribution": people[["donations_wan", "n_jobs_created"]].sum(axis=1, min_count=1).to_numpy(),
        "distance_km": _distance_km(people, vacancy),
    }


def _share(offered: "pd.Series[str]", asked: Sequence[str]) -> Numbers:
    if not asked:
        return np.full(len(offered), np.nan)
    codes, distinct = pd.factorize(offered)
    shares = [len(set(asked) & set(str(joined).split("|"))) / len(asked) for joined in distinct]
    return np.array([*shares, np.nan])[codes]


def _tie(people: pd.DataFrame, vacancy: VacancyFacts) -> Numbers:
    ties = np.full(len(people), np.nan)
    ties[(people["home_county_code"].notna() | (people["tie_codes"].fillna("") != "")).to_numpy()] = 0
    homes = ("home_county_code", "home_township_code", "home_village_code")
    codes = (vacancy.county_code, vacancy.township_code, vacancy.village_code)
    recorded = [frozenset(joined.split("|")) if joined else frozenset() for joined in people["tie_codes"]]
    for level, (home, code) in enumerate(zip(homes, codes, strict=True), start=1):
        is_home = (people[home] == code).to_numpy()
        ties[is_home | np.array([code in tied for tied in recorded], dtype=bool)] = level
    return ties


def _distance_km(people: pd.DataFrame, vacancy: VacancyFacts) -> Numbers:
    if vacancy.latitude is None or vacancy.longitude is None:
        return np.full(len(people), np.nan)
    here = np.radians([vacancy.latitude, vacancy.longitude])
    there = np.radians(people[["latitude", "longitude"]].to_numpy())
    north, east = (there - here).T / 2
    chord = np.sin(north) ** 2 + np.cos(here[0]) * np.cos(there[:, 0]) * np.sin(east) ** 2
    distance: Numbers = 2 * _EARTH_RADIUS_KM * np.arcsin(np.sqrt(chord))
    return distance
