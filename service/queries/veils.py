"""Blind review: people of a vacancy without what tells who they are, for whoever has not looked behind it.

The veil lies over the loaded records of one session: pages, answers and files that read a name afterwards read the
veil, wherever they do it. Nothing of it is ever written.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import cache

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from matching.comparison import Comparison
from matching.criteria import CRITERIA
from matching.explain import Contribution
from matching.outcomes import RuleOutcome
from matching.requirements import REQUIREMENT_FIELDS
from matching.vocabulary import VacancyStatus
from service.access import Actor, holds
from service.models.candidacies import Candidacy
from service.models.people import Person
from service.models.privacy import BlindLift, BlindReview
from service.models.sealing import lay_veil, sealed_names
from service.models.shortlists import HIDDEN, Shortlist, ShortlistEntry
from service.models.vacancies import Vacancy
from service.queries.rulebooks import rulebook_in_force

__all__ = [
    "HIDDEN_FACTS",
    "HIDDEN_NAMES",
    "OVER",
    "blind_name",
    "blind_review_of",
    "hidden_among",
    "hidden_criteria",
    "hidden_from",
    "hidden_people",
    "hidden_rules",
    "lay_blind_veil",
    "shown_comparison",
    "shown_contributions",
    "shown_outcomes",
    "veil_list",
    "veil_people",
    "veil_reasons",
]

#: Vacancies whose round is closed whatever has been said of it.
OVER = frozenset({VacancyStatus.FILLED, VacancyStatus.CANCELLED, VacancyStatus.EXPIRED})
_HIDDEN_COLUMNS = (
    *("sex", "ethnicity", "birth_date", "title", "current_post_date", "retirement_month", "work_start_date"),
    "party_join_date",
)
#: What is not shown of people under a blind review; in place of the name stands the number.
HIDDEN_NAMES = frozenset({*_HIDDEN_COLUMNS, *sealed_names(Person)})
#: Facts of which a reason would tell sex, ethnicity, age or title.
HIDDEN_FACTS = frozenset(
    {
        *("age_years", "party_age_years", "work_years", "months_to_retirement", "age_at_recruitment_years"),
        *("title_rank", "sex", "ethnicity"),
    }
)


def blind_name(person_no: str) -> str:
    """Return what stands in place of a name under a blind review."""
    return f"***{person_no}"


def hidden_from(session: Session, *, actor: Actor, vacancy_id: int) -> bool:
    """Whether the people for this vacancy are shown to this actor without what tells who they are."""
    review = blind_review_of(session, vacancy_id)
    return review is not None and _is_blind(session, review, actor=actor)


def blind_review_of(session: Session, vacancy_id: int) -> BlindReview | None:
    """Return the blind review of a vacancy, be it over or not; None if there never was one."""
    return session.scalar(_REVIEW, {"vacancy_id": vacancy_id})


_REVIEW = select(BlindReview).where(BlindReview.vacancy_id == bindparam("vacancy_id"))


def hidden_people(session: Session, *, actor: Actor) -> frozenset[int]:
    """Return the ids of the people who stand in a blind review that the actor takes part in and has not looked behind.

    They are hidden from reviewers wherever they are shown: in the registry, in searches, in files and on lists of other
    vacancies; with every token, as a token narrows what its account may, not what it is bound to.
    """
    if not holds(actor, "review_candidacies"):
        return frozenset()
    blind = list(session.scalars(_RUNNING, {"username": actor.username}))
    if not blind:
        return frozenset()
    lists = list(session.scalars(select(Shortlist.id).where(Shortlist.vacancy_id.in_(blind))))
    listed = session.scalars(select(ShortlistEntry.person_id).where(ShortlistEntry.shortlist_id.in_(lists)))
    added = session.scalars(select(Candidacy.person_id).where(Candidacy.shortlist_id.in_(lists)))
    return frozenset({*listed, *added})


_IS_LIFTED = exists().where(
    BlindLift.vacancy_id == BlindReview.vacancy_id,
    BlindLift.username == bindparam("username"),
    BlindLift.lifted_at >= BlindReview.opened_at,
)
_RUNNING = (
    select(BlindReview.vacancy_id)
    .join(Vacancy, Vacancy.id == BlindReview.vacancy_id)
    .where(BlindReview.closed_at.is_(None), Vacancy.vacancy_status.not_in(OVER), ~_IS_LIFTED)
)  # every page asks it: put together once


def _is_blind(session: Session, review: BlindReview, *, actor: Actor) -> bool:
    if review.closed_at is not None or review.vacancy.vacancy_status in OVER:
        return False
    lifted = select(BlindLift.id).where(
        BlindLift.vacancy_id == review.vacancy_id,
        BlindLift.username == actor.username,
        BlindLift.lifted_at >= review.opened_at,
    )
    return session.scalars(lifted.limit(1)).first() is None


def hidden_among(session: Session, people: Iterable[Person], *, actor: Actor, vacancy_id: int | None) -> frozenset[int]:
    """Return the ids of those, of people who are shown for a vacancy, whom the actor may not know.

    That is everybody where the review of this vacancy is blind, and else who stands in another that is: who is hidden
    on one list would be told by the next.
    """
    ids = frozenset(person.id for person in people)
    if vacancy_id is not None and hidden_from(session, actor=actor, vacancy_id=vacancy_id):
        return ids
    return ids & hidden_people(session, actor=actor)


def veil_people(
    session: Session, people: Collection[Person], *, actor: Actor, vacancy_id: int | None
) -> frozenset[int]:
    """Lay the veil over those of the people whom `hidden_among` finds; return their ids."""
    hidden = hidden_among(session, people, actor=actor, vacancy_id=vacancy_id)
    for person in people:
        if person.id in hidden:
            lay_blind_veil(person)
    return hidden


def lay_blind_veil(person: Person) -> None:
    """Let a loaded record read by its number alone; nothing is written."""
    lay_veil(person, name=blind_name(person.person_no))
    for column in _HIDDEN_COLUMNS:
        set_committed_value(person, column, None)


def veil_list(session: Session, shortlist: Shortlist, *, actor: Actor) -> None:
    """Let a loaded list not tell who those are whom the actor may not know; what was frozen stays as it is."""
    people = [entry.person for entry in shortlist.entries]
    hidden = veil_people(session, people, actor=actor, vacancy_id=shortlist.vacancy_id)
    veil_reasons(session, (entry for entry in shortlist.entries if entry.person_id in hidden))
    if not hidden_from(session, actor=actor, vacancy_id=shortlist.vacancy_id):
        return  # why others were left out is told of nobody by name here
    rules = hidden_rules(session)
    exclusions = [
        {**row, "reasons": [HIDDEN._asdict() for _ in row["reasons"]]} if row["rule_id"] in rules else row
        for row in shortlist.exclusions
    ]
    set_committed_value(shortlist, "exclusions", exclusions)


def veil_reasons(session: Session, entries: Iterable[ShortlistEntry]) -> None:
    """Let what rules and criteria say that tells sex, age or title be hidden where the entries are shown."""
    rules, criteria = hidden_rules(session), hidden_criteria()
    for entry in entries:
        entry.hide_reasons(rule_ids=rules, criterion_ids=criteria)


def shown_outcomes(session: Session, outcomes: Iterable[RuleOutcome], *, is_hidden: bool) -> tuple[RuleOutcome, ...]:
    """Return outcomes as they may be shown: of hidden rules the verdict only."""
    rules = hidden_rules(session) if is_hidden else frozenset()
    return tuple(replace(one, value=HIDDEN, sentence=HIDDEN) if one.rule_id in rules else one for one in outcomes)


def shown_contributions(parts: Sequence[Contribution], *, is_hidden: bool) -> tuple[Contribution, ...]:
    """Return contributions as they may be shown: of hidden criteria the points only."""
    criteria = hidden_criteria() if is_hidden else frozenset()
    return tuple(
        replace(one, fact=HIDDEN, sentence=HIDDEN, level_label=HIDDEN) if one.criterion_id in criteria else one
        for one in parts
    )


def shown_comparison(found: Comparison, *, is_hidden: bool) -> Comparison:
    """Return a comparison of two people as it may be shown: of hidden criteria the points only."""
    criteria = [
        replace(
            one,
            first=shown_contributions([one.first], is_hidden=is_hidden)[0],
            second=shown_contributions([one.second], is_hidden=is_hidden)[0],
        )
        for one in found.criteria
    ]
    return replace(found, criteria=tuple(criteria))


def hidden_rules(session: Session) -> frozenset[str]:
    """Return the rules, also those of a vacancy's own requirements, that read a hidden fact."""
    rules = rulebook_in_force(session).all_rules()
    telling = {rule.id for rule in rules if HIDDEN_FACTS & set(rule.fields)}
    return frozenset(telling | {rule_id for rule_id, field in REQUIREMENT_FIELDS.items() if field in HIDDEN_FACTS})


@cache
def hidden_criteria() -> frozenset[str]:
    """Return the criteria that read a hidden fact."""
    return frozenset(name for name, criterion in CRITERIA.items() if HIDDEN_FACTS & set(criterion.columns))
