"""Builders of frames and vacancies for the matching core: one change at a time, or a whole made-up pool."""

import dataclasses
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from matching.card import Scorecard, policy_card
from matching.frames import CRITERIA_COLUMNS, ELIGIBILITY_COLUMNS, Column, VacancyFacts
from matching.vocabulary import PostType, RuleProfile
from matching.vocabulary.industries import IndustryTerms

__all__ = [
    "ELIGIBLE",
    "WEIGHTS",
    "PlainRulebook",
    "a_learned_card",
    "a_pool",
    "criteria_frame",
    "eligibility_frame",
    "some_vacancies",
    "vacancy_facts",
]

AS_OF = date(2026, 11, 23)
VILLAGE, TOWNSHIP, COUNTY = "239901100201", "239901100", "239901"

WEIGHTS = {
    PostType.FIRST_SECRETARY: {
        "rural_work": 15,
        "party_building": 15,
        "industry_fit": 18,
        "five_understandings": 12,
        "mass_work": 10,
        "projects_won": 10,
        "need_theme": 8,
        "appraisals": 5,
        "training": 4,
        "distance_resident": 3,
    },
    PostType.HONORARY_VILLAGE_HEAD: {
        "local_tie": 25,
        "contribution": 25,
        "resource_fit": 15,
        "industry_fit": 15,
        "honours": 10,
        "visit_days": 10,
    },
    PostType.INDUSTRIAL_CONSULTANT: {
        "industry_fit": 35,
        "industry_results": 15,
        "title": 12,
        "years_in_industry": 10,
        "distance_visiting": 10,
        "market_channels": 8,
        "service_days": 5,
        "five_understandings": 5,
    },
}


#: Facts of somebody whom no rule of a first secretary fails.
ELIGIBLE = {
    "consent_matching": 1.0,
    "record_status": "verified",
    "negative_flags": "",
    "duty_health_ok": 1.0,
    "age_years": 35.0,
    "political_status": "01",
    "party_age_years": 8.0,
    "work_years": 10.0,
    "active_resident_posts": 0.0,
}


class PlainRulebook:
    """The weights of a rulebook and its version, for what needs no rules."""

    def __init__(self, weights: dict[PostType, dict[str, float]] | None = None) -> None:
        self.version = "0123456789abcdef"
        self._weights: dict[PostType, dict[str, float]] = weights or WEIGHTS  # type: ignore[assignment]  # the constant is a Mapping

    def soft_weights(self, post: PostType) -> dict[str, float]:
        return self._weights[post]


def a_learned_card(
    post: PostType = PostType.FIRST_SECRETARY, *, seed: int = 0, n_bags: int = 8, spread: float = 0.4
) -> Scorecard:
    """Return a card whose bags are the policy under weights that are off by a random factor each."""
    rng = np.random.default_rng(seed)

    def drawn() -> Scorecard:
        raw = {key: weight * rng.lognormal(0, spread) for key, weight in WEIGHTS[post].items()}
        return policy_card(
            PlainRulebook({post: {key: 100 * weight / sum(raw.values()) for key, weight in raw.items()}}), post
        )

    return dataclasses.replace(drawn(), source="learned", bags=tuple(drawn().points for _ in range(n_bags)))


def vacancy_facts(**changes: Any) -> VacancyFacts:
    """Return an open post of first secretary in a rice village."""
    facts: dict[str, Any] = {
        "vacancy_id": 1,
        "vacancy_no": "V1",
        "post": PostType.FIRST_SECRETARY,
        "as_of": AS_OF,
        "term_months": 24,
        "village_code": VILLAGE,
        "township_code": TOWNSHIP,
        "county_code": COUNTY,
        "latitude": 46.6,
        "longitude": 127.0,
        "industries": ("水稻",),
        "themes": ("W1", "W2"),
        "five": ("U1", "U5"),
        "resources": ("funds", "market"),
    }
    return VacancyFacts(**{**facts, **changes})


def criteria_frame(*people: dict[str, Any]) -> pd.DataFrame:
    """Return a criteria frame; what a person does not name is unknown."""
    return _frame(CRITERIA_COLUMNS, people)


def eligibility_frame(*people: dict[str, Any]) -> pd.DataFrame:
    """Return an eligibility frame; what a person does not name is unknown."""
    return _frame(ELIGIBILITY_COLUMNS, [{"person_no": f"P{i:06}", **person} for i, person in enumerate(people)])


