"""What people have done and can offer: trade, understandings, experience, resources."""

import numpy as np

from matching.vocabulary import TalentSource
from matching.vocabulary.industries import IndustryTerms
from seed_data.demo_city.crowd import Crowd
from seed_data.demo_city.draws import Column, Columns, Numbers, chance, objects, pick, subsets, whole, with_gaps
from seed_data.demo_city.pools import POOLS
from seed_data.demo_city.trades import UNMAPPED_WORDS, trades_of

__all__ = ["draw_strengths"]

_UNDERSTANDINGS = ("u1_agriculture", "u2_industry", "u3_city", "u4_enterprise", "u5_economy")
_RESOURCES = ("funds", "market", "technology", "legal", "medical")
_THEMES = ("W1", "W2", "W3", "W4")
_CERTIFICATES = ("样例农机驾驶操作证", "样例农艺工证书", "样例畜禽繁育员证书", "样例电商运营证书", "样例育婴员证书")
_APPRAISED_YEARS = (2023, 2024, 2025)


def draw_strengths(crowd: Crowd) -> Columns:
    """Draw trade, business, understandings, experience and what people offer, with the gaps that records have."""
    columns = _trade(crowd)
    is_farming = _begins(columns["industries"], "0")
    is_making = _begins(columns["industries"], "123")
    columns |= _business(crowd)
    columns |= _understandings(crowd, is_farming=is_farming, is_making=is_making)
    columns |= _experience(crowd) | _offers(crowd)
    return columns


def _begins(industries: Column, first_digits: str) -> Numbers:
    terms = IndustryTerms.shipped()
    codes = {term: entry.code for term in terms.terms if (entry := terms.entry(term))}
    return np.array([float(any(codes[t][0] in first_digits for t in row or ())) for row in industries])


def _trade(crowd: Crowd) -> Columns:
    rng, n = crowd.rng, crowd.n
    industries = objects([None] * n)
    for place, pool in enumerate(POOLS.values()):
        rows = np.flatnonzero(crowd.pools == place)
        counties = crowd.counties[rows]
        industries[rows] = trades_of(
            rng, counties=counties, county_share=pool.county_trade, others=pool.trades, second=pool.second_trade
        )
    text = objects(["、".join(terms) for terms in industries])
    is_unmapped = chance(rng, 0.008, n)
    text[is_unmapped] = pick(rng, dict.fromkeys(UNMAPPED_WORDS, 1), n)[is_unmapped]
    industries[is_unmapped] = None
    is_blank = chance(rng, crowd.by_pool((0.025, 0.015, 0.01, 0.05, 0.05, 0.02)), n)
    text[is_blank] = industries[is_blank] = None
    years = np.minimum(
        crowd.by_pool([p.years_in_trade for p in POOLS.values()]) * rng.gamma(3, 1 / 3, n), crowd.work_years
    )
    is_leader = crowd.is_in(TalentSource.RICH_LEADER)
    years = np.where(is_leader & chance(rng, 0.95, n), np.maximum(years, np.minimum(3, crowd.work_years)), years)
    crowd.trade_years[:] = years
    certificates = np.where(
        chance(rng, 0.10 + 0.08 * crowd.by_pool((0, 0, 1, 0, 0, 2)), n),
        pick(rng, dict.fromkeys(_CERTIFICATES, 1), n),
        "",
    )
    return {
        "industry_text": text,
        "industries": industries,
        "years_in_industry": with_gaps(
            rng, np.round(years, 1).astype(object), crowd.by_pool((0.08, 0.07, 0.04, 0.1, 0.1, 0.04))
        ),
        "skill_certificate": with_gaps(
            rng, certificates.astype(object), crowd.by_pool((0.08, 0.2, 0.15, 0.2, 0.15, 0.15))
        ),
        "specialties": with_gaps(rng, objects([f"擅长{t}" if t else None for t in text]), 0.45),
    }


def _business(crowd: Crowd) -> Columns:
    rng, n = crowd.rng, crowd.n
    size = 0.8 * crowd.ability + 0.6 * crowd.normal()
    grown = 0.5 * np.log1p(crowd.trade_years)
    households = np.expm1(np.maximum(crowd.by_pool([p.scale for p in POOLS.values()]) - 0.8 + grown + 0.9 * size, 0))
    is_leader = crowd.is_in(TalentSource.RICH_LEADER)
    households = np.where(is_leader & chance(rng, 0.93, n), np.maximum(households, 5), households)
    is_trader = crowd.is_in(TalentSource.RICH_LEADER, TalentSource.RETURNING_ENTREPRENEUR, TalentSource.CAPABLE_PERSON)
    revenue = np.round(np.exp(3.2 + 0.9 * size + 0.3 * grown), 1).astype(object)
    revenue[~is_trader] = None
    jobs = np.where(is_trader, np.expm1(np.maximum(1.1 + 0.9 * size + 0.5 * crowd.normal(), 0)), 0)
    gives = chance(rng, np.where(is_trader, 0.42, 0.12), n)
    donations = np.where(gives, np.exp(0.2 + 0.8 * size + 0.6 * crowd.normal()), 0)
    markets = np.digitize(size + np.where(is_trader, 0.3, -0.9) + 0.6 * crowd.normal(), (0.1, 1.2))
    honours = np.digitize(0.7 * crowd.ability + 0.5 * size + 0.7 * crowd.normal(), (0.6, 1.5, 2.6, 3.7))
    return {
        "households_led": with_gaps(rng, whole(households, high=900), crowd.by_pool((0.3, 0.2, 0.06, 0.4, 0.4, 0.3))),
        "annual_revenue_wan": with_gaps(rng, revenue, 0.15),
        "n_jobs_created": with_gaps(rng, whole(jobs, high=600), crowd.by_pool((0.3, 0.15, 0.12, 0.3, 0.3, 0.2))),
        "donations_wan": with_gaps(rng, np.round(donations, 1).astype(object), 0.16),
        "market_channels": with_gaps(rng, whole(markets), 0.14),
        "honours_level": with_gaps(rng, whole(honours), 0.08),
    }


