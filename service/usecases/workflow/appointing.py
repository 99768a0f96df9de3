"""Appointments: from the public notice over the post to its end, each step a named human's."""

import json
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import Actor, require
from service.db import allocate_ids
from service.errors import InvalidInput
from service.models.appointments import Appointment, PublicityNotice
from service.models.candidacies import Candidacy
from service.models.people import Person
from service.models.vacancies import Vacancy
from service.usecases.days import day_of, term_end
from service.usecases.records.vacancy_moves import fill_if_complete
from service.usecases.revisions import bump
from service.usecases.workflow.appointment_guards import APPOINTMENT_GUARDS, appointment_subject
from service.usecases.workflow.candidacies import lock_candidacy
from service.usecases.workflow.candidacy_moves import CANDIDACY_GUARDS, candidacy_subject
from service.usecases.workflow.moving import Asked, check_version, follow, lock_row, make_move, role_with, write_move
from service.usecases.workflow.notice_fields import notice_fields
from service.usecases.workflow.review_labels import sync_labels
from service.usecases.workflow.round_records import lock_round
from service.usecases.workflow.rounds import close_if_settled
from service.usecases.workflow.terms import appointment_by_number
from service.workflow import workflow_in_force, working_days_after

__all__ = ["begin_appointment", "move_appointment"]

_ENDED = frozenset({"recalled", "finished", "resigned"})
#: Before the post was taken up the candidacy ends with it: withdrawn, or rejected where an objection stands.
_LEFT = frozenset({"recalled", "resigned"})
_OBJECTION_STANDS = ("rejected", ("R06",))


def begin_appointment(
    session: Session,
    *,
    actor: Actor,
    candidacy_no: str,
    version: int,
    office: str,
    office_phone: str,
    starts_on: date | None = None,
    n_working_days: int | None = None,
    now: datetime,
) -> Appointment:
    """Make the appointment of somebody who was decided on public.

    Parameters
    ----------
    session : Session
    actor : Actor
    candidacy_no : str
    version : int
        Of the candidacy, as it was read.
    office, office_phone : str
        Who takes objections.
    starts_on : date, optional
        First day of the notice; today unless given.
    n_working_days : int, optional
        Length of the notice, at least as long as the workflow asks for.
    now : datetime

    Raises
    ------
    NotFound
        If there is no such candidacy.
    VersionConflict, Conflict, Forbidden
        If it was changed since, was not decided on, lacks a signature, or is not the actor's to lead on.
    InvalidInput
        If the notice is too short or begins before today.
    """
    require(actor, "publish_notices")
    candidacy, _ = lock_candidacy(session, candidacy_no=candidacy_no, with_vacancy=True, now=now)
    subject = candidacy_subject(session, candidacy)
    check_version(subject, version)
    n_days = workflow_in_force().publicity_days if n_working_days is None else n_working_days
    first = _first_day(starts_on, n_days, now=now)
    asked = Asked(to="publicised", version=version)
    make_move(session, actor=actor, subject=subject, asked=asked, guards=CANDIDACY_GUARDS, now=now)
    appointment = _appointment(session, candidacy, now=now)
    write_move(
        session,
        actor=actor,
        role=role_with(actor, "publish_notices"),
        subject=appointment_subject(session, appointment),
        asked=Asked(to="publicity", version=1),
        before=None,
        now=now,
    )
    _issue(
        session, appointment, actor=actor, first=first, n_days=n_days, office=office, office_phone=office_phone, now=now
    )
    sync_labels(session, candidacy, actor=actor, now=now)
    return appointment


def move_appointment(
    session: Session, *, actor: Actor, appointment_no: str, asked: Asked, now: datetime
) -> Appointment:
    """Lead an appointment on.

    Parameters
    ----------
    session : Session
    actor : Actor
    appointment_no : str
    asked : Asked
        `more` may bring ``started_on`` and ``term_ends_on`` (date) where a post is taken up or renewed, and
        ``appraisal`` where it is appraised.
    now : datetime

    Raises
    ------
    NotFound
        If there is no such appointment.
    VersionConflict, Conflict, Forbidden, InvalidInput
        As in `make_move`.
    """
    require(actor, "move_appointments")
    found = appointment_by_number(session, actor=actor, appointment_no=appointment_no)
    if found.vacancy_id is not None:
        lock_row(session, Vacancy, found.vacancy_id)
    if found.candidacy is not None:
        lock_round(session, found.candidacy.shortlist, now=now)  # before the candidacy, as everybody does
    appointment = lock_row(session, Appointment, found.id)
    subject = appointment_subject(session, appointment)
    check_version(subject, asked.version)
    make_move(session, actor=actor, subject=subject, asked=asked, guards=APPOINTMENT_GUARDS, now=now)
    today = day_of(now)
    if asked.to == "in_post":
        _take_up(appointment, asked, today=today)
    if asked.to == "appraised":
        appointment.appraisal = asked.more["appraisal"]
    if asked.to == "renewed":
        appointment.term_ends_on = asked.more["term_ends_on"]
    if asked.to in _ENDED:
        appointment.ended_on = today
    session.flush()
    bump(session, "people", people=[appointment.person_id])
    _draw_consequences(session, appointment, actor=actor, asked=asked, before=subject.state, now=now)
    return appointment


