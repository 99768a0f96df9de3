"""What each kind of post asks of a candidacy: the order of its stages, and whose signatures it needs when."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from matching.vocabulary import Text

__all__ = ["PostPath", "Signatory", "Step"]


@dataclass(frozen=True, kw_only=True)
class Signatory:
    """Somebody whose signature a candidacy needs.

    Parameters
    ----------
    key : str
    label : Text
    before : str
        The stage that cannot be reached without it.
    party : str or None
        The role whose own account may give it; None: it is recorded from paper only.
    asked : str or None
        The stage from which on the party is asked for it.
    of_officials : bool
        Asked for staff of Party and government organs only.
    """

    key: str
    label: Text
    before: str
    party: str | None = None
    asked: str | None = None
    of_officials: bool = False


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step as offices call it, and the state of the candidacy that it leads to, if it leads to one."""

    label: Text
    state: str | None = None


@dataclass(frozen=True, kw_only=True)
class PostPath:
    """Stages, steps and signatures of one kind of post.

    Parameters
    ----------
    post : str
    stages : tuple of str
        States of the candidacy in their order, from reviewed to appointed.
    steps : tuple of Step
    signatories : tuple of Signatory
    sources : tuple of str
    confidence : str
        How sure the steps are: ``sourced-local`` or ``unverified``.
    """

    post: str
    stages: tuple[str, ...]
    steps: tuple[Step, ...]
    signatories: tuple[Signatory, ...]
    sources: tuple[str, ...]
    confidence: str

    def of_person(self, *, is_official: bool) -> "PostPath":
        """Return the path as somebody goes it: without the signatures that are asked for others only."""
        return (
            self if is_official else replace(self, signatories=tuple(o for o in self.signatories if not o.of_officials))
        )

    def next_after(self, state: str) -> str | None:
        """Return the stage that follows a state, None after the last and for states beside the path."""
        if state not in self.stages[:-1]:
            return None
        return self.stages[self.stages.index(state) + 1]

    def signatory_of(self, party: str) -> Signatory | None:
        """Return the signature that a role gives over its own account; None: this post asks it for none."""
        return next((one for one in self.signatories if one.party == party), None)

    def while_asked(self, signatory: Signatory) -> tuple[str, ...]:
        """Return the states of a candidacy in which a party is asked and may say something else: until the end."""
        return () if signatory.asked is None else self.stages[self.stages.index(signatory.asked) : -1]

    def missing(self, signed: Collection[str], *, stage: str | None = None) -> tuple[Signatory, ...]:
        """Return whose signatures are missing: all of them, or those that reaching `stage` needs."""
        due = self.stages if stage is None else self.stages[: self.stages.index(stage) + 1]
        return tuple(one for one in self.signatories if one.before in due and one.key not in signed)
