"""Tables that leave the service: workbook, CSV and JSON, each with the mark of its export."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matching.vocabulary import Text
from service.files.garbage import collector_paused
from service.files.guarding import guarded
from service.files.marks import MARK_SHEET, Mark

__all__ = ["Cell", "ExportedTable", "program_csv", "table_csv", "table_file", "table_json", "table_workbook"]

Cell = str | int | float | None

_WIDEST, _NARROWEST = 40, 8
_A4 = 9
_FITS_A_PAGE = 200  # places across a page that can still be read
_ROWS_LOOKED_AT = 200  # for the width of the columns
_UNSAFE_IN_SHEET_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_LONGEST_SHEET_NAME = 31


@dataclass(frozen=True, kw_only=True)
class ExportedTable:
    """Rows under headers.

    Parameters
    ----------
    name : str
        Of the sheet.
    keys : sequence of str
        Field behind each column.
    headers : sequence of str
    rows : sequence of sequence of str, int, float or None
        None and "" are blank.
    notes : sequence of (str, str)
        What was selected, in words, for the sheet about the file.
    """

    name: str
    keys: Sequence[str]
    headers: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    notes: Sequence[tuple[str, str]] = ()


def table_file(table: ExportedTable, *, file_format: str, mark: Mark, language: str) -> bytes:
    """Return a table as .xlsx where that is asked for, else as .csv."""
    write = table_workbook if file_format == "xlsx" else table_csv
    return write(table, mark=mark, language=language)


def table_workbook(table: ExportedTable, *, mark: Mark, language: str) -> bytes:
    """Return a table as .xlsx.

    Texts are texts whatever they begin with. The mark stands on a sheet of its own, in the properties of the document
    and at the foot of every printed page; none of them is read as data when the file is imported.
    """
    import xlsxwriter

    content = io.BytesIO()
    # In memory: the usual temporary files would hold personal data in clear.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with collector_paused(), xlsxwriter.Workbook(content, options) as book:
        sheet = book.add_worksheet(table.name.translate(_UNSAFE_IN_SHEET_NAMES)[:_LONGEST_SHEET_NAME])
        _write_rows(sheet, table)
        sheet.set_row(0, None, book.add_format({"bold": True, "text_wrap": True, "valign": "top"}))
        for column, width in enumerate(_widths(table)):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 0)
        sheet.set_paper(_A4)
        if sum(_widths(table)) <= _FITS_A_PAGE:
            sheet.fit_to_pages(1, 0)
        if table.rows:
            sheet.autofilter(0, 0, len(table.rows), len(table.headers) - 1)
        sheet.set_landscape()
        sheet.repeat_rows(0)
        sheet.set_footer(f"&L{_footer(mark.sentence.in_(language))}&R&P / &N")
        _write_mark(book, table, mark=mark, language=language)
    return content.getvalue()


def table_csv(table: ExportedTable, *, mark: Mark, language: str) -> bytes:
    """Return a table as CSV in UTF-8 with a byte-order mark; no cell of it is a formula, the last line is the mark."""
    content = io.StringIO(newline="")
    writer = csv.writer(content, lineterminator="\r\n")
    writer.writerow([guarded(header) for header in table.headers])
    writer.writerows([[_as_csv(cell) for cell in row] for row in table.rows])
    writer.writerow([mark.footnote(language)])
    return content.getvalue().encode("utf-8-sig")


def program_csv(table: ExportedTable, *, mark: Mark | None, language: str) -> bytes:
    """Return a table as CSV for a program: UTF-8 without a mark of the byte order, names of fields as header.

    No cell of it is a formula either. The mark is a line that is no record, so a program gets it only if it asks.
    """
    content = io.StringIO(newline="")
    writer = csv.writer(content, lineterminator="\n")
    writer.writerow(table.keys)
    writer.writerows([[_as_csv(cell) for cell in row] for row in table.rows])
    if mark is not None:
        writer.writerow([mark.footnote(language)])
    return content.getvalue().encode()


def table_json(document: Mapping[str, Any], *, mark: Mark) -> bytes:
    """Return records as a JSON document with the mark in front."""
    head = {
        "schema": "talentpool.export/1",
        "export": {
            "export_no": mark.export_no,
            "exported_by": mark.exported_by,
            "exported_at": mark.exported_at.isoformat(),
            "title": mark.title._asdict(),
            "n_people": mark.n_people,
        },
    }
    return (json.dumps({**head, **document}, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode(
        "utf-8", "backslashreplace"
    )


def _write_rows(sheet: Any, table: ExportedTable) -> None:
    for column, header in enumerate(table.headers):
        sheet.write_string(0, column, header)
    write_string, write_number = sheet.write_string, sheet.write_number
    for position, row in enumerate(table.rows, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                if cell:
                    write_string(position, column, cell)
            elif cell is not None:
                # A workbook keeps 16 digits: a number that would not come back is written as a text.
                if isinstance(cell, int) or float(f"{cell:.16G}") == cell:
                    write_number(position, column, cell)
                else:
                    write_string(position, column, _plain(cell))


def _write_mark(book: Any, table: ExportedTable, *, mark: Mark, language: str) -> None:
    book.set_properties(
        {
            "title": mark.title.in_(language),
            "author": mark.exported_by,
            "subject": mark.export_no,
            "comments": mark.sentence.in_(language),
            "created": mark.exported_at.replace(tzinfo=None),
        }
    )
    lines = [
        (Text("导出编号", "Export"), mark.export_no),
        (Text("内容", "Content"), mark.title.in_(language)),
        (Text("导出人", "By"), mark.exported_by),
        (Text("导出时间", "At"), mark.moment),
        (Text("含个人信息的人数", "People in it"), str(mark.n_people)),
    ]
    sheet = book.add_worksheet(MARK_SHEET.in_(language))
    for row, (label, value) in enumerate([*((one.in_(language), value) for one, value in lines), *table.notes]):
        sheet.write_string(row, 0, label)
        sheet.write_string(row, 1, value)
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 80, book.add_format({"text_wrap": True, "valign": "top"}))


def _footer(text: str) -> str:
    longest = 240  # Excel refuses more than 255 characters with the codes
    return text.replace("&", "&&")[:longest]


def _widths(table: ExportedTable) -> list[int]:
    columns = [[header] for header in table.headers]
    for row in table.rows[:_ROWS_LOOKED_AT]:
        for column, cell in zip(columns, row, strict=True):
            column.append("" if cell is None else str(cell))
    return [max(_NARROWEST, min(_WIDEST, max(map(_width, column)) + 2)) for column in columns]


def _width(text: str) -> int:
    """Count half-width places; a Chinese character takes two."""
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in text[:_WIDEST])


def _as_csv(cell: Cell) -> str:
    if isinstance(cell, str):
        return guarded(cell)
    return "" if cell is None else _plain(cell)


def _plain(number: float) -> str:
    """Write a number with all its digits and without an exponent."""
    from decimal import Decimal

    return f"{Decimal(repr(number)):f}"
