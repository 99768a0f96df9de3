"""Formulas whose results were never saved: programs write such workbooks, and their cells look blank."""

import re
import zipfile
from collections.abc import Iterator

from service.files.limits import columns_up_to
from service.files.workbook_packages import Package

__all__ = ["UNSOLVED", "unsolved_cells"]

#: Stands in the cell of a formula without a result.
UNSOLVED = "#FORMULA"

_FORMULA = re.compile(rb"<f[ />]")
_PLACE = re.compile(rb"\br=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_RESULT = re.compile(rb"<v\b[^>]*>[^<]")
_TEXT = re.compile(rb"\bt=[\"']str[\"']")  # a result that is a text may be the empty one


def unsolved_cells(data: bytes) -> dict[str, list[tuple[int, int]]]:
    """Return row and column, counted from 0, of every formula without a result, by sheet.

    Parameters
    ----------
    data : bytes
        An .xlsx file that was checked; one that is built in an uncommon way has none.
    """
    found: dict[str, list[tuple[int, int]]] = {}
    try:
        package = Package(data)
        for name, part in package.sheets.items():
            found[name] = list(_unsolved(package.read(part)))
    except (ValueError, KeyError, StopIteration, SyntaxError, zipfile.BadZipFile):
        return {}
    return found


def _unsolved(xml: bytes) -> Iterator[tuple[int, int]]:
    last = xml.rfind(b"</sheetData>")
    for formula in _FORMULA.finditer(xml, 0, max(last, 0)):
        start, end = xml.rfind(b"<c ", 0, formula.start()), xml.find(b"</c>", formula.end())
        opening = xml[start : xml.find(b">", start)] if start >= 0 else b""
        place = _PLACE.search(opening)
        if place is None or end < 0 or _TEXT.search(opening) or _RESULT.search(xml, formula.end(), end):
            continue
        yield int(place[2]) - 1, columns_up_to(place[1]) - 1
