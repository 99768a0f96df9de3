"""How people are listed, and found by their number."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from matching.vocabulary import RecordStatus, TalentSource
from service.db import actor_of, vault_of
from service.models.identity import WITH_ABSORBED
from service.models.people import Person
from service.models.territories import of_own_registry
from service.models.villages import County, Township, Village
from service.queries.merges import survivor_numbers, survivors_of
from service.queries.name_order import places_by_name
from service.queries.name_search import by_name
from service.queries.pages import Filter, Listing, by_blind_index, by_choice, by_term, by_value
from service.queries.reaches import by_reach
from service.queries.veils import hidden_people

__all__ = ["PEOPLE", "person_by_number"]

_CALENDAR = ZoneInfo("Asia/Shanghai")
_WITH_HOME = (
    joinedload(Person.home_village).joinedload(Village.township).joinedload(Township.county),
    joinedload(Person.home_township),
    joinedload(Person.home_county),
)


def _at_home_in(link: InstrumentedAttribute[Any], place_id: InstrumentedAttribute[int], code: Any) -> Filter:
    def condition(_session: Session, _name: str, value: Any) -> ColumnElement[bool]:
        return link == select(place_id).where(code == value).scalar_subquery()

    return condition


def _by_number(session: Session, _name: str, value: Any) -> ColumnElement[bool]:
    number = str(value)
    return Person.person_no == survivor_numbers(session, [number]).get(number, number)


def _by_id_number(session: Session, _name: str, value: Any) -> ColumnElement[bool]:
    """Find a person also by the id number of a record that was merged into theirs."""
    indexes = vault_of(session).blind_indexes("people.id_number", str(value))
    absorbed = session.scalars(
        select(Person.id).where(Person.id_number_index.in_(indexes), Person.merged_into_id.is_not(None)),
        execution_options={WITH_ABSORBED: True},
    )
    survivors = set(survivors_of(session, absorbed).values())
    return or_(Person.id_number_index.in_(indexes), Person.id.in_(survivors))


def _by_what_tells(condition: Filter) -> Filter:
    """Find by what a blind review hides nobody who stands in one of the reader's: an answer would tell who it is."""

    def narrowed(session: Session, name: str, value: Any) -> ColumnElement[bool]:
        hidden = _hidden(session)
        found = condition(session, name, value)
        return and_(found, Person.id.not_in(sorted(hidden))) if hidden else found

    return narrowed


def _places(session: Session) -> Mapping[int, int]:
    """Return the places by name; who is hidden stands behind all others."""
    places, hidden = places_by_name(session), _hidden(session)
    return {one: len(places) if one in hidden else place for one, place in places.items()} if hidden else places


def _hidden(session: Session) -> frozenset[int]:
    reader = actor_of(session)
    return hidden_people(session, actor=reader) if reader else frozenset()


def _registered_from(_session: Session, _name: str, value: Any) -> ColumnElement[bool]:
    """Find who joined the pools on a day or later; rows of earlier releases count by when they were made."""
    since = datetime.combine(value, time(), tzinfo=_CALENDAR)
    return or_(Person.registered_on >= value, and_(Person.registered_on.is_(None), Person.created_at >= since))


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
        "name": _by_what_tells(by_name),
        "id_number": _by_what_tells(_by_id_number),
        "phone": _by_what_tells(by_blind_index(Person.phone_index, "people.phone")),
        "education": by_value(Person.education),
        "consent_matching": by_value(Person.consent_matching),
        "person_no": _by_number,
        "reached": by_reach,
        "registered_from": _registered_from,
    },
    sorts={
        "person_no": Person.person_no,
        "updated_at": Person.updated_at,
        "talent_source": Person.talent_source,
        "record_status": Person.record_status,
    },
    options=_WITH_HOME,
    computed={"name": _places},
    within=of_own_registry,
)


def person_by_number(session: Session, person_no: str) -> Person | None:
    """Return one person with the home, or None; the number of a record that was merged leads to the survivor."""
    wanted = select(Person).options(*_WITH_HOME)
    person = session.scalar(wanted.where(Person.person_no == person_no))
    if person is None and (leading := survivor_numbers(session, [person_no])):
        person = session.scalar(wanted.where(Person.person_no == leading[person_no]))
    return person
