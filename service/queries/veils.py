"""Blind review: people of a vacancy without what tells who they are, for whoever has not looked behind it.

The veil lies over the loaded records of one session: pages, answers and files that read a name afterwards read the
veil, wherever they do it. Nothing of it is ever written.
"""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from matching.outcomes import RuleOutcome
from matching.vocabulary import VacancyStatus
from service.access import Actor
from service.models.people import Person
from service.models.privacy import BlindLift, BlindReview
from service.models.sealing import lay_veil
from service.models.shortlists import HIDDEN, ShortlistEntry
from service.queries.rulebooks import rulebook_in_force

__all__ = ["HIDDEN_FACTS", "OVER", "hidden_from", "shown_outcomes", "veil_people", "veil_reasons"]

#: Vacancies whose round is closed whatever has been said of it.
OVER = frozenset({VacancyStatus.FILLED, VacancyStatus.CANCELLED, VacancyStatus.EXPIRED})
_HIDDEN_COLUMNS = (
    "sex",
    "ethnicity",
    "birth_date",
    "title",
    "current_post_date",
    "retirement_month",
    "work_start_date",
)
#: Facts of which a reason would tell age or title.
HIDDEN_FACTS = frozenset(
    {
        *("age_years", "party_age_years", "work_years", "months_to_retirement", "age_at_recruitment_years"),
        *("title_rank", "sex", "ethnicity"),
    }
)
#: Requirements of a vacancy itself that tell the same.
HIDDEN_REQUIREMENTS = frozenset({"VAC-AGE", "VAC-WORK"})


def hidden_from(session: Session, *, actor: Actor, vacancy_id: int) -> bool:
    """Whether the people for this vacancy are shown to this actor without what tells who they are."""
    review = session.get(BlindReview, vacancy_id)
    if review is None or review.closed_at is not None or review.vacancy.vacancy_status in OVER:
        return False
    lifted = select(BlindLift.id).where(
        BlindLift.vacancy_id == vacancy_id,
        BlindLift.username == actor.username,
        BlindLift.lifted_at >= review.opened_at,
    )
    return session.scalars(lifted.limit(1)).first() is None


def veil_people(session: Session, people: Iterable[Person], *, actor: Actor, vacancy_id: int) -> bool:
    """Lay the veil over people where their review is blind for the actor; return whether it is."""
    if not hidden_from(session, actor=actor, vacancy_id=vacancy_id):
        return False
    for person in people:
        lay_veil(person, name=f"***{person.person_no}")
        for column in _HIDDEN_COLUMNS:
            set_committed_value(person, column, None)
    return True


def veil_reasons(session: Session, entries: Iterable[ShortlistEntry]) -> None:
    """Let what rules say about age and title be hidden where the entries are shown; what was frozen stays as it is."""
    rules = _hidden_rules(session)
    for entry in entries:
        entry.hide_rules(rules)


def shown_outcomes(session: Session, outcomes: Iterable[RuleOutcome], *, is_hidden: bool) -> tuple[RuleOutcome, ...]:
    """Return outcomes as they may be shown: of hidden rules the verdict only."""
    rules = _hidden_rules(session) if is_hidden else frozenset()
    return tuple(replace(one, value=HIDDEN, sentence=HIDDEN) if one.rule_id in rules else one for one in outcomes)


def _hidden_rules(session: Session) -> frozenset[str]:
    rules = rulebook_in_force(session).all_rules()
    telling = {rule.id for rule in rules if any(condition.field in HIDDEN_FACTS for condition in rule.conditions)}
    return HIDDEN_REQUIREMENTS | telling
