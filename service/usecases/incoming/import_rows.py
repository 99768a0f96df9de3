"""From the rows of a file to records: prepared, validated, and every cell that cannot be taken named."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from matching.vocabulary import Text
from schemas.base import RecordSchema
from schemas.decisions import DecisionSchema
from schemas.people import PersonSchema
from schemas.problems import MISSING, Problem
from schemas.rows import RowReader
from schemas.training_records import TrainingRecordSchema
from schemas.vacancies import VacancySchema
from schemas.villages import VillageSchema
from service.files.columns import column_table
from service.files.findings import CellFinding, Effect
from service.files.tables import Draft
from service.usecases.records.attestation import UNREAD_KEYS

__all__ = ["MEND", "NEEDED", "SCHEMAS", "Preparation", "ReadRow", "fields_of", "read_rows"]

#: What a subject does with a row before it is validated; it may change the draft and returns findings.
Preparation = Callable[[Draft], Iterable[CellFinding]]

SCHEMAS: Mapping[str, type[RecordSchema]] = {
    "people": PersonSchema,
    "vacancies": VacancySchema,
    "villages": VillageSchema,
    "decisions": DecisionSchema,
    "training": TrainingRecordSchema,
}
#: Without these a row is refused; any other value is refused alone.
NEEDED: Mapping[str, frozenset[str]] = {
    "people": frozenset({"name", "talent_source"}),
    "vacancies": frozenset({"village", "post_type", "headcount", "industry_text"}),
    "villages": frozenset({"village_code", "county", "township", "village"}),
    "decisions": frozenset({"vacancy_no", "person_no", "decision", "reviewer_no", "shortlist_no"}),
    "training": frozenset({"person_no", "course", "hours"}),
}


def fields_of(kind: str) -> frozenset[str]:
    """Return the fields that a record of a kind may have."""
    return frozenset(SCHEMAS[kind]().load_fields)


_GIVE_POOL = Text(
    "请加“人才类别”列并填写，或导入时加 --talent-source，如 --talent-source T2（返乡人员）。",
    "Add a column 人才类别 and fill it in, or import with --talent-source, such as --talent-source T2 (returned).",
)
#: A known number of these updates; the same number twice in one file is refused.
_UNIQUE: Mapping[str, tuple[str, ...]] = {
    "people": ("person_no", "id_number"),
    "vacancies": ("vacancy_no",),
    "villages": ("village_code",),
    "decisions": (),
    "training": (),
}
#: Kinds whose rows somebody vouches for.
_ATTESTED = frozenset({"people", "vacancies"})
_TOLD_EVERY = 250
_MASKED = frozenset({"id_number", "phone"})


@dataclass
class ReadRow:
    """One row after validation.

    Parameters
    ----------
    draft : Draft
    record : dict or None
        None if the row was refused.
    findings : list of CellFinding
    """

    draft: Draft
    record: dict[str, Any] | None
    findings: list[CellFinding] = field(default_factory=list)


def read_rows(
    drafts: Iterable[Draft], *, kind: str, prepare: Preparation, told: Callable[[int], None] = lambda _: None
) -> list[ReadRow]:
    """Validate the rows of a file.

    Parameters
    ----------
    drafts : iterable of Draft
    kind : {"people", "vacancies", "villages", "decisions", "training"}
    prepare : callable
    told : callable, optional
        Told now and then how many rows are done.

    Returns
    -------
    list of ReadRow
        In the order of the file.
    """
    rows = [ReadRow(draft, None, list(prepare(draft))) for draft in drafts]
    reader = _Reader(kind)
    for n_done, row in enumerate(rows):
        if n_done % _TOLD_EVERY == 0:
            told(n_done)
        reader.read(row)
        if row.record is not None and row.draft.refused and kind in _ATTESTED:
            row.record[UNREAD_KEYS] = tuple(sorted(row.draft.refused))
    for key in _UNIQUE[kind]:
        _refuse_repeated(rows, key)
    return rows


class _Reader:
    """One schema for all rows of a file."""

    def __init__(self, kind: str) -> None:
        schema = SCHEMAS[kind]()
        self.rows = RowReader(schema, prepare=self._json)
        self.needed = NEEDED[kind]
        self.labels = column_table(kind).labels
        self.as_text = {
            name for name, field_ in schema.load_fields.items() if getattr(field_, "reads_numbers_as_text", False)
        }

    def read(self, row: ReadRow) -> None:
        """Validate one row."""
        draft = row.draft
        record, problems = self.rows.read(draft.values)
        row.findings += [self._finding(draft, path, found[0]) for path, found in problems.items()]
        if not problems or not any(finding.effect is Effect.ROW_REFUSED for finding in row.findings):
            row.record = record

    def _json(self, key: str, value: Any) -> Any:
        """Turn a cell into what a JSON document would say."""
        if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
            value = int(value)
        if key not in self.as_text or isinstance(value, str):
            return value
        if isinstance(value, datetime) and value.time() == time():
            value = value.date()
        if isinstance(value, bool):
            return "是" if value else "否"
        return value.isoformat() if isinstance(value, date | datetime | time) else str(value)

    def _finding(self, draft: Draft, path: str, problem: Problem) -> CellFinding:
        effect = Effect.ROW_REFUSED if path in self.needed else Effect.CELL_REFUSED
        text, label = problem.problem, self.labels.get(path)
        if problem is MISSING and label is not None:
            text = Text("缺少“{label}”。", "'{label}' is missing.").filled(label=label)
        remedy = _GIVE_POOL if problem is MISSING and path == "talent_source" else (problem.remedy or MEND)
        return draft.finding(path, effect, text, remedy, value=problem.value or "", suggestion=problem.suggestion)


#: What to do where nothing better is known.
MEND = Text("请改正此格后再导入本文件。", "Correct the cell and import the file again.")


def _refuse_repeated(rows: list[ReadRow], key: str) -> None:
    first: dict[str, Draft] = {}
    for row in rows:
        value = row.record.get(key) if row.record else None
        if value is None or first.setdefault(value, row.draft) is row.draft:
            continue
        row.record = None
        sheet, _mark, number = str(first[value].name).rpartition("!")
        problem = Text(
            f"与{f'“{sheet}”' if sheet else ''}第 {number} 行重复，本行未导入。",
            f"The same as in row {number}{f' of {sheet}' if sheet else ''}; this row was refused.",
        )
        shown = "" if key in _MASKED else str(value)
        row.findings.append(
            row.draft.finding(
                key,
                Effect.ROW_REFUSED,
                problem,
                Text("请删去其中一行，或改正编号。", "Remove one of the rows, or correct the number."),
                value=shown,
            )
        )
