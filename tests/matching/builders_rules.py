"""Builders of people, vacancies and rulebooks for the tests of rules."""

import copy
import tomllib
from collections.abc import Callable
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import pandas as pd

from matching.eligibility import Eligibility, judge
from matching.frames import ADMISSION_COLUMNS, CHECK_COLUMNS, ELIGIBILITY_COLUMNS, Column, VacancyFacts
from matching.outcomes import RuleOutcome
from matching.rule_evaluator import RuleEvaluator
from matching.rulebook import Rulebook
from matching.vocabulary import PostType
from matching.vocabulary.industries import IndustryTerms

VILLAGE, TOWNSHIP, COUNTY = "239901100201", "239901100", "239901"
ELSEWHERE = {"home_village_code": "239902100201", "home_township_code": "239902100", "home_county_code": "239902"}


def an_eligible_person(**changes: Any) -> dict[str, Any]:
    """Return the facts of a person who passes every rule of every post in the village VILLAGE."""
    return {
        "person_no": "P1",
        "talent_source": "T1",
        "consent_matching": 1.0,
        "record_status": "verified",
        "negative_flags": "",
        "duty_health_ok": 1.0,
        "age_years": 36.5,
        "political_status": "01",
        "party_age_years": 14.0,
        "work_years": 13.0,
        "employer_type": "public_institution",
        "months_to_retirement": 280.0,
        "education_rank": 7.0,
        "degree_rank": 1.0,
        "title_rank": 2.0,
        "years_in_industry": 6.0,
        "skill_certificate": 0.0,
        "active_resident_posts": 0.0,
        "concurrent_honorary_posts": 0.0,
        "active_consulting_posts": 0.0,
        "willing_posts": "",
        "willing_county_codes": "",
        "home_village_code": VILLAGE,
        "home_township_code": TOWNSHIP,
        "home_county_code": COUNTY,
        "tie_codes": "",
        "industries": "水稻",
        **changes,
    }


def admission_facts(**changes: Any) -> dict[str, Any]:
    """Return the facts of a person who passes the admission rules of every pool."""
    return an_eligible_person(
        **{
            "age_at_recruitment_years": 24.0,
            "fulltime_education_rank": 7.0,
            "student_leader": 1.0,
            "serves_home_village": 0.0,
            "months_outside": 30.0,
            "tie_to_city": 1.0,
            "return_intention": "returned",
            "households_led": 12.0,
            "residence_in_city": 1.0,
            **changes,
        }
    )


def a_frame(*people: dict[str, Any], columns: tuple[Column, ...] = ELIGIBILITY_COLUMNS) -> pd.DataFrame:
    """Return the eligibility frame of people, with ids 101, 102 ..."""
    frame = pd.DataFrame(index=pd.RangeIndex(101, 101 + len(people)).astype("int64"))
    for column in columns:
        values = [person[column.name] for person in people]
        if column.kind in {"number", "flag"}:
            frame[column.name] = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
        else:
            frame[column.name] = pd.Series(values, index=frame.index, dtype=object)
    return frame


def an_admission_frame(*people: dict[str, Any]) -> pd.DataFrame:
    """Return the frame that admission rules read."""
    return a_frame(*people, columns=(*ELIGIBILITY_COLUMNS, *ADMISSION_COLUMNS))


def vacancy_facts(**changes: Any) -> VacancyFacts:
    """Return a vacancy in VILLAGE."""
    facts: dict[str, Any] = {
        "vacancy_id": 1,
        "vacancy_no": "V1",
        "post": PostType.FIRST_SECRETARY,
        "as_of": date(2026, 11, 23),
        "term_months": 24,
        "village_code": VILLAGE,
        "township_code": TOWNSHIP,
        "county_code": COUNTY,
        "industries": ("水稻",),
    }
    return VacancyFacts(**{**facts, **changes})


def some_checks(*rows: tuple[int, str, str], vacancy_id: int = 1) -> pd.DataFrame:
    """Return recorded checks from (person id, rule id, result)."""
    records = [(person_id, vacancy_id, rule_id, result) for person_id, rule_id, result in rows]
    return pd.DataFrame(records, columns=list(CHECK_COLUMNS))


@cache
def _shipped_text() -> str:
    return resources.files("seed_data").joinpath("rulebook.toml").read_text(encoding="utf-8")


def shipped_document() -> dict[str, Any]:
    """Return a fresh copy of the shipped rulebook, parsed."""
    return tomllib.loads(_shipped_text())


def a_rulebook(change: Callable[[dict[str, Any]], object] | None = None) -> Rulebook:
    """Return the shipped rulebook, with a change made to its document."""
    document = shipped_document()
    if change:
        change(document)
    return Rulebook.from_document(document, name="rulebook.toml")


def rule_table(document: dict[str, Any], rule_id: str) -> dict[str, Any]:
    """Return the table of one rule inside a document."""
    parts = [document["common"], *(part["rules"] for key in ("posts", "pools") for part in document[key].values())]
    return next(rule for rules in parts for rule in rules if rule["id"] == rule_id)


def changed(rule_id: str, /, *removed: str, **values: Any) -> Rulebook:
    """Return the shipped rulebook with some keys of one rule changed or removed."""

    def change(document: dict[str, Any]) -> None:
        rule = rule_table(document, rule_id)
        rule.update(copy.deepcopy(values))
        for key in removed:
            del rule[key]

    return a_rulebook(change)


@cache
def industries() -> IndustryTerms:
    """Return the shipped vocabulary of industries."""
    return IndustryTerms.shipped()


def judged(
    *people: dict[str, Any], rulebook: Rulebook | None = None, checks: pd.DataFrame | None = None, **vacancy: Any
) -> Eligibility:
    """Judge people by the shipped rulebook, or another, for a vacancy in VILLAGE."""
    evaluator = RuleEvaluator(a_frame(*people), industries=industries())
    return judge(evaluator, vacancy=vacancy_facts(**vacancy), rulebook=rulebook or a_rulebook(), checks=checks)


def outcome(found: Eligibility, rule_id: str, row: int = 0) -> RuleOutcome:
    """Return what one rule says of one person."""
    return next(one for one in found.outcomes(row) if one.rule_id == rule_id)
