"""How people are listed, and found by their number."""

from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from matching.vocabulary import RecordStatus, TalentSource
from service.models.people import Person
from service.models.villages import County, Township, Village
from service.queries.pages import Filter, Listing, by_blind_index, by_choice, by_term, by_value

__all__ = ["PEOPLE", "person_by_number"]

_WITH_HOME = (
    joinedload(Person.home_village).joinedload(Village.township).joinedload(Township.county),
    joinedload(Person.home_township),
    joinedload(Person.home_county),
)


def _at_home_in(link: InstrumentedAttribute[Any], place_id: InstrumentedAttribute[int], code: Any) -> Filter:
    def condition(_session: Session, _name: str, value: Any) -> ColumnElement[bool]:
        return link == select(place_id).where(code == value).scalar_subquery()

    return condition


PEOPLE = Listing(
    model=Person,
    row_id=Person.id,
    key=Person.person_no,
    filters={
        "talent_source": by_choice(Person.talent_source, TalentSource),
        "record_status": by_choice(Person.record_status, RecordStatus),
        "county_code": _at_home_in(Person.home_county_id, County.id, County.county_code),
        "township_code": _at_home_in(Person.home_township_id, Township.id, Township.township_code),
        "village_code": _at_home_in(Person.home_village_id, Village.id, Village.village_code),
        "industry": by_term(Person.industries),
        "name": by_blind_index(Person.name_index, "people.name"),
        "id_number": by_blind_index(Person.id_number_index, "people.id_number"),
        "phone": by_blind_index(Person.phone_index, "people.phone"),
        "consent_matching": by_value(Person.consent_matching),
        "person_no": by_value(Person.person_no),
    },
    sorts={
        "person_no": Person.person_no,
        "updated_at": Person.updated_at,
        "talent_source": Person.talent_source,
        "record_status": Person.record_status,
    },
    options=_WITH_HOME,
)


def person_by_number(session: Session, person_no: str) -> Person | None:
    """Return one person with the home, or None."""
    return session.scalar(select(Person).where(Person.person_no == person_no).options(*_WITH_HOME))
