"""What became of a file: findings at their cells, refusals first, and the counts of rows."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from matching.vocabulary import Text
from schemas.problems import shown
from service.files.findings import CellFinding, Effect
from service.files.marked_workbooks import GivenNumber
from service.files.tables import DraftTable
from service.usecases.incoming.import_previews import FieldChange, RowPreview, RowState
from service.usecases.incoming.import_rows import MEND, ReadRow
from service.usecases.incoming.reports import Finding, ProvisionalPlace, SaveReport, Severity
from service.usecases.records.histories import COLUMNS_OF

__all__ = ["NUMBER_KEYS", "ImportReport", "not_kept", "report_of"]

#: Under which field a kind of table tells the number of a record.
NUMBER_KEYS = {"people": "person_no", "vacancies": "vacancy_no"}

#: What the rows of a kind are called by.
_TITLE_KEYS = {
    "people": "name",
    "vacancies": "village",
    "villages": "village",
    "decisions": "person_no",
    "training": "person_no",
}
_PLACE_KEYS = frozenset({"county", "township", "village", "home_village_code", "village_code"})
_NEVER_SHOWN = frozenset({"id_number", "phone", "duty_health_ok"})
_STATUS_KEYS = frozenset({"record_status", "vacancy_status"})
_TOWNSHIP = re.compile(r"(?:[:：]\s*|^)([\u4e00-\u9fff]{1,8}?(?:镇|乡|街道))", re.MULTILINE)
_REFUSED = frozenset({Effect.FILE_LEFT_OUT, Effect.ROW_REFUSED, Effect.CELL_REFUSED})
_ONE_BY_ONE = _REFUSED | {Effect.COLUMN_LEFT_OUT}


@dataclass(frozen=True)
class ImportReport:
    """What became of a file.

    Parameters
    ----------
    kind : str
    n_rows, n_skipped : int
        Rows with data, and rows of totals and notes.
    n_new, n_changed, n_same, n_refused : int
        Rows by what became of them; they add up to `n_rows`.
    n_drafts : int
        Of those that went in: people who are drafts, to be completed before they are submitted.
    findings : list of CellFinding
        Refusals first, each in the order of the file.
    provisional_places : list of ProvisionalPlace
    generated : list of (str, str)
        Cell of the row and the number that it got.
    is_dry_run : bool
    is_kept : bool
        False after a dry run, and where all or nothing was asked for and something was refused.
    import_id : int or None
        Under which the file is kept; None if it is not.
    rows : list of RowPreview
        What each row does, field by field.
    cell_findings : list of CellFinding
        Every finding of every cell, where `findings` says of many rows alike only once.
    numbers : list of GivenNumber
        Generated numbers with their rows, for the workbook that goes back.
    row_titles : mapping of str to str
        What a row is about, as written, by its name; for who checks the file.
    """

    kind: str
    n_rows: int
    n_skipped: int
    n_new: int
    n_changed: int
    n_same: int
    n_refused: int
    n_drafts: int = 0
    findings: list[CellFinding] = field(default_factory=list)
    provisional_places: list[ProvisionalPlace] = field(default_factory=list)
    generated: list[tuple[str, str]] = field(default_factory=list)
    is_dry_run: bool = False
    is_kept: bool = True
    import_id: int | None = None
    rows: list[RowPreview] = field(default_factory=list)
    cell_findings: list[CellFinding] = field(default_factory=list)
    numbers: list[GivenNumber] = field(default_factory=list)
    row_titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def n_conflicting(self) -> int:
        """Number of rows that contradict what was done by hand or verified."""
        return sum(row.state is RowState.CONFLICTING for row in self.rows)

    @property
    def n_open(self) -> int:
        """Number of findings that somebody has to look at."""
        return sum(finding.is_open for finding in self.findings)

    @property
    def is_clean(self) -> bool:
        """Whether no file of a zip, no row and no cell was refused; columns that never come in do not count."""
        return self.n_refused == 0 and not any(finding.effect in _REFUSED for finding in self.findings)

    def counts(self) -> dict[str, int]:
        """Return the counts that are kept with the import."""
        names = ("n_rows", "n_new", "n_changed", "n_same", "n_refused", "n_drafts", "n_skipped", "n_open")
        return {name: getattr(self, name) for name in names}


def report_of(
    kind: str,
    *,
    table: DraftTable,
    rows: Sequence[ReadRow],
    saved: SaveReport,
    previews: list[RowPreview],
    import_id: int,
) -> ImportReport:
    """Put together what is told about a file."""
    kept = [row for row in rows if row.record is not None]
    for row, preview in zip(rows, previews, strict=True):
        row.findings += [_contradicting(row, change) for change in preview.changed if change.conflict]
    suggestion = _suggested_township(table.preamble)
    generated: list[tuple[str, str]] = []
    numbers: list[GivenNumber] = []
    for row, result in zip(kept, saved.records, strict=True):
        row.findings += [_translated(row, finding, suggestion) for finding in result.findings]
        if result.is_generated:
            generated.append((row.draft.name, result.number))
            if kind in NUMBER_KEYS:
                numbers.append(_given(row, kind, table, result.number))
            row.findings += _numbered(kind, row, result.number)
    findings = [*table.findings, *(finding for row in rows for finding in row.findings)]
    findings += [_provisional(place) for place in saved.provisional_places]
    return ImportReport(
        kind=kind,
        n_rows=len(rows),
        n_skipped=table.n_skipped,
        n_new=saved.n_new,
        n_changed=saved.n_changed,
        n_same=saved.n_same,
        n_refused=len(rows) - len(kept) + saved.n_refused,
        n_drafts=saved.n_drafts,
        findings=_ordered(findings),
        provisional_places=list(saved.provisional_places),
        generated=generated,
        cell_findings=findings,
        numbers=numbers,
        import_id=import_id,
        rows=previews,
        row_titles={row.draft.name: shown(row.draft.values.get(_TITLE_KEYS[kind], "")) for row in rows},
    )


def not_kept(report: ImportReport, *, is_dry_run: bool) -> ImportReport:
    """Return the report of a file of which nothing was saved, so that nobody notes numbers that nobody got."""
    given = {number for _, number in report.generated}
    told = {_ONLY_NUMBER.filled(number=number) for number in given}

    def foreseen(findings: list[CellFinding]) -> list[CellFinding]:
        return [
            replace(one, problem=_WILL_NUMBER, remedy=_TAKE_BACK) if one.problem in told else one for one in findings
        ]

    return replace(
        report,
        is_dry_run=is_dry_run,
        is_kept=False,
        import_id=None,
        findings=foreseen(report.findings),
        cell_findings=foreseen(report.cell_findings),
        rows=[replace(row, number="") if row.number in given else row for row in report.rows],
        generated=[],
        numbers=[],
    )


def _given(row: ReadRow, kind: str, table: DraftTable, number: str) -> GivenNumber:
    draft = row.draft
    position, _ = draft.columns.get(NUMBER_KEYS[kind], (None, ""))
    column = position if isinstance(position, int) else None
    return GivenNumber(draft.sheet, draft.row, column, table.header_rows.get(draft.sheet, 0), number)


def _contradicting(row: ReadRow, change: FieldChange) -> CellFinding:
    key = next((key for key in (change.field, *COLUMNS_OF.get(change.field, ())) if key in row.draft.columns), "")
    return row.draft.finding(key, Effect.TO_CONFIRM, change.conflict or Text("", ""), _EITHER)


def _translated(row: ReadRow, finding: Finding, suggestion: str | None) -> CellFinding:
    """Put a finding about a record's field at its cell."""
    if finding.place in _STATUS_KEYS:
        written = shown(row.draft.values.get(finding.place, ""))
        return row.draft.finding(
            finding.place, Effect.TO_CONFIRM, finding.text, finding.remedy or _ATTEST, value=written
        )
    if finding.severity is Severity.TO_COMPLETE:
        return row.draft.finding(finding.place, Effect.TO_CONFIRM, finding.text, finding.remedy)
    if finding.severity is Severity.NOTE:
        effect = Effect.NOTE if finding.place in row.draft.columns else Effect.TO_CONFIRM
        return row.draft.finding(finding.place, effect, finding.text, finding.remedy, value=finding.value)
    effect = Effect.ROW_REFUSED if finding.severity is Severity.REFUSED else Effect.CELL_REFUSED
    remedy = finding.remedy or (_give_places(suggestion) if finding.place in _PLACE_KEYS else MEND)
    told = "" if finding.place in _NEVER_SHOWN else row.draft.values.get(finding.place, "")
    value = finding.value or shown(told)
    return row.draft.finding(finding.place, effect, finding.text, remedy, value=value)


