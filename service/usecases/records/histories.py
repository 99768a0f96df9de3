"""The history of a record: each value with when, by whom, from which cell, and who vouches for it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from matching.vocabulary import RecordStatus, Text, VacancyStatus
from service.access import Actor, require
from service.access.masking import hides_holders
from service.models.identity import WITH_ABSORBED
from service.models.imports import Import
from service.models.people import Person
from service.models.provenance import RecordChange, Source, SourceKind
from service.models.vacancies import Vacancy
from service.models.villages import Village
from service.queries.veils import hidden_people
from service.usecases.auditing import audit
from service.usecases.identity.merge_origins import with_origins
from service.usecases.privacy.masks import seen_fields
from service.usecases.records.shown_values import place_names, shown_changes
from service.usecases.records.single_records import not_found, person_not_found

__all__ = [
    "COLUMNS_OF",
    "Attested",
    "ValueChange",
    "attestations_of",
    "cell_of",
    "history_of",
    "sources_of",
]

_SUBJECTS: Mapping[str, tuple[str, type[Person | Vacancy | Village], str, Text]] = {
    "people": ("person", Person, "person_no", Text("人员", "person")),
    "vacancies": ("vacancy", Vacancy, "vacancy_no", Text("岗位", "vacancy")),
    "villages": ("village", Village, "village_code", Text("村", "village")),
}
#: Under which field of a table an attribute is told, if not under its own name.
COLUMNS_OF = {
    "home_village_id": ("village", "home_village_code"),
    "home_township_id": ("township",),
    "home_county_id": ("county",),
    "township_id": ("township",),
    "village_id": ("village", "village_code"),
    "name": ("name", "village"),
    "industries": ("industries", "industry_text"),
    "tie_village_codes": ("tie_villages",),
    "willing_county_codes": ("willing_counties",),
    "birth_date_is_month": ("birth_date",),
}
_IN_ONE_QUERY = 500
_UNSIGNED = frozenset({VacancyStatus.DRAFT, VacancyStatus.SUBMITTED})


@dataclass(frozen=True, kw_only=True)
class ValueChange:
    """One change of one value.

    Parameters
    ----------
    field : str
        Attribute of the record.
    before, after : JSON value
        Id numbers and phones masked, homes as names.
    at : datetime
    username : str
    source : SourceKind
    import_id : int or None
    file_name, sheet, cell : str or None
        Where it stood, if a file told it; of what a merge took over, where it stood before.
    version : int
        Of the record after the change.
    is_verified : bool
        Whether somebody vouched for the record when or after it got this value; else the value is self-reported.
    verified_by, verified_document : str or None
    verified_at : datetime or None
    taken_from : str or None
        Number of the record from which a merge took it over.
    """

    field: str
    before: Any
    after: Any
    at: datetime
    username: str
    source: SourceKind
    import_id: int | None
    file_name: str | None
    sheet: str | None
    cell: str | None
    version: int
    is_verified: bool = False
    verified_by: str | None = None
    verified_document: str | None = None
    verified_at: datetime | None = None
    taken_from: str | None = None

    @property
    def is_self_reported(self) -> bool:
        """Whether nobody has vouched for the value yet."""
        return not self.is_verified


@dataclass(frozen=True)
class Attested:
    """Somebody vouched for a record: at which of its changes, who, by which document, when."""

    position: int
    signed_by: str | None
    document: str | None
    at: datetime


def history_of(session: Session, *, actor: Actor, kind: str, number: str) -> dict[str, list[ValueChange]]:
    """Return all changes of each field of a record, the oldest first.

    Parameters
    ----------
    session : Session
    actor : Actor
    kind : {"people", "vacancies", "villages"}
    number : str
        Number of the person or vacancy, code of the village.

    Raises
    ------
    NotFound
        If there is no such record.
    Forbidden
        If the actor may not read records of this kind.
    """
    subject_kind, model, key, label = _SUBJECTS[kind]
    require(actor, f"read_{kind}")
    own = select(model).where(getattr(model, key) == number)
    row: Any = session.scalar(own, execution_options={WITH_ABSORBED: True})  # merged records keep their history
    if row is None:
        raise person_not_found(session, number) if kind == "people" else not_found(label, number, place=key)
    found = (
        select(RecordChange)
        .where(RecordChange.subject_kind == subject_kind, RecordChange.subject_id == row.id)
        .options(joinedload(RecordChange.source).joinedload(Source.imported))
        .order_by(RecordChange.id)
    )
    lines = [(change, json.loads(change.changes)) for change in session.scalars(found)]
    attestations = list(attestations_of(lines))
    names = place_names(session, [values for _, values in lines])
    if kind == "people":
        audit.record_view(session, actor=actor, kind="person", number=number, action="view_history")
    history: dict[str, list[ValueChange]] = {}
    positions: dict[str, list[int]] = {}
    for position, (change, values) in enumerate(lines):
        for field, (before, after) in shown_changes(values, names).items():
            told = _told(change, field, before, after)
            history.setdefault(field, []).append(told)
            positions.setdefault(field, []).append(position)
    vouched = {
        field: _vouched(changes, [*positions[field], len(lines)], attestations, is_in_force=_is_in_force(row))
        for field, changes in history.items()
    }
    if hides_holders(actor):
        vouched.pop("attested_by", None)
        vouched = {field: [replace(one, verified_by=None) for one in told] for field, told in vouched.items()}
    if kind != "people":
        return vouched
    vouched = seen_fields(vouched, actor=actor, is_hidden=row.id in hidden_people(session, actor=actor))
    return with_origins(
        session, row.id, vouched, read=lambda absorbed: history_of(session, actor=actor, kind=kind, number=absorbed)
    )


def sources_of(session: Session, *, actor: Actor, kind: str, number: str) -> dict[str, ValueChange]:
    """Return for each field the change that gave it its present value; parameters and errors as in `history_of`."""
    history = history_of(session, actor=actor, kind=kind, number=number)
    return {field: changes[-1] for field, changes in history.items()}


def cell_of(imported: Import, *, sheet: str | None, row: int | None, field: str) -> str | None:
    """Return the cell of a file that told a field, such as ``F6``, or the element of a form."""
    if row is None:
        return None
    by_sheet = json.loads(imported.columns)
    columns = by_sheet.get(sheet or "", by_sheet.get("", {}))
    column = next((columns[key] for key in COLUMNS_OF.get(field, (field,)) if key in columns), None)
    if column is None:
        return None
    return f"{column}{row + 1}" if column.isascii() and column.isupper() and len(column) <= 3 else column


def _told(change: RecordChange, field: str, before: Any, after: Any) -> ValueChange:
    source, imported = change.source, change.source.imported
    is_from_file = imported is not None and source.kind is SourceKind.IMPORT
    return ValueChange(
        field=field,
        before=before,
        after=after,
        at=source.at,
        username=source.username,
        source=source.kind,
        import_id=source.import_id,
        file_name=imported.file_name if imported is not None else None,
        sheet=change.sheet or None,
        cell=cell_of(imported, sheet=change.sheet, row=change.row, field=field) if is_from_file and imported else None,
        version=change.version,
    )


def attestations_of(lines: Iterable[tuple[RecordChange, Mapping[str, Any]]]) -> Iterable[Attested]:
    """Yield the changes by which somebody vouched for the record, with the signature as it stood then."""
    signature: dict[str, str | None] = {"attested_by": None, "attested_document": None}
    for position, (change, values) in enumerate(lines):
        signature |= {field: values[field][1] for field in signature if field in values}
        after = {field: pair[1] for field, pair in values.items()}
        states = (after.get("record_status"), after.get("vacancy_status"))
        if (
            RecordStatus.VERIFIED in states
            or after.get("verified_at")
            or after.get("attested_document")
            or {VacancyStatus.APPROVED, VacancyStatus.SHORTLISTING} & set(states)
        ):
            yield Attested(position, signature["attested_by"], signature["attested_document"], change.source.at)


def _is_in_force(row: Person | Vacancy | Village) -> bool:
    if isinstance(row, Person):
        return row.record_status is RecordStatus.VERIFIED
    return isinstance(row, Vacancy) and row.attested_by is not None and row.vacancy_status not in _UNSIGNED


def _vouched(
    changes: Sequence[ValueChange], ends: Sequence[int], attestations: Sequence[Attested], *, is_in_force: bool
) -> list[ValueChange]:
    """Add who vouched for each value while it stood; for the present one only if the signature is in force."""
    vouched = []
    for place, change in enumerate(changes):
        is_present = place == len(changes) - 1
        within = [
            one
            for one in attestations
            if ends[place] <= one.position and (is_present or one.position < ends[place + 1])
        ]
        if not within or (is_present and not is_in_force):
            vouched.append(change)
            continue
        last = within[-1]
        vouched.append(
            replace(
                change,
                is_verified=True,
                verified_by=last.signed_by,
                verified_document=last.document,
                verified_at=last.at,
            )
        )
    return vouched