def _understandings(crowd: Crowd, *, is_farming: Numbers, is_making: Numbers) -> Columns:
    nudges = (1.0 * is_farming, 0.9 * is_making, -0.2 * is_farming, 0.3 * is_making, -0.2 * is_farming)
    is_unassessed = chance(crowd.rng, crowd.by_pool((0.05, 0.10, 0.09, 0.12, 0.08, 0.12)), crowd.n)
    columns: Columns = {}
    for i, (name, nudge) in enumerate(zip(_UNDERSTANDINGS, nudges, strict=True)):
        mean = crowd.by_pool([pool.understandings[i] for pool in POOLS.values()])
        levels = whole(mean - 0.5 + nudge + 0.7 * crowd.ability + 0.8 * crowd.normal(), high=5)
        columns[name] = with_gaps(crowd.rng, levels, np.where(is_unassessed, 1.0, 0.03))
    return columns


def _experience(crowd: Crowd) -> Columns:
    rng, n = crowd.rng, crowd.n
    pools = list(POOLS.values())
    is_official = crowd.is_in(TalentSource.COLLEGE_VILLAGE_OFFICIAL)
    years = crowd.by_pool([p.village_years for p in pools]) * rng.gamma(1.2, 1 / 1.2, n) * np.exp(0.3 * crowd.closeness)
    years = np.where(
        chance(rng, crowd.by_pool((0, 0.45, 0.3, 0.1, 0.2, 0.5)), n), 0, np.minimum(years, crowd.work_years)
    )
    crowd.village_years[:] = np.where(is_official, crowd.village_years, years)
    drawn_to = 0.6 * crowd.closeness + 0.35 * np.log1p(crowd.village_years) - 0.5
    mass = np.digitize(
        crowd.by_pool([3 * p.mass_work - 1.9 for p in pools]) + drawn_to + 0.8 * crowd.normal(), (0, 1.3)
    )
    lead = 0.5 * crowd.ability + 0.15 * np.log1p(crowd.village_years) + 0.9 * crowd.normal()
    party = np.digitize(crowd.by_pool([3 * p.party_work - 1.7 for p in pools]) + lead, (0.2, 1.3))
    projects = rng.poisson(crowd.by_pool([p.projects for p in pools]) * np.exp(0.5 * crowd.ability - 0.1))
    hours = crowd.by_pool([p.hours for p in pools]) * rng.gamma(1.5, 1 / 1.5, n)
    hours = np.where(chance(rng, 0.18, n), 0, hours)
    themes = np.array([p.themes for p in pools])[crowd.pools]
    return {
        "rural_work_years": with_gaps(
            rng, np.round(crowd.village_years, 1).astype(object), crowd.by_pool((0.03, 0.2, 0.15, 0.08, 0.05, 0.2))
        ),
        "mass_work_experience": with_gaps(rng, whole(mass), 0.10),
        "party_building_experience": with_gaps(rng, whole(party), 0.09),
        "n_projects_won": with_gaps(rng, whole(projects), 0.12),
        "training_hours": with_gaps(rng, whole(hours / 4, high=60) * 4, 0.10),
        "work_themes": with_gaps(rng, subsets(rng, _THEMES, themes), 0.08),
        "appraisals": _appraisals(crowd),
    }


def _appraisals(crowd: Crowd) -> Column:
    """Draw the results of the last three years, for those whom somebody appraises."""
    grades = []
    for _ in _APPRAISED_YEARS:
        drawn = 0.9 * crowd.ability + crowd.normal()
        words = np.where(drawn > 1.0, "excellent", np.where(drawn > -2.6, "competent", "basically_competent"))
        grades.append(words.tolist())
    n_years = np.minimum(np.floor(crowd.work_years), len(_APPRAISED_YEARS)).astype(int).tolist()
    rows = [
        tuple(f"{year}:{grade}" for year, grade in zip(_APPRAISED_YEARS, row, strict=True))[3 - n :] if n else None
        for row, n in zip(zip(*grades, strict=True), n_years, strict=True)
    ]
    return with_gaps(crowd.rng, objects(rows), crowd.by_pool((0.05, 0.82, 0.76, 0.15, 0.04, 0.5)))


def _offers(crowd: Crowd) -> Columns:
    rng, n = crowd.rng, crowd.n
    shares = np.array([p.resources for p in POOLS.values()])[crowd.pools]
    days = crowd.by_pool([p.days for p in POOLS.values()]) * rng.gamma(2, 0.5, n) * np.exp(0.25 * crowd.closeness)
    return {
        "resources_offered": with_gaps(
            rng, subsets(rng, _RESOURCES, shares * (1 + 0.25 * crowd.ability)[:, None]), 0.14
        ),
        "visit_days_per_year": with_gaps(rng, whole(days, high=200), 0.13),
    }
