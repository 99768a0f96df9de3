"""Cells of a workbook that is written anew."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

__all__ = ["write_value"]


def write_value(
    page: Any, *, row: int, column: int, value: Any, colour: str | None, formats: Mapping[tuple[str | None, str], Any]
) -> None:
    """Write a value as what it is: texts stay texts, dates dates, numbers numbers.

    Parameters
    ----------
    page : xlsxwriter.worksheet.Worksheet
    row, column : int
    value
        As a sheet was read.
    colour : str or None
    formats : mapping of (str or None, str) to xlsxwriter.format.Format
        By colour and number format.
    """
    if value == "" or value is None:
        page.write_blank(row, column, None, formats[colour, ""])
    elif isinstance(value, bool):
        page.write_boolean(row, column, value, formats[colour, ""])
    elif isinstance(value, int | float):
        page.write_number(row, column, value, formats[colour, ""])
    elif isinstance(value, datetime) and value.time() != time():
        page.write_datetime(row, column, value, formats[colour, "yyyy-mm-dd hh:mm:ss"])
    elif isinstance(value, date):
        page.write_datetime(row, column, value, formats[colour, "yyyy-mm-dd"])
    else:
        page.write_string(row, column, str(value), formats[colour, ""])
