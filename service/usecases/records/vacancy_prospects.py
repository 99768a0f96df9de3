"""Who would be eligible for a vacancy as it is being written: numbers only, nothing is stored, nobody is named."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from matching.frames import VacancyFacts
from matching.requirements import Requirements, requirement_rules
from matching.rule_costs import RuleCost, rule_costs
from matching.vocabulary import PostType, RuleProfile, Text, Verdict
from matching.vocabulary.industries import IndustryTerms
from service.access import Actor, require
from service.errors import InvalidInput
from service.models.villages import Village
from service.queries.matchers import matcher_for
from service.queries.named_villages import village_meant
from service.usecases.days import day_of

__all__ = ["Prospects", "prospects_of"]

#: From this part of the pool on a rule is warned of.
MOST = 0.5


@dataclass(frozen=True, kw_only=True)
class Prospects:
    """What a vacancy can expect.

    Parameters
    ----------
    n_pool, n_eligible, n_pass, n_to_verify : int
        Everybody in the matching; of them who fails no rule; of these who meets all, and who has to be verified.
    costs : list of RuleCost
        The dearest first.
    wishes : tuple of Text
        What is asked without a cited basis, and excludes nobody.
    """

    n_pool: int
    n_eligible: int
    n_pass: int
    n_to_verify: int
    costs: list[RuleCost]
    wishes: tuple[Text, ...]

    @property
    def harsh(self) -> list[RuleCost]:
        """The rules that remove most people by themselves."""
        return [cost for cost in self.costs if cost.n_failed > MOST * max(self.n_pool, 1)]


def prospects_of(session: Session, *, actor: Actor, record: Mapping[str, Any], now: datetime) -> Prospects:
    """Judge everybody in the pool for a vacancy that is not registered yet.

    Parameters
    ----------
    session : Session
    actor : Actor
    record : mapping
        As it would be registered; whatever is missing asks for nothing.
    now : datetime

    Raises
    ------
    InvalidInput
        If it does not say which post it is.
    """
    require(actor, "edit_vacancies")
    if not isinstance(record.get("post_type"), PostType):
        raise InvalidInput(
            Text("先选择岗位类别。", "Choose the kind of post first."),
            remedy=Text("选择后即显示符合条件的人数。", "Then the number of eligible people is shown."),
            place="post_type",
        )
    as_of = day_of(now)
    asked = _requirements(record)
    facts = _facts(record, village_meant(session, record, code=record.get("village_code")), asked, as_of=as_of)
    eligibility = matcher_for(session, as_of=as_of).standing(facts).eligibility
    counts = eligibility.counts
    n_pool = sum(counts.values())
    return Prospects(
        n_pool=n_pool,
        n_eligible=n_pool - counts[Verdict.FAIL],
        n_pass=counts[Verdict.PASS],
        n_to_verify=counts[Verdict.TO_VERIFY],
        costs=rule_costs(eligibility),
        wishes=asked.wishes,
    )


def _requirements(record: Mapping[str, Any]) -> Requirements:
    return requirement_rules(
        education_rank_min=record.get("education_min"),
        degree_rank_min=record.get("degree_min"),
        age_years_max=record.get("age_max"),
        work_years_min=record.get("work_years_min"),
        basis=record.get("requirement_basis"),
    )


def _facts(record: Mapping[str, Any], village: Village | None, asked: Requirements, *, as_of: date) -> VacancyFacts:
    township = village.township if village else None
    return VacancyFacts(
        vacancy_id=0,
        vacancy_no="",
        post=record["post_type"],
        as_of=as_of,
        rule_profile=record.get("rule_profile") or RuleProfile.CITY_PLAN,
        term_months=record.get("term_months"),
        village_code=village.village_code if village else None,
        township_code=township.township_code if township else None,
        county_code=township.county.county_code if township else None,
        latitude=village.latitude if village else None,
        longitude=village.longitude if village else None,
        industries=IndustryTerms.shipped().with_unmapped((), texts=(record.get("industry_text"),)),
        themes=record.get("themes") or (),
        five=record.get("five") or (),
        resources=record.get("resources") or (),
        requirements=asked.rules,
    )
