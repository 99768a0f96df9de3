"""The lengths of columns hold on every database: SQLite would keep a text that PostgreSQL refuses."""

from functools import cache
from typing import Any

from sqlalchemy import Enum, String, event
from sqlalchemy.orm import Mapper

from matching.vocabulary import Text
from service.db import Model
from service.errors import InvalidInput

__all__ = ["check_lengths"]


@cache
def _lengths(mapper: Mapper[Any]) -> tuple[tuple[str, int], ...]:
    return tuple(
        (attribute.key, column.type.length)
        for attribute in mapper.column_attrs
        for column in attribute.columns
        if isinstance(column.type, String) and not isinstance(column.type, Enum) and column.type.length
    )


def check_lengths(mapper: Mapper[Any], _connection: object, row: Any) -> None:
    """Refuse a row with a text that is longer than its column, before any database sees it.

    Raises
    ------
    InvalidInput
        Naming the column, never the text.
    """
    values = vars(row)
    for key, longest in _lengths(mapper):
        value = values.get(key)
        if isinstance(value, str) and len(value) > longest:
            problem = Text(f"文本超过 {longest} 个字符。", f"The text has more than {longest} characters.")
            raise InvalidInput(problem, remedy=Text("请缩短。", "Make it shorter."), place=key, fields={key: [problem]})


for _moment in ("before_insert", "before_update"):
    event.listen(Model, _moment, check_lengths, propagate=True)
