"""The people of the pools as records, ready to be saved."""

from typing import Any

import numpy as np

from matching.vocabulary import PostType, RecordStatus, TalentSource
from seed_data.demo_city.background import draw_background
from seed_data.demo_city.crowd import Crowd, draw_crowd
from seed_data.demo_city.draws import (
    AS_OF,
    ATTESTER,
    Column,
    Columns,
    chance,
    choose,
    days_ago,
    objects,
    pick,
    pick_by_row,
    records,
    with_gaps,
)
from seed_data.demo_city.geography import Geography
from seed_data.demo_city.names import draw_id_numbers, draw_names, draw_phones
from seed_data.demo_city.pools import POOLS
from seed_data.demo_city.strengths import draw_strengths

__all__ = ["draw_people"]

_STATUSES = {
    RecordStatus.VERIFIED: 86,
    RecordStatus.TOWNSHIP_CHECKED: 4,
    RecordStatus.SUBMITTED: 5,
    RecordStatus.DRAFT: 3,
    RecordStatus.SUSPENDED: 1,
    RecordStatus.ARCHIVED: 1,
}
_FLAGS = {("NG06",): 4, ("NG04",): 3, ("NG11",): 3, ("NG09",): 3, ("NG03",): 1, ("NG01",): 1}
_FS, _HV, _IC = PostType.FIRST_SECRETARY, PostType.HONORARY_VILLAGE_HEAD, PostType.INDUSTRIAL_CONSULTANT
_WISHES: tuple[dict[tuple[str, ...] | None, float], ...] = (  # one a pool; None = any post
    {None: 52, (_FS,): 34, (_FS, _HV): 4, (_FS, _IC): 10},
    {None: 60, (_HV,): 12, (_IC,): 10, (_HV, _IC): 12, (_FS, _HV): 6},
    {None: 62, (_IC,): 16, (_HV, _IC): 14, (_FS, _IC): 8},
    {None: 60, (_FS,): 16, (_HV,): 12, (_FS, _HV): 12},
    {None: 62, (_FS,): 38},
    {None: 50, (_IC,): 32, (_HV, _IC): 18},
)
_BUSINESSES = {
    "cooperative": "种养专业合作社",
    "family_farm": "家庭农场",
    "individual": "经营部",
    "private_enterprise": "有限公司",
}
_OFFICES = {
    "party_gov_organ": "机关",
    "public_institution": "服务中心",
    "soe": "国有公司",
    "financial_soe": "农村银行",
    "university": "农业大学",
    "mass_organisation": "联合会",
    "village_body": "村民委员会",
}


_POSTS_HELD = (
    {"村党组织书记助理": 3, "村委会主任助理": 4},
    {"负责人": 3, "经理": 2},
    {"理事长": 3, "负责人": 4},
    {"四级调研员（退休）": 1},
    {"科员": 3, "副主任科员": 1},
    {"研究员": 1, "经理": 1},
)


def draw_people(rng: np.random.Generator, geography: Geography, *, n: int) -> list[dict[str, Any]]:
    """Draw `n` people with realistic correlations and gaps, in the order of their numbers."""
    crowd = draw_crowd(rng, geography, n=n)
    background = draw_background(crowd)
    columns: Columns = {
        "person_no": objects([f"P{i + 1:07}" for i in range(n)]),
        "talent_source": objects(list(POOLS))[crowd.pools],
        "name": draw_names(rng, n),
        "id_number": with_gaps(
            rng,
            draw_id_numbers(rng, counties=crowd.counties, births=background["birth_date"], sexes=background["sex"]),
            0.04,
        ),
        "phone": with_gaps(rng, draw_phones(rng, n), 0.06),
    }
    columns |= background | _places(crowd, geography) | draw_strengths(crowd)
    columns |= _words(crowd, columns) | _standing(crowd) | _wishes(crowd, geography)
    _blur_birth_dates(rng, columns)
    return records(columns)


def _blur_birth_dates(rng: np.random.Generator, columns: Columns) -> None:
    """Leave some birth dates as a month, as rosters without an id number do, and a few out."""
    births, id_numbers = columns["birth_date"], columns["id_number"]
    is_month = np.array([number is None for number in id_numbers]) & chance(rng, 0.8, len(births))
    columns["birth_date"] = objects([b.replace(day=1) if m else b for b, m in zip(births, is_month, strict=True)])
    columns["birth_date_is_month"] = is_month.astype(object)
    columns["birth_date"][chance(rng, 0.1, len(births)) & (id_numbers == None) & ~is_month] = None  # noqa: E711 - element by element
    columns["sex"] = with_gaps(rng, columns["sex"], 0.005)
    columns["ethnicity"] = with_gaps(rng, columns["ethnicity"], 0.03)


