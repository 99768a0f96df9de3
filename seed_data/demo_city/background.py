"""Who people are: age, schooling, the Party, work."""

from datetime import date

import numpy as np

from matching.vocabulary import TalentSource
from seed_data.demo_city.crowd import Crowd
from seed_data.demo_city.draws import (
    Column,
    Columns,
    Numbers,
    chance,
    choose,
    days_ago,
    objects,
    pick,
    pick_by_row,
    whole,
    with_gaps,
    years_ago,
)
from seed_data.demo_city.pools import POOLS

__all__ = ["draw_background"]

# Full-time education from low to high, the years of age at which it ends, and what it leads to in service.
_SCHOOLING = ("39", "38", "37", "35", "36", "31", "21", "11")
_SCHOOL_ENDS = (12, 15, 18, 18, 18, 21, 22, 25)
_RANKS = {"39": 3, "38": 4, "37": 5, "35": 5, "36": 5, "31": 6, "32": 6, "21": 7, "23": 7, "11": 8, "1B": 8}
_IN_SERVICE = ({"31": 70, "21": 30}, {"21": 60, "23": 30, "31": 10}, {"11": 70, "1B": 30})
_DEGREES = {"21": {"409": 40, "412": 24, "402": 14, "408": 16, "403": 6}, "11": {"309": 45, "312": 35, "302": 20}}
_MAJORS = ("农学", "畜牧兽医", "园艺", "农业经济管理", "会计", "法学", "机械", "电子商务", "食品科学", "公共管理")
_ETHNICITIES = {"01": 920, "11": 40, "02": 14, "10": 12, "03": 8, "06": 3, "15": 3}
_PUBLIC = ("party_gov_organ", "public_institution", "soe", "financial_soe", "university", "mass_organisation")
_IDENTITY = {
    "village_body": "17",
    "public_institution": "13",
    "university": "13",
    "party_gov_organ": "11",
    "soe": "17",
    "financial_soe": "17",
    "mass_organisation": "17",
    "private_enterprise": "21",
    "cooperative": "27",
    "family_farm": "27",
    "individual": "54",
    "none": "27",
}


def draw_background(crowd: Crowd) -> Columns:
    """Draw age, schooling, Party membership and work of everybody; `crowd` learns the ages and years of service."""
    columns: Columns = {
        "sex": choose(chance(crowd.rng, crowd.by_pool(_MEN), crowd.n), "1", "2"),
        "ethnicity": pick(crowd.rng, _ETHNICITIES, crowd.n),
        "birth_date": _births(crowd),
    }
    schooling = _schooling(crowd)
    columns |= _education(crowd, schooling) | _party(crowd) | _work(crowd, schooling)
    columns |= _employment(crowd, columns)
    return columns


_MEN = (0.48, 0.66, 0.74, 0.72, 0.64, 0.66)


def _births(crowd: Crowd) -> Column:
    mean, spread, low, high = (crowd.by_pool([pool.age[i] for pool in POOLS.values()]) for i in range(4))
    crowd.ages[:] = np.clip(crowd.rng.normal(mean, spread), low, high) + crowd.rng.random(crowd.n)
    return years_ago(crowd.ages)


def _schooling(crowd: Crowd) -> Column:
    """Return places on the ladder of full-time education: the young and the able went to school for longer."""
    mean, spread = (crowd.by_pool([pool.schooling[i] for pool in POOLS.values()]) for i in range(2))
    is_village = crowd.is_in(TalentSource.RETURNING_ENTREPRENEUR, TalentSource.RICH_LEADER)
    younger = np.where(is_village, (42 - crowd.ages) * 0.05, 0)
    ladder = mean + younger + spread * (0.5 * crowd.ability + 0.87 * crowd.rng.normal(size=crowd.n))
    lowest = np.where(crowd.is_in(TalentSource.COLLEGE_VILLAGE_OFFICIAL), 5, 0)
    return np.clip(np.rint(ladder), lowest, 7).astype(np.int64)


def _education(crowd: Crowd, schooling: Column) -> Columns:
    rng, n = crowd.rng, crowd.n
    full_time = objects(list(_SCHOOLING))[schooling]
    went_on = chance(rng, np.where(schooling >= 6, 0.06, np.where(schooling >= 2, 0.17, 0.01)) * crowd.office_factor, n)
    next_steps = pick_by_row(rng, _IN_SERVICE, np.clip(schooling - 4, 0, 2).astype(np.intp))
    in_service = choose(went_on, next_steps)
    highest = objects(
        [
            late if late and _RANKS[late] >= _RANKS[early] else early
            for early, late in zip(full_time, in_service, strict=True)
        ]
    )
    degree = objects([None] * n)
    degree[schooling < 6] = "0"
    for code, weights in _DEGREES.items():
        rows = np.flatnonzero(full_time == code)
        degree[rows] = pick(rng, weights, len(rows))
    majors = pick(rng, dict.fromkeys(_MAJORS, 1), n)
    school = choose(schooling >= 5, "示范农业大学" + majors + "专业", "示范职业学校" + majors + "班")
    school[schooling < 3] = None
    return {
        "fulltime_education": with_gaps(rng, full_time, 0.03),
        "inservice_education": in_service,
        "education": with_gaps(rng, highest, 0.015),
        "degree": with_gaps(rng, degree, 0.08),
        "school_major": with_gaps(rng, school, 0.12),
    }


