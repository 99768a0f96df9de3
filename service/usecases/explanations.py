"""Explanations as things stand: one person's score, two people side by side, and what-ifs that nobody keeps."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.bands import NO_INTERVAL, band_text
from matching.comparison import Comparison, compare
from matching.errors import MatchingError
from matching.explain import Contribution, strongest_first
from matching.improvements import Improvement, improvements
from matching.outcomes import RuleOutcome
from matching.standing import Placed, Standing
from matching.vocabulary import Text
from matching.what_if import STAYS, FactsWhatIf, Move, WeightsWhatIf, with_facts, with_weights
from service.access import Actor, require
from service.errors import InvalidInput, NotFound
from service.models.people import Person
from service.queries.matchers import matcher_for
from service.queries.vacancies import load_checks, load_vacancy_facts
from service.usecases.days import day_of
from service.usecases.people import get_person
from service.usecases.shortlists import check_length, open_vacancy

__all__ = [
    "About",
    "Explanation",
    "PeopleComparison",
    "PersonMove",
    "PersonPlaced",
    "TriedWeights",
    "WhatIf",
    "compare_people",
    "explain_person",
    "what_if",
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


@dataclass(frozen=True, kw_only=True)
class PersonMove:
    """A person and how a trial moves them."""

    person: Person
    move: Move | FactsWhatIf


@dataclass(frozen=True, kw_only=True)
class TriedWeights:
    """A list under other weights; `entered` and `left` are person numbers."""

    trial: WeightsWhatIf
    moves: tuple[PersonMove, ...]
    entered: tuple[str, ...]
    left: tuple[str, ...]
    person: PersonMove | None


@dataclass(frozen=True, kw_only=True)
class WhatIf:
    """The answer to a what-if: of the facts that were tried, and of the weights, each against things as they stand."""

    about: About
    facts: PersonMove | None
    weights: TriedWeights | None


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
    standing, about = _standing(session, actor=actor, vacancy_no=vacancy_no, now=now)
    person = get_person(session, actor=actor, person_no=person_no)
    row = _row(standing, person)
    return Explanation(
        about=about,
        person=person,
        placed=standing.placed(row),
        contributions=strongest_first(standing.reasons(np.array([row]))[0]),
        outcomes=tuple(standing.eligibility.outcomes(row)),
        improvements=improvements(standing, row),
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
    standing, about = _standing(session, actor=actor, vacancy_no=vacancy_no, now=now)
    first, second = (get_person(session, actor=actor, person_no=number) for number in (person_no, versus))
    for person in (first, second):
        _row(standing, person)
    found = compare(standing, first.id, second.id)
    return PeopleComparison(
        about=about,
        first=PersonPlaced(person=first, placed=found.first),
        second=PersonPlaced(person=second, placed=found.second),
        comparison=found,
    )


def what_if(
    session: Session,
    *,
    actor: Actor,
    vacancy_no: str,
    person_no: str | None = None,
    facts: Mapping[str, Any] | None = None,
    weights: Mapping[str, float] | None = None,
    k: int = 10,
    now: datetime,
) -> WhatIf:
    """Try other facts of a person, or other weights of the card; nothing is stored, and nobody's eligibility changes.

    Parameters
    ----------
    session : Session
    actor : Actor
    vacancy_no : str
    person_no : str, optional
        Whose facts; with weights, somebody whose places are wanted whether or not they are on the list.
    facts : mapping, optional
        By column of the criteria frame, in canonical form: numbers, tuples of codes, None for unknown.
    weights : mapping of str to float, optional
        By criterion; all are rescaled to 100.
    k : int
        Length of the list under other weights, 1 to 200.
    now : datetime

    Raises
    ------
    NotFound
        If there is no such vacancy or person, or the person is not in the pool.
    InvalidInput
        If the vacancy is no longer open, nothing is to be tried, or a fact or weight cannot be tried.
    """
    _check_question(person_no=person_no, facts=facts, weights=weights)
    check_length(k)
    standing, about = _standing(session, actor=actor, vacancy_no=vacancy_no, now=now)
    person = None if person_no is None else get_person(session, actor=actor, person_no=person_no)
    row = None if person is None else _row(standing, person)
    tried = {name: _frame_value(value) for name, value in (facts or {}).items()}
    with _refusals():
        moved = with_facts(standing, row, tried) if tried and row is not None else None
        trial = with_weights(standing, weights, k=k, row=row) if weights else None
    return WhatIf(
        about=about,
        facts=PersonMove(person=person, move=moved) if person and moved else None,
        weights=_named(session, trial) if trial else None,
    )


def _standing(session: Session, *, actor: Actor, vacancy_no: str, now: datetime) -> tuple[Standing, About]:
    require(actor, "read_shortlists")
    vacancy = open_vacancy(session, actor=actor, vacancy_no=vacancy_no)
    as_of = day_of(now)
    (facts,) = load_vacancy_facts(session, vacancy_nos=[vacancy_no], as_of=as_of)
    matcher = matcher_for(session, as_of=as_of)
    standing = matcher.standing(facts, checks=load_checks(session, [vacancy.id]))
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


def _row(standing: Standing, person: Person) -> int:
    try:
        return standing.row_of(person.id)
    except MatchingError as error:
        raise NotFound(
            Text(f"{person.person_no} 不在库中。", f"{person.person_no} is not in the pool."),
            remedy=Text("已归档或删除的档案不参与比选。", "Archived and erased records take no part."),
            place="person_no",
            value=person.person_no,
        ) from error


def _check_question(
    *, person_no: str | None, facts: Mapping[str, Any] | None, weights: Mapping[str, float] | None
) -> None:
    if not facts and not weights:
        raise InvalidInput(
            Text("没有可推演的内容。", "There is nothing to try out."),
            remedy=Text("请给出 facts 或 weights。", "Give facts or weights."),
            place="facts",
        )
    if facts and person_no is None:
        raise InvalidInput(
            Text("没有说明是谁的情况。", "It does not say whose facts these are."),
            remedy=Text("请给出 person_no。", "Give person_no."),
            place="person_no",
        )


def _frame_value(value: Any) -> Any:
    """Return a canonical value as the frames of the matching core hold it."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "|".join(map(str, value))
    return float(value) if isinstance(value, int | float) else value


@contextmanager
def _refusals() -> Iterator[None]:
    """Let what the core cannot use be a refusal of the request."""
    try:
        yield
    except MatchingError as error:
        raise InvalidInput(error.problem, place=error.place) from error


def _named(session: Session, trial: WeightsWhatIf) -> TriedWeights:
    moves = [*trial.moves, *([trial.person] if trial.person else [])]
    people = _people(session, (move.person_id for move in moves))
    named = [PersonMove(person=people[move.person_id], move=move) for move in moves]
    return TriedWeights(
        trial=trial,
        moves=tuple(named[: len(trial.moves)]),
        entered=tuple(people[one].person_no for one in trial.entered),
        left=tuple(people[one].person_no for one in trial.left),
        person=named[-1] if trial.person else None,
    )


def _people(session: Session, ids: Iterable[int]) -> dict[int, Person]:
    return {person.id: person for person in session.scalars(select(Person).where(Person.id.in_(set(ids))))}