def _places(crowd: Crowd, geography: Geography) -> Columns:
    rng, n = crowd.rng, crowd.n
    known = pick(rng, {"village": 955, "township": 20, "county": 12, None: 13}, n)
    of_home = {key: geography.columns[key][crowd.homes] for key in ("village_code", "township", "county")}
    is_near = chance(rng, 0.55, n)
    tied = chance(rng, crowd.by_pool([pool.ties for pool in POOLS.values()]), n)
    near = [geography.villages_in(c) for c in range(len(geography.counties))]
    codes = geography.columns["village_code"]
    ties = objects([None] * n)
    for i in np.flatnonzero(tied):
        places = near[crowd.counties[i]] if is_near[i] else range(len(codes))
        chosen = rng.integers(0, len(places), int(rng.integers(1, 4)))
        ties[i] = tuple(sorted({str(codes[places[place]]) for place in chosen}))
    ties = np.where(~tied & chance(rng, 0.96, n), objects([()] * n), ties)
    ties[known == None] = None  # noqa: E711 - element by element - compared element by element
    addresses = objects([f"示范市{c}{t}" for c, t in zip(of_home["county"], of_home["township"], strict=True)])
    return {
        "home_village_code": choose(known == "village", of_home["village_code"]),
        "township": choose(known == "township", of_home["township"]),
        "county": choose((known == "township") | (known == "county"), of_home["county"]),
        "tie_village_codes": ties,
        "household_place": with_gaps(rng, addresses, 0.2),
        "native_place": with_gaps(rng, objects([f"示范市{c}" for c in of_home["county"]]), 0.1),
        "residence_in_city": with_gaps(
            rng, chance(rng, crowd.by_pool((1, 0.8, 1, 0.95, 1, 0.5)), n).astype(object), 0.05
        ),
        "outside_place": choose(
            crowd.is_in(TalentSource.RETURNING_ENTREPRENEUR),
            pick(rng, dict.fromkeys(("示例市", "样例省", "例外城"), 1), n),
        ),
        "return_intention": choose(
            crowd.is_in(TalentSource.RETURNING_ENTREPRENEUR),
            with_gaps(rng, pick(rng, {"returned": 52, "intends": 30, "part_time": 15, "no": 3}, n), 0.04),
        ),
    }


def _words(crowd: Crowd, columns: Columns) -> Columns:
    rng = crowd.rng
    marks = objects([name[:2] + name[-1] for name in columns["name"]])
    employers = columns["employer_type"]
    firms = objects(
        [f"{m}{_BUSINESSES[e]}" if e in _BUSINESSES else None for m, e in zip(marks, employers, strict=True)]
    )
    units = objects([f"示范市{_OFFICES[e]}" if e in _OFFICES else f for e, f in zip(employers, firms, strict=True)])
    posts = pick_by_row(rng, _POSTS_HELD, crowd.pools)
    scale = objects([f"{mu} 亩" for mu in crowd.rng.integers(2, 60, crowd.n) * 10])
    scale[~crowd.is_in(TalentSource.RICH_LEADER)] = None
    resume = objects(
        [
            f"{AS_OF.year - int(y)}年起参加工作，现任{post}（虚构履历）。"
            for y, post in zip(crowd.work_years, posts, strict=True)
        ]
    )
    return {
        "current_post": with_gaps(rng, posts, 0.15),
        "employer": with_gaps(rng, units, 0.1),
        "business_entity": with_gaps(rng, firms, 0.1),
        "business_scale": with_gaps(rng, scale, 0.2),
        "recommender": with_gaps(rng, objects(["示范市样例推荐单位"] * crowd.n), 0.35),
        "resume": with_gaps(rng, resume, 0.6),
    }


def _standing(crowd: Crowd) -> Columns:
    rng, n = crowd.rng, crowd.n
    status = pick(rng, _STATUSES, n)
    is_verified = status == RecordStatus.VERIFIED
    is_checked = chance(rng, 0.76, n)  # the joint check of health and the negative list is done at one go, mostly
    flagged = chance(rng, 0.016, n)
    flags = np.where(flagged, pick(rng, _FLAGS, n), objects([()] * n))
    flags[chance(rng, np.where(is_checked, 0.08, 0.85), n)] = None
    health = choose(chance(rng, 0.985, n), True, False)  # noqa: FBT003 - values of a column
    health[chance(rng, np.where(is_checked, 0.12, 0.5), n)] = None
    rng.integers(0, 20, n)  # drawn and dropped, so that everything behind it stays what it was
    days = days_ago(rng.integers(5, 400, n))
    return {
        "consent_matching": pick(rng, {True: 955, None: 30, False: 15}, n),
        "record_status": status,
        "negative_flags": flags,
        "duty_health_ok": health,
        "attested_by": choose(is_verified, ATTESTER),
        "attested_document": choose(is_verified, _documents(days)),
    }


def _documents(days: Column) -> Column:
    return objects([f"示组〔{day.year}〕{day.month}号（虚构）" for day in days])


def _wishes(crowd: Crowd, geography: Geography) -> Columns:
    rng, n = crowd.rng, crowd.n
    has_wish = chance(rng, crowd.by_pool((0.3, 0.32, 0.4, 0.3, 0.15, 0.1)), n)
    codes = [county["county_code"] for county in geography.counties]
    other = rng.integers(0, len(codes), n)
    wished = objects(
        [tuple(sorted({codes[own], codes[also]})) for own, also in zip(crowd.counties, other, strict=True)]
    )
    return {
        "willing_posts": pick_by_row(rng, _WISHES, crowd.pools),
        "willing_county_codes": np.where(has_wish, wished, objects([None] * n)),
    }
