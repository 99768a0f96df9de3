"""What the people of each pool are like: the figures behind the draw, one block a pool."""

from collections.abc import Mapping
from dataclasses import dataclass

from matching.vocabulary import TalentSource
from seed_data.demo_city.trades import OFFICE_TRADES, OUTSIDE_TRADES, VILLAGE_TRADES

__all__ = ["POOLS", "Pool"]


@dataclass(frozen=True, kw_only=True)
class Pool:
    """Figures of one talent source; means and shares, not bounds, unless they say so.

    Parameters
    ----------
    share : float
        Of all people.
    age : tuple of (mean, spread, lowest, highest), years
    schooling : tuple of (mean, spread)
        On a ladder of full-time education: 0 primary school .. 6 bachelor, 7 master.
    is_member : float
        Share of full Party members in middle age.
    employers, titles : mapping of str to float
        Codes with weights.
    county_trade, trades, second_trade
        How often a trade is one of the home county's, where it comes from otherwise, how often there are two.
    understandings : tuple of float
        Mean levels U1 to U5.
    years_in_trade, village_years, scale, mass_work, party_work, projects, hours, days, resources, ties
        Mean years; mean of the logarithm of households led; shares and counts as their columns are called.
    """

    share: float
    age: tuple[float, float, float, float]
    schooling: tuple[float, float]
    is_member: float
    employers: Mapping[str, float]
    titles: Mapping[str, float]
    county_trade: float
    trades: Mapping[str, float]
    second_trade: float
    understandings: tuple[float, float, float, float, float]
    years_in_trade: float
    village_years: float
    scale: float
    mass_work: float
    party_work: float
    projects: float
    hours: float
    days: float
    resources: tuple[float, float, float, float, float]  # funds, market, technology, legal, medical
    themes: tuple[float, float, float, float]
    ties: float


_OFFICES = {"party_gov_organ": 50, "public_institution": 28, "soe": 10, "mass_organisation": 6, "financial_soe": 3}

POOLS: Mapping[TalentSource, Pool] = {
    TalentSource.COLLEGE_VILLAGE_OFFICIAL: Pool(
        share=0.235,
        age=(27.5, 2.4, 22, 36),
        schooling=(6.1, 0.45),
        is_member=0.66,
        employers={"village_body": 86, "public_institution": 10, "mass_organisation": 4},
        titles={"000": 80, "095": 7, "094": 8, "084": 5},
        county_trade=0.55,
        trades={**VILLAGE_TRADES, "电商": 14, "农业科技": 6, "文旅": 5},
        second_trade=0.3,
        understandings=(2.4, 1.4, 2.9, 2.0, 2.9),
        years_in_trade=2.2,
        village_years=3.2,
        scale=0.5,
        mass_work=0.66,
        party_work=0.6,
        projects=0.9,
        hours=62,
        days=24,
        resources=(0.03, 0.1, 0.12, 0.05, 0.01),
        themes=(0.5, 0.35, 0.6, 0.45),
        ties=0.12,
    ),
    TalentSource.RETURNING_ENTREPRENEUR: Pool(
        share=0.325,
        age=(39.5, 8.0, 22, 61),
        schooling=(3.2, 1.5),
        is_member=0.22,
        employers={
            "private_enterprise": 42,
            "individual": 27,
            "cooperative": 14,
            "none": 12,
            "soe": 3,
            "family_farm": 6,
        },
        titles={"000": 86, "084": 4, "083": 3, "095": 4, "093": 2, "123": 1},
        county_trade=0.42,
        trades=OUTSIDE_TRADES,
        second_trade=0.42,
        understandings=(2.0, 2.8, 3.4, 3.4, 3.0),
        years_in_trade=8,
        village_years=1.4,
        scale=2.0,
        mass_work=0.34,
        party_work=0.3,
        projects=0.6,
        hours=30,
        days=15,
        resources=(0.33, 0.45, 0.2, 0.04, 0.02),
        themes=(0.12, 0.72, 0.3, 0.18),
        ties=0.16,
    ),
    TalentSource.RICH_LEADER: Pool(
        share=0.37,
        age=(46, 8.0, 25, 66),
        schooling=(2.5, 1.2),
        is_member=0.34,
        employers={"cooperative": 40, "family_farm": 24, "individual": 16, "private_enterprise": 13, "village_body": 7},
        titles={"000": 76, "095": 9, "094": 7, "093": 5, "092": 1, "113": 2, "103": 1},
        county_trade=0.74,
        trades=VILLAGE_TRADES,
        second_trade=0.5,
        understandings=(3.8, 2.0, 1.6, 2.5, 2.4),
        years_in_trade=12,
        village_years=4.5,
        scale=3.0,
        mass_work=0.5,
        party_work=0.42,
        projects=1.3,
        hours=44,
        days=26,
        resources=(0.22, 0.36, 0.44, 0.01, 0.01),
        themes=(0.2, 0.8, 0.42, 0.25),
        ties=0.14,
    ),
    TalentSource.RETIRED_CADRE: Pool(
        share=0.022,
        age=(59, 4.0, 50, 68),
        schooling=(4.4, 1.2),
        is_member=0.97,
        employers=_OFFICES,
        titles={"000": 60, "083": 8, "082": 4, "093": 10, "092": 8, "123": 10},
        county_trade=0.3,
        trades=OFFICE_TRADES,
        second_trade=0.3,
        understandings=(2.6, 2.4, 3.0, 2.4, 2.7),
        years_in_trade=20,
        village_years=8,
        scale=0.6,
        mass_work=0.8,
        party_work=0.85,
        projects=3.5,
        hours=40,
        days=28,
        resources=(0.2, 0.12, 0.2, 0.12, 0.08),
        themes=(0.75, 0.4, 0.6, 0.6),
        ties=0.5,
    ),
    TalentSource.ORGAN_CADRE: Pool(
        share=0.03,
        age=(38, 6.0, 26, 53),
        schooling=(6.0, 0.6),
        is_member=0.93,
        employers=_OFFICES,
        titles={"000": 66, "094": 6, "093": 10, "083": 8, "123": 10},
        county_trade=0.3,
        trades=OFFICE_TRADES,
        second_trade=0.3,
        understandings=(2.4, 2.6, 3.4, 2.5, 3.2),
        years_in_trade=9,
        village_years=3,
        scale=0.2,
        mass_work=0.7,
        party_work=0.75,
        projects=2.4,
        hours=80,
        days=12,
        resources=(0.3, 0.1, 0.22, 0.14, 0.06),
        themes=(0.7, 0.45, 0.6, 0.6),
        ties=0.4,
    ),
    TalentSource.CAPABLE_PERSON: Pool(
        share=0.018,
        age=(47, 9.0, 28, 68),
        schooling=(5.2, 1.2),
        is_member=0.36,
        employers={"university": 26, "private_enterprise": 36, "public_institution": 28, "financial_soe": 10},
        titles={"000": 22, "012": 12, "011": 5, "092": 18, "091": 5, "093": 18, "103": 10, "082": 10},
        county_trade=0.45,
        trades=OFFICE_TRADES,
        second_trade=0.5,
        understandings=(3.6, 2.8, 3.3, 3.2, 3.4),
        years_in_trade=17,
        village_years=1.5,
        scale=2.2,
        mass_work=0.3,
        party_work=0.3,
        projects=2.6,
        hours=30,
        days=11,
        resources=(0.42, 0.4, 0.5, 0.14, 0.1),
        themes=(0.15, 0.75, 0.35, 0.2),
        ties=0.45,
    ),
}
