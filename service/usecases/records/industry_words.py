"""From what people write about their trade to known terms, and a work list of the words that nobody knows yet."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from matching.vocabulary.industries import IndustryTerms
from service.db import allocate_ids
from service.models.installation import UnmappedTerm
from service.usecases.incoming.reports import SavedRecord, Severity

__all__ = ["IndustryWords"]

_LONGEST = 60


class IndustryWords:
    """Finds the terms of industry texts and counts the words without one."""

    def __init__(self) -> None:
        self._terms = IndustryTerms.shipped()
        self.unmapped: Counter[str] = Counter()

    def settle(self, record: Mapping[str, Any], *, saved: SavedRecord) -> dict[str, Any]:
        """Return the terms of a record: those it names itself, else those found in its ``industry_text``."""
        for key in ("industries", "industry_text"):
            if record.get(key) is not None:
                words = record[key]
                return {"industries": self._terms_in(words if key == "industries" else [words], key, saved)}
        # An erased text takes its terms with it; a record that speaks of neither leaves them.
        return {"industries": None} if {"industries", "industry_text"} & record.keys() else {}

    def _terms_in(self, words: Iterable[str], key: str, saved: SavedRecord) -> tuple[str, ...] | None:
        named = list(words)
        found = [self._terms.find_in(word) for word in named]
        unmapped = tuple(dict.fromkeys(word[:_LONGEST] for _, missed in found for word in missed))
        if unmapped:
            self.unmapped.update(unmapped)
            saved.find(key, _unmapped(unmapped), Severity.NOTE)
        terms = tuple(dict.fromkeys(term for known, _ in found for term in known))
        return terms or (None if named else ())

    def write(self, session: Session, *, now: datetime) -> None:
        """Add the counts to the work list."""
        if not self.unmapped:
            return
        listed = {
            term.word: term
            for term in session.scalars(select(UnmappedTerm).where(UnmappedTerm.word.in_(self.unmapped)))
        }
        new = [word for word in self.unmapped if word not in listed]
        for term_id, word in zip(allocate_ids(session, UnmappedTerm.__tablename__, len(new)), new, strict=True):
            listed[word] = UnmappedTerm(id=term_id, word=word, n_uses=0, first_seen_at=now)
            session.add(listed[word])
        for word, n_uses in self.unmapped.items():
            listed[word].n_uses += n_uses
            listed[word].last_seen_at = now


def _unmapped(words: tuple[str, ...]) -> Text:
    return Text(
        f"暂不认识产业词：{'、'.join(words)}；已列入待对照词表。",
        f"Unknown industry words: {', '.join(words)}; they are on the work list.",
    )
