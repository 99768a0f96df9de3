"""What became of records that were saved: one line each, and what has to be looked at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from matching.vocabulary import Text, Verdict

__all__ = ["MISSING", "Finding", "ProvisionalPlace", "SaveReport", "SavedRecord", "SavedState", "Severity"]

MISSING = Text("缺少必填内容。", "This is required.")


class Severity(StrEnum):
    """What a finding did to the record."""

    REFUSED = "refused"  # the whole record was not saved
    LEFT_OUT = "left_out"  # the record was saved without this value
    TO_COMPLETE = "to_complete"  # saved, but as a draft until this is there
    NOTE = "note"  # saved as given, to be looked at


class SavedState(StrEnum):
    """What became of a record."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True)
class Finding:
    """One thing to look at in one record.

    Parameters
    ----------
    place : str
        Key of the record, or the id of an admission rule.
    text : Text
        One or two sentences: what, and what to do unless `remedy` says so.
    severity : Severity
    remedy : Text or None
        One sentence: what to do about it.
    value : str
        The value as given; "" where nothing is shown.
    """

    place: str
    text: Text
    severity: Severity = Severity.NOTE
    remedy: Text | None = None
    value: str = ""


@dataclass
class SavedRecord:
    """What became of the record at position `index`.

    Parameters
    ----------
    index : int
    number : str
        External key of the row; "" if it was refused before it had one.
    state : SavedState
    is_generated : bool
        Whether the key was generated here.
    subject_id : int or None
        Surrogate id of a known record.
    changes : dict of str to (value, value)
        Attributes that changed, before and after.
    findings : list of Finding
    is_draft : bool
        Whether a person's record is a draft afterwards, to be completed and submitted.
    """

    index: int
    number: str = ""
    state: SavedState = SavedState.SAME
    is_generated: bool = False
    subject_id: int | None = None
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    is_draft: bool = False

    @property
    def changed(self) -> tuple[str, ...]:
        """Names of the attributes that changed."""
        return tuple(self.changes)

    def find(self, place: str, text: Text, severity: Severity, *, remedy: Text | None = None, value: str = "") -> None:
        """Note a finding; a refusal settles the state."""
        self.findings.append(Finding(place, text, severity, remedy, value))
        if severity is Severity.REFUSED:
            self.state = SavedState.REFUSED


@dataclass(frozen=True)
class ProvisionalPlace:
    """A place that was registered from a row because nobody knew it.

    Parameters
    ----------
    kind : str
        ``county``, ``township`` or ``village``.
    code : str
        Provisional code, beginning with 99.
    path : str
        Names from the county down, joined with `` / ``.
    """

    kind: str
    code: str
    path: str


@dataclass
class SaveReport:
    """What became of all records of one call, in their order."""

    records: list[SavedRecord]
    provisional_places: list[ProvisionalPlace] = field(default_factory=list)
    unmapped_words: Mapping[str, int] = field(default_factory=dict)
    admission: Mapping[Verdict, int] = field(default_factory=dict)

    @property
    def n_new(self) -> int:
        """Number of new records."""
        return self._count(SavedState.NEW)

    @property
    def n_changed(self) -> int:
        """Number of known records with at least one changed field."""
        return self._count(SavedState.CHANGED)

    @property
    def n_same(self) -> int:
        """Number of known records that say nothing new."""
        return self._count(SavedState.SAME)

    @property
    def n_refused(self) -> int:
        """Number of records that were not saved."""
        return self._count(SavedState.REFUSED)

    @property
    def n_drafts(self) -> int:
        """Number of people who are drafts afterwards: kept, and to be completed before they are submitted."""
        return sum(record.is_draft and record.state is not SavedState.REFUSED for record in self.records)

    @property
    def generated(self) -> dict[int, str]:
        """Generated keys by position of the record."""
        return {record.index: record.number for record in self.records if record.is_generated}

    def as_detail(self) -> dict[str, int]:
        """Return the counts for the audit line."""
        return {
            "n_new": self.n_new,
            "n_changed": self.n_changed,
            "n_same": self.n_same,
            "n_refused": self.n_refused,
            **({"n_drafts": self.n_drafts} if self.n_drafts else {}),
            "n_provisional_places": len(self.provisional_places),
        }

    def _count(self, state: SavedState) -> int:
        return sum(record.state is state for record in self.records)