def a_pool(n: int, *, seed: int = 0, unknown_share: float = 0.1) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw the eligibility frame and the criteria frame of `n` made-up people in 10 counties."""
    rng = np.random.default_rng(seed)
    columns = {column.name: column for column in (*ELIGIBILITY_COLUMNS, *CRITERIA_COLUMNS)}
    drawn = {name: _draw(rng, column, n, unknown_share) for name, column in columns.items()}
    drawn |= _homes(rng, n, unknown_share)
    drawn["person_no"] = pd.Series([f"P{i:07}" for i in range(n)], dtype="object")
    index = pd.Index(np.arange(n, dtype=np.int64) + 1_000, name="person_id")
    frame = pd.DataFrame(drawn).set_index(index)
    return (
        frame[[column.name for column in ELIGIBILITY_COLUMNS]].copy(),
        frame[[column.name for column in CRITERIA_COLUMNS]].copy(),
    )


def some_vacancies(n: int, *, seed: int = 0, post: PostType | None = None) -> list[VacancyFacts]:
    """Draw `n` made-up vacancies in 10 counties; without `post` over all posts."""
    rng = np.random.default_rng(seed)
    terms = np.array(IndustryTerms.shipped().terms[:60])
    villages = rng.integers(0, 1300, n)
    return [
        VacancyFacts(
            vacancy_id=i + 1,
            vacancy_no=f"V{i + 1:04}",
            post=post or list(PostType)[i % 3],
            as_of=AS_OF,
            rule_profile=RuleProfile.CITY_PLAN,
            term_months=int(rng.choice([12, 24, 36])),
            **_place(int(village)),
            industries=tuple(rng.choice(terms, rng.integers(0, 4), replace=False).tolist()),
            themes=tuple(rng.choice(["W1", "W2", "W3", "W4"], rng.integers(0, 4), replace=False).tolist()),
            five=tuple(rng.choice(["U1", "U2", "U3", "U4", "U5"], rng.integers(0, 4), replace=False).tolist()),
            resources=tuple(rng.choice(list(_RESOURCES), rng.integers(0, 4), replace=False).tolist()),
        )
        for i, village in enumerate(villages)
    ]


_RESOURCES = ("funds", "market", "technology", "legal", "medical")
_CODES: dict[str, tuple[str, ...]] = {
    "talent_source": ("T1", "T2", "T3"),
    "record_status": ("verified", "verified", "verified", "submitted"),
    "political_status": ("01", "01", "02", "13"),
    "employer_type": ("party_gov_organ", "cooperative", "individual", "public_institution"),
    "negative_flags": ("", "", "", "", "", "", "", "", "", "NG06"),
    "willing_posts": ("", "", *PostType),
    "willing_county_codes": ("", "239901", "239902|239903"),
    "work_themes": ("", "W1", "W2", "W3", "W4", "W1|W2", "W2|W3", "W1|W3|W4"),
    "resources_offered": ("", *_RESOURCES, "funds|market", "technology|legal"),
    "tie_codes": ("", "", "", "", "239901", "239903100", "239902100201|239904"),
}
_HIGHEST: dict[str, float] = {
    "consent_matching": 1,
    "duty_health_ok": 1,
    "skill_certificate": 1,
    "age_years": 65,
    "party_age_years": 30,
    "work_years": 40,
    "months_to_retirement": 400,
    "education_rank": 9,
    "degree_rank": 3,
    "title_rank": 4,
    "years_in_industry": 20,
    "active_resident_posts": 1,
    "concurrent_honorary_posts": 3,
    "active_consulting_posts": 4,
    "rural_work_years": 9,
    "party_building_experience": 2,
    "mass_work_experience": 2,
    "n_projects_won": 12,
    "appraisal_score": 1,
    "training_hours": 150,
    "donations_wan": 120,
    "n_jobs_created": 60,
    "honours_level": 4,
    "visit_days_per_year": 60,
    "households_led": 150,
    "market_channels": 2,
}
_FRACTIONAL = {"rural_work_years", "work_years", "party_age_years", "appraisal_score", "years_in_industry"}
_MOSTLY_ONE = {"consent_matching", "duty_health_ok"}


def _frame(columns: tuple[Column, ...], people: Any) -> pd.DataFrame:
    data = {}
    for column in columns:
        values = [person.get(column.name) for person in people]
        is_number = column.kind in {"number", "flag"}
        data[column.name] = pd.Series(values, dtype="float64" if is_number else "object")
    return pd.DataFrame(data).set_index(pd.Index(np.arange(len(people), dtype=np.int64) + 1, name="person_id"))


def _draw(rng: np.random.Generator, column: Column, n: int, unknown_share: float) -> pd.Series:
    unknown = rng.random(n) < unknown_share
    if column.kind in {"number", "flag"}:
        highest = _HIGHEST.get(column.name, 5)
        values = rng.random(n) * highest
        drawn = np.round(values, 1) if column.name in _FRACTIONAL else np.floor(rng.random(n) * (highest + 1))
        if column.name in _MOSTLY_ONE:
            drawn = (rng.random(n) < 0.95).astype(np.float64)
        return pd.Series(np.where(unknown, np.nan, drawn), dtype="float64")
    if column.name == "industries":
        terms = IndustryTerms.shipped().terms[:60]
        pick = rng.integers(0, len(terms), (n, 2))
        values = np.array([f"{terms[a]}|{terms[b]}" if a % 3 else terms[a] for a, b in pick], dtype="object")
    else:
        values = np.array(_CODES.get(column.name, ("",)), dtype="object")[
            rng.integers(0, len(_CODES.get(column.name, ("",))), n)
        ]
    return pd.Series(np.where(unknown, None, values), dtype="object")


def _homes(rng: np.random.Generator, n: int, unknown_share: float) -> dict[str, pd.Series]:
    places = [_place(i) for i in range(1300)]
    villages, unknown = rng.integers(0, 1300, n), rng.random(n) < unknown_share
    without_position = unknown | (villages % 10 == 0)

    def pick(name: str, dtype: str, gaps: Any) -> pd.Series:
        values = [None if gap else places[i][name] for i, gap in zip(villages, gaps, strict=True)]
        return pd.Series(values, dtype=dtype)

    return {
        "home_village_code": pick("village_code", "object", unknown),
        "home_township_code": pick("township_code", "object", unknown),
        "home_county_code": pick("county_code", "object", unknown),
        "latitude": pick("latitude", "float64", without_position),
        "longitude": pick("longitude", "float64", without_position),
    }


def _place(village: int) -> dict[str, Any]:
    county = f"2399{village // 130 + 1:02}"
    township = f"{county}{village % 130 // 13 + 100}"
    return {
        "county_code": county,
        "township_code": township,
        "village_code": f"{township}{village % 13 + 201}",
        "latitude": 45.5 + (village * 7919 % 1300) / 650,
        "longitude": 126.0 + (village * 104729 % 1300) / 500,
    }
