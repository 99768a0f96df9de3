"""The frozen record of a shortlist: everybody's verdict and levels under surrogate ids, packed without pickle."""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from matching.errors import MatchingError
from matching.ordering import NOT_LISTED, best_rows
from matching.results import Ranking
from matching.rules import FAIL, TO_VERIFY, WAIVED
from matching.versions import version_of
from matching.vocabulary import Text

__all__ = ["PoolSnapshot"]

# The second format also names the version of the vacancy's facts; records of the first stay readable, and theirs.
_MAGIC = {False: b"talentpool.snapshot/1\n", True: b"talentpool.snapshot/2\n"}
_ARRAYS = (
    ("person_ids", "<i8"),
    ("verdicts", "|i1"),
    ("first_failing", "<i2"),
    ("reasons", "<i4"),
    ("levels", "|i1"),
)
# A damaged or hostile record may not fill the memory: a head of 1 MB, some ten million people.
_LONGEST_HEAD = 1 << 20
_MOST_BYTES = 1 << 28


class _Card(Protocol):
    """What a record is ranked with."""

    @property
    def version(self) -> str:
        """Hash of the card."""

    @property
    def points(self) -> Mapping[str, tuple[int, ...]]:
        """Points of each criterion by level."""

    def score(self, levels: NDArray[np.int8]) -> NDArray[np.int32]:
        """Return the scores of rows of levels."""


@dataclass(frozen=True, kw_only=True, eq=False)
class PoolSnapshot:
    """What a ranking was made from.

    Parameters
    ----------
    vacancy_id : int
    as_of : date
    rulebook_version, card_version : str
    criteria : tuple of str
        Ids, in the order of the card.
    rule_ids : tuple of str
        The rules of the verdict, in order.
    person_ids : ndarray of int64, shape (n_people,)
        In the order of person_no.
    verdicts : ndarray of int8, shape (n_people,)
    first_failing : ndarray of int16, shape (n_people,)
        Place in `rule_ids`, -1 where no rule fails.
    reasons : ndarray of int32, shape (n_people,)
        Place in the `reasons` of the exclusion by the first failing rule, -1 where no rule fails.
    levels : ndarray of int8, shape (n_people, n_criteria)
    vacancy_version : str
        Version of the vacancy's facts and requirements as they were kept; "" where nobody said.
    """

    vacancy_id: int
    as_of: date
    rulebook_version: str
    card_version: str
    criteria: tuple[str, ...]
    rule_ids: tuple[str, ...]
    person_ids: NDArray[np.int64]
    verdicts: NDArray[np.int8]
    first_failing: NDArray[np.int16]
    reasons: NDArray[np.int32]
    levels: NDArray[np.int8]
    vacancy_version: str = ""

    def ranked(self, card: _Card, *, top: int) -> Ranking:
        """Rank the recorded people again.

        Raises
        ------
        MatchingError
            If the card is not the one that the record was made with, or has no points for a recorded level.
        """
        if card.version != self.card_version:
            problem = Text(
                f"评分卡 {card.version} 不是当时的 {self.card_version}。",
                f"The card {card.version} is not the recorded one, {self.card_version}.",
            )
            raise MatchingError(problem, place="card")
        self._refuse_other_levels(card)
        scores = np.where(self.verdicts == FAIL, NOT_LISTED, card.score(self.levels)).astype(np.int32)
        rows = best_rows(scores, top)
        return Ranking(
            vacancy_id=self.vacancy_id,
            person_ids=self.person_ids[rows],
            scores=scores[rows],
            verdicts=self.verdicts[rows],
            n_eligible=int((self.verdicts != FAIL).sum()),
            n_to_verify=int((self.verdicts == TO_VERIFY).sum()),
        )

    def _refuse_other_levels(self, card: _Card) -> None:
        n_levels = np.array([len(points) for points in card.points.values()], dtype=np.int64)
        is_known = tuple(card.points) == self.criteria and bool((self.levels < n_levels).all())
        if not is_known or (self.levels < 0).any():
            problem = Text("留存的等级与评分卡不符。", "The recorded levels are not those of the card.")
            raise MatchingError(problem, place="snapshot.levels")

    @property
    def version(self) -> str:
        """First 16 hex digits of the SHA-256 of the record; the same on every machine and with every zlib."""
        return version_of(self._plain)

    def to_bytes(self) -> bytes:
        """Pack the record: a line of JSON, then the arrays, little-endian, deflated."""
        # Level 1: much faster than the default for a few more bytes, and a request waits for it.
        return _MAGIC[bool(self.vacancy_version)] + zlib.compress(self._plain, level=1)

    @cached_property
    def _plain(self) -> bytes:
        head = {
            "vacancy_id": self.vacancy_id,
            "as_of": self.as_of.isoformat(),
            "rulebook_version": self.rulebook_version,
            "card_version": self.card_version,
            "criteria": self.criteria,
            "rule_ids": self.rule_ids,
            "n_people": len(self.person_ids),
            **({"vacancy_version": self.vacancy_version} if self.vacancy_version else {}),
        }
        line = json.dumps(head, sort_keys=True, separators=(",", ":")).encode() + b"\n"
        arrays = [np.ascontiguousarray(getattr(self, name), dtype=dtype).tobytes() for name, dtype in _ARRAYS]
        return b"".join((line, *arrays))

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """Unpack a record; its size is known from its head before the rest is inflated.

        Raises
        ------
        MatchingError
            If the content is damaged, too large or of another format.
        """
        try:
            head, packed = _parts(content)
            found = cls(**_fields(head), **_arrays(head["n_people"], len(head["criteria"]), packed))
            found._refuse_contradictions()
        except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError, zlib.error) as error:
            problem = Text("留存的评分依据已损坏。", "The record of the shortlist is damaged.")
            raise MatchingError(problem, place="snapshot") from error
        return found

    def _refuse_contradictions(self) -> None:
        fails = self.verdicts == FAIL
        is_sound = (
            ((self.verdicts >= FAIL) & (self.verdicts <= WAIVED)).all()
            and (fails == (self.first_failing >= 0)).all()
            and (self.first_failing < len(self.rule_ids)).all()
            and len(np.unique(self.person_ids)) == len(self.person_ids)
        )
        if not is_sound:
            raise ValueError("a verdict or a rule that cannot be")


