"""Numbers in addresses: no larger than any row can have, so that a larger one is an address that does not exist."""

from typing import Any

from werkzeug.routing import IntegerConverter, Map

__all__ = ["RowNumber"]

_LARGEST = 2**31 - 1  # of an INTEGER of PostgreSQL; SQLite and its driver refuse from 2**63 on


class RowNumber(IntegerConverter):
    """`int` with an end: a larger number would fail in the database, not before it."""

    def __init__(self, map: Map, *args: Any, **kwargs: Any) -> None:  # noqa: A002 - as Werkzeug calls it
        super().__init__(map, *args, **{"max": _LARGEST, **kwargs})
