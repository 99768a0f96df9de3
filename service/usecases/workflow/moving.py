"""The one engine of all state machines: who may lead a subject from one state to the next, and what is written down."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from service.access import ALLOWED, Actor
from service.db import Model, allocate_ids
from service.models.moves import Move
from service.usecases.auditing import audit
from service.usecases.days import day_of
from service.usecases.workflow.move_checks import check_apart, check_given, check_version, declared, role_for
from service.usecases.workflow.move_terms import SYSTEM, Asked, Guard, Moving, Subject
from service.usecases.workflow.signing import signed_by_holder
from service.workflow import working_days_after

__all__ = [
    "SYSTEM",
    "Asked",
    "Guard",
    "Moving",
    "Subject",
    "check_entry",
    "check_version",
    "follow",
    "lock_row",
    "locks_rows",
    "make_move",
    "role_with",
    "write_move",
]

_Row = TypeVar("_Row", bound=Model)


def make_move(
    session: Session,
    *,
    actor: Actor,
    subject: Subject,
    asked: Asked,
    guards: Mapping[str, Guard],
    is_audited: bool = True,
    now: datetime,
) -> Move:
    """Lead a subject to another state; the caller has checked the right and the territory.

    Raises
    ------
    VersionConflict
        If somebody else changed the subject after it was read; tells what.
    Conflict
        If the state is not led to from the one it is in, or a condition does not hold.
    Forbidden
        If no role of the actor may, the actor did the step that has to be somebody else's, or it would sign without
        a name.
    InvalidInput
        If signature, reason or document are missing, or the signature is not the name of the account's holder.
    """
    check_version(subject, asked.version)
    transition = declared(subject, asked)
    role = role_for(actor, subject, transition)
    check_apart(actor, subject, transition)
    check_given(subject, transition, asked)
    if asked.signed_name and asked.signed_name.strip():
        asked = replace(asked, signed_name=signed_by_holder(actor, asked.signed_name))
    moving = Moving(session=session, subject=subject, asked=asked, actor=actor, now=now)
    for name in transition.guards:
        guards[name](moving)
    setattr(subject.row, subject.state_field, subject.convert(asked.to))
    flag_modified(subject.row, subject.state_field)  # a state may lead to itself; that too is a new version
    session.flush()
    return write_move(
        session, actor=actor, role=role, subject=subject, asked=asked, before=subject.state, now=now,
        n_days=transition.n_days, is_audited=is_audited,
    )  # fmt: skip


def check_entry(
    session: Session,
    *,
    actor: Actor,
    subject: Subject,
    asked: Asked,
    guards: Mapping[str, Guard],
    source: str | None = None,
    now: datetime,
) -> None:
    """Look at the conditions of being in a state, without a move: raises what they do.

    Parameters
    ----------
    source : str or None
        The state from which a subject was led there; None: it begins there.
    """
    way = subject.machine.find(source, asked.to) if source else None
    names = way.guards if way else subject.machine.start_guards.get(asked.to, ())
    moving = Moving(session=session, subject=subject, asked=asked, actor=actor, now=now)
    for name in names:
        guards[name](moving)


def follow(
    session: Session,
    *,
    subject: Subject,
    to: str,
    guards: Mapping[str, Guard],
    reason: str | None = None,
    is_audited: bool = True,
    now: datetime,
) -> Move:
    """Let the service itself draw a consequence; only where the declaration says so."""
    asked = Asked(to=to, version=subject.row.version, reason=reason)
    return make_move(session, actor=SYSTEM, subject=subject, asked=asked, guards=guards, is_audited=is_audited, now=now)


def write_move(
    session: Session,
    *,
    actor: Actor,
    role: str,
    subject: Subject,
    asked: Asked,
    before: str | None,
    now: datetime,
    n_days: int | None = None,
    is_audited: bool = True,
) -> Move:
    """Write the line of a move and, unless another act has one for both, its audit line."""
    (move_id,) = allocate_ids(session, Move.__tablename__)
    due = working_days_after(day_of(now), n_days) if n_days else None
    move = Move(
        id=move_id,
        subject_kind=subject.machine.key,
        subject_id=subject.id,
        subject_no=subject.number,
        from_state=before,
        to_state=asked.to,
        username=actor.username,
        role=role,
        reason_codes=asked.reason_codes or None,
        document=asked.document,
        version=subject.row.version,
        due_on=due.on if due else None,
        is_due_unchecked=bool(due and due.needs_manual_check),
        at=now,
    )
    session.add(move)
    move.signed_name, move.reason = asked.signed_name, asked.reason
    if is_audited:
        _audit(session, actor=actor, move=move, now=now)
    session.flush()
    return move


def lock_row(session: Session, model: type[_Row], row_id: int) -> _Row:
    """Return a row as it stands now, locked until the transaction ends.

    Locked and read in two statements: who waited for somebody else's change then reads it, and says what it was.
    """
    if not locks_rows(session):
        return session.get_one(model, row_id)  # nobody has written since this transaction read it
    key = inspect(model).primary_key[0]
    session.execute(select(key).where(key == row_id).with_for_update()).one()
    return session.get_one(model, row_id, populate_existing=True)


def locks_rows(session: Session) -> bool:
    """Whether rows are locked one by one; on SQLite who writes has held the whole database from the beginning."""
    return session.get_bind().dialect.name != "sqlite"


def role_with(actor: Actor, right: str) -> str:
    """Return the role with which an actor uses a right."""
    return min(str(role) for role in actor.roles & ALLOWED[right])


def _audit(session: Session, *, actor: Actor, move: Move, now: datetime) -> None:
    audit.record(
        session,
        actor=actor,
        action=f"move_{move.subject_kind}",
        subject_kind=move.subject_kind,
        subject_no=move.subject_no,
        now=now,
        detail={
            "from": move.from_state,
            "to": move.to_state,
            "role": move.role,
            "version": move.version,
            "is_signed": move.signed_name_sealed is not None,
            "reason_codes": list(move.reason_codes or ()),
        },
    )
