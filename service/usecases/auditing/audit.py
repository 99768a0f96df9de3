"""Audit lines: every use case writes its own; they are chained and written when its transaction commits."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from service.access import OPERATOR, Actor
from service.audit_lines import AuditLine
from service.db import PENDING_LINES
from service.usecases.auditing.audit_chain import append_lines, chain_unchained

__all__ = ["chain_older_lines", "record", "record_view", "record_views"]

_MARKS = "audit_marks"


def record(
    session: Session,
    *,
    actor: Actor,
    action: str,
    subject_kind: str,
    subject_no: str,
    now: datetime | None,
    detail: Mapping[str, Any] | None = None,
    subjects: Iterable[tuple[str, str]] = (),
) -> None:
    """Add one line to the audit log, in the transaction of the act itself.

    A session that only reads writes its lines in a transaction of their own, before anything is shown.

    Parameters
    ----------
    session : Session
    actor : Actor
        Who acts.
    action : str
        What was done, as ``verb_noun``.
    subject_kind, subject_no : str
        What it was done to: kind and external number, never a name.
    now : datetime or None
        Aware moment; None: that of the occasion on which the session was opened.
    detail : mapping, optional
        Plain JSON values; no personal data.
    subjects : iterable of (kind, number), optional
        Whom else it was done to.
    """
    pending: list[AuditLine] = session.info.setdefault(PENDING_LINES, [])
    pending.append(
        AuditLine(
            at=now,
            actor=actor.username,
            role=actor.role_names,
            action=action,
            subject_kind=subject_kind,
            subject_no=subject_no,
            detail=dict(detail or {}),
            subjects=tuple(sorted(set(subjects) - {(subject_kind, subject_no)})),
        )
    )


def record_view(
    session: Session,
    *,
    actor: Actor,
    kind: str,
    number: str,
    action: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Add the line of somebody who looks at one record; its moment is that of the request."""
    record(
        session,
        actor=actor,
        action=action or f"view_{kind}",
        subject_kind=kind,
        subject_no=number,
        now=None,
        detail=detail,
    )


def record_views(
    session: Session,
    *,
    actor: Actor,
    numbers: Iterable[str],
    action: str,
    kind: str = "person",
    subject: tuple[str, str] | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Add one line for everybody whom a list shows; nothing if it shows nobody.

    Parameters
    ----------
    session : Session
    actor : Actor
    numbers : iterable of str
    action : str
    kind : str
        Of those who are shown.
    subject : (kind, number), optional
        What the list belongs to, such as a vacancy; the list of `kind` itself unless given.
    detail : mapping, optional
    """
    shown = sorted(set(numbers))
    if not shown:
        return
    subject_kind, subject_no = subject or (f"{kind}_list", "-")
    record(
        session,
        actor=actor,
        action=action,
        subject_kind=subject_kind,
        subject_no=subject_no,
        now=None,
        detail={**(detail or {}), "n_shown": len(shown)},
        subjects=[(kind, number) for number in shown],
    )


def chain_older_lines(session: Session, *, now: datetime) -> range:
    """Chain what releases without a chain have written, and say so in the log itself.

    Returns
    -------
    range
        Numbers of the first to the last of these lines; empty if there were none.
    """
    chained = chain_unchained(session)
    if chained:
        record(
            session,
            actor=OPERATOR,
            action="chain_older_lines",
            subject_kind="audit_log",
            subject_no="-",
            now=now,
            detail={"first": chained.start, "last": chained[-1]},
        )
    return chained


@event.listens_for(Session, "before_commit")
def _write_lines(session: Session) -> None:
    """Chain last of all: whoever holds the end of the chain waits for nothing but the disk."""
    if session.in_nested_transaction() or not session.info.get(PENDING_LINES):
        return
    session.flush()
    append_lines(session, session.info.pop(PENDING_LINES))


@event.listens_for(Session, "after_transaction_create")
def _mark(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        session.info.setdefault(_MARKS, {})[transaction] = len(session.info.get(PENDING_LINES, ()))


@event.listens_for(Session, "after_soft_rollback")
def _forget_lines(session: Session, previous: SessionTransaction) -> None:
    """Forget the lines of acts that were taken back, be it to a savepoint only."""
    taken_back: SessionTransaction | None = previous
    while taken_back is not None and not taken_back.nested:  # a flush that failed, within a savepoint
        taken_back = taken_back.parent
    pending = session.info.get(PENDING_LINES)
    if pending:
        del pending[session.info.get(_MARKS, {}).get(taken_back, 0) :]


@event.listens_for(Session, "after_transaction_end")
def _unmark(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(_MARKS, None)
