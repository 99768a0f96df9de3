"""What-ifs that nobody keeps: other facts of a person, other weights of the card."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.errors import MatchingError
from matching.vocabulary import Text
from matching.what_if import FactsWhatIf, Move, WeightsWhatIf, with_facts, with_weights
from service.access import Actor
from service.errors import InvalidInput
from service.models.people import Person
from service.queries.veils import veil_people
from service.usecases.auditing import audit
from service.usecases.lists.explanations import About, row_of, standing_of
from service.usecases.lists.shortlists import check_length, open_vacancy
from service.usecases.privacy.masks import seen_people
from service.usecases.records.people import find_person

__all__ = ["PersonMove", "TriedWeights", "WhatIf", "what_if"]


@dataclass(frozen=True, kw_only=True)
class PersonMove:
    """A person and how a trial moves them."""

    person: Person
    move: Move | FactsWhatIf


@dataclass(frozen=True, kw_only=True)
class TriedWeights:
    """A list under other weights; `entered` and `left` are person numbers.

    `unseen_places` are those among the first k that somebody takes whom the actor may not see: of another territory.
    """

    trial: WeightsWhatIf
    moves: tuple[PersonMove, ...]
    entered: tuple[str, ...]
    left: tuple[str, ...]
    unseen_places: tuple[int, ...]
    person: PersonMove | None


@dataclass(frozen=True, kw_only=True)
class WhatIf:
    """The answer to a what-if: of the facts that were tried, and of the weights, each against things as they stand."""

    about: About
    facts: PersonMove | None
    weights: TriedWeights | None


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
    standing, about = standing_of(session, actor=actor, vacancy_no=vacancy_no, now=now)
    person = None if person_no is None else find_person(session, actor=actor, person_no=person_no)
    row = None if person is None else row_of(standing, person)
    tried = {name: _frame_value(value) for name, value in (facts or {}).items()}
    with _refusals():
        moved = with_facts(standing, row, tried) if tried and row is not None else None
        trial = with_weights(standing, weights, k=k, row=row) if weights else None
    vacancy_id = open_vacancy(session, actor=actor, vacancy_no=vacancy_no).id
    if person is not None:
        (person,) = _seen(session, [person], actor=actor, vacancy_id=vacancy_id)
    named = _named(session, trial, actor=actor, vacancy_id=vacancy_id) if trial else None
    if named:
        numbers = [*(one.person.person_no for one in named.moves), *named.entered, *named.left]
        subject = ("vacancy", vacancy_no)
        audit.record_views(session, actor=actor, numbers=numbers, action="try_weights", subject=subject)
    return WhatIf(
        about=about,
        facts=PersonMove(person=person, move=moved) if person and moved else None,
        weights=named,
    )


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


def _named(session: Session, trial: WeightsWhatIf, *, actor: Actor, vacancy_id: int) -> TriedWeights:
    moves = [*trial.moves, *([trial.person] if trial.person else [])]
    people = _people(session, (move.person_id for move in moves), actor=actor, vacancy_id=vacancy_id)
    # Whoever the actor may not see is a place without a name; the places of the others stay what they are among all.
    named = [PersonMove(person=people[move.person_id], move=move) for move in moves if move.person_id in people]
    return TriedWeights(
        trial=trial,
        moves=tuple(named[: len(named) - 1 if trial.person else len(named)]),
        entered=tuple(people[one].person_no for one in trial.entered if one in people),
        left=tuple(people[one].person_no for one in trial.left if one in people),
        unseen_places=_unseen(trial, frozenset(people)),
        person=named[-1] if trial.person else None,
    )


def _unseen(trial: WeightsWhatIf, seen: frozenset[int]) -> tuple[int, ...]:
    unseen = (move.place_after for move in trial.moves if move.person_id not in seen)
    return tuple(place for place in unseen if place is not None and place <= trial.k)


def _people(session: Session, ids: Iterable[int], *, actor: Actor, vacancy_id: int) -> dict[int, Person]:
    found = session.scalars(select(Person).where(Person.id.in_(set(ids)))).all()
    return {person.id: person for person in _seen(session, found, actor=actor, vacancy_id=vacancy_id)}


def _seen(session: Session, people: Sequence[Person], *, actor: Actor, vacancy_id: int) -> list[Person]:
    veil_people(session, people, actor=actor, vacancy_id=vacancy_id)
    return seen_people(session, people, actor=actor)
