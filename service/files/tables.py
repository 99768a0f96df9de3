"""The rows of a table as drafts: raw values by field, each with the cell that it came from."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from matching.vocabulary import Text
from schemas.problems import shown
from service.files.columns import ColumnTable, column_table
from service.files.finding_sheets import SUMMARY_NAMES
from service.files.findings import CellFinding, Effect
from service.files.formulas import UNSOLVED
from service.files.headers import Header, find_header, is_blank
from service.files.limits import UnreadableFile, unreadable
from service.files.skipped_rows import blank_rows, row_of, skipped_row
from service.files.spreadsheets import Sheet, cell_name, read_sheets

__all__ = ["EXCEL_ERRORS", "Draft", "DraftTable", "read_table", "table_of"]

#: The column without which a table is of another kind.
_ESSENTIAL = {
    "people": "name",
    "vacancies": "post_type",
    "villages": "village",
    "decisions": "decision",
    "training": "course",
}
_TOTAL = re.compile(r"(?:合计|总计|小计|共计|总数|合\s*计)")
_FOOTNOTE = re.compile(r"(?:注|说明|备注|填表人|填报人|审核人|制表人|负责人|联系人|经办人|单位负责人|填表说明)[:：]?")
_TOLD_BY = 3  # so many texts of a row tell a footnote from data
EXCEL_ERRORS = frozenset({UNSOLVED, "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"})


@dataclass
class Draft:
    """One row before it is validated.

    Parameters
    ----------
    sheet : str
    row : int
        Counted from 0.
    columns : mapping of str to (int or str, str)
        Position (of a form: name of the element) and header as written, by field; the same for all rows of a sheet.
    values : dict
        Raw values by field; blank cells are absent.
    refused : set of str
        Fields whose cells were refused.
    """

    sheet: str
    row: int
    columns: Mapping[str, tuple[int | str, str]]
    values: dict[str, Any] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)

    @property
    def is_form(self) -> bool:
        """Whether it is a form of its own, whose parts have names instead of cells."""
        place, _ = next(iter(self.columns.values()), (0, ""))  # of one file either all have cells or none
        return isinstance(place, str)

    @property
    def name(self) -> str:
        """How to call the row in a sentence."""
        return f"{self.sheet}!{self.row + 1}" if self.sheet else str(self.row + 1)

    def finding(
        self,
        key: str,
        effect: Effect,
        problem: Text,
        remedy: Text | None = None,
        *,
        value: str = "",
        suggestion: str | None = None,
    ) -> CellFinding:
        """Return a finding about one field of this row, and remember a refused cell; without a cell it is the row's."""
        if effect is Effect.CELL_REFUSED:
            self.refused.add(key.partition("[")[0])
        position, column = self.columns.get(key, ("" if self.is_form else 0, ""))
        cell = cell_name(self.row, position) if isinstance(position, int) else position
        return CellFinding(
            effect=effect,
            problem=problem,
            remedy=remedy,
            sheet=self.sheet,
            cell=cell,
            column=column,
            value=shown(value),
            suggestion=suggestion,
        )


@dataclass(frozen=True)
class DraftTable:
    """All rows of a file.

    Parameters
    ----------
    drafts : list of Draft
    findings : list of CellFinding
        About sheets, columns and skipped rows.
    preamble : str
        Sheet names and the texts above the headers, for suggestions only.
    n_skipped : int
        Rows of totals, notes and repeated headers.
    header_rows : mapping of str to int
        Last row of the header of each sheet, counted from 0.
    """

    drafts: list[Draft]
    findings: list[CellFinding]
    preamble: str
    n_skipped: int
    header_rows: Mapping[str, int] = field(default_factory=dict)


