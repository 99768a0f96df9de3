"""The same workbook comes back: bad cells coloured and commented, numbers written in, findings summed up."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from matching.vocabulary import Text
from service.files.finding_sheets import SUMMARY_NAME, SUMMARY_NAMES, summary_rows, summary_sheet
from service.files.findings import CellFinding, Effect
from service.files.fresh_cells import write_value
from service.files.limits import read_file
from service.files.marked_sheets import CellMark, column_number, mark_sheet
from service.files.marked_styles import COLOURS, MarkStyles
from service.files.replacing import replace_bytes
from service.files.sheet_comments import (
    AUTHOR,
    EMPTY_COMMENTS,
    EMPTY_DRAWING,
    add_comments,
    commented_cells,
    with_shapes,
)
from service.files.spreadsheets import Sheet, read_sheets
from service.files.workbook_packages import COMMENTS, DRAWING, Package

__all__ = ["GivenNumber", "MarkedWorkbook", "marked_workbook", "write_marked"]

_REFUSED = frozenset({Effect.ROW_REFUSED, Effect.CELL_REFUSED, Effect.COLUMN_LEFT_OUT})
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_LEGACY = re.compile(rb'<legacyDrawing\b[^>]*?\br?:?id="([^"]+)"')
_LONGEST_COMMENT = 2_000


@dataclass(frozen=True)
class GivenNumber:
    """A number that a row got.

    Parameters
    ----------
    sheet : str
    row : int
        Counted from 0.
    column : int or None
        Of the numbers; None: the sheet has no such column.
    header_row : int
        The last row of the header.
    number : str
    """

    sheet: str
    row: int
    column: int | None
    header_row: int
    number: str


@dataclass(frozen=True)
class MarkedWorkbook:
    """A workbook with its marks.

    Parameters
    ----------
    content : bytes
        An .xlsx.
    is_same : bool
        Whether it is the workbook that came in; else a new one with the same cells, without the formats.
    """

    content: bytes
    is_same: bool


@dataclass
class _SheetMarks:
    cells: dict[tuple[int, int], CellMark] = field(default_factory=dict)
    comments: dict[tuple[int, int], list[str]] = field(default_factory=dict)
    added_column: int | None = None


def marked_workbook(
    source: Path,
    *,
    findings: Sequence[CellFinding],
    listed: Sequence[CellFinding],
    numbers: Sequence[GivenNumber],
    number_header: str,
    counts: Text,
    language: str,
    encoding: str | None = None,
) -> MarkedWorkbook:
    """Return `source` again as .xlsx with its marks; what is not marked stays as it is.

    A .xls, .et or .csv file comes back as a new .xlsx with the same cells.

    Parameters
    ----------
    source : Path
        The file that was imported.
    findings : sequence of CellFinding
        Each marks its cell.
    listed : sequence of CellFinding
        For the summary: what is said of many rows alike once.
    numbers : sequence of GivenNumber
    number_header : str
        Of the column that is added where there is none.
    counts : Text
        What became of the rows.
    language : str
    encoding : str, optional
        Of a CSV file, as it was read.

    Raises
    ------
    UnreadableFile
        If the file cannot be read any more.
    """
    data = read_file(source)
    summary = summary_sheet(listed, counts=counts, language=language)
    try:
        return MarkedWorkbook(_marked(data, findings, numbers, number_header, summary, language), is_same=True)
    except (ValueError, KeyError, StopIteration, SyntaxError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError):
        # No .xlsx in the common form: the same cells in a new workbook.
        rows = summary_rows(listed, counts=counts, language=language)
        sheets = [sheet for sheet in read_sheets(source, encoding=encoding) if sheet.name not in SUMMARY_NAMES]
        return MarkedWorkbook(_fresh(sheets, findings, numbers, number_header, rows, language), is_same=False)


def write_marked(target: Path, *, source: Path, **told: Any) -> bool:
    """Write what `marked_workbook` returns of `source`, whole or not at all; return whether it is the same workbook.

    Raises
    ------
    ServiceError
        If the file cannot be written.
    """
    made = marked_workbook(source, **told)
    replace_bytes(target, made.content)
    return made.is_same


def _marked(
    data: bytes,
    findings: Sequence[CellFinding],
    numbers: Sequence[GivenNumber],
    number_header: str,
    summary: bytes,
    language: str,
) -> bytes:
    if not data.startswith(b"PK"):
        raise ValueError("no .xlsx")
    package = Package(data)
    styles = MarkStyles(package.read(package.styles))
    marks = _marks(findings, numbers, number_header, language, widths=_widths(package, numbers))
    for name in [name for name in package.sheets if name not in SUMMARY_NAMES]:
        _mark(package, package.sheets[name], marks.pop(name, _SheetMarks()), styles)
    if marks:
        raise ValueError("a sheet that the workbook does not name")
    package.write(package.styles, styles.xml())
    known = next((name for name in package.sheets if name in SUMMARY_NAMES), SUMMARY_NAME.in_(language))
    package.add_sheet(known, summary)
    return package.content()


def _mark(package: Package, part: str, marks: _SheetMarks, styles: MarkStyles) -> None:
    former = package.related(part, COMMENTS)
    if not marks.cells and not styles.formerly_marked and former is None:
        return
    marked = mark_sheet(
        package.read(part),
        marks.cells,
        restyled=styles.restyled,
        formerly_marked=styles.formerly_marked,
        added_column=marks.added_column,
    )
    package.write(part, marked)
    if former is None and not marks.comments:
        return
    if former is None:
        package.add(part, COMMENTS, "xl/comments", EMPTY_COMMENTS)
        former = package.related(part, COMMENTS) or ""
    texts = {place: "\n".join(told)[:_LONGEST_COMMENT] for place, told in marks.comments.items()}
    package.write(former, add_comments(package.read(former), texts))
    _show(package, part, commented_cells(package.read(former)))


def _show(package: Package, part: str, cells: Mapping[tuple[int, int], str]) -> None:
    """Give every commented cell a shape, and take the shapes of comments that went away."""
    link = _LEGACY.search(package.read(part))
    if link is None:
        if not cells:
            return
        relation = package.add(part, DRAWING, "xl/drawings/vmlDrawing", EMPTY_DRAWING)
        package.link_drawing(part, relation)
    else:
        relation = link[1].decode()
    drawing = package.target(part, relation)  # a picture in the header has a drawing of this kind too
    package.write(drawing, with_shapes(package.read(drawing), cells))


def _marks(
    findings: Iterable[CellFinding],
    numbers: Iterable[GivenNumber],
    number_header: str,
    language: str,
    *,
    widths: Mapping[str, int],
) -> dict[str, _SheetMarks]:
    """Return the marks of each sheet: a refusal is stronger than a doubt, and every finding is told."""
    marks: dict[str, _SheetMarks] = {}
    for finding in findings:
        found = _PLACE.fullmatch(finding.cell)
        if found is None or not finding.is_open:
            continue
        place = (int(found[2]) - 1, column_number(found[1]))
        sheet = marks.setdefault(finding.sheet, _SheetMarks())
        colour = COLOURS["refused" if finding.effect in _REFUSED else "to_confirm"]
        if sheet.cells.get(place, CellMark()).colour != COLOURS["refused"]:
            sheet.cells[place] = CellMark(colour)
        sheet.comments.setdefault(place, []).append(_comment(finding, language))
    for given in numbers:
        sheet = marks.setdefault(given.sheet, _SheetMarks())
        column = widths[given.sheet] if given.column is None else given.column
        if given.column is None:
            sheet.cells[given.header_row, column] = CellMark(None, number_header)
            sheet.added_column = column
        known = sheet.cells.get((given.row, column), CellMark())
        sheet.cells[given.row, column] = CellMark(known.colour, given.number)
    return marks


def _comment(finding: CellFinding, language: str) -> str:
    told = [finding.problem.in_(language)]
    if finding.remedy is not None:
        told.append(finding.remedy.in_(language))
    if finding.suggestion:
        told.append(Text(f"建议改为：{finding.suggestion}", f"Suggested: {finding.suggestion}").in_(language))
    return "\n".join(told)


def _widths(package: Package, numbers: Iterable[GivenNumber]) -> dict[str, int]:
    """Return the first free column of each sheet that needs one for its numbers."""
    widths = {}
    for name in {given.sheet for given in numbers if given.column is None}:
        last = 0
        for letters in set(re.findall(rb'<c\b[^>]*?\br="([A-Z]{1,3})\d', package.read(package.sheets[name]))):
            last = max(last, column_number(letters.decode()) + 1)
        widths[name] = last
    return widths


def _fresh(
    sheets: Sequence[Sheet],
    findings: Sequence[CellFinding],
    numbers: Sequence[GivenNumber],
    number_header: str,
    summary: Sequence[Sequence[str]],
    language: str,
) -> bytes:
    """Return a new workbook with the cells of `sheets`: texts stay texts, dates dates, numbers numbers."""
    import xlsxwriter

    widths = {sheet.name: max(map(len, sheet.rows), default=0) for sheet in sheets}
    marks = _marks(findings, numbers, number_header, language, widths=widths)
    content = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}
    with xlsxwriter.Workbook(content, options) as book:
        formats = {
            (colour, kind): book.add_format(
                ({"bg_color": f"#{colour}"} if colour else {}) | ({"num_format": kind} if kind else {})
            )
            for colour in (None, *COLOURS.values())
            for kind in ("", "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss")
        }
        for sheet in sheets:
            page = book.add_worksheet(sheet.name or Text("数据", "Data").in_(language))
            _write(page, sheet, marks.get(sheet.name, _SheetMarks()), formats)
        page = book.add_worksheet(SUMMARY_NAME.in_(language))
        for position, row in enumerate(summary):
            for column, text in enumerate(row):
                page.write_string(position, column, text)
    return content.getvalue()


def _write(page: Any, sheet: Sheet, marks: _SheetMarks, formats: Mapping[tuple[str | None, str], Any]) -> None:
    by_row: dict[int, set[int]] = {}
    for row, column in marks.cells:
        by_row.setdefault(row, set()).add(column)
    for position, values in enumerate(sheet.rows):
        wide = max(len(values), max(by_row.get(position, {0})) + 1)
        for column in range(wide):
            mark = marks.cells.get((position, column), CellMark())
            value: Any = mark.text if mark.text is not None else values[column] if column < len(values) else ""
            write_value(page, row=position, column=column, value=value, colour=mark.colour, formats=formats)
    for (row, column), told in marks.comments.items():
        page.write_comment(row, column, "\n".join(told)[:_LONGEST_COMMENT], {"author": AUTHOR})
