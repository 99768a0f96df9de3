"""Sealing rows again with the present keys, in small transactions that let others write between them."""

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, LargeBinary, bindparam, func, literal, or_, select, update
from sqlalchemy.orm import Session

from service import jobs
from service.db import Database, Model, vault_of
from service.models.people import Person
from service.models.sealing import SealedPlace, sealed_places
from service.queries.name_search import write_name_tokens
from service.vault import Vault

__all__ = ["LEASE", "RotationProgress", "count_stale", "reseal_all", "version_in"]

LEASE = "keys"
_IN_ONE_TRANSACTION = 200
_PAUSE_S = 0.005  # the next writer in the queue gets its turn
_MOST_PASSES = 20


class RotationProgress(NamedTuple):
    """How many rows carry the new version, of all rows that have to."""

    n_done: int
    n_rows: int


def version_in(column: Any) -> ColumnElement[bytes]:
    """Return the expression of the version byte of the sealed values in a column."""
    return func.substr(column, 1, 1, type_=LargeBinary)


def _is_stale(places: list[SealedPlace], current: int) -> ColumnElement[bool]:
    mark = literal(bytes([current]), LargeBinary)
    return or_(*(version_in(place.table.c[place.sealed_in]) != mark for place in places))


def count_stale(database: Database) -> int:
    """Return how many rows have a value that was sealed with another version than the present one."""
    current = database.vault.keys.current
    with database.reading() as session:
        return sum(
            session.scalar(select(func.count()).select_from(places[0].table).where(_is_stale(places, current))) or 0
            for places in sealed_places(Model).values()
        )


def reseal_all(
    database: Database,
    *,
    owner: str,
    now: Callable[[], datetime],
    on_progress: Callable[[RotationProgress], None],
) -> int:
    """Go over the tables until a whole pass finds nothing: a transaction may have begun with the version before."""
    n_done, n_rows = 0, count_stale(database)
    on_progress(RotationProgress(0, n_rows))
    for _ in range(_MOST_PASSES):
        n_before = n_done
        for places in sealed_places(Model).values():
            for n in _reseal_table(database, places, owner=owner, now=now):
                n_done += n
                on_progress(RotationProgress(n_done, max(n_rows, n_done)))
        if n_done == n_before:
            break
    return n_done


def _reseal_table(
    database: Database, places: list[SealedPlace], *, owner: str, now: Callable[[], datetime]
) -> Iterator[int]:
    last = 0
    while True:
        with database.unit_of_work() as session:
            jobs.renew(session, name=LEASE, owner=owner, now=now())
            rows = _stale_rows(session, places, after=last)
            _reseal(session, places, rows)
        if not rows:
            return
        last = rows[-1]["id"]
        yield len(rows)
        time.sleep(_PAUSE_S)


def _stale_rows(session: Session, places: list[SealedPlace], *, after: int) -> list[dict[str, Any]]:
    table = places[0].table
    current = vault_of(session).keys.current
    wanted = (
        select(table.c.id, *(table.c[place.sealed_in] for place in places))
        .where(table.c.id > after, _is_stale(places, current))
        .order_by(table.c.id)
        .limit(_IN_ONE_TRANSACTION)
        .with_for_update()
    )
    return [dict(row) for row in session.execute(wanted).mappings()]


def _reseal(session: Session, places: list[SealedPlace], rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    vault, table = vault_of(session), places[0].table
    again = [_sealed_again(vault, places, row) for row in rows]
    names = [name for name in again[0] if name != "row_id"]
    statement = update(table).where(table.c.id == bindparam("row_id"))
    if table.name == Person.__tablename__:
        opened = {row["id"]: vault.open("people.name", row["id"], row["name_sealed"]) for row in rows}
        write_name_tokens(session, opened)
    session.connection().execute(statement.values({name: bindparam(name) for name in names}), again)


def _sealed_again(vault: Vault, places: list[SealedPlace], row: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {"row_id": row["id"]}
    for place in places:
        clear = vault.open(place.bound_to, row["id"], row[place.sealed_in])
        values[place.sealed_in] = vault.seal(place.bound_to, row["id"], clear)
        if place.indexed_in is not None:
            values[place.indexed_in] = vault.blind_index(place.bound_to, clear)
    return values