def _numbered(kind: str, row: ReadRow, number: str) -> list[CellFinding]:
    if kind != "people":
        return [row.draft.finding("vacancy_no", Effect.NOTE, _GENERATED)] if kind == "vacancies" else []
    if row.record and row.record.get("id_number"):
        return [row.draft.finding("person_no", Effect.NOTE, _GENERATED)]
    return [row.draft.finding("person_no", Effect.TO_CONFIRM, _ONLY_NUMBER.filled(number=number), _KEEP_NUMBER)]


def _provisional(place: ProvisionalPlace) -> CellFinding:
    problem = Text(
        f"“{place.path}”未登记，已临时登记，代码 {place.code}。",
        f"'{place.path}' was not registered; it is now, provisionally, as {place.code}.",
    )
    remedy = Text("请核对名称，再导入村表补正式代码。", "Check the name, then import the villages with their codes.")
    return CellFinding(effect=Effect.TO_CONFIRM, problem=problem, remedy=remedy)


def _suggested_township(preamble: str) -> str | None:
    """Return the township that the preamble or a sheet name gives, to be confirmed by the clerk."""
    found = _TOWNSHIP.search(preamble)
    return found[1] if found else None


def _give_places(suggestion: str | None) -> Text:
    given = f"--township {suggestion}" if suggestion else "--township"
    return Text(
        f"请补上县区、乡镇两列，或加 --county 县区名 {given}。",
        f"Add county and township, or give --county NAME {given}.",
    )


