"""Who holds which post until when: appointments, one of them, and the terms that end soon."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from matching.vocabulary import Text
from service.access import Actor, require
from service.access.masking import Shown, masks_of
from service.models.appointments import Appointment
from service.models.candidacies import Candidacy
from service.models.moves import Move
from service.models.shortlists import Shortlist
from service.queries.reaches import IN_OFFICE
from service.queries.veils import veil_people
from service.usecases.auditing import audit
from service.usecases.days import day_of
from service.usecases.paging import Page
from service.usecases.privacy.hidden_words import hide_people_in, hide_words
from service.usecases.privacy.masks import veil_identity
from service.usecases.records.single_records import not_found
from service.usecases.workflow.move_histories import moves_of
from service.workflow import workflow_in_force

__all__ = [
    "WITH_APPOINTMENT",
    "AppointmentView",
    "EndingTerm",
    "appointment_by_number",
    "get_appointment",
    "list_appointments",
    "terms_ending",
    "veil_appointments",
]


@dataclass(frozen=True, kw_only=True)
class AppointmentView:
    """An appointment and how it came to where it stands."""

    appointment: Appointment
    moves: Sequence[Move]


@dataclass(frozen=True, kw_only=True)
class EndingTerm:
    """A term that ends soon, or has ended without anybody saying what follows.

    Parameters
    ----------
    appointment : Appointment
    n_days_left : int
        Negative when the term is over.
    reminder : int
        Which reminder is due: the smallest number of days of the workflow that the term is within.
    months_to_retirement : int or None
        From today, as the record says today; None where it is not known.
    retires_before_end : bool or None
        Whether the person retires before the term ends; None where the reader may not know their age.
    """

    appointment: Appointment
    n_days_left: int
    reminder: int
    months_to_retirement: int | None
    retires_before_end: bool | None


def appointment_by_number(session: Session, *, actor: Actor, appointment_no: str) -> Appointment:
    """Return one appointment.

    Raises
    ------
    NotFound
        If there is none of this number.
    """
    require(actor, "read_appointments")
    found = session.scalar(select(Appointment).where(Appointment.appointment_no == appointment_no))
    if found is None:
        raise not_found(Text("任职", "appointment"), appointment_no, place="appointment_no")
    numbers, subject = [found.person.person_no], ("appointment", appointment_no)
    audit.record_views(session, actor=actor, numbers=numbers, action="view_appointment", subject=subject)
    return found


def get_appointment(session: Session, *, actor: Actor, appointment_no: str) -> AppointmentView:
    """Return one appointment with its notices and moves.

    Raises
    ------
    NotFound
        If there is none of this number.
    """
    found = appointment_by_number(session, actor=actor, appointment_no=appointment_no)
    moves = moves_of(session, "appointment", found.id)
    if veil_appointments(session, [found], actor=actor):
        hide_words(found.notices)
        hide_people_in(moves, [found.person], actor=actor, hidden={found.person_id})
    return AppointmentView(appointment=found, moves=moves)


def appointments_of_list(session: Session, *, actor: Actor, shortlist_no: str) -> dict[str, str]:
    """Return the numbers of the appointments that came of a list, by the number of the candidacy; nobody is named."""
    require(actor, "read_appointments")
    wanted = (
        select(Candidacy.candidacy_no, Appointment.appointment_no)
        .join(Appointment, Appointment.candidacy_id == Candidacy.id)
        .join(Shortlist, Shortlist.id == Candidacy.shortlist_id)
        .where(Shortlist.shortlist_no == shortlist_no, Appointment.appointment_no.is_not(None))
        .order_by(Appointment.id)
    )
    return {candidacy_no: appointment_no or "" for candidacy_no, appointment_no in session.execute(wanted)}


def list_appointments(
    session: Session, *, actor: Actor, state: str | None = None, page: int = 1, page_size: int = 20
) -> Page[Appointment]:
    """Return one page of appointments, the newest first."""
    require(actor, "read_appointments")
    query = select(Appointment)
    if state is not None:
        query = query.where(Appointment.state == state)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    wanted = (
        query.options(*WITH_APPOINTMENT).order_by(Appointment.id.desc()).offset((page - 1) * page_size).limit(page_size)
    )
    items = list(session.scalars(wanted))
    numbers = [one.person.person_no for one in items]
    audit.record_views(session, actor=actor, numbers=numbers, action="list_appointments")
    veil_appointments(session, items, actor=actor)
    return Page(items=items, total=total, page=page, page_size=page_size)


def terms_ending(session: Session, *, actor: Actor, now: datetime) -> list[EndingTerm]:
    """Return the terms of people in office that end within the longest reminder, the soonest first."""
    require(actor, "read_appointments")
    today, reminders = day_of(now), sorted(workflow_in_force().remind_days)
    wanted = select(Appointment).where(
        Appointment.state.in_(IN_OFFICE),
        Appointment.term_ends_on.is_not(None),
        Appointment.term_ends_on <= today + timedelta(days=reminders[-1]),
    )
    found = session.scalars(wanted.options(*WITH_APPOINTMENT).order_by(Appointment.term_ends_on, Appointment.id)).all()
    numbers = [one.person.person_no for one in found]
    audit.record_views(session, actor=actor, numbers=numbers, action="list_terms_ending")
    hidden = veil_appointments(session, found, actor=actor)
    return [
        _ending(one, one.term_ends_on, today=today, reminders=reminders, tells_age=one.id not in hidden)
        for one in found
        if one.term_ends_on
    ]


def veil_appointments(session: Session, found: Sequence[Appointment], *, actor: Actor) -> set[int]:
    """Hide who people are from whom it is hidden, by role or in a blind review; return of which appointments."""
    blind = {one.id for one in found if veil_people(session, [one.person], actor=actor, vacancy_id=one.vacancy_id)}
    if masks_of(actor).identity is Shown.FULL:
        return blind
    veil_identity((one.person for one in found), actor=actor)
    return {one.id for one in found}


WITH_APPOINTMENT = (joinedload(Appointment.person), joinedload(Appointment.village), joinedload(Appointment.vacancy))


def _is_before(retires: date | None, ends_on: date) -> bool:
    return retires is not None and (retires.year, retires.month) < (ends_on.year, ends_on.month)


def _n_months(start: date, end: date) -> int:
    return (end.year - start.year) * 12 + end.month - start.month


def _ending(
    appointment: Appointment, ends_on: date, *, today: date, reminders: Sequence[int], tells_age: bool
) -> EndingTerm:
    n_days_left = (ends_on - today).days
    retires = appointment.person.retirement_month if tells_age else None
    return EndingTerm(
        appointment=appointment,
        n_days_left=n_days_left,
        reminder=next(days for days in reminders if n_days_left <= days),
        months_to_retirement=None if retires is None else _n_months(today, retires),
        retires_before_end=_is_before(retires, ends_on) if tells_age else None,
    )
