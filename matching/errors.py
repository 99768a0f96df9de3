"""Errors of the pure core; the service turns them into errors that people see."""

from matching.vocabulary import Text

__all__ = ["CardError", "FrameError", "MatchingError", "RulebookError"]


class MatchingError(ValueError):
    """Something given to the matching core cannot be used.

    Parameters
    ----------
    problem : Text
        One sentence: what is wrong.
    place : str
        Where: ``rulebook.toml, rule FS-02, key 'op'`` or a column name.
    """

    def __init__(self, problem: Text, *, place: str = "") -> None:
        super().__init__(f"{place}: {problem.en}" if place else problem.en)
        self.problem = problem
        self.place = place


class FrameError(MatchingError):
    """A frame breaks its column contract."""


class RulebookError(MatchingError):
    """The rulebook names an unknown kind, column or code, or lacks a part."""


class CardError(MatchingError):
    """A scorecard does not fit its criteria."""
