"""Counting what waits: how much, how much for too long, and what lies in the territory of an account."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, false, func, select, true
from sqlalchemy.orm import Session

from service.access import Actor, TerritoryKind
from service.models.appointments import Appointment
from service.models.villages import Village
from service.queries.reaches import IN_OFFICE
from service.usecases.days import day_of

__all__ = ["Pending", "count_terms", "counted", "within"]

_TERM_REMINDER = timedelta(days=90)


class Pending(NamedTuple):
    """How much waits, and how much of it for too long."""

    n: int
    n_overdue: int


def counted(session: Session, query: Select[Any], is_overdue: ColumnElement[bool]) -> Pending:
    """Count the rows of a query, and those of them that are overdue."""
    rows = query.add_columns(is_overdue.label("is_overdue")).subquery()
    overdue = func.count().filter(rows.c.is_overdue)
    n, n_overdue = session.execute(select(func.count(), overdue).select_from(rows)).one()
    return Pending(n, n_overdue)


def within(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that `Village` lies in the territory of an account."""
    territory = actor.territory
    if territory.kind.is_everything:
        return true()
    if territory.kind in {TerritoryKind.COUNTY, TerritoryKind.TOWNSHIP, TerritoryKind.VILLAGE} and territory.code:
        # The code of a village begins with those of its county and township.
        return Village.village_code.startswith(territory.code, autoescape=True)
    return false()


def count_terms(session: Session, actor: Actor, now: datetime) -> Pending:
    """Count the terms in the territory of an account that end soon; overdue are those that have ended."""
    today = day_of(now)
    query = select(Appointment.id).join(Village, Village.id == Appointment.village_id)
    near = query.where(
        Appointment.state.in_(IN_OFFICE), Appointment.term_ends_on <= today + _TERM_REMINDER, within(actor)
    )
    return counted(session, near, Appointment.term_ends_on < today)
