"""Rows that point to a person: they follow into the record that survives, and return."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Column, Table, UniqueConstraint, func, select, update
from sqlalchemy.orm import Session

from service.db import Model
from service.models.people import Person

__all__ = ["Moved", "move_references", "return_references"]

#: Table, column and primary key of one row, as JSON can carry it.
Moved = list[Any]

# Made anew from the frames (rankings), about the two records themselves, or looked up through them: a form that is
# imported for the survivor must not overwrite what the absorbed record's form left.
_STAY = frozenset({"rankings", "duplicate_pairs", "merges", "form_remainders", "name_tokens"})
# What makes two rows of one person the same matter, where no constraint says so.
_SAME_MATTER: Mapping[str, tuple[str, ...]] = {
    "appointments": ("village_id", "post_type", "started_on"),
    "training_records": ("course", "started_on"),
}
_LISTED = "listed_person_id"  # keeps the id that a frozen list was made with


def move_references(session: Session, *, source_id: int, target_id: int) -> tuple[list[Moved], list[Moved]]:
    """Let everything that points to one person point to another.

    A row about a matter of which the other has a row already stays where it is: nothing is deleted.

    Returns
    -------
    moved, left : list of [table, column, primary key]
    """
    session.flush()
    moved: list[Moved] = []
    left: list[Moved] = []
    for table, column in _references():
        matters = _matters(table, column)
        taken = {matter for row in _rows(session, table, column, target_id) for matter in _matter(row, matters)}
        for row in _rows(session, table, column, source_id):
            key = {name.name: row[name.name] for name in table.primary_key.columns}
            if taken & _matter(row, matters):
                left.append([table.name, column.name, key])
                continue
            _point(session, table, column, key, person_id=target_id)
            moved.append([table.name, column.name, {**key, **({column.name: target_id} if column.name in key else {})}])
    session.expire_all()
    return moved, left


def return_references(session: Session, moved: list[Moved], *, source_id: int, target_id: int) -> None:
    """Let rows that were moved from `source_id` to `target_id` point to the first again; gone rows are passed over."""
    session.flush()
    for table_name, column_name, key in moved:
        table = Model.metadata.tables.get(table_name)
        if table is not None:
            column = table.columns[column_name]
            is_there = session.connection().execute(select(column).where(*_is(table, key), column == target_id)).first()
            if is_there is not None:
                _point(session, table, column, key, person_id=source_id)
    session.expire_all()


def _references() -> Iterator[tuple[Table, Column[Any]]]:
    for table in Model.metadata.sorted_tables:
        if table.name not in _STAY:
            for column in table.columns:
                if any(key.column is Person.__table__.columns["id"] for key in column.foreign_keys):
                    yield table, column


def _matters(table: Table, column: Column[Any]) -> list[tuple[str, ...]]:
    """Return the columns that may not be the same for two rows of one person."""
    constraints = [table.primary_key, *(one for one in table.constraints if isinstance(one, UniqueConstraint))]
    found = [
        tuple(other.name for other in one.columns if other is not column)
        for one in constraints
        if column.name in one.columns
    ]
    return [*found, *([_SAME_MATTER[table.name]] if table.name in _SAME_MATTER else [])]


def _matter(row: Mapping[str, Any], matters: list[tuple[str, ...]]) -> set[tuple[Any, ...]]:
    return {(names, *(row[name] for name in names)) for names in matters}


def _rows(session: Session, table: Table, column: Column[Any], person_id: int) -> list[dict[str, Any]]:
    rows = session.connection().execute(select(table).where(column == person_id).order_by(*table.primary_key.columns))
    return [dict(row._mapping) for row in rows]  # noqa: SLF001 - the public way to a mapping


def _point(session: Session, table: Table, column: Column[Any], key: Mapping[str, Any], *, person_id: int) -> None:
    values: dict[Any, Any] = {column: person_id}
    if _LISTED in table.columns:
        listed = table.columns[_LISTED]
        shown = func.coalesce(listed, column)
        values[listed] = func.nullif(shown, person_id)
    session.connection().execute(update(table).where(*_is(table, key)).values(values))


def _is(table: Table, key: Mapping[str, Any]) -> list[Any]:
    return [table.columns[name] == value for name, value in key.items()]
