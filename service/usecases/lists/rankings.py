"""Rankings: reading the replaceable results of rescoring."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice
from operator import itemgetter

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from matching.vocabulary import RecordStatus, VacancyStatus, Verdict
from service.access import Actor, require
from service.models.people import Person
from service.models.runs import Ranking, Run
from service.models.territories import reach_of_session, seeing_everywhere
from service.models.vacancies import Vacancy
from service.queries.cards import cards_in_force
from service.queries.checks import Ground
from service.queries.revisions import Revisions, registry_revisions
from service.queries.rulebooks import rulebook_in_force
from service.queries.veils import veil_people
from service.usecases.auditing import audit
from service.usecases.lists.settled_places import Place, settled, waivers_of
from service.usecases.long_work.rescoring_terms import TOP
from service.usecases.long_work.run_terms import Kind
from service.usecases.privacy.masks import seen_people
from service.usecases.records.vacancies import get_vacancy
from service.version import VERSION

__all__ = [
    "TOP",
    "RankedPerson",
    "RankedRow",
    "RankingState",
    "places_for",
    "ranking_state",
    "read_ranking",
    "walk_rankings",
]

_STILL_THERE = (
    Person.consent_matching.is_(True),
    Person.record_status.not_in((RecordStatus.SUSPENDED, RecordStatus.ARCHIVED, RecordStatus.ERASED)),
)


@dataclass(frozen=True, kw_only=True)
class RankedRow:
    """One place of a ranking as it is exported."""

    vacancy_no: str
    person_no: str
    rank: int
    score: int
    verdict: str
    waivers: tuple[Ground, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RankedPerson:
    """One place of a ranking as it is shown; the score is in hundredths of a point."""

    rank: int
    person: Person
    score: int
    verdict: Verdict
    waivers: tuple[Ground, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RankingState:
    """How fresh the rankings are.

    Parameters
    ----------
    scored_at : datetime or None
        End of the last complete rescoring; None before the first.
    is_current : bool
        Whether nothing about people, villages, vacancies, scorecards, rulebook and program has changed since. The day
        goes on all the same: `scored_at` tells it.
    """

    scored_at: datetime | None
    is_current: bool


def ranking_state(session: Session, *, actor: Actor) -> RankingState:
    """Return when the rankings were made, and whether the registry has moved since."""
    require(actor, "read_vacancies")
    last = session.scalars(
        select(Run).where(Run.kind == Kind.RESCORE, Run.state == "done").order_by(Run.id.desc()).limit(1)
    ).first()
    if last is None:
        return RankingState(scored_at=None, is_current=False)
    stood = Revisions(last.people_revision, last.vacancies_revision)
    cards = {str(post): card.version for post, card in cards_in_force(session).items()}
    made_with = (stood, last.card_versions, last.rulebook_version, last.release)
    is_current = made_with == (registry_revisions(session), cards, rulebook_in_force(session).version, VERSION)
    return RankingState(scored_at=last.ended_at, is_current=is_current)


def read_ranking(
    session: Session, *, actor: Actor, vacancy_no: str, top: int = TOP, now: datetime
) -> list[RankedPerson]:
    """Return the current ranking of a vacancy, best first; empty before the first rescoring.

    Whoever has withdrawn consent or left the pool since the scoring, or may not be ranked because a check or waiver
    has expired, is left out at once; the others keep their places.
    """
    require(actor, "read_rankings")
    vacancy = get_vacancy(session, actor=actor, vacancy_no=vacancy_no)
    places = settled(session, _places(session, Ranking.vacancy_id == vacancy.id, top=top), now=now)
    waivers = waivers_of(session, places, now=now)
    shown = select(Person).where(Person.id.in_([place.person_id for place in places]), *_STILL_THERE)
    found = session.scalars(shown).all()
    numbers, subject = [person.person_no for person in found], ("vacancy", vacancy_no)
    audit.record_views(session, actor=actor, numbers=numbers, action="view_ranking", subject=subject)
    veil_people(session, found, actor=actor, vacancy_id=vacancy.id)
    people = {person.id: person for person in seen_people(session, found, actor=actor)}
    return [
        RankedPerson(
            rank=place.rank,
            person=people[place.person_id],
            score=place.score,
            verdict=place.verdict,
            waivers=tuple(waivers.get((place.vacancy_id, place.person_id), ())),
        )
        for place in places
        if place.person_id in people
    ]


def places_for(session: Session, *, vacancy_id: int, top: int = TOP, now: datetime) -> list[Place]:
    """Return the places of one vacancy as they stand today, for other use cases, which say who may see them."""
    return settled(session, _places(session, Ranking.vacancy_id == vacancy_id, top=top), now=now)


def walk_rankings(session: Session, *, actor: Actor, top: int, now: datetime) -> Iterator[RankedRow]:
    """Yield the rankings of all open vacancies in order of vacancy number and rank; see `read_ranking`."""
    require(actor, "export_rankings")
    open_states = [status for status in VacancyStatus if status.is_open]
    there = set(session.scalars(select(Person.id).where(*_STILL_THERE)))
    is_open: ColumnElement[bool] = Vacancy.vacancy_status.in_(open_states)
    if reach_of_session(session) is not None:
        is_open = is_open & Vacancy.id.in_(list(session.scalars(select(Vacancy.id))))
    places = settled(session, _places(session, is_open, top=top), now=now)
    waivers = waivers_of(session, places, now=now)
    for place in places:
        if place.person_id in there:
            yield RankedRow(
                vacancy_no=place.vacancy_no,
                person_no=place.person_no,
                rank=place.rank,
                score=place.score,
                verdict=place.verdict,
                waivers=tuple(waivers.get((place.vacancy_id, place.person_id), ())),
            )


@seeing_everywhere
def _places(session: Session, condition: ColumnElement[bool], *, top: int) -> list[Place]:
    """Return the first places of some vacancies, by number of the vacancy; equal points by number of the person."""
    rows = session.execute(
        select(
            Vacancy.vacancy_no, Ranking.score, Person.person_no, Ranking.person_id, Ranking.verdict, Ranking.vacancy_id
        )
        .join(Vacancy, Vacancy.id == Ranking.vacancy_id)
        .join(Person, Person.id == Ranking.person_id)
        .where(condition)
    )
    # In Python: the collation of the database may order numbers differently.
    ordered = sorted((row[0], -row.score, *row[2:]) for row in rows)
    places = []
    for vacancy_no, own in groupby(ordered, key=itemgetter(0)):
        for rank, row in enumerate(islice(own, top), start=1):
            _, less_score, person_no, person_id, verdict, vacancy_id = row
            places.append(Place(vacancy_id, vacancy_no, rank, person_id, person_no, -less_score, verdict))
    return places
