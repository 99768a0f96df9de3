"""What the columns of a file are taken for, before its rows are read: what is known, guessed, left out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from unicodedata import normalize

from matching.vocabulary import Text
from schemas.problems import shown
from service.files.archives import is_workbook_archive
from service.files.columns import ColumnTable, Treatment, column_table
from service.files.encodings import decode
from service.files.finding_sheets import SUMMARY_NAMES
from service.files.forms import is_form
from service.files.headers import UNKNOWN_HEADER, Header, find_header, is_blank
from service.files.limits import read_file
from service.files.spreadsheets import Sheet, cell_name, sheets_of

__all__ = ["ColumnOutline", "ColumnState", "FileOutline", "SheetOutline", "read_outline"]

_PACKED, _OLD_WORKBOOK = b"PK", bytes.fromhex("d0cf11e0a1b11ae1")
_N_SAMPLES = 2
_LONGEST_SAMPLE = 24


class ColumnState(StrEnum):
    """What happens to a column."""

    TAKEN = "taken"
    CONFIRMED = "confirmed"  # taken, because somebody said what its header means
    GUESSED = "guessed"  # left out until somebody confirms the guess
    UNKNOWN = "unknown"
    LEFT_OUT = "left_out"  # must not come in, or says again what another column says
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True, kw_only=True)
class ColumnOutline:
    """One column of a sheet.

    Parameters
    ----------
    letters : str
        As Excel names it.
    header : str
        As written.
    state : ColumnState
    field : str
        That it is taken for, or may be meant; "" for none.
    label : Text or None
        Of the field.
    confidence : float or None
        Of a guess, 0 to 1.
    reason : Text or None
        Why it does not come in.
    samples : tuple of str
        The first values, as written.
    """

    letters: str
    header: str
    state: ColumnState
    field: str = ""
    label: Text | None = None
    confidence: float | None = None
    reason: Text | None = None
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SheetOutline:
    """One sheet whose header was found; without columns if it has none."""

    name: str
    n_rows: int
    header_row: int
    columns: tuple[ColumnOutline, ...]


@dataclass(frozen=True, kw_only=True)
class FileOutline:
    """What a file looks like.

    Parameters
    ----------
    is_table : bool
        Forms and archives have no columns to look at.
    encoding : str or None
        Of a text file, as it was read.
    is_guess : bool
        Whether other encodings would have read it too.
    sheets : tuple of SheetOutline
    """

    is_table: bool = True
    encoding: str | None = None
    is_guess: bool = False
    sheets: tuple[SheetOutline, ...] = field(default=())

    @property
    def n_guessed(self) -> int:
        """Number of columns whose meaning waits for somebody."""
        return sum(one.state is ColumnState.GUESSED for sheet in self.sheets for one in sheet.columns)


def read_outline(
    path: Path, *, kind: str, encoding: str | None = None, columns: Mapping[str, str] | None = None
) -> FileOutline:
    """Look at the headers of a file.

    Parameters and errors as in `service.files.sources.read_source`; a file without a header that is known has sheets
    without columns here.
    """
    table = column_table(kind).with_mapping(columns or {})
    if is_form(path):
        return FileOutline(is_table=False)
    data = read_file(path)
    if data.startswith(_PACKED) and not is_workbook_archive(data):
        return FileOutline(is_table=False)
    is_text = not data.startswith((_PACKED, _OLD_WORKBOOK))
    decoded = decode(path.name, data, encoding=encoding) if is_text else None
    sheets = [sheet for sheet in sheets_of(path.name, data, encoding=encoding) if sheet.name not in SUMMARY_NAMES]
    return FileOutline(
        encoding=decoded.encoding if decoded else None,
        is_guess=decoded.is_guess if decoded else False,
        sheets=tuple(_sheet(sheet, table, columns or {}) for sheet in sheets),
    )


def _sheet(sheet: Sheet, table: ColumnTable, confirmed: Mapping[str, str]) -> SheetOutline:
    header = find_header(sheet, table)
    if header is None:
        return SheetOutline(name=sheet.name, n_rows=len(sheet.rows), header_row=0, columns=())
    first = header.first_row + header.n_rows
    n_rows = sum(any(not is_blank(value) for value in row) for row in sheet.rows[first:])
    found = (_column(header, position, table, confirmed) for position in sorted(header.written))
    columns = tuple(one for one in found if one.header or one.samples)
    return SheetOutline(name=sheet.name, n_rows=n_rows, header_row=first, columns=columns)


def _column(header: Header, position: int, table: ColumnTable, confirmed: Mapping[str, str]) -> ColumnOutline:
    written = header.written[position]
    letters = cell_name(0, position)[:-1]
    samples = _samples(header, position)
    taken = header.columns.get(position)
    if taken is not None:
        state = ColumnState.CONFIRMED if _asked(written) in map(_asked, confirmed) else ColumnState.TAKEN
        return ColumnOutline(
            letters=letters, header=written, state=state, field=taken.key, label=taken.label, samples=samples
        )
    said = next((one for one in header.findings if one.cell == cell_name(header.first_row, position)), None)
    if said is None or said.effect.value == "note":
        reason = said.problem if said else None
        return ColumnOutline(
            letters=letters, header=written, state=ColumnState.NOT_NEEDED, reason=reason, samples=samples
        )
    guess = table.guess(written) if said.suggestion else None
    meant = table.find(said.suggestion) if said.suggestion else None
    if meant is not None and meant.treatment is Treatment.IMPORT:
        return ColumnOutline(
            letters=letters,
            header=written,
            state=ColumnState.GUESSED,
            field=meant.key,
            label=meant.label,
            confidence=guess.confidence if guess else None,
            samples=samples,
        )
    state = ColumnState.UNKNOWN if said.problem == UNKNOWN_HEADER else ColumnState.LEFT_OUT
    return ColumnOutline(letters=letters, header=written, state=state, reason=said.problem, samples=samples)


def _asked(header: str) -> str:
    return "".join(header.split())


def _samples(header: Header, position: int) -> tuple[str, ...]:
    """Return the first values of a column, as far as they fit; long digits are hidden but for their ends."""
    found: list[str] = []
    for row in header.sheet.rows[header.first_row + header.n_rows :]:
        if position < len(row) and not is_blank(row[position]):
            found.append(_LONG_NUMBERS.sub(_hidden, normalize("NFKC", shown(row[position])))[:_LONGEST_SAMPLE])
            if len(found) == _N_SAMPLES:
                break
    return tuple(found)


def _hidden(number: re.Match[str]) -> str:
    if number["day"]:
        return number[0]
    digits = "".join(filter(str.isalnum, number[0]))
    return f"{digits[:3]}{'*' * (len(digits) - 5)}{digits[-2:]}"


_GAP = r"[-\u2010-\u2015\u2212_./·\s()]{0,3}"
_DAY = r"(?:19|20)\d\d[-./年](?:0?[1-9]|1[0-2])(?:[-./月](?:0?[1-9]|[12]\d|3[01]))?"
#: An id number or a phone, however it is parted by blanks and dashes; days, times and periods stay as they are.
_LONG_NUMBERS = re.compile(
    rf"(?P<day>(?<!\d){_DAY}(?:[ T]\d{{1,2}}:\d\d(?::\d\d)?|\s?[-~—至]\s?{_DAY})?(?!{_GAP}\d))"
    rf"|(?:\d{_GAP}){{8,}}(?:\d|[Xx])"
)
