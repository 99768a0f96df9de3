"""The steps of a state machine on pages: which of them an account can take, what each asks for, and what was asked."""

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from service.access import Actor, may
from service.access.actors import ROLE_LABELS, Role
from service.usecases.workflow.moving import Asked
from service.web.forms import asked_day_if_any, asked_text, asked_version
from service.workflow import Machine, Transition

__all__ = ["asked_of", "fields_of_step", "steps_from", "waits_for"]

_LONGEST = 2_000
#: What conditions of the machines ask for besides signature, reason and document; "?" where it may stay empty.
_ASKED_BY_GUARD: Mapping[str, tuple[str, ...]] = {
    "started": ("started_on?", "term_ends_on?", "reason?"),
    "appraisal_given": ("appraisal",),
    "not_retiring": ("term_ends_on", "reason?"),
    "term_over": ("reason?",),
}
_DAYS = ("started_on", "term_ends_on")


def steps_from(machine: Machine, state: str, actor: Actor) -> list[Transition]:
    """Return where an actor can lead a subject from a state, in the order of declaration."""
    held = {str(role) for role in actor.roles}
    if not may(actor, machine.right):
        return []
    return [one for one in machine.transitions if one.source == state and held & set(one.roles)]


def waits_for(machine: Machine, state: str) -> list[Any]:
    """Return who leads a subject on from a state, in words."""
    roles = dict.fromkeys(role for one in machine.transitions if one.source == state for role in one.roles)
    return [ROLE_LABELS[Role(role)] for role in roles if role in set(map(str, Role))]


def fields_of_step(step: Transition) -> list[tuple[str, bool]]:
    """Return the fields that a step asks for, each with whether it has to be filled in."""
    found: dict[str, bool] = {}
    for guard in step.guards:
        for name in _ASKED_BY_GUARD.get(guard, ()):
            found[name.rstrip("?")] = not name.endswith("?")
    if step.needs_codes:
        found["reason_codes"] = True
    if step.needs_reason:
        found["reason"] = True
    if step.needs_document:
        found["document"] = True
    if step.is_signed:
        found["signed_name"] = True
    return list(found.items())


def asked_of(form: MultiDict[str, str], *, more: Mapping[str, Any] | None = None) -> Asked:
    """Return the step that a form asks for.

    Parameters
    ----------
    form : MultiDict
    more : mapping, optional
        What the machine asks for besides; the fields of `fields_of_step` that were filled in unless given.

    Raises
    ------
    InvalidInput
        If the version or a day cannot be read.
    """
    return Asked(
        to=asked_text(form, "to", longest=20),
        version=asked_version(form),
        signed_name=asked_text(form, "signed_name", longest=60) or None,
        reason_codes=tuple(one for one in form.getlist("reason_codes") if one),
        reason=asked_text(form, "reason", longest=_LONGEST) or None,
        document=asked_text(form, "document", longest=120) or None,
        more=_more(form) if more is None else more,
    )


def _more(form: MultiDict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {name: asked_day_if_any(form, name) for name in _DAYS}
    found["appraisal"] = asked_text(form, "appraisal", longest=40) or None
    return {name: value for name, value in found.items() if value is not None}
