"""Noting what changed in which record, by which act: every value can be traced to its source and put back."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from service.access import Actor
from service.db import Model, allocate_ids, vault_of
from service.models.provenance import RecordChange, Source, SourceKind
from service.usecases.records.record_fields import insert_rows

__all__ = ["Changes", "Ledger", "Origin", "SourceKind", "plain_value"]

_IN_ONE_INSERT = 2_000

#: Values of fields before and after.
Changes = Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where the values of one act come from.

    Parameters
    ----------
    kind : SourceKind
    username : str
    import_id : int, optional
        The file that was imported, or whose import is undone.
    attested_by, attested_document : str, optional
        Who vouches for all of it, and by which document.
    cells : sequence of (str, int)
        Sheet and row (from 0) of each record, by the position of the record.
    is_trial : bool
        Nothing is written: all of it will be rolled back.
    entered : dict
        Of a trial: the values of each new record, by kind and position; no change of it is kept to read them from.
    """

    kind: SourceKind
    username: str
    import_id: int | None = None
    attested_by: str | None = None
    attested_document: str | None = None
    cells: Sequence[tuple[str, int]] = ()
    is_trial: bool = False
    entered: dict[tuple[str, int], Mapping[str, Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, actor: Actor, kind: SourceKind) -> "Origin":
        """Return the origin of what an account does itself."""
        return cls(kind=kind, username=actor.username)


@dataclass
class _Note:
    kind: str
    subject_id: int
    index: int | None
    version: int | None = None  # None: told by `row` once it was flushed
    row: Any = None
    values: Mapping[str, Any] | None = None  # of a new record
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)

    def pairs(self) -> Changes:
        """Put the pairs together late: half a million of them at once would keep the garbage collector busy."""
        if self.values is None:
            return self.changes
        new = {name: (None, value) for name, value in self.values.items() if value is not None}
        return new | {name: (None, after) for name, (_, after) in self.changes.items()}


@dataclass
class Ledger:
    """Collects the changes of one act and writes them at its end, one line for each record.

    Parameters
    ----------
    session : Session
    origin : Origin
    now : datetime
    """

    session: Session
    origin: Origin
    now: datetime
    _notes: dict[tuple[str, int], _Note] = field(default_factory=dict)
    _source_id: int | None = None

    def note_new(self, kind: str, subject_id: int, values: Mapping[str, Any], *, index: int | None = None) -> None:
        """Note a record that was inserted, with the values that are known.

        Parameters
        ----------
        kind : {"person", "vacancy", "village", "township", "county", "decision"}
        subject_id : int
        values : mapping
            Clear values by attribute; None is left out.
        index : int, optional
            Position of the record that told them.
        """
        if self.origin.is_trial and index is not None:
            self.origin.entered[kind, index] = values
        self._notes[kind, subject_id] = _Note(kind, subject_id, index, version=1, values=values)

    def note_changed(
        self,
        kind: str,
        subject_id: int,
        changes: Changes,
        *,
        row: Model | None = None,
        version: int | None = None,
        index: int | None = None,
    ) -> None:
        """Note the changed fields of a record; `row` tells its version once it was flushed, or `version` does."""
        if not changes:
            return
        known = self._notes.setdefault((kind, subject_id), _Note(kind, subject_id, index, version=version, row=row))
        known.row = known.row if known.row is not None else row
        for name, (before, after) in changes.items():
            known.changes[name] = (known.changes[name][0] if name in known.changes else before, after)

    def write(self) -> None:
        """Insert what was noted since the last call; the rows must have been flushed."""
        notes = list(self._notes.values())
        self._notes.clear()
        if self.origin.is_trial:
            return
        ids = allocate_ids(self.session, RecordChange.__tablename__, len(notes)) if notes else range(0)
        for start in range(0, len(notes), _IN_ONE_INSERT):
            part = zip(ids[start:], notes[start : start + _IN_ONE_INSERT], strict=False)
            insert_rows(self.session, RecordChange, [self._line(change_id, note) for change_id, note in part])

    def _line(self, change_id: int, note: _Note) -> dict[str, Any]:
        sheet, row = self._cell(note.index)
        vault = vault_of(self.session)
        return {
            "id": change_id,
            "subject_kind": note.kind,
            "subject_id": note.subject_id,
            "version": note.version or getattr(note.row, "version", 0),
            "source_id": self._source(),
            "row": row,
            "sheet_sealed": vault.seal("record_changes.sheet", change_id, sheet),
            "changes_sealed": vault.seal("record_changes.changes", change_id, _ENCODE(note.pairs())),
        }

    def _cell(self, index: int | None) -> tuple[str | None, int | None]:
        return self.origin.cells[index] if index is not None and self.origin.cells else (None, None)

    def _source(self) -> int:
        if self._source_id is None:
            (self._source_id,) = allocate_ids(self.session, Source.__tablename__)
            origin = self.origin
            row = {
                "id": self._source_id,
                "kind": origin.kind,
                "import_id": origin.import_id,
                "username": origin.username,
                "at": self.now,
                "attested_by": origin.attested_by,
                "attested_document": origin.attested_document,
            }
            insert_rows(self.session, Source, [row])
        return self._source_id


def _plain(value: Any) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no value of a record")


_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain).encode


def plain_value(value: Any) -> Any:
    """Return a value of a record as JSON tells it."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
