"""The rulebook in force."""

from sqlalchemy.orm import Session

from matching.rulebook import Rulebook
from service import rulebooks

__all__ = ["rulebook_in_force"]


def rulebook_in_force(session: Session) -> Rulebook:  # noqa: ARG001 - read from the database by the next change
    """Return the rulebook in force."""
    return rulebooks.rulebook_in_force()
