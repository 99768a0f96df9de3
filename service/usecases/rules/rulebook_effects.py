"""The effect of a proposed rulebook over the registry as it stands: numbers first, then person numbers."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.policy_effect import Change, VacancyEffect, policy_effects
from matching.rulebook import Rulebook
from matching.vocabulary import VacancyStatus
from service.access import Actor, may, require_any
from service.models.people import Person
from service.models.vacancies import Vacancy
from service.queries.checks import load_checks
from service.queries.matchers import matchers_under
from service.queries.vacancies import load_vacancy_facts
from service.usecases.days import day_of
from service.usecases.long_work.rescoring_terms import TOP

__all__ = ["effect_of", "seen_effect"]

_MOST_VACANCIES = 50  # told one by one; all are counted
_MOST_PEOPLE = 10
_NAMED = ("entered", "left", "moved")
_IN_ONE_QUERY = 500


def effect_of(session: Session, *, actor: Actor, rulebook: Rulebook, now: datetime) -> dict[str, Any]:
    """Rank everybody for every open vacancy under the rulebook in force and another, and tell the difference.

    Parameters
    ----------
    session : Session
    actor : Actor
    rulebook : Rulebook
        The other one.
    now : datetime

    Returns
    -------
    dict
        Plain JSON values: counts over everything, counts by rule, then the vacancies with most changes.
    """
    require_any(actor, "propose_rulebooks", "sign_rulebooks")
    as_of = day_of(now)
    open_states = [status for status in VacancyStatus if status.is_open]
    numbers = list(session.scalars(select(Vacancy.vacancy_no).where(Vacancy.vacancy_status.in_(open_states))))
    vacancies = load_vacancy_facts(session, vacancy_nos=numbers, as_of=as_of)
    before, after = matchers_under(session, rulebook, as_of=as_of)
    checks = load_checks(session, [facts.vacancy_id for facts in vacancies], as_of=as_of)
    found = [one for one in policy_effects(before, after, vacancies, checks=checks, top=TOP) if one.is_any]
    found.sort(key=lambda one: (-len(one.left) - len(one.entered), -len(one.moves), one.vacancy.vacancy_no))
    return {
        "as_of": as_of.isoformat(),
        "base_version": before.rulebook.version,
        "version": rulebook.version,
        "n_people": len(before.person_ids),
        "n_vacancies": len(vacancies),
        "top": TOP,
        **_counts(found),
        "by_rule": _by_rule(found),
        "learned_posts": sorted(str(post) for post, card in after.cards.items() if card.source == "learned"),
        "vacancies": _told(session, found[:_MOST_VACANCIES]),
    }


def seen_effect(session: Session, effect: Mapping[str, Any], *, actor: Actor) -> dict[str, Any]:
    """Return a kept effect as another reader may see it: vacancies and people of their own, all are counted."""
    rows = effect.get("vacancies", [])
    vacancies = _visible(session, Vacancy.vacancy_no, [row["vacancy_no"] for row in rows])
    named = {one["person_no"] for row in rows for name in _NAMED for one in row[name]}
    people = _visible(session, Person.person_no, named) if may(actor, "read_rankings") else set[str]()
    own = [
        {**row, **{name: [one for one in row[name] if one["person_no"] in people] for name in _NAMED}}
        for row in rows
        if row["vacancy_no"] in vacancies
    ]
    return {**effect, "vacancies": own}


def _visible(session: Session, column: Any, numbers: Iterable[str]) -> set[str]:
    wanted, found = sorted(numbers), set[str]()
    for start in range(0, len(wanted), _IN_ONE_QUERY):
        found.update(session.scalars(select(column).where(column.in_(wanted[start : start + _IN_ONE_QUERY]))))
    return found


def _counts(found: Sequence[VacancyEffect]) -> dict[str, int]:
    entered, left = ([change for one in found for change in getattr(one, name)] for name in ("entered", "left"))
    moves = [move for one in found for move in one.moves]
    return {
        "n_affected": len(found),
        "n_entered": len(entered),
        "n_left": len(left),
        "n_people_entered": len({change.person_id for change in entered}),
        "n_people_left": len({change.person_id for change in left}),
        "n_verdicts": sum(one.n_verdicts for one in found),
        "n_top_entered": sum(move.before is None for move in moves),
        "n_top_left": sum(move.after is None for move in moves),
        "n_moved": sum(None not in {move.before, move.after} for move in moves),
    }


def _by_rule(found: Iterable[VacancyEffect]) -> list[dict[str, Any]]:
    entered: Counter[str] = Counter()
    left: Counter[str] = Counter()
    for one in found:
        entered.update(change.rule_id for change in one.entered)
        left.update(change.rule_id for change in one.left)
    return [
        {"rule_id": rule_id, "n_entered": entered[rule_id], "n_left": left[rule_id]}
        for rule_id in sorted({*entered, *left})
    ]


def _told(session: Session, found: Sequence[VacancyEffect]) -> list[dict[str, Any]]:
    named = {row.person_id for one in found for row in (*one.entered[:_MOST_PEOPLE], *one.left[:_MOST_PEOPLE])}
    named |= {row.person_id for one in found for row in one.moves[:_MOST_PEOPLE]}
    numbers: dict[int, str] = {}
    for part in _parts(sorted(named)):
        rows = session.execute(select(Person.id, Person.person_no).where(Person.id.in_(part)))
        numbers |= {row.id: row.person_no for row in rows}
    return [_vacancy(one, numbers) for one in found]


def _vacancy(one: VacancyEffect, numbers: Mapping[int, str]) -> dict[str, Any]:
    return {
        "vacancy_no": one.vacancy.vacancy_no,
        "n_before": one.n_before,
        "n_after": one.n_after,
        "n_entered": len(one.entered),
        "n_left": len(one.left),
        "n_verdicts": one.n_verdicts,
        "n_moved": len(one.moves),
        "entered": _people(one.entered, numbers),
        "left": _people(one.left, numbers),
        "moved": [
            {"person_no": numbers[move.person_id], "before": move.before, "after": move.after}
            for move in one.moves[:_MOST_PEOPLE]
            if move.person_id in numbers  # others are only counted: they live where the reader may not look
        ],
    }


def _people(changes: Sequence[Change], numbers: Mapping[int, str]) -> list[dict[str, str]]:
    return [
        {"person_no": numbers[change.person_id], "rule_id": change.rule_id}
        for change in changes[:_MOST_PEOPLE]
        if change.person_id in numbers
    ]


def _parts(ids: list[int], size: int = _IN_ONE_QUERY) -> Iterable[list[int]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))
