"""State machines: which states there are, and who may lead from one to the next under which conditions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from matching.vocabulary import Text
from matching.vocabulary.codes import code_table

__all__ = ["SYSTEM_ROLE", "Machine", "Transition"]

#: The service itself: it follows what named people did, and never judges anybody.
SYSTEM_ROLE = "system"


@dataclass(frozen=True, kw_only=True)
class Transition:
    """One way from a state to another.

    Parameters
    ----------
    source, target : str
    roles : tuple of str
        Who may; ``system`` is the service itself.
    is_signed : bool
        A named human signs.
    apart : str or None
        Who must be somebody else: ``creator``, ``requester`` or ``proposer`` of the subject.
    needs_reason, needs_codes, needs_document : bool
        What has to be given: a text, reason codes, a document.
    guards : tuple of str
        Names of further conditions.
    n_days : int or None
        Working days that the next step may take.
    """

    source: str
    target: str
    roles: tuple[str, ...]
    is_signed: bool = False
    apart: str | None = None
    needs_reason: bool = False
    needs_codes: bool = False
    needs_document: bool = False
    guards: tuple[str, ...] = ()
    n_days: int | None = None

    @property
    def is_by_system(self) -> bool:
        """Whether the service itself may do it."""
        return SYSTEM_ROLE in self.roles


@dataclass(frozen=True, kw_only=True)
class Machine:
    """The states of one kind of subject.

    Parameters
    ----------
    key : str
    title : Text
    states : str
        Name of the code table of the states.
    right : str
        What a role needs besides being named by a transition.
    starts, ends : tuple of str
        States in which subjects begin, and which nothing leaves.
    start_guards : mapping of str to tuple of str
        By state in which subjects begin, the conditions of beginning there.
    transitions : tuple of Transition
    """

    key: str
    title: Text
    states: str
    right: str
    starts: tuple[str, ...]
    ends: tuple[str, ...]
    transitions: tuple[Transition, ...]
    start_guards: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def find(self, source: str, target: str) -> Transition | None:
        """Return the way from one state to another, None if there is none."""
        return self._by_pair.get((source, target))

    def targets(self, source: str) -> tuple[str, ...]:
        """Return where one can get from a state, in the order of declaration."""
        return tuple(one.target for one in self.transitions if one.source == source)

    def label(self, state: str) -> Text:
        """Return how a state is called."""
        return code_table(self.states).label(state)

    @cached_property
    def _by_pair(self) -> Mapping[tuple[str, str], Transition]:
        return {(one.source, one.target): one for one in self.transitions}
