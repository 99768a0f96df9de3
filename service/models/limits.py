"""The lengths of columns hold on every database: SQLite would keep a text that PostgreSQL refuses."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Enum, String, Table, event
from sqlalchemy.orm import Mapper

from matching.vocabulary import Text
from service.db import Model
from service.errors import InvalidInput

__all__ = ["check_lengths", "check_rows"]


def check_lengths(mapper: Mapper[Any], _connection: object, row: Any) -> None:
    """Refuse a row with a text that is longer than its column, before any database sees it.

    Raises
    ------
    InvalidInput
        Naming the column, never the text.
    """
    values = vars(row)
    for key, longest in _of_mapper(mapper):
        value = values.get(key)
        if isinstance(value, str) and len(value) > longest:
            raise _too_long(key, longest)


def check_rows(table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Refuse rows on their way into a table in bulk, of which one has a text that is longer than its column.

    Raises
    ------
    InvalidInput
        Naming the column, never the text.
    """
    for key, longest in _of_table(table):
        if rows and key in rows[0] and any(len(row[key] or "") > longest for row in rows):
            raise _too_long(key, longest)


@cache
def _of_mapper(mapper: Mapper[Any]) -> tuple[tuple[str, int], ...]:
    attributes = ((one.key, column) for one in mapper.column_attrs for column in one.columns)
    return tuple((key, longest) for key, column in attributes if (longest := _longest(column)))


@cache
def _of_table(table: Table) -> tuple[tuple[str, int], ...]:
    return tuple((column.key, longest) for column in table.columns if (longest := _longest(column)))


def _longest(column: Any) -> int | None:
    is_text = isinstance(column.type, String) and not isinstance(column.type, Enum)
    return column.type.length if is_text else None


def _too_long(key: str, longest: int) -> InvalidInput:
    problem = Text(f"文本超过 {longest} 个字符。", f"The text has more than {longest} characters.")
    return InvalidInput(problem, remedy=Text("请缩短。", "Make it shorter."), place=key, fields={key: [problem]})


for _moment in ("before_insert", "before_update"):
    event.listen(Model, _moment, check_lengths, propagate=True)
