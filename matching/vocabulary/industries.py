"""From everyday words for a trade to GB/T 4754 codes and the plan's tags, and how near two trades are."""

import csv
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Self

import numpy as np
from numpy.typing import NDArray

from matching.errors import MatchingError
from matching.vocabulary import Text

__all__ = ["FIT_SHARES", "UNMAPPED", "IndustryEntry", "IndustryTerms", "TermSets"]

#: Share of the full points at each level of `IndustryTerms.fit_levels`; level 0 is unknown.
FIT_SHARES = (0.0, 0.0, 0.4, 0.7, 1.0)
UNKNOWN, NONE, SAME_DIVISION, SAME_GROUP, SAME_CLASS = range(5)

#: Stands among the terms of somebody whose text also has words that nobody has mapped to a term yet.
UNMAPPED = "?"
_UNMAPPED_LABEL = Text("尚未归类的产业词", "words not mapped yet")

_SEPARATORS = re.compile(r"[、,;|/\s()。]+")  # after NFKC, which makes full-width signs narrow
_SHORTEST_INSIDE = 2  # one character inside a longer word says too little: 牛 in 牛肉面馆


@dataclass(frozen=True)
class IndustryEntry:
    """What is known of one industry term.

    Parameters
    ----------
    term : str
        The everyday word, in Chinese.
    code : str
        GB/T 4754 division (2 digits), group (3) or class (4).
    tags : frozenset of str
        Tags of the city plan: demonstration zones Z1 to Z6, modes of agriculture M1 to M6.
    label : Text
    """

    term: str
    code: str
    tags: frozenset[str]
    label: Text


@dataclass(frozen=True)
class TermSets:
    """Sets of terms, one a row, ready for repeated comparison.

    Parameters
    ----------
    terms : ndarray of intp, shape (n_most, n_rows)
        Places of the known terms in the table of nearness, slot by slot. A row with fewer terms repeats its first; a
        row without any points at the last place, which is near to nothing and unknown.
    """

    terms: NDArray[np.intp]


