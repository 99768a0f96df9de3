"""Yearly appraisals that are due: who is in a post and was not appraised for the year that is over."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, exists, func, literal, select
from sqlalchemy.orm import Session

from service.access import Actor, require
from service.models.appointments import Appointment
from service.models.moves import Move
from service.models.villages import Village
from service.queries.reaches import IN_OFFICE
from service.usecases.auditing import audit
from service.usecases.days import day_of
from service.usecases.paging import Page
from service.usecases.pending.work_counts import Pending, counted, within
from service.usecases.workflow.terms import WITH_APPOINTMENT, veil_appointments

__all__ = ["AppraisalYear", "appraisal_year", "count_appraisals", "list_appraisals_due"]

_ZONE = ZoneInfo("Asia/Shanghai")
# The product's own figures, no law: whoever held the post for half of a year is appraised for it, from its last month
# on and until the end of March.
_FROM = (12, 1)
_IN_POST_BY = (6, 30)
_DUE = (3, 31)


@dataclass(frozen=True, kw_only=True)
class AppraisalYear:
    """The year that is appraised, and by when."""

    year: int
    due_on: date
    is_overdue: bool


def appraisal_year(now: datetime) -> AppraisalYear:
    """Return the year whose appraisals are due: the present one in December, else the one before."""
    today = day_of(now)
    year = today.year if (today.month, today.day) >= _FROM else today.year - 1
    due_on = date(year + 1, *_DUE)
    return AppraisalYear(year=year, due_on=due_on, is_overdue=today > due_on)


def list_appraisals_due(
    session: Session, *, actor: Actor, page: int = 1, page_size: int = 50, now: datetime
) -> Page[Appointment]:
    """Return whose appraisal for the year is missing, the longest in the post first.

    Raises
    ------
    Forbidden
        If the actor may not read appointments.
    """
    require(actor, "read_appointments")
    query = _due(appraisal_year(now).year)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    in_order = query.options(*WITH_APPOINTMENT).order_by(Appointment.started_on, Appointment.id)
    items = list(session.scalars(in_order.offset((page - 1) * page_size).limit(page_size)))
    numbers = [one.person.person_no for one in items]
    audit.record_views(session, actor=actor, numbers=numbers, action="list_appraisals_due")
    veil_appointments(session, items, actor=actor)
    return Page(items, total, page, page_size)


def count_appraisals(session: Session, actor: Actor, now: datetime) -> Pending:
    """Count the appraisals that are due in the territory of an account; after the last day all of them are overdue."""
    year = appraisal_year(now)
    query = _due(year.year).with_only_columns(Appointment.id).join(Village, Village.id == Appointment.village_id)
    return counted(session, query.where(within(actor)), literal(year.is_overdue))


def _due(year: int) -> Select[Any]:
    since = datetime.combine(date(year, *_FROM), time.min, _ZONE)
    appraised = exists().where(
        Move.subject_kind == "appointment",
        Move.subject_id == Appointment.id,
        Move.to_state == "appraised",
        Move.at >= since,
    )
    return select(Appointment).where(
        Appointment.state.in_(IN_OFFICE), Appointment.started_on <= date(year, *_IN_POST_BY), ~appraised
    )
