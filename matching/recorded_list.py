"""What is kept of a list, and what a replay of it finds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from matching.versions import version_of
from matching.vocabulary import Text

__all__ = ["Certainty", "Disagreement", "Place", "RecordedList", "Replay", "Versions", "order_version"]


class Place(NamedTuple):
    """One place of a list; the score is in hundredths."""

    rank: int
    person_id: int
    score: int
    verdict: str


class Certainty(NamedTuple):
    """How sure a place is: interval of the score in hundredths, and tie band."""

    low: int | None
    high: int | None
    band: int


def order_version(places: Iterable[Place]) -> str:
    """Return the hash of an order with its scores and verdicts; the same bytes on every machine."""
    return version_of("".join(f"{rank} {who} {score} {verdict}\n" for rank, who, score, verdict in places).encode())


@dataclass(frozen=True, kw_only=True)
class RecordedList:
    """What was kept of a list.

    Parameters
    ----------
    k : int
    as_of : date
    rulebook_version, card_version, data_version : str
    order_version : str
        Hash of the order; "" if none was kept.
    card : object
        The card as a document.
    rulebook : object
        The rulebook as a document; None if it was not kept.
    vacancy_facts : mapping
        The vacancy as it stood, its own requirements included.
    snapshot : bytes
    sieve : mapping of str to int
    excluded : mapping of str to int
        Number of people by first failing rule.
    places : tuple of Place
    parts : mapping of int to mapping of str to (level, points)
        By place, each criterion as it was shown; a place may be absent.
    outcomes : mapping of int to mapping of str to str or None
        By place, the verdict of each rule of the list as it was shown; a place may be absent.
    average_score : int or None
        Of the eligible, in hundredths; None if it was not kept.
    certainties : mapping of int to Certainty
        By place; a place may be absent.
    averages : mapping of int to mapping of str to object
        By place, the average of the eligible on each criterion as it was shown; a place may be absent.
    """

    k: int
    as_of: date
    rulebook_version: str
    card_version: str
    data_version: str
    card: Any
    rulebook: Any
    vacancy_facts: Mapping[str, Any]
    snapshot: bytes
    sieve: Mapping[str, int]
    excluded: Mapping[str, int]
    places: tuple[Place, ...]
    parts: Mapping[int, Mapping[str, tuple[object, object]]] = field(default_factory=dict)
    outcomes: Mapping[int, Mapping[str, str | None]] = field(default_factory=dict)
    order_version: str = ""
    average_score: int | None = None
    certainties: Mapping[int, Certainty] = field(default_factory=dict)
    averages: Mapping[int, Mapping[str, object]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Disagreement:
    """Something that is not as it was.

    Parameters
    ----------
    place : str
        Where: ``entries[3].score``, ``card.version``, ``sieve.n_pass``.
    problem, remedy : Text
    """

    place: str
    problem: Text
    remedy: Text


class Versions(NamedTuple):
    """Hashes of what a list was made from, and of its order; "" where it cannot be told."""

    rulebook: str = ""
    card: str = ""
    data: str = ""
    vacancy: str = ""
    order: str = ""


@dataclass(frozen=True, kw_only=True)
class Replay:
    """What a replay found.

    Parameters
    ----------
    versions : Versions
        Computed from the contents, not copied from what was recorded.
    n_people : int
    places : tuple of Place
        The list made again; empty if it cannot be, or if nobody was eligible.
    disagreements : tuple of Disagreement
        Empty if everything is as it was.
    notes : tuple of Text
        What could not be looked at, and why.
    """

    versions: Versions
    n_people: int
    places: tuple[Place, ...]
    disagreements: tuple[Disagreement, ...]
    notes: tuple[Text, ...]

    @property
    def agrees(self) -> bool:
        """Whether order, scores and every hash are as they were."""
        return not self.disagreements