def _ordered(findings: list[CellFinding]) -> list[CellFinding]:
    """Refusals first; what is said of many rows alike is said once, with their number."""
    alike: dict[tuple[object, ...], int] = {}
    kept: list[CellFinding] = []
    for finding in findings:
        key = (finding.effect, finding.sheet, finding.column, finding.problem, finding.remedy, finding.value)
        alike[key] = alike.get(key, 0) + 1
        if finding.effect in _ONE_BY_ONE or alike[key] == 1:
            kept.append(finding)
    order = list(Effect)
    return sorted((_counted(finding, alike) for finding in kept), key=lambda finding: order.index(finding.effect))


def _counted(finding: CellFinding, alike: dict[tuple[object, ...], int]) -> CellFinding:
    key = (finding.effect, finding.sheet, finding.column, finding.problem, finding.remedy, finding.value)
    if finding.effect in _ONE_BY_ONE or alike[key] == 1:
        return finding
    more = Text(f"（共 {alike[key]:,} 行）", f" ({alike[key]:,} rows)")
    return replace(finding, problem=Text(finding.problem.zh + more.zh, finding.problem.en + more.en))


_EITHER = Text(
    "请核对；如应保留现值，请用 --conflicts keep 导入。",
    "Check it; to keep the present value import with --conflicts keep.",
)
_ATTEST = Text(
    "请由核验人本人导入，并加 --attest 本人姓名 --document 文号。",
    "Who verified it imports it: --attest OWN NAME --document REFERENCE.",
)
_GENERATED = Text("没有编号，已生成编号。", "There was no number; one was generated.")
_ONLY_NUMBER = Text(
    "没有编号，身份证号也不可用，已生成编号 {number}。",
    "Neither a number nor a usable id number; it got the number {number}.",
)
_WILL_NUMBER = Text(
    "没有编号，身份证号也不可用，导入时会生成编号。",
    "Neither a number nor a usable id number; it will get a number.",
)
_TAKE_BACK = Text(
    "请补上身份证号，或导入时加 --marked 取回填好编号的表。",
    "Give the id number, or import with --marked to get the table back with the number.",
)
_KEEP_NUMBER = Text(
    "请把它填入“人员编号”列，否则再次导入会重复登记。",
    "Put it into the column 人员编号, or the next import registers again.",
)
