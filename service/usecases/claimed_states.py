"""States that somebody writes into a record instead of leading it there: only who may take such a step may claim it."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import Actor, Role, require
from service.errors import Forbidden
from service.models.provenance import RecordChange, Source
from service.usecases.moving import Asked, Guard, Subject, check_entry
from service.workflow import workflow_in_force
from service.workflow.machines import SYSTEM_ROLE

__all__ = ["check_claim", "check_start", "creator_of", "require_right_to"]

#: States of a record that have a right of their own, beside the role that the machine asks for.
_RIGHTS = {
    ("talent_record", "township_checked"): "check_people",
    ("talent_record", "verified"): "verify_people",
}


def require_right_to(actor: Actor, *, machine: str, state: str) -> None:
    """Refuse to lead a record to a state, or to claim it, without the right that the state has.

    Raises
    ------
    Forbidden
    """
    right = _RIGHTS.get((machine, state))
    if right is not None:
        require(actor, right)


def check_claim(
    actor: Actor,
    *,
    machine: str,
    place: str,
    state: object,
    current: object = None,
    creator: str | None = None,
) -> None:
    """Refuse a state that no role of the actor may lead to, or that has to be led to by somebody else.

    Parameters
    ----------
    actor : Actor
    machine : str
        ``talent_record`` or ``vacancy``.
    place : str
        The field.
    state, current : object
        As claimed, and as it stands; None where nothing is said, or nothing stands yet.
    creator : str or None
        Who registered the subject; of a new one the actor.

    Raises
    ------
    Forbidden
        Naming the roles. What the service itself concludes may be corrected by an officer.
    """
    declared = workflow_in_force().machines[machine]
    claimed = str(state.value) if isinstance(state, StrEnum) else state
    if claimed is None or state == current or claimed in declared.starts:
        return
    roles = {role for one in declared.transitions if one.target == claimed for role in one.roles}
    roles = {str(Role.OFFICER) if role == SYSTEM_ROLE else role for role in roles}
    if roles and not roles & {str(role) for role in actor.roles}:
        named = ", ".join(sorted(roles))
        raise Forbidden(
            Text(f"此状态须由以下角色办理：{named}。", f"This state is for the roles: {named}."),
            remedy=Text("请交由有权人员推进状态。", "Ask somebody who holds one of them to lead it there."),
            place=place,
            value=claimed,
        )
    require_right_to(actor, machine=machine, state=str(claimed))
    if creator == actor.username and any(
        one.apart == "creator" for one in declared.transitions if one.target == claimed
    ):
        raise Forbidden(
            Text("登记人不能自行核定或审核。", "Who registered it cannot approve or check it."),
            remedy=Text("请由另一人推进状态。", "Somebody else leads it there."),
            place=place,
            value=claimed,
        )


def check_start(
    session: Session,
    *,
    actor: Actor,
    machine: str,
    row: Any,
    number: str,
    state: StrEnum,
    before: StrEnum | None,
    guards: Mapping[str, Guard],
    now: datetime,
) -> None:
    """Look at the conditions of a state that was just written: those of beginning there, or of the step from before.

    Raises
    ------
    Conflict, InvalidInput
        What the conditions raise.
    """
    declared = workflow_in_force().machines[machine]
    way = declared.find(before.value, state.value) if before else None
    if state is before or (before is not None and (way is None or way.is_by_system)):
        return
    subject = Subject(
        machine=declared, id=row.id, number=number, row=row, state=state.value, state_field="", changes_since=_nothing
    )
    asked = Asked(to=state.value, version=row.version)
    source = before.value if before else None
    check_entry(session, actor=actor, subject=subject, asked=asked, guards=guards, source=source, now=now)


def _nothing(_version: int) -> tuple[()]:
    return ()


def creator_of(session: Session, kind: str, subject_id: int) -> str | None:
    """Return who registered a person or vacancy; None where nobody wrote it down."""
    first = (
        select(Source.username)
        .join(RecordChange, RecordChange.source_id == Source.id)
        .where(RecordChange.subject_kind == kind, RecordChange.subject_id == subject_id)
        .order_by(RecordChange.id)
    )
    return session.scalars(first).first()
