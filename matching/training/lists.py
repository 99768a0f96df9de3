"""The lists that a card learns from: levels, grades and places of the people whom reviewers judged."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matching.errors import MatchingError
from matching.vocabulary import Text

__all__ = ["TrainingLists"]


@dataclass(frozen=True, kw_only=True, eq=False)
class TrainingLists:
    """Reviewed lists of one kind of post, the oldest first.

    Parameters
    ----------
    criteria : tuple of str
        Ids, in the order of the card.
    vacancy_nos : tuple of str
        One a list.
    decided_on : tuple of str
        ISO day of each list's last decision, "" where it is not known.
    sizes : ndarray of int, shape (n_lists,)
    levels : ndarray of int8, shape (n_rows, n_criteria)
        0 is missing.
    grades : ndarray of float64, shape (n_rows,)
    places : ndarray of int64, shape (n_rows,)
        Where each was shown, 1 the top.

    Raises
    ------
    MatchingError
        If the parts do not fit one another.
    """

    criteria: tuple[str, ...]
    vacancy_nos: tuple[str, ...]
    decided_on: tuple[str, ...]
    sizes: NDArray[np.int64]
    levels: NDArray[np.int8]
    grades: NDArray[np.float64]
    places: NDArray[np.int64]

    def __post_init__(self) -> None:
        n_rows, n_lists = int(self.sizes.sum()), len(self.sizes)
        fits = (
            self.levels.shape == (n_rows, len(self.criteria))
            and len(self.grades) == len(self.places) == n_rows
            and len(self.vacancy_nos) == len(self.decided_on) == n_lists
        )
        if not fits:
            raise MatchingError(Text("训练名单的各部分不一致。", "The parts of the training lists do not fit."))

    def __len__(self) -> int:
        return len(self.sizes)

    @property
    def rows(self) -> NDArray[np.float64]:
        """Levels as the estimator reads them, NaN where missing, shape (n_rows, n_criteria)."""
        return np.where(self.levels == 0, np.nan, self.levels.astype(np.float64))

    @cached_property
    def is_informative(self) -> NDArray[np.bool_]:
        """Whether people of different grades are on each list, shape (n_lists,)."""
        return np.array([len(np.unique(self.grades[part])) > 1 for part in self.parts()], dtype=bool)

    @cached_property
    def data_hash(self) -> str:
        """SHA-256 of everything that is learned from; the same on every machine."""
        head = {"criteria": self.criteria, "vacancy_nos": self.vacancy_nos, "decided_on": self.decided_on}
        digest = hashlib.sha256(json.dumps(head, ensure_ascii=False).encode())
        for values, kind in ((self.sizes, "<i8"), (self.levels, "|i1"), (self.grades, "<f8"), (self.places, "<i8")):
            digest.update(np.ascontiguousarray(values, dtype=kind).tobytes())
        return digest.hexdigest()

    def parts(self) -> list[slice]:
        """Return the rows of each list."""
        ends = np.cumsum(self.sizes).tolist()
        return [slice(end - size, end) for end, size in zip(ends, self.sizes.tolist(), strict=True)]

    def taken(self, lists: Sequence[int] | NDArray[np.intp]) -> "TrainingLists":
        """Return some of the lists, in the given order."""
        parts = self.parts()
        rows = np.concatenate([np.arange(parts[i].start, parts[i].stop) for i in lists] or [np.zeros(0, dtype=np.intp)])
        return TrainingLists(
            criteria=self.criteria,
            vacancy_nos=tuple(self.vacancy_nos[i] for i in lists),
            decided_on=tuple(self.decided_on[i] for i in lists),
            sizes=self.sizes[np.asarray(lists, dtype=np.intp)],
            levels=self.levels[rows],
            grades=self.grades[rows],
            places=self.places[rows],
        )

    def n_telling(self) -> dict[str, int]:
        """Count, for each criterion, the decisions in lists whose people are known to differ in it."""
        counts = dict.fromkeys(self.criteria, 0)
        for part in self.parts():
            own = self.levels[part].astype(np.int64)
            lowest = np.where(own > 0, own, np.iinfo(np.int64).max).min(axis=0)
            differs = (own.max(axis=0) > lowest) & (own.max(axis=0) > 0)
            n_known = (own > 0).sum(axis=0)
            for criterion_id, n in zip(self.criteria, np.where(differs, n_known, 0).tolist(), strict=True):
                counts[criterion_id] += n
        return counts
