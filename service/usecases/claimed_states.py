"""States that somebody writes into a record instead of leading it there: only who may take such a step may claim it."""

from enum import StrEnum

from matching.vocabulary import Text
from service.access import Actor, Role, require
from service.errors import Forbidden
from service.workflow import workflow_in_force
from service.workflow.machines import SYSTEM_ROLE

__all__ = ["check_claim", "require_right_to"]

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


def check_claim(actor: Actor, *, machine: str, place: str, state: object, current: object = None) -> None:
    """Refuse a state that no role of the actor may lead to.

    Parameters
    ----------
    actor : Actor
    machine : str
        ``talent_record`` or ``vacancy``.
    place : str
        The field.
    state, current : object
        As claimed, and as it stands; None where nothing is said, or nothing stands yet.

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
