"""Finding the header of a sheet: under title rows, over one or two rows, columns in any order."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from matching.vocabulary import Text
from service.files.columns import Column, ColumnTable, Treatment
from service.files.findings import CellFinding, Effect
from service.files.spreadsheets import Sheet, cell_name
from service.sent_texts import without_unwritable

__all__ = ["UNKNOWN_HEADER", "Header", "find_header", "is_blank"]

_ROWS_SEARCHED = 30
_LEAST_COLUMNS = 2
_MOST_ROWS = 3
_SHOWN = 60
_DASHES = re.compile(r"[-—–―_/\\.…]*")
#: Keys that several columns may fill; their texts are joined.
_JOINED = frozenset({"school_major", "note"})


@dataclass(frozen=True)
class Header:
    """Where the columns of a sheet are.

    Parameters
    ----------
    sheet : Sheet
    first_row, n_rows : int
        Where the header stands, counted from 0.
    columns : dict of int to Column
        The columns that are imported, by position.
    written : dict of int to str
        Every header as written, by position.
    findings : tuple of CellFinding
        Columns that are not imported, and why.
    """

    sheet: Sheet
    first_row: int
    n_rows: int
    columns: dict[int, Column]
    written: dict[int, str]
    findings: tuple[CellFinding, ...]

    @property
    def preamble(self) -> str:
        """The texts above the header, for suggestions only."""
        texts = (value for row in self.sheet.rows[: self.first_row] for value in row if not is_blank(value))
        return "\n".join(map(str, texts))


def is_blank(value: Any) -> bool:
    """Whether a cell says nothing: empty, blanks, or a dash."""
    if value.__class__ is not str:
        return value is None
    return not value or (not value[0].isalnum() and _DASHES.fullmatch("".join(value.split())) is not None)


def find_header(sheet: Sheet, table: ColumnTable) -> Header | None:
    """Return the header of a sheet, None if no row of it names at least two known columns.

    Of all windows of one or two rows the one with the most known columns is it; of equals the shorter, then the upper.
    """
    spread = _spread(sheet)
    best: tuple[int, int, int] | None = None
    for first in range(min(_ROWS_SEARCHED, len(spread))):
        for n_rows in (1, 2):
            if first + n_rows > len(spread):
                break
            known = {column.key for _, column in _found(spread[first : first + n_rows], table)}
            rank = (len(known), -n_rows, -first)
            if len(known) >= _LEAST_COLUMNS and (best is None or rank > best):
                best = rank
    if best is None:
        return None
    first, n_rows = -best[2], -best[1]
    while n_rows < _MOST_ROWS and _goes_on(spread, table, first=first, n_rows=n_rows):
        n_rows += 1
    return _header(sheet, spread, table, first=first, n_rows=n_rows)


def _goes_on(spread: list[list[Any]], table: ColumnTable, *, first: int, n_rows: int) -> bool:
    """Whether the row below still belongs to the header: it says nothing new under any column that is imported."""
    if first + n_rows >= len(spread):
        return False
    below, window = spread[first + n_rows], spread[first : first + n_rows]
    taken = [place for place, column in _found(window, table) if column.treatment is Treatment.IMPORT]
    beside = [value for place, value in enumerate(below) if place not in set(taken) and not is_blank(value)]
    return (
        bool(taken and beside)
        and all(isinstance(value, str) for value in beside)
        and all(
            place >= len(below) or is_blank(below[place]) or below[place] in _names(window, place) for place in taken
        )
    )


def _spread(sheet: Sheet) -> list[list[Any]]:
    """Return the upper rows with merged cells repeated over their range."""
    rows = [list(row) for row in sheet.rows[: _ROWS_SEARCHED + 1]]
    for (top, left), (bottom, right) in sheet.merged:
        if top < len(rows) and left < len(rows[top]):
            for row in rows[top : bottom + 1]:
                row[left : right + 1] = [rows[top][left]] * (min(right, len(row) - 1) - left + 1)
    return rows


def _names(window: list[list[Any]], column: int) -> list[str]:
    """Return the header texts of one column, the lowest first, a merged one once, without signs that nobody sees."""
    texts = [without_unwritable(str(row[column])) for row in window if column < len(row) and not is_blank(row[column])]
    return list(dict.fromkeys(reversed(texts)))


def _found(window: list[list[Any]], table: ColumnTable) -> Iterator[tuple[int, Column]]:
    for position in range(max(map(len, window))):
        column = _column(_names(window, position), table)
        if column is not None:
            yield position, column


def _column(names: list[str], table: ColumnTable) -> Column | None:
    """Return the column that its header texts name: 全日制教育 over 学历 together, else the lower one."""
    if not names:
        return None
    joined = table.find("".join(reversed(names)))
    return joined or (table.find("/".join(reversed(names))) if len(names) > 1 else None) or table.find(names[0])


def _header(sheet: Sheet, spread: list[list[Any]], table: ColumnTable, *, first: int, n_rows: int) -> Header:
    window = spread[first : first + n_rows]
    found = dict(_found(window, table))
    columns: dict[int, Column] = {}
    written: dict[int, str] = {}
    findings: list[CellFinding] = []
    for position in range(max(map(len, window))):
        names = _names(window, position)
        written[position] = " / ".join("".join(name.split()) for name in reversed(names))
        taken = {column.key for column in columns.values()} - _JOINED
        said = _judge(found.get(position), written[position], taken, table)
        if said is None and position in found and found[position].treatment is Treatment.IMPORT:
            columns[position] = found[position]
        elif said is not None and (names or _has_values(sheet, first + n_rows, position)):
            findings.append(
                replace(said, sheet=sheet.name, cell=cell_name(first, position), column=written[position][:_SHOWN])
            )
    return Header(sheet, first, n_rows, columns, written, tuple(findings))


def _judge(column: Column | None, header: str, taken: set[str], table: ColumnTable) -> CellFinding | None:
    """Say why a column is not imported, None if it is, or if there is nothing to say."""
    if column is None:
        return _unknown(header, table)
    if column.treatment in {Treatment.DROP, Treatment.REFUSE}:
        return CellFinding(effect=Effect.COLUMN_LEFT_OUT, problem=column.reason or _TWICE, remedy=_DELETE)
    if column.key in taken:
        return CellFinding(effect=Effect.COLUMN_LEFT_OUT, problem=_TWICE, remedy=_ONE_ONLY)
    if column.treatment is Treatment.IGNORE and column.reason is not None:
        return CellFinding(effect=Effect.NOTE, problem=column.reason)
    return None


def _unknown(header: str, table: ColumnTable) -> CellFinding:
    """Say that a header is not known, and what it may mean: a guess is never taken without being confirmed."""
    if not header:
        return CellFinding(effect=Effect.COLUMN_LEFT_OUT, problem=_NAMELESS, remedy=_RENAME)
    guess = table.guess(header)
    column = table.find(guess.header) if guess else None
    if guess is None or column is None or column.treatment is Treatment.IGNORE:
        return CellFinding(effect=Effect.COLUMN_LEFT_OUT, problem=UNKNOWN_HEADER, remedy=_RENAME)
    if column.treatment is not Treatment.IMPORT:
        problem = _LIKE_SENSITIVE.filled(header=guess.header)
        return CellFinding(effect=Effect.COLUMN_LEFT_OUT, problem=problem, remedy=_DELETE)
    sure = f"{guess.confidence:.0%}"
    return CellFinding(
        effect=Effect.COLUMN_LEFT_OUT,
        problem=UNKNOWN_HEADER,
        remedy=_MEANT.filled(header=guess.header, sure=sure, option=f"{header}={column.key}"),
        value=header[:_SHOWN],
        suggestion=guess.header,
    )


def _has_values(sheet: Sheet, first_row: int, position: int) -> bool:
    return any(position < len(row) and not is_blank(row[position]) for row in sheet.rows[first_row:])


UNKNOWN_HEADER = Text("不认识这个列名，此列未导入。", "This header is not known; the column was left out.")
_NAMELESS = Text("此列有内容但没有列名，未导入。", "This column has values but no header; it was left out.")
_RENAME = Text("请对照模板改列名，或删去此列。", "Rename it after the template, or remove the column.")
_MEANT = Text(
    "是否“{header}”（把握 {sure}）？请改列名，或加 --map {option} 后再导入。",
    "Is it '{header}' ({sure} sure)? Rename it, or import again with --map {option}.",
)
_LIKE_SENSITIVE = Text(
    "列名近似不得导入的“{header}”，此列未导入。", "It is much like '{header}', which must not come in; left out."
)
_TWICE = Text("前面已有同义的列，此列未导入。", "An earlier column says the same; this one was left out.")
_ONE_ONLY = Text("请只保留一列。", "Keep one of them.")
_DELETE = Text("请从表中删去此列。", "Remove the column from the table.")
