"""The retention clock: from when a record is no longer needed, until when it may be kept."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matching.vocabulary import RecordStatus
from service.access import Actor, TerritoryKind, require
from service.models.appointments import Appointment
from service.models.people import Person
from service.models.privacy import Consent
from service.models.territories import is_at_home, reach_of_session
from service.settings.retention import RetentionSettings
from service.usecases.auditing import audit
from service.usecases.days import day_of, term_end
from service.usecases.paging import Page
from service.usecases.pending.work_counts import Pending
from service.usecases.privacy.legal_holds import holds_in_force
from service.usecases.privacy.masks import seen_person

__all__ = ["Ground", "RetentionClock", "clocks_of", "count_due_records", "list_due", "page_of_due"]

_ERASED_WITHIN = timedelta(days=30)

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
    due = _due(session, settings=settings, today=day_of(now), within_days=within_days)
    audit.record_views(session, actor=actor, numbers=[one.person.person_no for one in due], action="list_due")
    return due


def page_of_due(
    session: Session,
    *,
    actor: Actor,
    settings: RetentionSettings,
    now: datetime,
    within_days: int = 0,
    page: int = 1,
    page_size: int = 50,
) -> Page[RetentionClock]:
    """Return one page of `list_due`, with the people as the actor may see them; only who is shown was looked at.

    Raises
    ------
    Forbidden
        If the actor may not read the clock.
    """
    require(actor, "read_retention")
    due = _due(session, settings=settings, today=day_of(now), within_days=within_days)
    shown = due[(page - 1) * page_size : page * page_size]
    audit.record_views(session, actor=actor, numbers=[one.person.person_no for one in shown], action="list_due")
    items = [replace(clock, person=seen_person(session, clock.person, actor=actor)) for clock in shown]
    return Page(items, len(due), page, page_size)


def count_due_records(session: Session, _actor: Actor, now: datetime, settings: RetentionSettings) -> Pending:
    """Count the records that are due and that nothing keeps, in the territory of the session's actor."""
    today = day_of(now)
    due = [one for one in _due(session, settings=settings, today=today, within_days=0) if not one.is_held]
    return Pending(len(due), sum(one.due_on < today - _ERASED_WITHIN for one in due))


def _due(session: Session, *, settings: RetentionSettings, today: date, within_days: int) -> list[RetentionClock]:
    """Return whose clock has run down for whom the department of the session's actor answers, the longest due first.

    Candidates from elsewhere it only sees.
    """
    known: dict[tuple[Any, ...], bool] = {}

    def answers_for(person: Person) -> bool:
        places = (person.home_county_id, person.home_township_id, person.home_village_id)
        employer = person.employer if is_of_unit else None
        if (*places, employer) not in known:
            known[*places, employer] = is_at_home(
                session, county_id=places[0], township_id=places[1], village_id=places[2], employer=employer
            )
        return known[*places, employer]

    reach = reach_of_session(session)
    is_of_unit = reach is not None and reach.territory.kind is TerritoryKind.UNIT
    clocks = clocks_of(session, settings=settings, today=today)
    due = [one for one in clocks if (one.due_on - today).days <= within_days and answers_for(one.person)]
    return sorted(due, key=lambda clock: (clock.due_on, clock.person.person_no))


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
