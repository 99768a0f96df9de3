"""Workbooks and CSV files as plain rows."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matching.vocabulary import Text
from service.files.guarding import unguarded
from service.files.limits import (
    LONGEST_CELL,
    MOST_CELLS,
    UnreadableFile,
    check_workbook,
    read_file,
    too_large,
    unreadable,
)

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

__all__ = ["Sheet", "cell_name", "read_sheets"]

_WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xls", ".et"})
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SAVE_AS = Text("请用 Excel 或 WPS 打开并另存为 .xlsx。", "Open it in Excel or WPS and save it as .xlsx.")
_DELIMITERS = ",\t;"


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
        Merged ranges, counted from 0, both ends included.
    """

    name: str
    rows: list[list[Any]]
    merged: tuple[tuple[tuple[int, int], tuple[int, int]], ...] = ()


def cell_name(row: int, column: int) -> str:
    """Return the address of a cell counted from 0: ``D17``."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def read_sheets(path: Path) -> list[Sheet]:
    """Read the visible sheets of a workbook (.xlsx, .xls, .et), or a CSV file.

    The content decides what it is; a name that ends as a workbook's must have the content of one.

    Parameters
    ----------
    path : Path

    Returns
    -------
    list of Sheet
        Values as stored: formulas are not computed, links not followed.

    Raises
    ------
    NotFound, UnreadableFile
        In one sentence, before anything is parsed where a limit is broken.
    """
    data = read_file(path)
    if data.startswith(b"PK"):
        check_workbook(path, data)
        return list(_workbook(path, data))
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise unreadable(
                path,
                Text("工作簿设有打开密码。", "The workbook is protected by a password."),
                Text("请取消密码后另存，再导入。", "Remove the password, save it, and import it again."),
            )
        return list(_workbook(path, data))
    if path.suffix.lower() in _WORKBOOKS:
        raise unreadable(
            path,
            Text(f"后缀是 {path.suffix}，内容却不是工作簿。", f"It ends in {path.suffix} but is no workbook."),
            _SAVE_AS,
        )
    return [_text(path, data)]


def _workbook(path: Path, data: bytes) -> Iterator[Sheet]:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
            for sheet in workbook.sheets_metadata:
                if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible:
                    yield _sheet(path, workbook.get_sheet_by_name(sheet.name))
    except UnreadableFile:
        raise
    except BaseException as error:
        # A panic in the Rust reader derives from BaseException; everything else of that kind goes on.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise unreadable(
            path, Text("不是可读的工作簿，或已损坏。", "This is no readable workbook, or it is damaged."), _SAVE_AS
        ) from error


def _sheet(path: Path, found: "CalamineSheet") -> Sheet:
    if found.total_height * found.total_width > MOST_CELLS:
        raise too_large(path, f"{found.total_height:,} × {found.total_width:,}", f"{MOST_CELLS:,}")
    return Sheet(found.name, found.to_python(skip_empty_area=False), tuple(found.merged_cell_ranges or ()))


def _text(path: Path, data: bytes) -> Sheet:
    text = _decoded(path, data)
    if text.lstrip()[:200].lower().startswith(("<html", "<!doctype", "<table", "<?xml", "{\\rtf", "%pdf")):
        raise unreadable(path, Text("这不是工作簿，也不是 CSV。", "This is neither a workbook nor CSV."), _SAVE_AS)
    first = text[:10_000]
    delimiter = max(_DELIMITERS, key=first.count)
    csv.field_size_limit(LONGEST_CELL)
    try:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        rows: list[list[Any]] = [[unguarded(cell) for cell in line] for line in lines]
    except csv.Error as error:
        problem = Text(
            f"CSV 无法读取，或有超过 {LONGEST_CELL:,} 字的单元格。",
            f"The CSV cannot be read, or has a cell of more than {LONGEST_CELL:,} characters.",
        )
        raise unreadable(
            path, problem, Text("请检查引号是否成对。", "Check that quotation marks are paired.")
        ) from error
    if sum(map(len, rows)) > MOST_CELLS:
        raise too_large(path, f"{sum(map(len, rows)):,}", f"{MOST_CELLS:,}")
    return Sheet("", rows)


def _decoded(path: Path, data: bytes) -> str:
    for encoding in ("utf-16",) if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise unreadable(
        path,
        Text("不是工作簿；按文本读取时编码无法识别。", "This is no workbook, and its text encoding is not known."),
        Text("请另存为 .xlsx，或 UTF-8 编码的 CSV。", "Save it as .xlsx, or as CSV in UTF-8."),
    )
