"""The retention clock: from when a record is no longer needed, until when it may be kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matching.vocabulary import RecordStatus
from service.access import Actor, require
from service.models.appointments import Appointment
from service.models.people import Person
from service.models.privacy import Consent
from service.models.territories import is_at_home
from service.settings.retention import RetentionSettings
from service.usecases import audit
from service.usecases.days import day_of, term_end
from service.usecases.legal_holds import holds_in_force

__all__ = ["Ground", "RetentionClock", "clocks_of", "list_due"]

Ground = Literal["withdrawn", "archived", "term_ended"]


@dataclass(frozen=True, kw_only=True)
class RetentionClock:
    """When a person's record is due for erasure.

    Parameters
    ----------
    person : Person
    ground : {"withdrawn", "archived", "term_ended"}
        What ended the purpose.
    started_on, due_on : date
    is_held : bool
        Whether an order to keep it stands against it.
    """

    person: Person
    ground: Ground
    started_on: date
    due_on: date
    is_held: bool


def list_due(
    session: Session, *, actor: Actor, settings: RetentionSettings, now: datetime, within_days: int = 0
) -> list[RetentionClock]:
    """Return whose record is due, or will be within some days; the longest due first.

    Raises
    ------
    Forbidden
        If the actor may not read the clock.
    """
    require(actor, "read_retention")
    today = day_of(now)
    clocks = clocks_of(session, settings=settings, today=today)
    due = [clock for clock in clocks if (clock.due_on - today).days <= within_days and _is_at_home(session, clock)]
    audit.record_views(session, actor=actor, numbers=[one.person.person_no for one in due], action="list_due")
    return sorted(due, key=lambda clock: (clock.due_on, clock.person.person_no))


def _is_at_home(session: Session, clock: RetentionClock) -> bool:
    """Whether the department of the session's actor answers for the record; candidates from elsewhere it only sees."""
    person = clock.person
    return is_at_home(
        session,
        county_id=person.home_county_id,
        township_id=person.home_township_id,
        village_id=person.home_village_id,
        employer=person.employer,
    )


def clocks_of(
    session: Session, *, settings: RetentionSettings, today: date, person_ids: Iterable[int] | None = None
) -> list[RetentionClock]:
    """Return the running clocks, one for each person: of several grounds the one that is due first."""
    wanted = None if person_ids is None else sorted(person_ids)
    started: dict[int, list[tuple[date, Ground, date]]] = {}
    for ground, months, days in (
        ("withdrawn", settings.withdrawn_months, _withdrawn(session, wanted)),
        ("archived", settings.archived_months, _archived(session, wanted)),
        ("term_ended", settings.term_months, _term_ended(session, wanted, today)),
    ):
        for person_id, day in days.items():
            due = term_end(day, months) if months else day
            started.setdefault(person_id, []).append((due, ground, day))  # type: ignore[arg-type]  # the words above are grounds
    people = {one.id: one for one in session.scalars(select(Person).where(Person.id.in_(started)))}
    held = {hold.person_id for hold in holds_in_force(session, people, on=today)}
    return [
        RetentionClock(person=people[person_id], ground=ground, started_on=day, due_on=due, is_held=person_id in held)
        for person_id, ((due, ground, day), *_) in ((key, sorted(value)) for key, value in started.items())
        if person_id in people and people[person_id].record_status is not RecordStatus.ERASED
    ]


def _withdrawn(session: Session, ids: list[int] | None) -> dict[int, date]:
    """Return since when those have withdrawn who do not agree to being matched any more."""
    query = (
        select(Consent.person_id, func.max(Consent.withdrawn_on))
        .join(Person, Person.id == Consent.person_id)
        .where(Consent.withdrawn_on.is_not(None), Person.consent_matching.is_(False))
        .group_by(Consent.person_id)
    )
    query = query if ids is None else query.where(Consent.person_id.in_(ids))
    return {person_id: day for person_id, day in session.execute(query) if day is not None}


def _archived(session: Session, ids: list[int] | None) -> dict[int, date]:
    """Return since when records are archived: nobody changes an archived record, its last change was that."""
    query = select(Person.id, Person.updated_at).where(Person.record_status == RecordStatus.ARCHIVED)
    query = query if ids is None else query.where(Person.id.in_(ids))
    return {person_id: day_of(at) for person_id, at in session.execute(query)}


def _term_ended(session: Session, ids: list[int] | None, today: date) -> dict[int, date]:
    """Return when the last term ended of those who hold no post and have left the matching."""
    query = (
        select(Appointment.person_id, func.max(Appointment.ended_on), func.count(), func.count(Appointment.ended_on))
        .join(Person, Person.id == Appointment.person_id)
        .where(Person.consent_matching.is_not(True))
        .group_by(Appointment.person_id)
    )
    query = query if ids is None else query.where(Appointment.person_id.in_(ids))
    return {
        person_id: last
        for person_id, last, n, n_ended in session.execute(query)
        if last is not None and n == n_ended and last <= today
    }
