"""Workbooks and CSV files as plain rows."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from matching.vocabulary import Text
from service.files.encodings import decode
from service.files.findings import CellFinding, Effect
from service.files.formulas import UNSOLVED, unsolved_cells
from service.files.guarding import unguarded
from service.files.limits import (
    LONGEST_CELL,
    MOST_CELLS,
    MOST_COLUMNS,
    UnreadableFile,
    check_workbook,
    read_file,
    too_large,
    unreadable,
)

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

__all__ = ["WORKBOOKS", "Sheet", "cell_name", "cell_place", "read_sheets", "sheets_of"]

WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xls", ".et"})
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SAVE_AS = Text("请用 Excel 或 WPS 打开并另存为 .xlsx。", "Open it in Excel or WPS and save it as .xlsx.")
_DELIMITERS = ",\t;|"
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_SNIFFED, _LINES_SNIFFED = 20_000, 40

_Range = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class Sheet:
    """One sheet.

    Parameters
    ----------
    name : str
        "" for a CSV file.
    rows : list of list
        Values: str, float, bool, date, datetime; "" is blank. The first row is row 1 of the sheet.
    merged : tuple of ((row, column), (row, column))
        Merged ranges, counted from 0, both ends included; none reaches below the last row.
    findings : tuple of CellFinding
        About the sheet as a whole.
    """

    name: str
    rows: list[list[Any]]
    merged: tuple[tuple[tuple[int, int], tuple[int, int]], ...] = ()
    findings: tuple[CellFinding, ...] = ()

    def inside(self, file: str) -> "Sheet":
        """Return the sheet under the name of its file too, for a zip of several."""
        name = f"{file}/{self.name}" if self.name else file
        return replace(self, name=name, findings=tuple(replace(found, sheet=name) for found in self.findings))


def cell_name(row: int, column: int) -> str:
    """Return the address of a cell counted from 0: ``D17``."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def cell_place(name: str) -> tuple[int, int] | None:
    """Return row and column of an address such as ``D17``, counted from 0; None if it is none within a sheet."""
    found = _ADDRESS.fullmatch(name)
    if found is None:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return (int(found[2]) - 1, column - 1) if column <= MOST_COLUMNS else None


def read_sheets(path: Path, *, encoding: str | None = None) -> list[Sheet]:
    """Read the visible sheets of a workbook (.xlsx, .xls, .et), or a CSV file.

    The content decides what it is; a name that ends as a workbook's must have the content of one.

    Parameters
    ----------
    path : Path
    encoding : str, optional
        Of a CSV file; sniffed unless given.

    Returns
    -------
    list of Sheet
        Values as stored: formulas are not computed, links not followed.

    Raises
    ------
    NotFound, UnreadableFile
        In one sentence, before anything is parsed where a limit is broken.
    """
    return sheets_of(path.name, read_file(path), encoding=encoding)


def sheets_of(name: str, data: bytes, *, encoding: str | None = None) -> list[Sheet]:
    """Read the sheets of a workbook or CSV file from its bytes. Parameters and errors as in `read_sheets`."""
    if data.startswith(b"PK"):
        check_workbook(name, data)
        unsolved = unsolved_cells(data)
        return [_told(sheet, unsolved.get(sheet.name, ())) for sheet in _workbook(name, data)]
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise unreadable(
                name,
                Text("工作簿设有打开密码。", "The workbook is protected by a password."),
                Text("请取消密码后另存，再导入。", "Remove the password, save it, and import it again."),
            )
        return list(_workbook(name, data))
    suffix = PurePath(name).suffix
    if suffix.lower() in WORKBOOKS:
        raise unreadable(
            name,
            Text(f"后缀是 {suffix}，内容却不是工作簿。", f"It ends in {suffix} but is no workbook."),
            _SAVE_AS,
        )
    return [_text(name, data, encoding)]


def _workbook(name: str, data: bytes) -> Iterator[Sheet]:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
            for sheet in workbook.sheets_metadata:
                if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible:
                    yield _sheet(name, workbook.get_sheet_by_name(sheet.name))
    except UnreadableFile:
        raise
    except BaseException as error:
        # A panic in the Rust reader derives from BaseException; everything else of that kind goes on.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise unreadable(
            name, Text("不是可读的工作簿，或已损坏。", "This is no readable workbook, or it is damaged."), _SAVE_AS
        ) from error


