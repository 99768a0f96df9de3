"""Counts of the registry for the overview page and the doctor."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matching.vocabulary import RecordStatus, TalentSource, VacancyStatus
from service.access import Actor, require
from service.models.installation import UnmappedTerm
from service.models.people import Person
from service.models.runs import Ranking
from service.models.shortlists import Shortlist
from service.models.territories import of_own_registry
from service.models.vacancies import Vacancy

__all__ = ["RegistryCounts", "count_registry"]

_LEFT = (RecordStatus.ARCHIVED, RecordStatus.ERASED)


@dataclass(frozen=True, kw_only=True)
class RegistryCounts:
    """How much there is of everything.

    Parameters
    ----------
    n_people : int
        Records that are in the pool, whatever their state.
    n_by_source : dict
        The same by talent source.
    n_verified_by_source : dict
        Only verified records.
    n_open_vacancies, n_ranked_vacancies, n_shortlists, n_unmapped_terms : int
    """

    n_people: int
    n_by_source: dict[TalentSource, int]
    n_verified_by_source: dict[TalentSource, int]
    n_open_vacancies: int
    n_ranked_vacancies: int
    n_shortlists: int
    n_unmapped_terms: int


def count_registry(session: Session, *, actor: Actor) -> RegistryCounts:
    """Count people by pool, vacancies, shortlists and open work."""
    require(actor, "read_people")
    by = (Person.talent_source, Person.record_status)
    grouped = select(*by, func.count()).where(of_own_registry(session)).group_by(*by)
    n_by_source: dict[TalentSource, int] = dict.fromkeys(TalentSource, 0)
    n_verified: dict[TalentSource, int] = dict.fromkeys(TalentSource, 0)
    for source, status, n in session.execute(grouped):
        n_by_source[source] += n if status not in _LEFT else 0
        n_verified[source] += n if status is RecordStatus.VERIFIED else 0
    open_states = [status for status in VacancyStatus if status.is_open]
    return RegistryCounts(
        n_people=sum(n_by_source.values()),
        n_by_source=n_by_source,
        n_verified_by_source=n_verified,
        n_open_vacancies=_count(
            session, select(func.count()).select_from(Vacancy).where(Vacancy.vacancy_status.in_(open_states))
        ),
        n_ranked_vacancies=_count(session, select(func.count(Ranking.vacancy_id.distinct()))),
        n_shortlists=_count(session, select(func.count()).select_from(Shortlist)),
        n_unmapped_terms=_count(session, select(func.count()).select_from(UnmappedTerm)),
    )


def _count(session: Session, query: object) -> int:
    return session.scalar(query) or 0  # type: ignore[call-overload]  # any select of one number
