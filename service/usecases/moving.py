"""The one engine of all state machines: who may lead a subject from one state to the next, and what is written down."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from matching.vocabulary import Text
from matching.vocabulary.codes import code_table
from service.access import ALLOWED, Actor
from service.db import Model, allocate_ids
from service.errors import Change, Conflict, Forbidden, InvalidInput, VersionConflict
from service.models.moves import Move
from service.usecases import audit
from service.usecases.days import day_of
from service.workflow import Machine, Transition, working_days_after
from service.workflow.machines import SYSTEM_ROLE

__all__ = [
    "SYSTEM",
    "Asked",
    "Guard",
    "Moving",
    "Subject",
    "check_version",
    "follow",
    "lock_row",
    "make_move",
    "role_with",
    "write_move",
]

_Row = TypeVar("_Row", bound=Model)

#: The service itself, where it follows what named people did.
SYSTEM = Actor(username=SYSTEM_ROLE)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What somebody asks for.

    Parameters
    ----------
    to : str
        The state.
    version : int
        Which version of the subject they have seen.
    signed_name : str or None
        Full name of who signs.
    reason_codes : tuple of str
    reason : str or None
    document : str or None
    more : mapping
        What conditions of a machine ask for besides, such as votes.
    """

    to: str
    version: int
    signed_name: str | None = None
    reason_codes: tuple[str, ...] = ()
    reason: str | None = None
    document: str | None = None
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What is moved, locked by this transaction.

    Parameters
    ----------
    machine : Machine
    id : int
    number : str
        External number.
    row : Any
        Has the ``version``.
    state : str
    state_field : str
        Attribute of the row that holds the state.
    convert : callable
        Makes of a state what the attribute takes.
    changes_since : callable
        Tells what happened after a version.
    apart : mapping of str to str or None
        Username of the ``creator`` or ``requester``.
    """

    machine: Machine
    id: int
    number: str
    row: Any
    state: str
    state_field: str
    changes_since: Callable[[int], Sequence[Change]]
    convert: Callable[[str], Any] = str
    apart: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Moving:
    """One move while its conditions are looked at."""

    session: Session
    subject: Subject
    asked: Asked
    actor: Actor
    now: datetime


#: A condition: raises a `ServiceError` where it does not hold.
Guard = Callable[[Moving], None]


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
        If no role of the actor may, or the actor did the step that has to be somebody else's.
    InvalidInput
        If signature, reason or document are missing.
    """
    check_version(subject, asked.version)
    transition = _declared(subject, asked)
    role = _role_for(actor, subject, transition)
    _check_apart(actor, subject, transition)
    _check_given(subject, transition, asked)
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
    key = inspect(model).primary_key[0]
    session.execute(select(key).where(key == row_id).with_for_update()).one()
    return session.get_one(model, row_id, populate_existing=True)


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


def check_version(subject: Subject, version: int) -> None:
    """Refuse what was asked of a version that is no longer current.

    Raises
    ------
    VersionConflict
        Says who changed what since.
    """
    if subject.row.version == version:
        return
    changes = subject.changes_since(version)
    by = "、".join(dict.fromkeys(one.username for one in changes)) or "—"
    raise VersionConflict(
        Text(
            f"{subject.number} 已被 {by} 改动，当前版本为 {subject.row.version}。",
            f"{subject.number} has been changed by {by}; its version is {subject.row.version}.",
        ),
        remedy=Text("请查看改动，重新读取后再提交。", "Look at the changes, read it again and repeat."),
        place="version",
        value=version,
        changes=changes,
    )


def _declared(subject: Subject, asked: Asked) -> Transition:
    machine = subject.machine
    found = machine.find(subject.state, asked.to)
    if found is not None:
        return found
    state, target = machine.label(subject.state), machine.label(asked.to)
    possible = [machine.label(one) for one in machine.targets(subject.state)]
    raise Conflict(
        Text(
            f"{subject.number} 处于“{state.zh}”，不能转为“{target.zh}”。",
            f"{subject.number} is in the state '{state.en}' and does not lead to '{target.en}'.",
        ),
        remedy=Text(
            f"可转为：{'、'.join(one.zh for one in possible) or '无'}。",
            f"It leads to: {', '.join(one.en for one in possible) or 'nothing'}.",
        ),
        place="to",
        value=asked.to,
    )


def _role_for(actor: Actor, subject: Subject, transition: Transition) -> str:
    if actor is SYSTEM and transition.is_by_system:
        return SYSTEM_ROLE
    for role in transition.roles:
        if role in {str(held) for held in actor.roles}:
            return role
    named = ", ".join(transition.roles)
    raise Forbidden(
        Text(
            f"此步骤须由以下角色办理：{named}。",
            f"This step is for the roles: {named}.",
        ),
        remedy=Text("请交由有权人员办理。", "Ask somebody who holds one of them."),
        place=f"{subject.state} → {transition.target}",
    )


def _check_apart(actor: Actor, subject: Subject, transition: Transition) -> None:
    if transition.apart is None or subject.apart.get(transition.apart) != actor.username:
        return
    what = _APART[transition.apart]
    raise Forbidden(
        Text(f"{what.zh}不能办理此步骤。", f"{what.en} cannot take this step."),
        remedy=Text("请由另一人办理。", "Somebody else has to."),
        place=transition.apart,
        value=actor.username,
    )


def _check_given(subject: Subject, transition: Transition, asked: Asked) -> None:
    codes = code_table("reason_code")
    unknown = [code for code in asked.reason_codes if code not in codes.codes]
    if unknown:
        raise _wanting("reason_codes", Text(f"没有理由代码 {unknown[0]}。", f"There is no reason code {unknown[0]}."))
    step = f"{subject.state} → {transition.target}"
    given = {
        "signed_name": (transition.is_signed, asked.signed_name, _SIGN),
        "reason": (transition.needs_reason, asked.reason, _REASON),
        "reason_codes": (transition.needs_codes, "".join(asked.reason_codes), _CODES),
        "document": (transition.needs_document, asked.document, _DOCUMENT),
    }
    missing = {name: [sentence] for name, (is_due, value, sentence) in given.items() if is_due and not _said(value)}
    if missing:
        name, (sentence,) = next(iter(missing.items()))
        raise InvalidInput(sentence, place=name, value=step, fields=missing)
    if OTHER in asked.reason_codes and not _said(asked.reason):
        raise _wanting("reason", Text("“其他”须写明理由。", "'Other' needs the reason in words."))


#: The reason code that says nothing by itself.
OTHER = "R09"
_APART = {"creator": Text("登记人", "Who registered it"), "requester": Text("申请人", "Who requested it")}
_SIGN = Text("此步骤须由本人署名。", "This step is signed with a full name.")
_REASON = Text("此步骤须写明理由。", "This step needs a reason.")
_CODES = Text("此步骤须选择理由代码。", "This step needs a reason code.")
_DOCUMENT = Text("此步骤须写明依据文件。", "This step needs its document.")


def _said(value: str | None) -> bool:
    return bool(value and value.strip())


def _wanting(place: str, problem: Text) -> InvalidInput:
    return InvalidInput(problem, place=place, fields={place: [problem]})
