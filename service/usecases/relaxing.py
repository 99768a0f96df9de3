"""What relaxing one rule of a vacancy would add, as things stand today; nothing is changed by asking."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from matching.relaxations import Relaxation, relaxations
from service.access import Actor
from service.usecases.explanations import standing_of

__all__ = ["relaxations_of"]


def relaxations_of(session: Session, *, actor: Actor, vacancy_no: str, now: datetime) -> Mapping[str, Relaxation]:
    """Return for each rule that keeps somebody off what relaxing it alone would add; numbers only, nobody is named.

    Raises
    ------
    NotFound
        If there is no such vacancy.
    InvalidInput
        If it is no longer open.
    """
    standing, _about = standing_of(session, actor=actor, vacancy_no=vacancy_no, now=now)
    return relaxations(standing.eligibility)
