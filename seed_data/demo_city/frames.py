"""The frames of the matching core, made from records without a database."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from matching.frames import CRITERIA_COLUMNS, ELIGIBILITY_COLUMNS, Column, VacancyFacts
from matching.requirements import requirement_rules
from matching.vocabulary import PostType, RecordStatus
from matching.vocabulary.codes import code_table
from matching.vocabulary.industries import IndustryTerms
from seed_data.demo_city.draws import Numbers

__all__ = ["people_frames", "vacancy_facts"]

Record = Mapping[str, Any]
_Records = Sequence[Record]

_OUT_OF_POOL = (RecordStatus.SUSPENDED, RecordStatus.ARCHIVED, RecordStatus.ERASED)
_COUNTS = {
    "active_resident_posts": PostType.FIRST_SECRETARY,
    "concurrent_honorary_posts": PostType.HONORARY_VILLAGE_HEAD,
    "active_consulting_posts": PostType.INDUSTRIAL_CONSULTANT,
}
_APPRAISAL_SHARES = {"excellent": 1.0, "competent": 0.6}
_NAN = float("nan")


def people_frames(
    people: _Records,
    *,
    villages: _Records,
    counties: _Records,
    townships: _Records,
    appointments: _Records,
    as_of: date,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the eligibility frame and the criteria frame of people who are in the pool.

    Parameters
    ----------
    people, villages, counties, townships, appointments : sequence of mapping
        Records of the demo city.
    as_of : date
        Day to which ages, years and running posts are counted.

    Returns
    -------
    eligibility, criteria : DataFrame of shape (n_people, n_columns)
        As `matching.frames` declares them; the person ids are the places of the records, counted from 1.
    """
    rows = [
        (place, person) for place, person in enumerate(people, start=1) if person["record_status"] not in _OUT_OF_POOL
    ]
    index = pd.Index(np.array([place for place, _ in rows], dtype=np.int64), name="person_id")
    kept = [person for _, person in rows]
    columns = {
        **{name: [person[name] for person in kept] for name in (kept[0] if kept else ())},
        **_home_columns(kept, villages=villages, counties=counties, townships=townships),
        **_derived_columns(kept, as_of),
        **_post_columns(kept, appointments, as_of),
    }
    return _frame(ELIGIBILITY_COLUMNS, columns, index), _frame(CRITERIA_COLUMNS, columns, index)


def vacancy_facts(vacancy: Record, *, vacancy_id: int, village: Record, as_of: date) -> VacancyFacts:
    """Return what the matching core sees of a vacancy; requirements that cite a document are its own rules."""
    code = vacancy["village_code"]
    asked = requirement_rules(
        education_rank_min=vacancy["education_min"],
        degree_rank_min=vacancy["degree_min"],
        age_years_max=vacancy["age_max"],
        work_years_min=vacancy["work_years_min"],
        basis=vacancy["requirement_basis"],
    )
    return VacancyFacts(
        vacancy_id=vacancy_id,
        vacancy_no=vacancy["vacancy_no"],
        post=vacancy["post_type"],
        as_of=as_of,
        rule_profile=vacancy["rule_profile"],
        term_months=vacancy["term_months"],
        village_code=code,
        township_code=code[:9],
        county_code=code[:6],
        latitude=village["latitude"],
        longitude=village["longitude"],
        industries=IndustryTerms.shipped().with_unmapped(
            vacancy["industries"] or village["industries"] or (),
            texts=(vacancy["industry_text"], None if vacancy["industries"] else village["industry_text"]),
        ),
        themes=vacancy["themes"] or (),
        five=vacancy["five"] or (),
        resources=vacancy["resources"] or (),
        requirements=asked.rules,
    )


def _home_columns(
    people: _Records, *, villages: _Records, counties: _Records, townships: _Records
) -> dict[str, list[Any]]:
    by_code = {village["village_code"]: village for village in villages}
    county_codes = {county["name"]: county["county_code"] for county in counties}
    township_codes = {(t["county_code"], t["name"]): t["township_code"] for t in townships}
    homes = [by_code.get(person["home_village_code"], {}) for person in people]
    named_counties = [county_codes.get(person["county"]) for person in people]
    named = [township_codes.get((c, p["township"])) for c, p in zip(named_counties, people, strict=True)]
    codes = [home.get("village_code") for home in homes]
    return {
        "home_township_code": [code[:9] if code else name for code, name in zip(codes, named, strict=True)],
        "home_county_code": [code[:6] if code else name for code, name in zip(codes, named_counties, strict=True)],
        "latitude": [home.get("latitude") for home in homes],
        "longitude": [home.get("longitude") for home in homes],
        "industries": [_industries_of(person) for person in people],
        "tie_codes": [_with_areas(person["tie_village_codes"]) for person in people],
    }


