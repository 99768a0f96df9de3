"""Vacancies of the invented city: open ones to match now, closed ones whose reviews are history."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from matching.vocabulary import PostType, RuleProfile, VacancyStatus
from seed_data.demo_city.draws import (
    AS_OF,
    ATTESTER,
    Column,
    Columns,
    Places,
    chance,
    choose,
    objects,
    pick,
    records,
    subsets,
    with_gaps,
)
from seed_data.demo_city.geography import Geography
from seed_data.demo_city.trades import COUNTY_TRADES

__all__ = ["CLOSED_COUNTS", "OPEN_COUNTS", "draw_vacancies"]

_FS, _HV, _IC = PostType.FIRST_SECRETARY, PostType.HONORARY_VILLAGE_HEAD, PostType.INDUSTRIAL_CONSULTANT
OPEN_COUNTS: Mapping[PostType, int] = {_FS: 200, _HV: 120, _IC: 180}
CLOSED_COUNTS: Mapping[PostType, int] = {_FS: 50, _HV: 50, _IC: 50}

_TERMS = {_FS: {24: 70, 36: 30}, _HV: {12: 30, 24: 20, 36: 50}, _IC: {12: 55, 24: 25, 36: 20}}
_THEMES = ("W1", "W2", "W3", "W4")
_THEMES_OF_NEED = {"N1": (9, 2, 4, 7), "N2": (2, 9, 4, 2), "N3": (2, 4, 9, 6), "N4": (3, 8, 4, 3), "N5": (3, 9, 2, 2)}
_FIVE = ("U1", "U2", "U3", "U4", "U5")
_FIVE_SHARES = {_FS: (0.5, 0.15, 0.2, 0.2, 0.35), _HV: (0.15, 0.2, 0.35, 0.5, 0.4), _IC: (0.7, 0.25, 0.05, 0.3, 0.35)}
_RESOURCES = ("funds", "market", "technology", "legal", "medical")
_RESOURCE_SHARES = {_FS: (0.35, 0.2, 0.15, 0.06, 0.06), _HV: (0.6, 0.5, 0.3, 0.1, 0.14), _IC: (0.08, 0.4, 0.55, 0, 0)}
_RESOURCE_WORDS = {"funds": "资金", "market": "市场", "technology": "技术", "legal": "法律", "medical": "医疗"}
_OPEN_STATES = {VacancyStatus.APPROVED: 72, VacancyStatus.SUBMITTED: 10, VacancyStatus.SHORTLISTING: 18}
_CLOSED_STATES = {VacancyStatus.FILLED: 84, VacancyStatus.EXPIRED: 10, VacancyStatus.CANCELLED: 6}
_DOCUMENT = "示组发〔2026〕8号（虚构文件）"
_FIRST_START = 1750  # days before AS_OF: nearly five years of history


def draw_vacancies(rng: np.random.Generator, geography: Geography) -> list[dict[str, Any]]:
    """Draw the closed vacancies and the open ones, numbered in this order."""
    blocks = [
        _draw_block(rng, geography, post=post, n=n, is_open=is_open)
        for is_open, counts in ((False, CLOSED_COUNTS), (True, OPEN_COUNTS))
        for post, n in counts.items()
    ]
    drawn = [record for block in blocks for record in block]
    return [{"vacancy_no": f"V{i + 1:04}", **record} for i, record in enumerate(drawn)]


def _draw_block(
    rng: np.random.Generator, geography: Geography, *, post: PostType, n: int, is_open: bool
) -> list[dict[str, Any]]:
    places = _choose_villages(rng, geography, post, n)
    villages = [geography.villages[place] for place in places]
    terms = pick(rng, _TERMS[post], n)
    starts, deadlines = _days(rng, n, is_open=is_open)
    is_national = chance(rng, 0.14 if post is _FS else 0, n)
    states = pick(rng, _OPEN_STATES if is_open else _CLOSED_STATES, n)
    is_attested = states != VacancyStatus.SUBMITTED
    clerks = objects([f"样例经办{i:02}" for i in range(1, 21)])[rng.integers(0, 20, n)]
    columns: Columns = {
        "village_code": objects([village["village_code"] for village in villages]),
        "post_type": objects([post] * n),
        "rule_profile": choose(is_national, RuleProfile.NATIONAL_DISPATCH, RuleProfile.CITY_PLAN),
        "vacancy_status": states,
        "headcount": pick(rng, {1: 84, 2: 14, 3: 2} if post is _IC else {1: 100}, n),
        "term_months": with_gaps(rng, terms, 0.02),
        "start_date": starts,
        "deadline_on": deadlines,
        **_work(rng, post, villages, geography.county_places[places]),
        **_requirements(rng, post, n),
        "accommodation": with_gaps(rng, pick(rng, {"村部宿舍，食堂就餐": 3, "乡镇周转房": 2, "无": 1}, n), 0.3),
        "contact": with_gaps(rng, clerks + objects([f" 000{i:08}" for i in rng.integers(0, 10**8, n)]), 0.1),
        "attested_by": choose(is_attested, ATTESTER),
        "attested_document": choose(is_attested, "示组〔2026〕岗位核定（虚构）"),
    }
    return records(columns)


def _choose_villages(rng: np.random.Generator, geography: Geography, post: PostType, n: int) -> Places:
    """Choose different villages: first secretaries go where the needs are, other posts rather to villages proper."""
    weights = np.array([0.3 if village["kind"] == "community" else 1.0 for village in geography.villages])
    if post is _FS:
        needs = [village["village_needs"] or () for village in geography.villages]
        weights *= np.array([0.05 + len(set(need) - {"N0"}) + 2 * ("N1" in need) for need in needs])
    return rng.choice(len(weights), size=n, replace=False, p=weights / weights.sum())


def _days(rng: np.random.Generator, n: int, *, is_open: bool) -> tuple[Column, Column]:
    offsets = rng.integers(30, 150, n) if is_open else -rng.integers(120, _FIRST_START, n)
    starts: list[date] = [AS_OF + timedelta(days=int(days)) for days in offsets]
    notice = rng.integers(5, 30, n) if is_open else rng.integers(30, 75, n)
    deadlines = [start - timedelta(days=int(days)) for start, days in zip(starts, notice, strict=True)]
    return objects(starts), with_gaps(rng, objects(deadlines), 0.05)


def _work(rng: np.random.Generator, post: PostType, villages: Sequence[Mapping[str, Any]], counties: Places) -> Columns:
    n = len(villages)
    industries = objects([village["industries"] for village in villages])
    is_wider = chance(rng, 0.35 if post is _IC else 0.1, n)
    own = [COUNTY_TRADES[county][place] for county, place in zip(counties, rng.integers(0, 4, n), strict=True)]
    industries = objects(
        [
            (*terms, extra) if w and extra not in terms else terms
            for terms, extra, w in zip(industries, own, is_wider, strict=True)
        ]
    )
    needs = [village["village_needs"] or () for village in villages]
    weights = np.array(
        [np.sum([_THEMES_OF_NEED.get(n, (2, 4, 4, 3)) for n in need or ("N0",)], axis=0) for need in needs]
    )
    likely = 1.8 * weights / weights.sum(axis=1, keepdims=True)
    themes = [
        named or (_THEMES[int(best)],)
        for named, best in zip(subsets(rng, _THEMES, likely), weights.argmax(1), strict=True)
    ]
    resources = subsets(rng, _RESOURCES, np.tile(np.array(_RESOURCE_SHARES[post]), (n, 1)))
    words = objects(["、".join(_RESOURCE_WORDS[code] for code in row) or None for row in resources])
    return {
        "industry_text": objects(["、".join(terms) for terms in industries]),
        "industries": industries,
        "industry_need": objects([f"{terms[0]}提质增效" if post is _IC else None for terms in industries]),
        "themes": objects([row if post is _FS else () for row in themes]),
        "five": subsets(rng, _FIVE, np.tile(np.array(_FIVE_SHARES[post]), (n, 1))),
        "resources": objects([row or (("funds",) if post is _HV else ()) for row in resources]),
        "resource_text": words,
    }


def _requirements(rng: np.random.Generator, post: PostType, n: int) -> Columns:
    """Draw what villages ask for; a third of it cites a document and so becomes a rule."""
    is_secretary = float(post is _FS)
    education = with_gaps(rng, pick(rng, {6: 6, 5: 3, 7: 1}, n), 0.9 - 0.4 * is_secretary)
    age = with_gaps(rng, pick(rng, {45: 3, 50: 4, 55: 2}, n), 1 - 0.12 * is_secretary)
    years = with_gaps(rng, pick(rng, {2.0: 5, 3.0: 3}, n), 0.95 - 0.15 * is_secretary)
    party = with_gaps(rng, objects(["01"] * n), 1 - 0.25 * is_secretary)
    asks = np.array([any(value is not None for value in row) for row in zip(education, age, years, party, strict=True)])
    cites = asks & chance(rng, 0.34, n)
    majors = pick(rng, {"农学": 3, "畜牧兽医": 2, "电子商务": 2, "农业经济管理": 2}, n)
    experience = pick(rng, {"有基层工作经历者优先": 3, "熟悉当地产业者优先": 3, "有驻村经历者优先": 2}, n)
    return {
        "education_min": education,
        "degree_min": objects([None] * n),
        "majors": with_gaps(rng, majors, 0.8),
        "political_req": party,
        "age_max": age,
        "work_years_min": years,
        "experience": with_gaps(rng, experience, 0.6),
        "requirement_basis": choose(cites, _DOCUMENT),
    }