def read_table(
    path: Path, *, kind: str, encoding: str | None = None, columns: Mapping[str, str] | None = None
) -> DraftTable:
    """Read the rows of a workbook or CSV file.

    Parameters
    ----------
    path : Path
    kind : {"people", "vacancies", "villages", "decisions", "training"}
    encoding : str, optional
        Of a CSV file (`service.files.encodings.ENCODINGS`); sniffed unless given.
    columns : mapping of str to str, optional
        Fields by header, confirmed by somebody, for headers that the service does not know.

    Raises
    ------
    UnreadableFile
        If it is no readable table, or no sheet has a header that is known and fits the kind.
    InvalidInput
        If a mapping names no field, or a header that must not come in.
    """
    table = column_table(kind).with_mapping(columns or {})
    return table_of(path.name, read_sheets(path, encoding=encoding), kind=kind, table=table)


def table_of(name: str, sheets: Iterable[Sheet], *, kind: str, table: ColumnTable) -> DraftTable:
    """Find the rows of the sheets of one file. Parameters and errors as in `read_table`."""
    sheets = [sheet for sheet in sheets if sheet.name not in SUMMARY_NAMES]
    sheets = [sheet for sheet in sheets if any(not is_blank(value) for row in sheet.rows for value in row)]
    headers = [(sheet, find_header(sheet, table)) for sheet in sheets]
    if not any(header for _, header in headers):
        raise _no_header(name, sheets, table)
    seen = [header for _, header in headers if header]
    headers = [(sheet, header if header and _has_essential(header, kind) else None) for sheet, header in headers]
    if not any(header for _, header in headers):
        raise _no_essential(name, _ESSENTIAL[kind], seen, table)
    drafts: list[Draft] = []
    findings: list[CellFinding] = []
    n_skipped = 0
    for sheet, header in headers:
        findings += sheet.findings
        if header is None:
            findings.append(CellFinding(effect=Effect.NOTE, problem=_NO_TABLE, sheet=sheet.name))
            continue
        findings += header.findings
        rows, skipped = _split(header)
        n_skipped += len(skipped)
        findings += skipped
        for draft in _drafts(header, rows):
            findings += _formula_errors(draft)
            drafts.append(draft)
    preamble = "\n".join(f"{sheet.name}\n{header.preamble}" for sheet, header in headers if header)
    header_rows = {sheet.name: header.first_row + header.n_rows - 1 for sheet, header in headers if header}
    return DraftTable(drafts, findings, preamble, n_skipped, header_rows)


def _has_essential(header: Header, kind: str) -> bool:
    return any(column.key == _ESSENTIAL[kind] for column in header.columns.values())


def _no_essential(name: str, key: str, headers: Iterable[Header], table: ColumnTable) -> UnreadableFile:
    """Return the refusal of a table without its essential column, with the header that may be meant for it."""
    label = table.labels[key]
    problem = Text("表中没有“{label}”这一列。", "The table has no column '{label}'.").filled(label=label)
    for finding in (finding for header in headers for finding in header.findings):
        column = table.find(finding.suggestion) if finding.suggestion else None
        if column is not None and column.key == key:
            meant = _MEANT.filled(header=finding.column, option=f"{finding.column}={key}")
            return unreadable(name, problem, meant)
    return unreadable(
        name,
        problem,
        Text("请核对导入的是哪一种表，或补上此列。", "Check which kind of table this is, or add the column."),
    )


def _split(header: Header) -> tuple[list[int], list[CellFinding]]:
    """Return the positions of the rows with data, and a note for each row that is none."""
    rows: list[int] = []
    skipped: list[CellFinding] = []
    first = header.first_row + header.n_rows
    names = {name for written in header.written.values() for name in written.split(" / ")}
    for position, row in enumerate(header.sheet.rows[first:], start=first):
        texts = list(islice((value for value in row if not is_blank(value)), _TOLD_BY))
        if not texts:
            continue
        reason = _no_data(texts, row, names)
        if reason is None:
            rows.append(position)
        else:
            skipped.append(skipped_row(header.sheet, position, reason, str(texts[0])))
    if rows and (gaps := rows[-1] - first + 1 - len(rows) - sum(row_of(note) <= rows[-1] for note in skipped)):
        skipped.append(blank_rows(header.sheet, gaps))
    return rows, skipped


