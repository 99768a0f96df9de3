"""How villages and vacancies are listed, and found by their number."""

from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from matching.vocabulary import PostType, VacancyStatus
from service.models.runs import RankingHead
from service.models.vacancies import Vacancy
from service.models.villages import County, Township, Village
from service.queries.pages import Filter, Listing, by_choice, by_term, by_value

__all__ = ["ENOUGH", "N_ELIGIBLE", "VACANCIES", "VILLAGES", "vacancy_by_number", "village_by_code"]

_WITH_TOWNSHIP = joinedload(Village.township).joinedload(Township.county)
_WITH_VILLAGE = joinedload(Vacancy.village).joinedload(Village.township).joinedload(Township.county)
#: So many eligible people make a post covered.
ENOUGH = 3
#: How many people are eligible, as far as the last ranking of the vacancy told.
N_ELIGIBLE = func.coalesce(RankingHead.n_eligible, RankingHead.n_places)
_OPEN = tuple(status for status in VacancyStatus if status.is_open)


def _in_place(village_id: InstrumentedAttribute[int], code: InstrumentedAttribute[str]) -> Filter:
    def condition(_session: Session, _name: str, value: Any) -> ColumnElement[bool]:
        villages = select(Village.id).join(Village.township).join(Township.county).where(code == value)
        return village_id.in_(villages)

    return condition


def _is_open(_session: Session, _name: str, value: Any) -> ColumnElement[bool]:
    return Vacancy.vacancy_status.in_(_OPEN) if value else Vacancy.vacancy_status.not_in(_OPEN)


VILLAGES = Listing(
    model=Village,
    row_id=Village.id,
    key=Village.village_code,
    filters={
        "county_code": _in_place(Village.id, County.county_code),
        "township_code": _in_place(Village.id, Township.township_code),
        "village_code": by_value(Village.village_code),
        "name": by_value(Village.name),
        "is_provisional": by_value(Village.is_provisional),
        "industry": by_term(Village.industries),
    },
    sorts={"village_code": Village.village_code, "name": Village.name, "updated_at": Village.updated_at},
    options=(_WITH_TOWNSHIP,),
)


def _is_thin(_session: Session, _name: str, value: Any) -> ColumnElement[bool]:
    """Find open vacancies that too few people are eligible for, or the ranked ones that enough are."""
    of_enough = N_ELIGIBLE >= ENOUGH
    found = select(RankingHead.vacancy_id).where(~of_enough if value else of_enough)
    return and_(Vacancy.vacancy_status.in_(_OPEN), Vacancy.id.in_(found))


VACANCIES = Listing(
    model=Vacancy,
    row_id=Vacancy.id,
    key=Vacancy.vacancy_no,
    filters={
        "post_type": by_choice(Vacancy.post_type, PostType),
        "vacancy_status": by_choice(Vacancy.vacancy_status, VacancyStatus),
        "is_open": _is_open,
        "county_code": _in_place(Vacancy.village_id, County.county_code),
        "township_code": _in_place(Vacancy.village_id, Township.township_code),
        "village_code": _in_place(Vacancy.village_id, Village.village_code),
        "industry": by_term(Vacancy.industries),
        "vacancy_no": by_value(Vacancy.vacancy_no),
        "is_thin": _is_thin,
    },
    sorts={
        "vacancy_no": Vacancy.vacancy_no,
        "updated_at": Vacancy.updated_at,
        "post_type": Vacancy.post_type,
        "vacancy_status": Vacancy.vacancy_status,
        "deadline_on": Vacancy.deadline_on,
        "start_date": Vacancy.start_date,
        "is_open": case((Vacancy.vacancy_status.in_(_OPEN), 0), else_=1),
        "n_eligible": select(N_ELIGIBLE).where(RankingHead.vacancy_id == Vacancy.id).scalar_subquery(),
    },
    options=(_WITH_VILLAGE, joinedload(Vacancy.ranking_head)),
)


def village_by_code(session: Session, village_code: str) -> Village | None:
    """Return one village with township and county, or None."""
    return session.scalar(select(Village).where(Village.village_code == village_code).options(_WITH_TOWNSHIP))


def vacancy_by_number(session: Session, vacancy_no: str) -> Vacancy | None:
    """Return one vacancy with its village, or None."""
    return session.scalar(select(Vacancy).where(Vacancy.vacancy_no == vacancy_no).options(_WITH_VILLAGE))
