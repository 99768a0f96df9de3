"""The terms of moves: what is asked for, what is moved, and the conditions that are looked at."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from service.access import Actor
from service.errors import Change
from service.workflow import Machine
from service.workflow.machines import SYSTEM_ROLE

__all__ = ["SYSTEM", "Asked", "Guard", "Moving", "Subject"]


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
        Username of the ``creator``, ``requester`` or ``proposer``.
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
