"""What a file changes, row by row and field by field, and where it contradicts what was done by hand or verified."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from matching.vocabulary import RecordStatus, Text
from service.models.provenance import RecordChange, Source, SourceKind
from service.usecases.incoming.import_rows import ReadRow
from service.usecases.incoming.reports import SavedRecord, SavedState
from service.usecases.records.attestation import Attestation
from service.usecases.records.histories import COLUMNS_OF, Attested, attestations_of
from service.usecases.records.provenance import Origin
from service.usecases.records.shown_values import PLACE_FIELDS, place_names, shown_changes

__all__ = ["FieldChange", "RowPreview", "RowState", "conflicting_keys", "preview_rows"]

_BY_HAND = frozenset({SourceKind.FORM, SourceKind.API, SourceKind.MERGE, SourceKind.UNMERGE})
_SUBJECT_KINDS = {
    "people": "person",
    "vacancies": "vacancy",
    "villages": "village",
    "decisions": "decision",
    "training": "training",
}
_SIGNATURES = frozenset({"record_status", "vacancy_status", "verified_at", "attested_by", "attested_document"})
_HOME = frozenset({"home_village_id", "home_township_id", "home_county_id"})
_IN_ONE_QUERY = 500
_MASKED = "***"


class RowState(StrEnum):
    """What a row does."""

    NEW = "new"
    CHANGED = "changed"
    CONFLICTING = "conflicting"  # changes something that was done by hand or verified
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True)
class FieldChange:
    """One value that a row changes.

    Parameters
    ----------
    field : str
    before, after : JSON value
        Id numbers and phones masked, homes as names.
    conflict : Text or None
        What it contradicts.
    """

    field: str
    before: Any
    after: Any
    conflict: Text | None = None


@dataclass(frozen=True)
class RowPreview:
    """What one row does.

    Parameters
    ----------
    row : str
        Sheet and row as Excel counts.
    number : str
        Of the record; "" if it has none yet.
    state : RowState
    changed : list of FieldChange
        Of a known record.
    entered : mapping of str to object
        What a new record would be told, as stored; only a dry run knows it, for else the record itself tells.
    names : mapping
        Of the places among that.
    """

    row: str
    number: str
    state: RowState
    changed: list[FieldChange] = field(default_factory=list)
    entered: Mapping[str, Any] = field(default_factory=dict)
    names: Mapping[tuple[str, int], str] = field(default_factory=dict)

    @property
    def changes(self) -> list[FieldChange]:
        """What the row changes, of a new record what it enters; empty if it says nothing new."""
        if not self.entered:
            return self.changed
        told = {name: (None, value) for name, value in self.entered.items() if value is not None}
        return [FieldChange(name, None, after) for name, (_, after) in shown_changes(told, self.names).items()]


@dataclass(frozen=True)
class _Last:
    """The last change of a field, and whether somebody vouched for the record since."""

    source: Source
    attested: Attested | None


def preview_rows(
    session: Session,
    *,
    kind: str,
    rows: Sequence[ReadRow],
    saved: Sequence[SavedRecord],
    attestation: Attestation | None,
    origin: Origin,
    unseen: Callable[[Iterable[str]], Collection[str]],
) -> list[RowPreview]:
    """Return what each row does; the records were saved, and their changes are the last ones noted.

    `unseen` says of which fields the reader may not see the present value; it is shown as ``***``.
    """
    subject = _SUBJECT_KINDS[kind]
    homes = [
        {name: (values[name],) for name in PLACE_FIELDS if name in values}
        for (entered, _), values in origin.entered.items()
        if entered == subject
    ]
    changed = {one.subject_id: one.changes for one in saved if one.subject_id is not None and one.changes}
    names = place_names(session, [*changed.values(), *homes])
    known = _last_changes(session, subject, sorted(changed), before=origin.import_id or 0)
    results = iter(saved)
    previews = []
    for row in rows:
        one = next(results) if row.record is not None else None
        if one is None or one.state is SavedState.REFUSED:
            previews.append(RowPreview(row.draft.name, one.number if one else "", RowState.REFUSED))
            continue
        last, masked = known.get(one.subject_id or 0, {}), unseen(one.changes)
        changes = [
            FieldChange(
                name,
                _MASKED if name in masked and before is not None else before,
                after,
                None if name in _SIGNATURES else _conflict(last.get(name), attestation),
            )
            for name, (before, after) in shown_changes(one.changes, names).items()
        ]
        is_conflict = any(change.conflict for change in changes)
        state = RowState.CONFLICTING if is_conflict else RowState(one.state.value)
        entered = origin.entered.get((subject, one.index), {}) if state is RowState.NEW else {}
        previews.append(RowPreview(row.draft.name, one.number, state, changes, entered, names))
    return previews


def conflicting_keys(preview: RowPreview, *, kind: str) -> set[str]:
    """Return the keys of a record that tell the values in conflict."""
    fields = {change.field for change in preview.changes if change.conflict is not None}
    if fields & _HOME:  # a home is told by all its names together: some of them are another home
        fields |= _HOME
    if kind == "people" and "name" in fields:  # COLUMNS_OF speaks of the name of a village, too
        return {"name"} | {key for name in fields - {"name"} for key in (name, *COLUMNS_OF.get(name, ()))}
    return {key for name in fields for key in (name, *COLUMNS_OF.get(name, ()))}


def _conflict(last: _Last | None, attestation: Attestation | None) -> Text | None:
    if last is None:
        return None
    source = last.source
    if source.kind in _BY_HAND:
        return _CHANGED_BY_HAND.filled(by=source.username, on=f"{source.at:%Y-%m-%d}")
    if last.attested is not None and attestation is None:
        return _VERIFIED.filled(by=last.attested.signed_by or "", document=last.attested.document or "")
    return None


def _last_changes(
    session: Session, subject_kind: str, ids: Sequence[int], *, before: int
) -> Mapping[int, Mapping[str, _Last]]:
    """Return the last change of each field before this import, by record."""
    lines: dict[int, list[tuple[RecordChange, Mapping[str, Any]]]] = {}
    for start in range(0, len(ids), _IN_ONE_QUERY):
        found = (
            select(RecordChange)
            .join(RecordChange.source)
            .where(
                RecordChange.subject_kind == subject_kind,
                RecordChange.subject_id.in_(ids[start : start + _IN_ONE_QUERY]),
                Source.import_id.is_(None) | (Source.import_id != before),
            )
            .options(joinedload(RecordChange.source))
            .order_by(RecordChange.id)
        )
        for change in session.scalars(found):
            lines.setdefault(change.subject_id, []).append((change, json.loads(change.changes)))
    return {subject_id: _last_of(told) for subject_id, told in lines.items()}


def _last_of(lines: Sequence[tuple[RecordChange, Mapping[str, Any]]]) -> Mapping[str, _Last]:
    undone = {change.source.import_id for change, _ in lines if change.source.kind is SourceKind.UNDO}
    if undone:  # what was undone and its undoing leave the values of before with their own source
        lines = [line for line in lines if line[0].source.import_id not in undone]
    attested = next(iter(reversed(list(attestations_of(lines)))), None)
    states = [values["record_status"][1] for _, values in lines if "record_status" in values]
    if states and states[-1] != RecordStatus.VERIFIED:
        attested = None
    last: dict[str, _Last] = {}
    for position, (change, values) in enumerate(lines):
        vouched = attested if attested is not None and attested.position >= position else None
        last |= dict.fromkeys(values, _Last(change.source, vouched))
    return last


_CHANGED_BY_HAND = Text(
    "现值由 {by} 于 {on} 修改，与文件不同。", "The present value was set by {by} on {on}, the file says another."
)
_VERIFIED = Text(
    "现值已由 {by} 核验（{document}），与文件不同。",
    "The present value was verified by {by} ({document}), the file says another.",
)