def _draw_consequences(
    session: Session, appointment: Appointment, *, actor: Actor, asked: Asked, before: str, now: datetime
) -> None:
    if appointment.vacancy_id is not None and asked.to == "in_post":
        fill_if_complete(session, vacancy_id=appointment.vacancy_id, now=now)
    if appointment.candidacy_id is None:
        return
    candidacy = lock_row(session, Candidacy, appointment.candidacy_id)
    session.expire(candidacy, ["opinions", "replies", "signatures"])
    subject = candidacy_subject(session, candidacy)
    if asked.to == "in_post":
        follow(session, subject=subject, to="appointed", guards=CANDIDACY_GUARDS, now=now)
    elif asked.to in _LEFT and appointment.started_on is None:
        target, codes = _OBJECTION_STANDS if before == "objection" else ("withdrawn", ())
        left = Asked(
            to=target, version=candidacy.version, reason=asked.reason, reason_codes=asked.reason_codes or codes
        )
        make_move(session, actor=actor, subject=subject, asked=left, guards=CANDIDACY_GUARDS, now=now)
    candidacy.updated_at = now
    session.flush()
    sync_labels(session, candidacy, actor=actor, now=now)
    close_if_settled(session, shortlist_id=candidacy.shortlist_id, now=now)


def _take_up(appointment: Appointment, asked: Asked, *, today: date) -> None:
    started: date = asked.more.get("started_on") or today
    appointment.started_on = started
    n_months = appointment.vacancy.term_months if appointment.vacancy is not None else None
    appointment.term_ends_on = asked.more.get("term_ends_on") or (n_months and term_end(started, n_months)) or None


def _first_day(starts_on: date | None, n_days: int, *, now: datetime) -> date:
    least, today = workflow_in_force().publicity_days, day_of(now)
    if n_days < least:
        problem = Text(
            f"公示期 {n_days} 个工作日，少于 {least} 个工作日。",
            f"A notice of {n_days} working days is shorter than {least}.",
        )
        raise InvalidInput(problem, place="n_working_days", value=n_days, fields={"n_working_days": [problem]})
    if starts_on is not None and starts_on < today:
        problem = Text("公示不能始于今天之前。", "A notice does not begin before today.")
        raise InvalidInput(problem, place="starts_on", value=starts_on, fields={"starts_on": [problem]})
    return starts_on or today


def _appointment(session: Session, candidacy: Candidacy, *, now: datetime) -> Appointment:
    (row_id,) = allocate_ids(session, Appointment.__tablename__)
    vacancy = candidacy.shortlist.vacancy
    appointment = Appointment(
        id=row_id,
        appointment_no=f"A{day_of(now):%Y}-{row_id:06d}",
        person_id=candidacy.person_id,
        village_id=vacancy.village_id,
        vacancy_id=vacancy.id,
        candidacy_id=candidacy.id,
        post_type=vacancy.post_type,
        state="publicity",
    )
    session.add(appointment)
    session.flush()
    return appointment


def _issue(
    session: Session,
    appointment: Appointment,
    *,
    actor: Actor,
    first: date,
    n_days: int,
    office: str,
    office_phone: str,
    now: datetime,
) -> None:
    last = working_days_after(first - timedelta(days=1), n_days)
    (row_id,) = allocate_ids(session, PublicityNotice.__tablename__)
    notice = PublicityNotice(
        id=row_id,
        notice_no=f"N{day_of(now):%Y}-{row_id:06d}",
        appointment_id=appointment.id,
        starts_on=first,
        ends_on=last.on,
        n_working_days=n_days,
        is_end_unchecked=last.needs_manual_check,
        issued_by=actor.username,
        issued_at=now,
    )
    session.add(notice)
    person = session.get_one(Person, appointment.person_id)
    shown = notice_fields(person, appointment, first=first, last=last.on, office=office, office_phone=office_phone)
    notice.shown = json.dumps(shown, ensure_ascii=False)
    session.flush()
