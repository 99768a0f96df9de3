"""The frozen record of a shortlist: everybody's verdict and levels under surrogate ids, packed without pickle."""

import hashlib
import json
import zlib
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from matching.card import Scorecard
from matching.errors import MatchingError
from matching.ordering import NOT_LISTED, best_rows
from matching.results import Ranking
from matching.rules import FAIL
from matching.vocabulary import Text

__all__ = ["PoolSnapshot"]

_MAGIC = b"talentpool.snapshot/1\n"
_ARRAYS = (
    ("person_ids", "<i8"),
    ("verdicts", "|i1"),
    ("first_failing", "<i2"),
    ("reasons", "<i4"),
    ("levels", "|i1"),
)
_MOST_BYTES = 1 << 30  # a damaged or hostile file may not fill the memory


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

    def ranked(self, card: Scorecard, *, top: int) -> Ranking:
        """Rank the recorded people again.

        Raises
        ------
        MatchingError
            If the card is not the one that the record was made with.
        """
        if card.version != self.card_version:
            problem = Text(
                f"评分卡 {card.version} 不是当时的 {self.card_version}。",
                f"The card {card.version} is not the recorded one, {self.card_version}.",
            )
            raise MatchingError(problem, place="card")
        scores = np.where(self.verdicts == FAIL, NOT_LISTED, card.score(self.levels)).astype(np.int32)
        rows = best_rows(scores, top)
        return Ranking(
            vacancy_id=self.vacancy_id,
            person_ids=self.person_ids[rows],
            scores=scores[rows],
            verdicts=self.verdicts[rows],
        )

    @property
    def version(self) -> str:
        """First 16 hex digits of the SHA-256 of the record; the same on every machine and with every zlib."""
        return hashlib.sha256(self._plain).hexdigest()[:16]

    def to_bytes(self) -> bytes:
        """Pack the record: a line of JSON, then the arrays, little-endian, deflated."""
        # Level 1: much faster than the default for a few more bytes, and a request waits for it.
        return _MAGIC + zlib.compress(self._plain, level=1)

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
        }
        line = json.dumps(head, sort_keys=True, separators=(",", ":")).encode() + b"\n"
        arrays = [np.ascontiguousarray(getattr(self, name), dtype=dtype).tobytes() for name, dtype in _ARRAYS]
        return b"".join((line, *arrays))

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """Unpack a record.

        Raises
        ------
        MatchingError
            If the content is damaged or of another format.
        """
        try:
            line, _, packed = _inflated(content).partition(b"\n")
            head = json.loads(line)
            return cls(**_fields(head), **_arrays(head["n_people"], len(head["criteria"]), packed))
        except (ValueError, KeyError, TypeError, zlib.error) as error:
            problem = Text("留存的评分依据已损坏。", "The record of the shortlist is damaged.")
            raise MatchingError(problem, place="snapshot") from error


def _inflated(content: bytes) -> bytes:
    if not content.startswith(_MAGIC):
        raise ValueError("another format")
    inflate = zlib.decompressobj()
    plain = inflate.decompress(content[len(_MAGIC) :], _MOST_BYTES)
    if not inflate.eof:
        raise ValueError("cut off or too long")
    return plain


def _fields(head: dict[str, Any]) -> dict[str, Any]:
    return {
        "vacancy_id": int(head["vacancy_id"]),
        "as_of": date.fromisoformat(head["as_of"]),
        "rulebook_version": str(head["rulebook_version"]),
        "card_version": str(head["card_version"]),
        "criteria": tuple(head["criteria"]),
        "rule_ids": tuple(head["rule_ids"]),
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
