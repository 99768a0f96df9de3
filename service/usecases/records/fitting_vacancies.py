"""Which vacancies fit a person: the places in the present rankings; each score belongs to the pair."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from matching.vocabulary import Verdict
from service.access import Actor, require
from service.models.runs import Ranking
from service.models.vacancies import Vacancy
from service.models.villages import Township, Village
from service.usecases.auditing import audit
from service.usecases.lists.rankings import TOP, places_for
from service.usecases.records.people import get_person

__all__ = ["FittingVacancy", "list_fitting_vacancies"]


@dataclass(frozen=True, kw_only=True)
class FittingVacancy:
    """One vacancy in whose ranking a person stands.

    Parameters
    ----------
    vacancy : Vacancy
    rank, n_ranked : int
        The place, and how many places the ranking has.
    score : int
        Hundredths of a point, of the person for this vacancy.
    verdict : Verdict
    """

    vacancy: Vacancy
    rank: int
    n_ranked: int
    score: int
    verdict: Verdict


def list_fitting_vacancies(
    session: Session, *, actor: Actor, person_no: str, limit: int = 8, now: datetime
) -> list[FittingVacancy]:
    """Return the open vacancies that fit a person best, as things stand since the last rescoring.

    Raises
    ------
    NotFound
        If nobody has this number.
    """
    require(actor, "read_rankings")
    person = get_person(session, actor=actor, person_no=person_no)
    best = (
        select(Vacancy)
        .join(Ranking, Ranking.vacancy_id == Vacancy.id)
        .where(Ranking.person_id == person.id)
        .options(joinedload(Vacancy.village).joinedload(Village.township).joinedload(Township.county))
        .order_by(Ranking.score.desc(), Vacancy.vacancy_no)
        .limit(limit)
    )
    vacancies = {vacancy.id: vacancy for vacancy in session.scalars(best) if vacancy.vacancy_status.is_open}
    found = []
    for vacancy_id, vacancy in vacancies.items():
        places = places_for(session, vacancy_id=vacancy_id, top=TOP, now=now)
        own = next((place for place in places if place.person_id == person.id), None)
        if own is not None:
            found.append(
                FittingVacancy(
                    vacancy=vacancy, rank=own.rank, n_ranked=len(places), score=own.score, verdict=own.verdict
                )
            )
    audit.record_view(session, actor=actor, kind="person", number=person.person_no, action="view_fitting_vacancies")
    return found