def _parts(content: bytes) -> tuple[dict[str, Any], bytes]:
    is_second = content.startswith(_MAGIC[True])
    if not content.startswith(_MAGIC[is_second]):
        raise ValueError("another format")
    inflate = zlib.decompressobj()
    begun = inflate.decompress(content[len(_MAGIC[is_second]) :], _LONGEST_HEAD)
    line, _, packed = begun.partition(b"\n")
    head = json.loads(line)
    if ("vacancy_version" in head) != is_second:
        raise ValueError("another format")
    left = _packed_size(int(head["n_people"]), len(head["criteria"])) - len(packed)
    if left >= 0:
        packed += inflate.decompress(inflate.unconsumed_tail, left + 1)
    if left < 0 or not inflate.eof or inflate.unused_data:
        raise ValueError("cut off or too long")
    return head, packed


def _packed_size(n_people: int, n_criteria: int) -> int:
    by_person = sum(np.dtype(dtype).itemsize * (n_criteria if name == "levels" else 1) for name, dtype in _ARRAYS)
    size = n_people * by_person
    if not 0 <= size <= _MOST_BYTES:
        raise ValueError("too long")
    return size


def _fields(head: dict[str, Any]) -> dict[str, Any]:
    return {
        "vacancy_id": int(head["vacancy_id"]),
        "as_of": date.fromisoformat(head["as_of"]),
        "rulebook_version": str(head["rulebook_version"]),
        "card_version": str(head["card_version"]),
        "criteria": tuple(map(str, head["criteria"])),
        "rule_ids": tuple(map(str, head["rule_ids"])),
        "vacancy_version": str(head.get("vacancy_version", "")),
    }


def _arrays(n_people: int, n_criteria: int, packed: bytes) -> dict[str, Any]:
    shapes = {"levels": (n_people, n_criteria)}
    found, start = {}, 0
    for name, dtype in _ARRAYS:
        shape = shapes.get(name, (n_people,))
        n_entries = int(np.prod(shape))
        found[name] = np.frombuffer(packed, dtype=dtype, count=n_entries, offset=start).reshape(shape)
        start += n_entries * np.dtype(dtype).itemsize
    if start != len(packed):
        raise ValueError("another length")
    return found