class IndustryTerms:
    """The vocabulary of trades.

    Parameters
    ----------
    entries : iterable of IndustryEntry

    Raises
    ------
    MatchingError
        If a term stands twice or its code is not 2 to 4 digits.
    """

    def __init__(self, entries: Iterable[IndustryEntry]) -> None:
        self._entries: dict[str, IndustryEntry] = {}
        for entry in entries:
            self._add(entry)
        self._place = {term: i for i, term in enumerate(self._entries)}
        self._longest_first = sorted(
            (t for t in self._entries if len(t) >= _SHORTEST_INSIDE), key=lambda t: (-len(t), t)
        )
        self._nearness = self._nearness_table()

    @classmethod
    @lru_cache(maxsize=1)
    def shipped(cls) -> Self:
        """Return the vocabulary that comes with the product."""
        table = resources.files("seed_data").joinpath("codes", "industry_terms.csv").read_text(encoding="utf-8")
        return cls(
            IndustryEntry(
                term=row["term_zh"],
                code=row["gbt4754_code"],
                tags=frozenset(filter(None, row["tags"].split("|"))),
                label=Text(row["term_zh"], row["term_en"] or row["term_zh"]),
            )
            for row in csv.DictReader(table.splitlines())
        )

    @property
    def terms(self) -> tuple[str, ...]:
        """Every known term, in the order of the table."""
        return tuple(self._entries)

    def entry(self, term: str) -> IndustryEntry | None:
        """Return what is known of `term`, or None."""
        return self._entries.get(term)

    def labels(self, terms: Iterable[str]) -> Text:
        """Name several terms in one phrase, unknown ones as they are written."""
        found = [self._label(term) for term in terms]
        return Text("、".join(t.zh for t in found), ", ".join(t.en for t in found))

    def find_in(self, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Find the terms that a cell of text names.

        Parameters
        ----------
        text : str
            Words separated by 、，,;；|/ brackets or blanks.

        Returns
        -------
        terms : tuple of str
            Known terms in the order of the text: a word that is a term, else the longest terms inside a word.
        unmapped_words : tuple of str
            Words in which no term was found, for the work list.
        """
        terms: dict[str, None] = {}
        unmapped: dict[str, None] = {}
        for word in filter(None, _SEPARATORS.split(unicodedata.normalize("NFKC", text))):
            found = [word] if word in self._entries else self._most_specific(self._inside(word))
            terms.update(dict.fromkeys(found))
            if not found:
                unmapped[word] = None
        return tuple(terms), tuple(unmapped)

    def with_unmapped(self, terms: Iterable[str], *, texts: Iterable[str | None]) -> tuple[str, ...]:
        """Add the mark `UNMAPPED` to known terms if one of the texts has a word that maps to no term."""
        known = tuple(terms)
        is_marked = bool(known) and any(self.find_in(text)[1] for text in texts if text)
        return (*known, UNMAPPED) if is_marked else known

    def sets(self, strings: Sequence[str | None]) -> TermSets:
        """Prepare strings of terms joined with ``|`` for `nearest`; None and unknown terms count as nothing."""
        rows = [self._places_in((text or "").split("|") if isinstance(text, str) else ()) for text in strings]
        slots = np.full((max(map(len, rows), default=0) or 1, len(rows)), len(self._place), dtype=np.intp)
        for i, row in enumerate(rows):
            if row:
                slots[:, i] = row[0]
                slots[: len(row), i] = row
        return TermSets(slots)

    def nearest(self, people: TermSets, vacancy_terms: Sequence[str]) -> NDArray[np.int8]:
        """Return the best fit between each set and the terms of a vacancy, as `fit_levels` does."""
        wanted = self._places_in(vacancy_terms)
        if not wanted:
            return np.zeros(people.terms.shape[1], dtype=np.int8)
        nearest: NDArray[np.int8] = self._nearness[:, wanted].max(axis=1).take(people.terms).max(axis=0)
        return nearest

    def fit_levels(self, person_terms: Sequence[str | None], vacancy_terms: Sequence[str]) -> NDArray[np.int8]:
        """Say how near people's trades are to those of a vacancy.

        Parameters
        ----------
        person_terms : sequence of str or None, length n
            Terms joined with ``|``.
        vacancy_terms : sequence of str

        Returns
        -------
        ndarray of int8, shape (n,)
            0 unknown (no known term on one of the sides), 1 none in common, 2 same division or a shared tag of the
            plan, 3 same group, 4 same term or class.
        """
        return self.nearest(self.sets(person_terms), vacancy_terms)

    def _label(self, term: str) -> Text:
        if term == UNMAPPED:
            return _UNMAPPED_LABEL
        return self._entries[term].label if term in self._entries else Text(term, term)

    def _add(self, entry: IndustryEntry) -> None:
        if entry.term in self._entries:
            problem = Text(f"产业词“{entry.term}”重复。", f"The industry term '{entry.term}' stands twice.")
            raise MatchingError(problem, place="industry_terms.csv")
        if not re.fullmatch(r"\d{2,4}", entry.code):
            problem = Text(
                f"产业词“{entry.term}”的代码“{entry.code}”应为 2 至 4 位数字。",
                f"The code '{entry.code}' of the industry term '{entry.term}' must have 2 to 4 digits.",
            )
            raise MatchingError(problem, place="industry_terms.csv")
        self._entries[entry.term] = entry

    def _places_in(self, terms: Iterable[str]) -> list[int]:
        return [self._place[term] for term in terms if term in self._place]

    def _inside(self, word: str) -> list[str]:
        for term in self._longest_first:
            if term in word:
                before, _, after = word.partition(term)
                return [*self._inside(before), term, *self._inside(after)]
        return []

    def _most_specific(self, terms: list[str]) -> list[str]:
        codes = [self._entries[term].code for term in terms]
        return [
            term
            for term, code in zip(terms, codes, strict=True)
            if not any(other != code and other.startswith(code) for other in codes)
        ]

    def _nearness_table(self) -> NDArray[np.int8]:
        entries = list(self._entries.values())
        table = np.full((len(entries) + 1, len(entries)), NONE, dtype=np.int8)
        table[-1] = UNKNOWN
        alike: dict[str, list[int]] = {}  # only terms of one division or with a tag in common are near each other
        for i, one in enumerate(entries):
            for mark in (one.code[:2], *one.tags):
                alike.setdefault(mark, []).append(i)
                for j in alike[mark]:
                    table[i, j] = table[j, i] = _nearness(one, entries[j])
        return table


def _nearness(one: IndustryEntry, other: IndustryEntry) -> int:
    shared = min(len(one.code), len(other.code))
    if one.term == other.term or (shared == 4 and one.code == other.code):
        return SAME_CLASS
    if shared >= 3 and one.code[:3] == other.code[:3]:
        return SAME_GROUP
    return SAME_DIVISION if one.code[:2] == other.code[:2] or one.tags & other.tags else NONE
