"""Places of stored rankings as they stand today: verdicts by the checks and waivers of now, not of the last scoring."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.eligibility import VERDICTS
from matching.vocabulary import Verdict
from service.models.runs import RankingHead, Run
from service.queries.checks import WAIVED, Ground, grounds_of, load_checks, resettled_since
from service.queries.matchers import matcher_over
from service.queries.vacancies import load_vacancy_facts
from service.usecases.days import day_of

__all__ = ["Place", "settled", "waivers_of"]

_Pair = tuple[int, int]


class Place(NamedTuple):
    """One stored place; the score is in hundredths of a point."""

    vacancy_id: int
    vacancy_no: str
    rank: int
    person_id: int
    person_no: str
    score: int
    verdict: Verdict


def settled(session: Session, places: Sequence[Place], *, now: datetime) -> list[Place]:
    """Judge anew those about whom a check or waiver was recorded, withdrawn or has expired since the scoring.

    Who may not be ranked any more loses the place at once; the others keep theirs. Who may be ranked only now comes in
    with the next scoring.
    """
    vacancy_nos = {place.vacancy_id: place.vacancy_no for place in places}
    as_of = day_of(now)
    placed = {(place.vacancy_id, place.person_id) for place in places}
    touched = placed & _touched(session, list(vacancy_nos), as_of=as_of)
    if not touched:
        return list(places)
    verdicts = _judged(session, touched, vacancy_nos=vacancy_nos, as_of=as_of)
    found = []
    for place in places:
        pair = place.vacancy_id, place.person_id
        if pair not in touched:
            found.append(place)
        elif pair in verdicts:
            found.append(place._replace(verdict=verdicts[pair]))
    return found


def waivers_of(session: Session, places: Sequence[Place], *, now: datetime) -> dict[_Pair, list[Ground]]:
    """Return the waivers in force by vacancy and person."""
    waived = {(place.vacancy_id, place.person_id) for place in places if place.verdict is Verdict.WAIVED}
    found = grounds_of(session, sorted({vacancy_id for vacancy_id, _ in waived}), as_of=day_of(now)) if waived else {}
    return {
        pair: [ground for ground in grounds if ground.result == WAIVED]
        for pair, grounds in found.items()
        if pair in waived
    }


def _touched(session: Session, vacancy_ids: Sequence[int], *, as_of: date) -> set[_Pair]:
    made = {
        row.vacancy_id: (row.as_of, row.started_at)
        for row in session.execute(
            select(RankingHead.vacancy_id, RankingHead.as_of, Run.started_at).join(Run, Run.id == RankingHead.run_id)
        )
    }
    touched: set[_Pair] = set()
    for day, moment in set(made.values()):
        own = [vacancy_id for vacancy_id in vacancy_ids if made.get(vacancy_id) == (day, moment)]
        touched |= resettled_since(session, own, day=day, moment=moment, as_of=as_of)
    return touched


def _judged(session: Session, pairs: set[_Pair], *, vacancy_nos: dict[int, str], as_of: date) -> dict[_Pair, Verdict]:
    vacancy_ids = sorted({vacancy_id for vacancy_id, _ in pairs})
    people = sorted({person_id for _, person_id in pairs})
    matcher = matcher_over(session, person_ids=people, as_of=as_of)
    if len(matcher.person_ids) == 0:
        return {}
    facts = load_vacancy_facts(session, vacancy_nos=[vacancy_nos[id_] for id_ in vacancy_ids], as_of=as_of)
    checks = load_checks(session, vacancy_ids, as_of=as_of, person_ids=people)
    return {
        (ranking.vacancy_id, person_id): VERDICTS[code]
        for ranking in matcher.rank(facts, top=len(people), checks=checks)
        for person_id, code in zip(ranking.person_ids.tolist(), ranking.verdicts.tolist(), strict=True)
    }
