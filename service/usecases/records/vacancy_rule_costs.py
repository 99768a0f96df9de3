"""What the rules of an open vacancy cost, as things stand today; nothing is changed by asking."""

from datetime import datetime

from sqlalchemy.orm import Session

from matching.rule_costs import RuleCost, rule_costs
from service.access import Actor
from service.usecases.lists.explanations import standing_of

__all__ = ["rule_costs_of"]


def rule_costs_of(session: Session, *, actor: Actor, vacancy_no: str, now: datetime) -> list[RuleCost]:
    """Return each rule that somebody fails with what relaxing it alone would add; numbers only, nobody is named.

    Raises
    ------
    NotFound
        If there is no such vacancy.
    InvalidInput
        If it is no longer open.
    """
    standing, _about = standing_of(session, actor=actor, vacancy_no=vacancy_no, now=now)
    return rule_costs(standing.eligibility)