def _industries_of(person: Record) -> tuple[str, ...] | None:
    if person["industries"] is None:
        return None
    return IndustryTerms.shipped().with_unmapped(person["industries"], texts=(person["industry_text"],))


def _with_areas(codes: Sequence[str] | None) -> tuple[str, ...] | None:
    if codes is None:
        return None
    return tuple(dict.fromkeys(area for code in codes for area in (code, code[:9], code[:6])))


def _derived_columns(people: _Records, as_of: date) -> dict[str, Any]:
    def months(name: str) -> Numbers:
        return _full_months([person[name] for person in people], as_of)

    status = [person["political_status"] for person in people]
    as_member = np.floor(np.maximum(months("party_join_date") - 12, 0) / 12)
    other = np.array([_NAN if code is None else 0.0 for code in status])
    is_member = np.array([code == "01" for code in status], dtype=np.bool_)
    education = [
        _ranks(people, name, "education") for name in ("education", "fulltime_education", "inservice_education")
    ]
    return {
        "age_years": np.floor(months("birth_date") / 12),
        "party_age_years": np.where(is_member, as_member, other),
        "work_years": months("work_start_date") / 12,
        "months_to_retirement": [_months_until(person["retirement_month"], as_of) for person in people],
        "education_rank": np.fmax.reduce(education),
        "degree_rank": _ranks(people, "degree", "degree"),
        "title_rank": _ranks(people, "title", "professional_title", column="title_rank"),
        "skill_certificate": [None if p["skill_certificate"] is None else p["skill_certificate"] != "" for p in people],
        "appraisal_score": [_appraisal_score(person["appraisals"], as_of) for person in people],
    }


def _full_months(days: Sequence[date | None], as_of: date) -> Numbers:
    """Count completed months; future days are unknown."""
    today = as_of.year * 12 + as_of.month
    counts = [_NAN if d is None else today - d.year * 12 - d.month - (as_of.day < d.day) for d in days]
    months = np.array(counts, dtype=np.float64)
    months[months < 0] = np.nan
    return months


def _months_until(month: date | None, as_of: date) -> float:
    return _NAN if month is None else (month.year - as_of.year) * 12 + month.month - as_of.month


def _ranks(people: _Records, name: str, table: str, *, column: str = "rank") -> Numbers:
    ranks = {code: float(code_table(table).attribute(code, column) or "nan") for code in code_table(table).codes}
    return np.array([ranks.get(person[name], _NAN) for person in people])


def _appraisal_score(entries: Sequence[str] | None, as_of: date) -> float:
    years = dict(entry.split(":") for entry in entries or ())
    recent = [years[year] for year in sorted(years, reverse=True) if 0 <= as_of.year - int(year) <= 3][:3]
    return float(np.mean([_APPRAISAL_SHARES.get(word, 0.0) for word in recent])) if recent else _NAN


def _post_columns(people: _Records, appointments: _Records, as_of: date) -> dict[str, list[int]]:
    held: dict[tuple[str, str], int] = {}
    for post in appointments:
        if post["started_on"] <= as_of and (post["ended_on"] is None or post["ended_on"] >= as_of):
            key = (post["person_no"], post["post_type"])
            held[key] = held.get(key, 0) + 1
    return {name: [held.get((person["person_no"], post), 0) for person in people] for name, post in _COUNTS.items()}


def _frame(declared: Iterable[Column], columns: Mapping[str, Sequence[Any]], index: pd.Index) -> pd.DataFrame:
    made = {column.name: _series(column, columns.get(column.name, ()), index) for column in declared}
    return pd.DataFrame(made, index=index)


def _series(column: Column, values: Sequence[Any], index: pd.Index) -> pd.Series:
    if column.kind in {"number", "flag"}:
        return pd.Series(np.array(values, dtype=np.float64), index=index)
    write: Callable[[Any], Any] = _joined if column.kind == "codes" else _plain
    texts = np.empty(len(values), dtype=object)
    texts[:] = [None if value is None else write(value) for value in values]
    return pd.Series(texts, index=index, dtype=object)


def _joined(codes: Sequence[str]) -> str:
    return "|".join(codes)


def _plain(code: str) -> str:
    return str(code)