def _sheet(name: str, found: "CalamineSheet") -> Sheet:
    if found.total_height * found.total_width > MOST_CELLS:
        raise too_large(name, f"{found.total_height:,} × {found.total_width:,}", f"{MOST_CELLS:,}")
    rows = found.to_python(skip_empty_area=False)
    return Sheet(found.name, rows, _merged(name, found.merged_cell_ranges or (), n_rows=len(rows)))


def _told(sheet: Sheet, unsolved: Iterable[tuple[int, int]]) -> Sheet:
    """Write into the cells of formulas without a result that they have none: they must not pass for blanks."""
    for row, column in unsolved:
        sheet.rows.extend([] for _ in range(row + 1 - len(sheet.rows)))
        cells = sheet.rows[row]
        cells.extend("" for _ in range(column + 1 - len(cells)))
        cells[column] = UNSOLVED if cells[column] == "" else cells[column]
    return sheet


def _merged(name: str, ranges: Iterable[_Range], *, n_rows: int) -> tuple[_Range, ...]:
    """Cut merged ranges at the last row; more merged rows than a sheet can hold are an attack."""
    cut = tuple((start, (min(end[0], n_rows - 1), end[1])) for start, end in ranges if start[0] < n_rows)
    n_merged = sum(end[0] - start[0] + 1 for start, end in cut)
    if n_merged > MOST_CELLS:
        raise too_large(name, f"{n_merged:,} 合并/merged", f"{MOST_CELLS:,}")
    return cut


def _text(name: str, data: bytes, encoding: str | None) -> Sheet:
    decoded = decode(name, data, encoding=encoding)
    text = decoded.text
    if text.lstrip()[:200].lower().startswith(("<html", "<!doctype", "<table", "<?xml", "{\\rtf", "%pdf")):
        raise unreadable(name, Text("这不是工作簿，也不是 CSV。", "This is neither a workbook nor CSV."), _SAVE_AS)
    rows = _rows(name, text, _delimiter(text))
    if sum(map(len, rows)) > MOST_CELLS:
        raise too_large(name, f"{sum(map(len, rows)):,}", f"{MOST_CELLS:,}")
    return Sheet("", rows, findings=(_guessed(decoded.encoding),) if decoded.is_guess else ())


def _rows(name: str, text: str, delimiter: str) -> list[list[Any]]:
    csv.field_size_limit(LONGEST_CELL)
    try:
        return [
            [unguarded(cell) for cell in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        ]
    except csv.Error as error:
        problem = Text(
            f"CSV 无法读取，或有超过 {LONGEST_CELL:,} 字的单元格。",
            f"The CSV cannot be read, or has a cell of more than {LONGEST_CELL:,} characters.",
        )
        remedy = Text("请检查引号是否成对。", "Check that quotation marks are paired.")
        raise unreadable(name, problem, remedy) from error


def _delimiter(text: str) -> str:
    """Return the sign that splits most of the first lines into the same number of cells."""
    lines = text[:_SNIFFED].splitlines()[:_LINES_SNIFFED]

    def agreement(delimiter: str) -> tuple[int, int]:
        csv.field_size_limit(LONGEST_CELL)
        try:
            widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if len(row) > 1)
        except csv.Error:
            widths = Counter(line.count(delimiter) + 1 for line in lines if delimiter in line)
        width, n_lines = max(widths.items(), key=lambda item: item[0] * item[1], default=(0, 0))
        return width * n_lines, width

    return max(_DELIMITERS, key=agreement)


def _guessed(encoding: str) -> CellFinding:
    problem = Text(
        f"文件没有注明编码，按 {encoding.upper()} 读取。",
        f"The file does not say its encoding; it was read as {encoding.upper()}.",
    )
    remedy = Text("如出现乱码，请用 --encoding 指定编码。", "If signs look wrong, give it with --encoding.")
    return CellFinding(effect=Effect.NOTE, problem=problem, remedy=remedy)
