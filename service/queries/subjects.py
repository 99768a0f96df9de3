"""Who and what a change of a village is about."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from service.models.people import Person
from service.models.territories import seeing_everywhere
from service.models.vacancies import Vacancy

__all__ = ["people_in", "vacancies_in"]

_IN_ONE_QUERY = 500


def people_in(session: Session, village_ids: Collection[int]) -> set[int]:
    """Return the ids of everybody whose home is in one of the villages."""
    return _ids(session, Person.id, Person.home_village_id, village_ids)


def vacancies_in(session: Session, village_ids: Collection[int]) -> set[int]:
    """Return the ids of all vacancies of the villages."""
    return _ids(session, Vacancy.id, Vacancy.village_id, village_ids)


@seeing_everywhere
def _ids(
    session: Session, row_id: InstrumentedAttribute[int], village: InstrumentedAttribute[Any], ids: Collection[int]
) -> set[int]:
    found: set[int] = set()
    wanted = sorted(ids)
    for start in range(0, len(wanted), _IN_ONE_QUERY):
        found.update(session.scalars(select(row_id).where(village.in_(wanted[start : start + _IN_ONE_QUERY]))))
    return found
