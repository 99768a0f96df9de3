"""What falls due with the day: vacancies past their deadline, terms that end, records that may no longer be kept.

Each is done at most once, however often this runs. Nobody is judged and no record is erased: that takes a named person
and a document.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from service import jobs
from service.access import Actor, require
from service.db import Database
from service.models.appointments import Appointment
from service.models.audit import AuditEntry
from service.queries.reaches import IN_OFFICE
from service.settings.retention import RetentionSettings
from service.usecases.auditing import audit
from service.usecases.cards.model_figures import renew_figures
from service.usecases.days import day_of
from service.usecases.incoming.uploads import forget_expired_uploads
from service.usecases.pending.announcing import announce
from service.usecases.records.record_moves import archive_due
from service.usecases.records.vacancy_moves import expire_overdue
from service.workflow import workflow_in_force

__all__ = ["DailyWork", "do_daily_work"]

_LEASE = "daily"
_REMINDER = "remind_of_term"


@dataclass(frozen=True, kw_only=True)
class DailyWork:
    """What was done.

    Parameters
    ----------
    expired, archived, reminded : tuple of str
        Numbers of the vacancies, of the people, and of the appointments.
    n_under_review : int
        Vacancies past their deadline that a review keeps open.
    n_to_erase : int
        Records that are due and wait for a named person to erase them.
    n_forgotten : int
        Uploaded files that nobody came back for.
    """

    expired: tuple[str, ...]
    reminded: tuple[str, ...]
    archived: tuple[str, ...]
    n_under_review: int
    n_to_erase: int
    n_forgotten: int


def do_daily_work(
    database: Database, *, actor: Actor, settings: RetentionSettings, owner: str, now: datetime
) -> DailyWork:
    """Do what falls due, each part in a transaction of its own.

    Parameters
    ----------
    database : Database
    actor : Actor
    settings : RetentionSettings
    owner : str
        Name of this process.
    now : datetime

    Raises
    ------
    Forbidden
        If the actor may not.
    WorkLocked
        If another process is at it.
    """
    with database.unit_of_work() as session:
        require(actor, "do_daily_work")
        jobs.take(session, name=_LEASE, owner=owner, now=now)
    try:
        with database.unit_of_work() as session:
            expired, n_under_review = expire_overdue(session, now=now)
        with database.unit_of_work() as session:
            reminded = _remind_of_terms(session, actor=actor, now=now)
        with database.unit_of_work() as session:
            archived, n_to_erase = archive_due(session, settings=settings, now=now)
        with database.unit_of_work() as session:
            n_forgotten = forget_expired_uploads(session, now=now)
        with database.unit_of_work() as session:
            renew_figures(session, actor=actor, now=now)
    finally:
        with database.unit_of_work() as session:
            jobs.release(session, name=_LEASE, owner=owner)
    return DailyWork(
        expired=tuple(expired),
        reminded=tuple(reminded),
        archived=tuple(archived),
        n_under_review=n_under_review,
        n_to_erase=n_to_erase,
        n_forgotten=n_forgotten,
    )


def _remind_of_terms(session: Session, *, actor: Actor, now: datetime) -> list[str]:
    """Tell those who lead appointments on, once for each reminder of the workflow and each end of a term."""
    today, reminders = day_of(now), sorted(workflow_in_force().remind_days)
    ending = select(Appointment).where(
        Appointment.state.in_(IN_OFFICE),
        Appointment.term_ends_on.is_not(None),
        Appointment.term_ends_on <= today + timedelta(days=reminders[-1]),
    )
    found = session.scalars(ending.options(joinedload(Appointment.village)).order_by(Appointment.id)).all()
    told = _reminders(session, [_number(one) for one in found])
    reminded = []
    for one in found:
        number, ends_on = _number(one), one.term_ends_on
        if ends_on is None:
            continue
        n_days = next(days for days in reminders if (ends_on - today).days <= days)
        if (number, ends_on.isoformat(), n_days) in told:
            continue
        announce(
            session, topic=f"term_ends_in_{n_days}_days", subject_no=number, rights=["move_appointments"],
            actor=actor, now=now, village_code=one.village.village_code,
        )  # fmt: skip
        audit.record(
            session, actor=actor, action=_REMINDER, subject_kind="appointment", subject_no=number, now=now,
            detail={"term_ends_on": ends_on.isoformat(), "n_days": n_days},
        )  # fmt: skip
        reminded.append(number)
    return reminded


def _number(appointment: Appointment) -> str:
    return appointment.appointment_no or f"#{appointment.id}"  # registered with no round of ours


def _reminders(session: Session, numbers: list[str]) -> set[tuple[str, str, int]]:
    """Return which reminders the log knows: appointment, end of its term, days before it."""
    lines = select(AuditEntry.subject_no, AuditEntry.detail).where(
        AuditEntry.subject_kind == "appointment", AuditEntry.subject_no.in_(numbers), AuditEntry.action == _REMINDER
    )
    return {(number, told["term_ends_on"], told["n_days"]) for number, told in session.execute(lines)}
