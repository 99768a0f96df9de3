"""Values as offices write them: labels for codes, and every cell such that an import reads the same value again."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from marshmallow import fields

from matching.vocabulary.codes import CodeTable
from schemas.codes import Appraisals, Code, CodeNumber, Codes, Rank, YesNo
from schemas.dates import BirthDate, Day
from schemas.fields import NONE_WORDS, SEPARATORS, Words
from schemas.numbers import Months, Number
from service.files.exported_tables import Cell
from service.files.headers import is_blank
from service.files.tables import EXCEL_ERRORS

__all__ = ["CellWriter", "cell_writer"]

#: Takes a value that is known and the record that it stands in.
CellWriter = Callable[[Any, Any], Cell]

_NONE = "无"
_EXCEL_ESCAPE = re.compile(r"_x[0-9A-Fa-f]{4}_")


def cell_writer(field: fields.Field[Any]) -> CellWriter:
    """Return what writes the values of a field into cells.

    Parameters
    ----------
    field : Field
        Of the schema that reads the cell again.
    """
    for kind, made in _WRITERS:
        if isinstance(field, kind):
            return made(field)
    none = _NONE if field.name == "skill_certificate" else None  # the one text that may be known to be none
    return lambda value, _: _text(value, none=none)


def _code(field: Any) -> CellWriter:
    words = _Words(field.table, is_list=False)
    return lambda value, _: words.of(value if isinstance(value, str) else str(value))


def _codes(field: Any) -> CellWriter:
    words = _Words(field.table, is_list=True)
    # Where 无 is itself a code, an empty list has no word; a blank cell changes nothing.
    none = None if field.table.find(_NONE) else _NONE
    return lambda value, _: "、".join(map(words.of, value)) if value else none


def _rank(field: Any) -> CellWriter:
    table: CodeTable = field.table
    by_rank: dict[int, str] = {}
    for code in table.codes:
        label, rank = table.label(code).zh, table.attribute(code, "rank")
        if rank and label not in NONE_WORDS and field.read(label) == int(rank):
            by_rank.setdefault(int(rank), label)
    return lambda value, _: by_rank.get(value, str(value))


def _appraisals(_field: Any) -> CellWriter:
    from matching.vocabulary.codes import code_table

    table = code_table("appraisal")

    def write(value: Any, _: Any) -> Cell:
        years = (one.partition(":") for one in value)
        return "；".join(f"{year}年{table.label(result).zh}" for year, _, result in years) or _NONE

    return write


def _words(_field: Any) -> CellWriter:
    return lambda value, _: "、".join(value) or _NONE


def _yes_no(_field: Any) -> CellWriter:
    return lambda value, _: "是" if value else "否"


def _months(_field: Any) -> CellWriter:
    return lambda value, _: f"{value}个月"  # a bare number in a text may be years


def _number(_field: Any) -> CellWriter:
    return lambda value, _: int(value) if isinstance(value, float) and value.is_integer() else value


def _birth(_field: Any) -> CellWriter:
    def write(value: date, record: Any) -> Cell:
        return value.strftime("%Y-%m") if record.birth_date_is_month else value.isoformat()

    return write


def _day(_field: Any) -> CellWriter:
    return lambda value, _: value.isoformat()


# The first that fits; subclasses stand before their bases.
_WRITERS: tuple[tuple[Any, Callable[[Any], CellWriter]], ...] = (
    (Code, _code),
    (Codes, _codes),
    (CodeNumber, _code),
    (Rank, _rank),
    (Appraisals, _appraisals),
    (Words, _words),
    (YesNo, _yes_no),
    (Months, _months),
    (Number, _number),
    (BirthDate, _birth),
    (Day, _day),
)


class _Words:
    """For each code of a table a word that stands for it in a cell: the label, else an alias, else the code."""

    def __init__(self, table: CodeTable, *, is_list: bool) -> None:
        self._table = table
        self._is_list = is_list
        self._known: dict[str, str] = {}

    def of(self, code: str) -> str:
        if code not in self._known:
            self._known[code] = self._find(code)
        return self._known[code]

    def _find(self, code: str) -> str:
        words = self._table.words(code) if code in self._table.codes else ()
        return next((word for word in words if self._is_read_as(word, code)), code)

    def _is_read_as(self, word: str, code: str) -> bool:
        is_split = self._is_list and SEPARATORS.search(word) is not None
        return self._table.find(word) == code and not is_split


def _text(value: Any, *, none: str | None) -> Cell:
    """Write a text; one that an import takes for a blank or for an error of Excel is left out and so stays."""
    text = str(value)
    if not text:
        return none
    return None if is_blank(text) or text in EXCEL_ERRORS or _EXCEL_ESCAPE.search(text) else text
