"""Lines of the audit log: about somebody, of somebody, all of them; the newest first, each by one query."""

from collections.abc import Sequence

from sqlalchemy import Select, select, union
from sqlalchemy.orm import Session

from service.models.audit import AuditEntry, AuditSubject

__all__ = ["lines_about", "lines_of", "newest_lines"]


def lines_about(
    session: Session, *, kind: str, number: str, before: int | None = None, limit: int = 50
) -> Sequence[AuditEntry]:
    """Return the lines that name a record, be it as one of many on a list.

    Parameters
    ----------
    session : Session
    kind, number : str
        Such as ``person`` and its number.
    before : int, optional
        Only lines with a smaller number.
    limit : int
    """
    # Each half stops at its index after `limit` lines: a record that was seen a million times costs no more.
    own = select(AuditEntry.id).where(AuditEntry.subject_kind == kind, AuditEntry.subject_no == number)
    listed = select(AuditSubject.entry_id.label("id")).where(
        AuditSubject.subject_kind == kind, AuditSubject.subject_no == number
    )
    if before is not None:
        own, listed = own.where(AuditEntry.id < before), listed.where(AuditSubject.entry_id < before)
    halves = (
        own.order_by(AuditEntry.id.desc()).limit(limit).subquery(),
        listed.order_by(AuditSubject.entry_id.desc()).limit(limit).subquery(),
    )
    ids = union(*(select(half.c.id) for half in halves)).subquery()
    query = select(AuditEntry).join(ids, ids.c.id == AuditEntry.id)
    return session.scalars(query.order_by(AuditEntry.id.desc()).limit(limit)).all()


def lines_of(session: Session, *, username: str, before: int | None = None, limit: int = 50) -> Sequence[AuditEntry]:
    """Return what an account did."""
    return session.scalars(_page(select(AuditEntry).where(AuditEntry.actor == username), before, limit)).all()


def newest_lines(session: Session, *, before: int | None = None, limit: int = 50) -> Sequence[AuditEntry]:
    """Return the newest lines of all."""
    return session.scalars(_page(select(AuditEntry), before, limit)).all()


def _page(query: Select[AuditEntry], before: int | None, limit: int) -> Select[AuditEntry]:
    if before is not None:
        query = query.where(AuditEntry.id < before)
    return query.order_by(AuditEntry.id.desc()).limit(limit)