def _no_data(texts: Sequence[Any], row: Sequence[Any], names: Set[str]) -> Text | None:
    """Say why a row with these first texts is none of data, None if it is."""
    first = "".join(str(texts[0]).split())
    if _TOTAL.match(first):
        return _TOTAL_ROW
    if len(texts) < _TOLD_BY and isinstance(texts[0], str) and _FOOTNOTE.match(first):
        return _FOOTNOTE_ROW
    if len(texts) > 1 and all("".join(str(text).split()) in names for text in texts):
        everything = ("".join(str(value).split()) for value in row if not is_blank(value))
        return _HEADER_ROW if all(text in names for text in everything) else None
    return None


def _drafts(header: Header, rows: list[int]) -> Iterator[Draft]:
    sheet = header.sheet
    above = _merged_downwards(sheet, header)
    columns: dict[str, tuple[int | str, str]] = {}
    for place, column in header.columns.items():
        columns.setdefault(column.key, (place, header.written[place]))
    keys = [(place, column.key) for place, column in header.columns.items()]
    for position in rows:
        draft = Draft(sheet.name, position, columns)
        row, values = sheet.rows[position], draft.values
        for place, key in keys:
            value = row[place] if place < len(row) else ""
            # Said twice, for it is asked of every cell: most texts begin with a letter or digit.
            if not (value.__class__ is str and value[:1].isalnum()) and is_blank(value):
                value = above.get((position, place), "") if above else ""
                if is_blank(value):
                    continue
            values[key] = f"{values[key]} {value}" if key in values else value
        yield draft


def _merged_downwards(sheet: Sheet, header: Header) -> dict[tuple[int, int], Any]:
    """Return the values of cells that are merged with one above: a village written once for several people."""
    values: dict[tuple[int, int], Any] = {}
    for (top, left), (bottom, _) in sheet.merged:
        if top >= header.first_row + header.n_rows and bottom > top and left < len(sheet.rows[top]):
            values |= {(row, left): sheet.rows[top][left] for row in range(top + 1, bottom + 1)}
    return values


def _formula_errors(draft: Draft) -> Iterator[CellFinding]:
    for key in [key for key, value in draft.values.items() if value.__class__ is str and value[:1] == "#"]:
        if draft.values[key] not in EXCEL_ERRORS:
            continue
        value = draft.values.pop(key)
        yield draft.finding(key, Effect.CELL_REFUSED, _FORMULA, _FORMULA_REMEDY, value=value)


def _no_header(name: str, sheets: list[Sheet], table: ColumnTable) -> UnreadableFile:
    seen = [str(value) for sheet in sheets for row in sheet.rows[:5] for value in row if not is_blank(value)][:6]
    nearest = next((guess.header for text in seen if (guess := table.guess(text))), None)
    hint = Text(f"例如“{nearest}”。", f"For example '{nearest}'.") if nearest else Text("", "")
    return unreadable(
        name,
        Text(
            "找不到表头：没有一行写有两个以上认识的列名。", "No header found: no row names two or more known columns."
        ),
        Text(f"请对照模板填写列名。{hint.zh}", f"Name the columns as in the template. {hint.en}".rstrip()),
    )


_MEANT = Text(
    "是否“{header}”？请改列名，或加 --map {option} 后再导入。",
    "Is it '{header}'? Rename it, or import again with --map {option}.",
)
_NO_TABLE = Text("此工作表不是这种表，已跳过。", "This sheet is no table of this kind and was skipped.")
_TOTAL_ROW = Text("合计行，已跳过。", "A row of totals was skipped.")
_FOOTNOTE_ROW = Text("表下说明，已跳过。", "A footnote was skipped.")
_HEADER_ROW = Text("重复的表头，已跳过。", "A repeated header was skipped.")
_FORMULA = Text("公式出错，或没有保存结果。", "The formula has an error, or its result was not saved.")
_FORMULA_REMEDY = Text("请改填数值或文字。", "Type the value instead.")
