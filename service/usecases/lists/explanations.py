"""Explanations as things stand: one person's score for a vacancy, and two people side by side."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from sqlalchemy.orm import Session

from matching.bands import NO_INTERVAL, band_text
from matching.comparison import Comparison, compare
from matching.errors import MatchingError
from matching.explain import Contribution, strongest_first
from matching.improvements import Improvement, improvements
from matching.matcher import Matcher
from matching.outcomes import RuleOutcome
from matching.standing import Placed, Standing
from matching.vocabulary import Text
from matching.what_if import STAYS
from service.access import Actor, require
from service.errors import InvalidInput, NotFound
from service.models.people import Person
from service.models.vacancies import Vacancy
from service.queries.checks import load_checks
from service.queries.matchers import matcher_for
from service.queries.vacancies import load_vacancy_facts
from service.queries.veils import hidden_criteria, shown_comparison, shown_contributions, shown_outcomes, veil_people
from service.usecases.days import day_of
from service.usecases.lists.shortlists import open_vacancy
from service.usecases.privacy.masks import seen_outcomes, seen_people
from service.usecases.records.people import find_person

__all__ = [
    "About",
    "Explanation",
    "PeopleComparison",
    "PersonPlaced",
    "compare_people",
    "explain_person",
    "own_reasons",
    "row_of",
    "standing_of",
]


@dataclass(frozen=True, kw_only=True)
class About:
    """What every answer says of its vacancy; `average_score` is in hundredths, `notes` stand beside the figures."""

    vacancy_no: str
    as_of: date
    rulebook_version: str
    card_version: str
    n_eligible: int
    average_score: int
    notes: Mapping[str, Text | None]


@dataclass(frozen=True, kw_only=True)
class PersonPlaced:
    """A person and where they stand."""

    person: Person
    placed: Placed


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """Why a person has this score for this vacancy.

    Parameters
    ----------
    about : About
    person : Person
    placed : Placed
    contributions : tuple of Contribution
        The farthest above the average first.
    outcomes : tuple of RuleOutcome
        Every rule, those of later stages last.
    improvements : tuple of Improvement
        What would help most first.
    """

    about: About
    person: Person
    placed: Placed
    contributions: tuple[Contribution, ...]
    outcomes: tuple[RuleOutcome, ...]
    improvements: tuple[Improvement, ...]


@dataclass(frozen=True, kw_only=True)
class PeopleComparison:
    """Two people side by side."""

    about: About
    first: PersonPlaced
    second: PersonPlaced
    comparison: Comparison


def explain_person(session: Session, *, actor: Actor, vacancy_no: str, person_no: str, now: datetime) -> Explanation:
    """Explain the score of a person for an open vacancy, as things stand.

    A score belongs to a person and a vacancy: there is none of a person alone.

    Raises
    ------
    NotFound
        If there is no such vacancy or person, or the person is not in the pool.
    InvalidInput
        If the vacancy is no longer open.
    """
    standing, about = standing_of(session, actor=actor, vacancy_no=vacancy_no, now=now)
    person = find_person(session, actor=actor, person_no=person_no)
    row = row_of(standing, person)
    is_hidden = _veiled(session, [person], actor=actor, vacancy_no=vacancy_no)
    told = shown_outcomes(session, standing.eligibility.outcomes(row), is_hidden=is_hidden)
    (person,) = seen_people(session, [person], actor=actor)
    parts = strongest_first(standing.reasons(np.array([row]))[0])
    hidden = hidden_criteria() if is_hidden else frozenset[str]()
    return Explanation(
        about=about,
        person=person,
        placed=standing.placed(row),
        contributions=shown_contributions(parts, is_hidden=is_hidden),
        outcomes=tuple(seen_outcomes(session, told, actor=actor)),
        improvements=tuple(one for one in improvements(standing, row) if one.criterion_id not in hidden),
    )


def compare_people(
    session: Session, *, actor: Actor, vacancy_no: str, person_no: str, versus: str, now: datetime
) -> PeopleComparison:
    """Put two people side by side for an open vacancy.

    Raises
    ------
    NotFound
        If there is no such vacancy or person, or one is not in the pool.
    InvalidInput
        If the vacancy is no longer open, or the two are one.
    """
    if person_no == versus:
        raise InvalidInput(
            Text("比较需要两个不同的人。", "A comparison needs two different people."),
            remedy=Text("请另选一人。", "Name somebody else."),
            place="versus",
            value=versus,
        )
    standing, about = standing_of(session, actor=actor, vacancy_no=vacancy_no, now=now)
    first, second = (find_person(session, actor=actor, person_no=number) for number in (person_no, versus))
    for person in (first, second):
        row_of(standing, person)
    is_hidden = _veiled(session, [first, second], actor=actor, vacancy_no=vacancy_no)
    found = shown_comparison(compare(standing, first.id, second.id), is_hidden=is_hidden)
    first, second = seen_people(session, [first, second], actor=actor)
    return PeopleComparison(
        about=about,
        first=PersonPlaced(person=first, placed=found.first),
        second=PersonPlaced(person=second, placed=found.second),
        comparison=found,
    )


def _veiled(session: Session, people: Collection[Person], *, actor: Actor, vacancy_no: str) -> bool:
    """Lay the veil over whom the actor may not know; return whether one of them is hidden."""
    vacancy = open_vacancy(session, actor=actor, vacancy_no=vacancy_no)
    return bool(veil_people(session, people, actor=actor, vacancy_id=vacancy.id))


def standing_of(session: Session, *, actor: Actor, vacancy_no: str, now: datetime) -> tuple[Standing, About]:
    """Return how everybody stands for an open vacancy today, and what every answer says of it.

    Raises
    ------
    NotFound
        If there is no such vacancy.
    InvalidInput
        If it is no longer open.
    """
    require(actor, "explain_scores")
    vacancy = open_vacancy(session, actor=actor, vacancy_no=vacancy_no)
    as_of = day_of(now)
    matcher, standing = _standing(session, vacancy, as_of=as_of)
    has_bags = bool(standing.card.bags)
    about = About(
        vacancy_no=vacancy_no,
        as_of=as_of,
        rulebook_version=matcher.rulebook.version,
        card_version=standing.card.version,
        n_eligible=len(standing.eligible),
        average_score=standing.average_score,
        notes={
            "bands": band_text(has_bags=has_bags),
            "interval": None if has_bags else NO_INTERVAL,
            "what_if": STAYS,
        },
    )
    return standing, about


def _standing(session: Session, vacancy: Vacancy, *, as_of: date) -> tuple[Matcher, Standing]:
    (facts,) = load_vacancy_facts(session, vacancy_nos=[vacancy.vacancy_no], as_of=as_of)
    matcher = matcher_for(session, as_of=as_of)
    return matcher, matcher.standing(facts, checks=load_checks(session, [vacancy.id], as_of=as_of))


def own_reasons(
    session: Session, person: Person, *, vacancy: Vacancy, now: datetime
) -> tuple[Contribution, ...] | None:
    """Return why somebody has their score for a vacancy, to be told to that person; the caller has seen to that.

    Returns
    -------
    tuple of Contribution or None
        None if the vacancy has been closed, or the person has left the pool, since the scoring.
    """
    if not vacancy.vacancy_status.is_open:
        return None
    _, standing = _standing(session, vacancy, as_of=day_of(now))
    try:
        row = row_of(standing, person)
    except NotFound:
        return None
    return strongest_first(standing.reasons(np.array([row]))[0])


def row_of(standing: Standing, person: Person) -> int:
    """Return a person's row.

    Raises
    ------
    NotFound
        If the person is not in the pool.
    """
    try:
        return standing.row_of(person.id)
    except MatchingError as error:
        raise NotFound(
            Text(f"{person.person_no} 不在库中。", f"{person.person_no} is not in the pool."),
            remedy=Text("已归档或删除的档案不参与比选。", "Archived and erased records take no part."),
            place="person_no",
            value=person.person_no,
        ) from error