def _party(crowd: Crowd) -> Columns:
    rng, n = crowd.rng, crowd.n
    share = crowd.by_pool([pool.is_member for pool in POOLS.values()])
    lean = np.clip(share + 0.10 * crowd.ability + 0.003 * (crowd.ages - 35) * (share < 0.6), 0.02, 0.99)
    joined_age = np.clip(rng.normal(24, 3.5, n), 18.2, np.maximum(crowd.ages - 0.1, 18.3))
    joined_age = np.where(chance(rng, 0.25, n), rng.uniform(18.5, np.maximum(crowd.ages, 19), n), joined_age)
    years = crowd.ages - joined_age
    is_member = chance(rng, lean, n)
    other = np.where(
        crowd.ages < 28.5, pick(rng, {"03": 7, "13": 3}, n), pick(rng, {"13": 97, "05": 1, "06": 1, "12": 1}, n)
    )
    status = choose(is_member, np.where(years < 1, "02", "01"), other)
    joined = years_ago(years)
    joined[~is_member] = None
    leaders = chance(rng, np.where(is_member, 0.3, 0.85), n)
    return {
        "political_status": with_gaps(rng, status, 0.012),
        "party_join_date": with_gaps(rng, joined, 0.05),
        "student_leader": choose(crowd.is_in(TalentSource.COLLEGE_VILLAGE_OFFICIAL), leaders),
    }


def _work(crowd: Crowd, schooling: Column) -> Columns:
    rng, n = crowd.rng, crowd.n
    is_official = crowd.is_in(TalentSource.COLLEGE_VILLAGE_OFFICIAL)
    ends = np.maximum(np.array(_SCHOOL_ENDS)[schooling], 16)
    start_age = np.minimum(ends + rng.exponential(1.0, n), crowd.ages - 0.2)
    crowd.work_years[:] = crowd.ages - start_age
    start = years_ago(crowd.work_years)
    recruited_years = np.minimum(crowd.work_years, np.maximum(crowd.ages - 29.5, 0) + rng.uniform(0.3, 5.5, n))
    crowd.village_years[:] = np.where(is_official, recruited_years, crowd.village_years)
    recruited = years_ago(recruited_years)
    recruited[~is_official] = None
    return {
        "work_start_date": with_gaps(rng, start, crowd.by_pool((0.02, 0.09, 0.07, 0.02, 0.01, 0.05))),
        "recruited_on": with_gaps(rng, recruited, 0.02),
    }


def _employment(crowd: Crowd, columns: Columns) -> Columns:
    rng, n = crowd.rng, crowd.n
    employers = pick_by_row(rng, [pool.employers for pool in POOLS.values()], crowd.pools)
    is_public = np.isin(employers.astype(str), _PUBLIC)
    is_retired = crowd.is_in(TalentSource.RETIRED_CADRE)
    retirement = objects(
        [
            date(birth.year + (60 if sex == "1" else 55), birth.month, 1)
            for birth, sex in zip(columns["birth_date"], columns["sex"], strict=True)
        ]
    )
    retirement[~is_public] = None
    identity = objects([_IDENTITY[employer] for employer in employers])
    identity[is_retired] = "80"
    titles = pick_by_row(rng, [pool.titles for pool in POOLS.values()], crowd.pools)
    is_older = crowd.work_years >= 4
    days = days_ago(rng.uniform(60, 2600, n))
    return {
        "retirement_month": with_gaps(rng, retirement, 0.06),
        "employer_type": with_gaps(rng, employers, 0.012),
        "personal_identity": with_gaps(rng, identity, 0.05),
        "title": with_gaps(rng, choose(is_older, titles, "000"), crowd.by_pool((0.04, 0.10, 0.08, 0.03, 0.03, 0.04))),
        "current_post_date": with_gaps(rng, days, 0.45),
        "months_outside": choose(crowd.is_in(TalentSource.RETURNING_ENTREPRENEUR), _months_outside(crowd)),
    }


def _months_outside(crowd: Crowd) -> Column:
    months: Numbers = 4 + crowd.rng.gamma(2.0, 40, crowd.n)
    return with_gaps(crowd.rng, whole(np.minimum(months, crowd.work_years * 12), low=1), 0.05)
