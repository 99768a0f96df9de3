"""Everything that is held about a person, found by the foreign keys of all tables, so that no table is forgotten."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from service.db import Model, vault_of
from service.models.moves import Move
from service.models.people import Person
from service.models.provenance import RecordChange
from service.models.sealing import sealed_places

__all__ = ["DERIVED", "changes_of", "moves_of", "opened", "rows_about"]

#: Made from the record itself at any time; nothing in them is held besides.
DERIVED = frozenset({"name_tokens", "rankings", "duplicate_pairs"})
#: Which subjects of changes and moves are rows of which tables.
_CHANGED = {"person": "people", "decision": "decisions", "training": "training_records"}
_MOVED = {"talent_record": "people", "candidacy": "candidacies", "appointment": "appointments"}
_IN_ONE_QUERY = 500

Rows = dict[str, list[dict[str, Any]]]


def rows_about(session: Session, person_ids: Collection[int]) -> Rows:
    """Return the stored rows about some people by table: those that name them, and those that belong to such rows.

    Of an opinion on a candidacy, for instance, the candidacy names the person and the opinion belongs to it.
    """
    found: Rows = {"people": _rows(session, Person.__table__, "id", person_ids)}
    for table in Model.metadata.sorted_tables:  # a table comes after those that it names
        for column in table.columns:
            for key in column.foreign_keys:
                owner = key.column.table.name
                if owner in found and owner != table.name and key.column.name == "id":
                    ids = {row["id"] for row in found[owner]}
                    _add(found, table, _rows(session, table, column.name, ids))
    return found


def changes_of(session: Session, held: Mapping[str, list[dict[str, Any]]]) -> Iterator[RecordChange]:
    """Yield the lines of provenance about rows that are held."""
    for kind, ids in _subjects(_CHANGED, held):
        yield from session.scalars(
            select(RecordChange).where(RecordChange.subject_kind == kind, RecordChange.subject_id.in_(ids))
        )


def moves_of(session: Session, held: Mapping[str, list[dict[str, Any]]]) -> Iterator[Move]:
    """Yield the changes of state of rows that are held."""
    for kind, ids in _subjects(_MOVED, held):
        yield from session.scalars(select(Move).where(Move.subject_kind == kind, Move.subject_id.in_(ids)))


def opened(session: Session, table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a stored row with its sealed values open and without search keys."""
    places = sealed_places(Model).get(table, [])
    vault = vault_of(session)
    hidden = {name for place in places for name in (place.sealed_in, place.indexed_in)}
    clear = {place.name: vault.open(place.bound_to, row["id"], row[place.sealed_in]) for place in places}
    return {name: value for name, value in row.items() if name not in hidden} | clear


def _subjects(kinds: Mapping[str, str], held: Mapping[str, list[dict[str, Any]]]) -> Iterator[tuple[str, list[int]]]:
    for kind, table in kinds.items():
        ids = sorted(row["id"] for row in held.get(table, []))
        for start in range(0, len(ids), _IN_ONE_QUERY):
            yield kind, ids[start : start + _IN_ONE_QUERY]


def _rows(session: Session, table: Any, column: str, ids: Collection[int]) -> list[dict[str, Any]]:
    own, wanted = cast("Table", table), sorted(ids)
    rows: list[dict[str, Any]] = []
    for start in range(0, len(wanted), _IN_ONE_QUERY):
        part = wanted[start : start + _IN_ONE_QUERY]
        query = select(own).where(own.c[column].in_(part)).order_by(*own.primary_key.columns)
        rows += [dict(row) for row in session.connection().execute(query).mappings()]
    return rows


def _add(found: Rows, table: Table, rows: list[dict[str, Any]]) -> None:
    keys = [column.name for column in table.primary_key.columns]
    known = found.setdefault(table.name, []) if rows else found.get(table.name, [])
    have = {tuple(row[name] for name in keys) for row in known}
    known += [row for row in rows if tuple(row[name] for name in keys) not in have]
