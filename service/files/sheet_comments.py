"""Comments on cells, beside those that are there: the comments part and the drawing that shows them."""

import re
from collections.abc import Mapping
from html import unescape
from unicodedata import east_asian_width

from service.files.marked_sheets import column_number, written_text
from service.files.spreadsheets import cell_name

__all__ = ["AUTHOR", "EMPTY_COMMENTS", "EMPTY_DRAWING", "add_comments", "commented_cells", "with_shapes"]

AUTHOR = "talentpool"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
EMPTY_COMMENTS = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<comments xmlns="{_MAIN}"><authors></authors>'
    "<commentList></commentList></comments>"
).encode()
EMPTY_DRAWING = (
    b'<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    b'xmlns:x="urn:schemas-microsoft-com:office:excel"><v:shapetype id="_x0000_t202" coordsize="21600,21600" '
    b'o:spt="202" path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    b'<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype></xml>'
)
_AUTHORS = re.compile(rb"<authors\b[^>]*?(?:/>|>(.*?)</authors>)", re.DOTALL)
_AUTHOR = re.compile(rb"<author\b[^>]*?(?:/>|>(.*?)</author>)", re.DOTALL)
_LIST = re.compile(rb"<commentList\b[^>]*?(?:/>|>(.*?)</commentList>)", re.DOTALL)
_COMMENT = re.compile(rb'<comment\b[^>]*?\bref="([A-Z]+\d+)"[^>]*>(.*?)</comment>', re.DOTALL)
_AUTHOR_ID = re.compile(rb'\bauthorId="(\d+)"')
_SHAPE = re.compile(rb"<v:shape\b(?:[^>]*/>|.*?</v:shape>)", re.DOTALL)
_NOTE = re.compile(rb"ObjectType\s*=\s*[\"']Note[\"']")
_SHAPE_NUMBER = re.compile(rb"\bid=[\"']_x0000_s(\d{1,9})[\"']")
_TEXT = re.compile(rb"<t\b[^>]*>(.*?)</t>", re.DOTALL)
_FIRST_SHAPE = 900_000
_WIDTH = 4  # columns of the usual width, 64 pixels each
_LETTERS_IN_A_LINE, _FEWEST_ROWS = 30, 5
_LETTERS, _DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"


def add_comments(xml: bytes, texts: Mapping[tuple[int, int], str]) -> bytes:
    """Return a comments part with our comments: earlier ones of ours go, other people's stay with ours below.

    Parameters
    ----------
    xml : bytes
    texts : mapping of (row, column) to str
        Counted from 0.

    Raises
    ------
    ValueError
        If it is not built as comments are.
    """
    authors, listed = _AUTHORS.search(xml), _LIST.search(xml)
    if authors is None or listed is None:
        raise ValueError("no comments")
    names = [found[1] or b"" for found in _AUTHOR.finditer(authors[1] or b"")]
    ours = names.index(AUTHOR.encode()) if AUTHOR.encode() in names else len(names)
    kept: dict[bytes, bytes] = {}
    for found in _COMMENT.finditer(listed[1] or b""):
        told = _AUTHOR_ID.search(found[0])
        if told is None or int(told[1]) != ours or ours == len(names):
            kept[found[1]] = found[0]
    for (row, column), text in texts.items():
        place = cell_name(row, column).encode()
        run = f"<r>{written_text(text)}</r>".encode()
        if place in kept:  # a cell has one comment only
            before, end, after = kept[place].rpartition(b"</text>")
            kept[place] = before + f"<r>{written_text(chr(10))}</r>".encode() + run + end + after
        else:
            kept[place] = b'<comment ref="%s" authorId="%d"><text>%s</text></comment>' % (place, ours, run)
    names = names if AUTHOR.encode() in names else [*names, AUTHOR.encode()]
    head = b"<authors>" + b"".join(b"<author>%s</author>" % name for name in names) + b"</authors>"
    body = b"<commentList>" + b"".join(kept[place] for place in sorted(kept, key=_order)) + b"</commentList>"
    xml = _AUTHORS.sub(lambda _: head, xml, count=1)
    return _LIST.sub(lambda _: body, xml, count=1)


def commented_cells(xml: bytes) -> dict[tuple[int, int], str]:
    """Return the text of every cell that a comments part speaks of, by row and column, counted from 0."""
    return {
        (int(place.lstrip(_LETTERS)) - 1, column_number(place.rstrip(_DIGITS))): _text_of(found[2])
        for found in _COMMENT.finditer(xml)
        for place in [found[1].decode()]
    }


def _text_of(comment: bytes) -> str:
    return unescape("".join(part.decode("utf-8", "replace") for part in _TEXT.findall(comment)))


def with_shapes(xml: bytes, cells: Mapping[tuple[int, int], str]) -> bytes:
    """Return a drawing of comments in which just the cells of `cells` have a shape, as large as their text needs.

    Shapes that are there stay as they are.
    """
    shown: set[tuple[int, int]] = set()

    def kept(found: re.Match[bytes]) -> bytes:
        row = re.search(rb"<x:Row>\s*(\d+)\s*</x:Row>", found[0])
        column = re.search(rb"<x:Column>\s*(\d+)\s*</x:Column>", found[0])
        if not _NOTE.search(found[0]) or row is None or column is None:
            return found[0]
        cell = (int(row[1]), int(column[1]))
        if cell not in cells or cell in shown:
            return b""
        shown.add(cell)
        return found[0]

    xml = _SHAPE.sub(kept, xml)
    first = max((int(number) for number in _SHAPE_NUMBER.findall(xml)), default=_FIRST_SHAPE) + 1
    new = b"".join(
        _shape(number, *cell, _rows_for(cells[cell]))
        for number, cell in enumerate(sorted(cells.keys() - shown), start=first)
    )
    before, end, after = xml.rpartition(b"</xml>")
    if not end:
        raise ValueError("no drawing")
    return before + new + end + after


def _rows_for(text: str) -> int:
    """Return how many rows of the sheet a box needs to show a text whole; Han characters are twice as wide."""
    widths = (sum(2 if east_asian_width(sign) in "WF" else 1 for sign in line) for line in text.splitlines() or [""])
    return max(_FEWEST_ROWS, 1 + sum(1 + max(width - 1, 0) // _LETTERS_IN_A_LINE for width in widths))


def _shape(number: int, row: int, column: int, n_rows: int) -> bytes:
    anchor = f"{column + 1}, 15, {row}, 2, {column + 1 + _WIDTH}, 15, {row + n_rows}, 4"
    return (
        f'<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;visibility:hidden" '
        'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"/><x:ClientData ObjectType="Note"><x:MoveWithCells/>'
        f"<x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row>"
        f"<x:Column>{column}</x:Column></x:ClientData></v:shape>"
    ).encode()


def _order(place: bytes) -> tuple[int, int]:
    letters = place.rstrip(b"0123456789")
    return int(place[len(letters) :]), column_number(letters.decode())
