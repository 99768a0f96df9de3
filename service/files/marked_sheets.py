"""Marks in the XML of one sheet: only the named cells change, everything else stays byte by byte."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from service.files.spreadsheets import cell_name

__all__ = ["CellMark", "column_number", "mark_sheet", "written_text"]

_ROW = re.compile(rb'<row\b[^>]*?\br="(\d+)"[^>]*?(?:/>|>.*?</row>)', re.DOTALL)
_CELL = re.compile(rb"<c\b[^>]*?(?:/>|>.*?</c>)", re.DOTALL)
_CELL_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d+)"')
_STYLE = re.compile(rb'\ss="(\d+)"')
_OPENING = re.compile(rb"<row\b[^>]*>")
_SPANS = re.compile(rb'\sspans="[^"]*"')
_COLUMNS = re.compile(rb"<cols>.*?</cols>", re.DOTALL)
_LAST_OF_COLUMNS = re.compile(rb'\bmax="(\d+)"')
_NUMBERS_WIDE = 14
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True)
class CellMark:
    """What is done to one cell.

    Parameters
    ----------
    colour : str or None
        RRGGBB behind the cell; None leaves it.
    text : str or None
        Written into the cell as text, never as a formula; None leaves the value.
    """

    colour: str | None = None
    text: str | None = None


def mark_sheet(
    xml: bytes,
    marks: Mapping[tuple[int, int], CellMark],
    *,
    restyled: Callable[[int, str | None], int],
    formerly_marked: frozenset[int] = frozenset(),
    added_column: int | None = None,
) -> bytes:
    """Return the XML of a sheet with its marks.

    Parameters
    ----------
    xml : bytes
    marks : mapping of (row, column) to CellMark
        Counted from 0.
    restyled : callable
        Gives for a style and a colour (None: no colour any more) the style to use.
    formerly_marked : frozenset of int
        Styles of marks of an earlier time, which are taken away.
    added_column : int or None
        Column of numbers that the sheet did not have: wide enough to read them, where it has no width of its own.

    Raises
    ------
    ValueError
        If a row is not told by its number.
    """
    by_row: dict[int, dict[int, CellMark]] = {}
    for (row, column), mark in marks.items():
        by_row.setdefault(row + 1, {})[column] = mark

    def edit(found: re.Match[bytes]) -> bytes:
        wanted = by_row.pop(int(found[1]), {})
        if not wanted and not formerly_marked:
            return found[0]
        return _marked_row(found[0], int(found[1]), wanted, restyled, formerly_marked)

    marked = _ROW.sub(edit, xml)
    if by_row:
        raise ValueError("a row that the sheet does not have")
    if added_column is not None:
        marked = _with_width(marked, added_column + 1)
    return _widened(marked, max((column for _, column in marks), default=0))


def _marked_row(
    row: bytes,
    number: int,
    wanted: dict[int, CellMark],
    restyled: Callable[[int, str | None], int],
    formerly_marked: frozenset[int],
) -> bytes:
    opening = _OPENING.match(row)
    if opening is None:
        return row
    start = _SPANS.sub(b"", opening[0])
    cells: list[tuple[int, bytes]] = []
    for position, cell in enumerate(_CELL.findall(row, opening.end())):
        place = _CELL_PLACE.search(cell, 0, cell.find(b">") + 1)
        cells.append((column_number(place[1].decode()) if place else position, cell))
    if not wanted and not any(_style_of(cell) in formerly_marked for _, cell in cells):
        return row
    known = {column for column, _ in cells}
    cells += [(column, b"") for column in wanted if column not in known]
    cells.sort(key=lambda item: item[0])
    parts, left = [], 0
    for column, cell in cells:
        style = _style_of(cell) if cell else left
        left = style
        mark = wanted.get(column)
        if mark is None:
            parts.append(_with_style(cell, restyled(style, None)) if style in formerly_marked else cell)
            continue
        if mark.colour is not None or style in formerly_marked:
            style = restyled(style, mark.colour)
        parts.append(_cell(cell, number, column, style, mark.text))
    if start.endswith(b"/>"):
        start = start[:-2] + b">"
    return start + b"".join(parts) + b"</row>"


def _style_of(cell: bytes) -> int:
    found = _STYLE.search(cell, 0, cell.find(b">") + 1)
    return int(found[1]) if found else 0


def _with_style(cell: bytes, style: int) -> bytes:
    end = cell.find(b">") + 1
    opening = _STYLE.sub(b"", cell[:end])
    return opening[:2] + f' s="{style}"'.encode() + opening[2:] + cell[end:]


def _cell(cell: bytes, row: int, column: int, style: int, text: str | None) -> bytes:
    if text is not None or not cell:
        place = cell_name(row - 1, column)
        if text is None:
            return f'<c r="{place}" s="{style}"/>'.encode()
        return f'<c r="{place}" s="{style}" t="inlineStr"><is>{written_text(text)}</is></c>'.encode()
    return _with_style(cell, style)


def written_text(text: str) -> str:
    """Return a text as an element of a sheet or a comment, without what XML cannot carry."""
    return f'<t xml:space="preserve">{escape(_UNWRITABLE.sub("", text))}</t>'


def column_number(letters: str) -> int:
    """Return the position of a column, counted from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _with_width(xml: bytes, number: int) -> bytes:
    """Give a column, counted from 1, a width unless the sheet says one of it or of columns after it."""
    width = b'<col min="%d" max="%d" width="%d" customWidth="1"/>' % (number, number, _NUMBERS_WIDE)
    columns = _COLUMNS.search(xml)
    if columns is None:
        return xml.replace(b"<sheetData", b"<cols>" + width + b"</cols><sheetData", 1)
    last = max((int(found) for found in _LAST_OF_COLUMNS.findall(columns[0])), default=0)
    if last >= number:
        return xml
    end = columns.end() - len(b"</cols>")
    return xml[:end] + width + xml[end:]


def _widened(xml: bytes, column: int) -> bytes:
    """Tell a column beyond the last one to readers that go by the dimension."""

    def widen(found: re.Match[bytes]) -> bytes:
        last = max(column_number(found[3].decode()), column)
        return found[1] + found[2] + b":" + cell_name(0, last)[:-1].encode() + found[4]

    return re.sub(rb'(<dimension\b[^>]*?\bref=")([A-Z]+\d+):([A-Z]+)(\d+)', widen, xml, count=1)
