"""Whose signature an account may record: nobody writes down every signature that a post asks for."""

from collections.abc import Iterable

from matching.vocabulary import Text
from service.access import Actor, Role, may
from service.access.actors import ROLE_LABELS
from service.errors import Forbidden
from service.workflow import Signatory, workflow_in_force

__all__ = ["check_recorder", "recordable_by"]


def recordable_by(actor: Actor, signatories: Iterable[Signatory]) -> list[Signatory]:
    """Return those whose signature the actor may record."""
    return [one for one in signatories if may(actor, "record_signatures") and _roles_of(one.key) & actor.roles]


def check_recorder(actor: Actor, signatory: str, *, label: Text) -> None:
    """Refuse to record a signature that is not the actor's to record.

    Raises
    ------
    Forbidden
        Naming the roles.
    """
    roles = _roles_of(signatory)
    if roles & actor.roles:
        return
    named = [ROLE_LABELS[role] for role in sorted(roles)]
    remedy = Text(
        f"请由{'、'.join(one.zh for one in named)}登记。", f"It is recorded by: {', '.join(one.en for one in named)}."
    )
    by_deciding = Text("由部务会成员研究决定时签署。", "A leader signs it by deciding on the list.")
    raise Forbidden(
        Text(f"当前账号不能登记“{label.zh}”。", f"This account may not record '{label.en}'."),
        remedy=remedy if named else by_deciding,
        place="signatory",
        value=signatory,
    )


def _roles_of(signatory: str) -> frozenset[Role]:
    return frozenset(map(Role, workflow_in_force().recorders[signatory]))
