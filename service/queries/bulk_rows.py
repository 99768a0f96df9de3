"""Writing many rows of one table: by COPY to PostgreSQL, as plain tuples to SQLite.

An ordinary insert prepares the values of each row by itself and sends PostgreSQL one statement for each. Here the
values of a column are prepared together, and the server takes all rows in one statement: several times as fast.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, Dialect, Insert, Table, insert
from sqlalchemy.exc import DBAPIError

from service.models.limits import check_rows

__all__ = ["copying", "write_rows"]

_FEW = 20  # below, preparing a column is not worth it


def write_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows.

    Parameters
    ----------
    connection : Connection
    table : Table
    rows : sequence of mapping
        Values by key of the column, as `sqlalchemy.insert` takes them; all rows have the same keys.

    Raises
    ------
    InvalidInput
        If a text is longer than its column, before the database sees it.
    sqlalchemy.exc.DBAPIError
        As an insert would: IntegrityError where the table does not admit a row.
    """
    if not rows:
        return
    check_rows(table, rows)
    keys = tuple(rows[0])
    if len(rows) < _FEW or any(_is_filled_in(column, rows[0]) for column in table.columns):
        connection.execute(_insert(table), rows)
        return
    told = {column: _values(column, rows, connection.dialect) for column in map(table.columns.__getitem__, keys)}
    # A column that nobody has a value for is NULL without being named.
    told = {column: values for column, values in told.items() if any(value is not None for value in values)}
    columns, values = list(told), zip(*told.values(), strict=True)
    if connection.dialect.name == "postgresql":
        _copy(connection, table, columns, values)
    else:
        names = _names(connection.dialect, columns)
        marks = ", ".join("?" * len(columns))
        target = connection.dialect.identifier_preparer.format_table(table)
        connection.exec_driver_sql(f"INSERT INTO {target} ({names}) VALUES ({marks})", list(values))  # noqa: S608 - names of our own models


@cache  # one of each table is put together once
def _insert(table: Table) -> Insert:
    return insert(table)


def _is_filled_in(column: Column[Any], row: Mapping[str, Any]) -> bool:
    """Whether something else than NULL may stand where no value is given."""
    return column.server_default is not None or (column.default is not None and column.key not in row)


def _values(column: Column[Any], rows: Sequence[Mapping[str, Any]], dialect: Dialect) -> list[Any]:
    """Return the values of a column as the driver takes them."""
    key, prepare = column.key, column.type.dialect_impl(dialect).bind_processor(dialect)
    if prepare is None:
        return [row[key] for row in rows]
    return [prepare(row[key]) for row in rows]


@contextmanager
def copying(connection: Connection, statement: str) -> Iterator[Any]:
    """Open a COPY to PostgreSQL.

    Parameters
    ----------
    connection : Connection
    statement : str
        ``COPY ... FROM STDIN``, of names of our own only.

    Yields
    ------
    psycopg.Copy
        With `write` and `write_row`.

    Raises
    ------
    sqlalchemy.exc.DBAPIError
        As any other statement: what SQLAlchemy executes itself it wraps, and callers must not have to know the driver.
    """
    dialect = connection.dialect
    try:
        cursor: Any = connection.connection.cursor()
        with cursor, cursor.copy(statement) as copy:
            yield copy
    except dialect.loaded_dbapi.Error as error:
        wrapped = DBAPIError.instance(
            statement, None, error, dialect.loaded_dbapi.Error, hide_parameters=True, dialect=dialect
        )
        raise wrapped from error


def _copy(
    connection: Connection, table: Table, columns: Sequence[Column[Any]], values: Iterable[Sequence[Any]]
) -> None:
    dialect = connection.dialect
    target = dialect.identifier_preparer.format_table(table)
    with copying(connection, f"COPY {target} ({_names(dialect, columns)}) FROM STDIN") as copy:
        for row in values:
            copy.write_row(row)


def _names(dialect: Dialect, columns: Sequence[Column[Any]]) -> str:
    return ", ".join(dialect.identifier_preparer.format_column(column) for column in columns)
