"""Audit lines: every use case writes its own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from service.access import Actor
from service.db import allocate_ids
from service.models.audit import AuditEntry

__all__ = ["record"]


def record(
    session: Session,
    *,
    actor: Actor,
    action: str,
    subject_kind: str,
    subject_no: str,
    now: datetime,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Add one line to the audit log, in the transaction of the act itself.

    Parameters
    ----------
    session : Session
    actor : Actor
        Who acts.
    action : str
        What was done, as ``verb_noun``.
    subject_kind, subject_no : str
        What it was done to: kind and external number, never a name.
    now : datetime
        Aware moment.
    detail : mapping, optional
        Plain JSON values; no personal data.
    """
    (entry_id,) = allocate_ids(session, AuditEntry.__tablename__)
    session.add(
        AuditEntry(
            id=entry_id,
            at=now,
            actor=actor.username,
            action=action,
            subject_kind=subject_kind,
            subject_no=subject_no,
            detail=dict(detail or {}),
        )
    )
