"""Records and rows: which keys a record may have, and what it changes in a row."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import Table
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.db import Model
from service.errors import Conflict, InvalidInput
from service.models.sealing import Sealed
from service.queries.bulk_rows import write_rows

__all__ = ["apply_changes", "check_keys", "insert_rows", "plain_fields", "sealed_fields"]

_KEPT_BY_THE_SYSTEM = frozenset(
    {
        *("id", "version", "created_at", "updated_at", "verified_at", "is_provisional", "card_version"),
        *("merged_into_id", "registered_on"),
    }
)


@cache
def sealed_fields(model: type[Model]) -> frozenset[str]:
    """Return the names of the encrypted attributes of a table."""
    return frozenset(name for name, attribute in vars(model).items() if isinstance(attribute, Sealed))


@cache
def plain_fields(model: type[Model]) -> frozenset[str]:
    """Return the names of the columns that a record may set; links to other rows are not among them."""
    names = {column.key for column in model.__table__.columns if not column.foreign_keys}
    covered = {f"{name}{ending}" for name in sealed_fields(model) for ending in ("_sealed", "_index")}
    return frozenset(names - covered - _KEPT_BY_THE_SYSTEM)


def check_keys(records: Iterable[Mapping[str, Any]], *, model: type[Model], others: Iterable[str]) -> None:
    """Refuse records with keys that are no attributes of `model` and not among `others`.

    Raises
    ------
    InvalidInput
        Naming the first unknown key.
    """
    known = plain_fields(model) | sealed_fields(model) | set(others)
    for unknown in sorted(set().union(*(record.keys() for record in records)) - known):
        raise InvalidInput(
            Text(f"没有字段“{unknown}”。", f"There is no field '{unknown}'."),
            remedy=Text("请对照模板的列名。", "Compare with the columns of the template."),
            place=unknown,
        )


def apply_changes(row: Model, values: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Set the attributes that differ and return them before and after; equal ones stay untouched."""
    known = {name: getattr(row, name) for name in values}
    changes = {name: (known[name], value) for name, value in values.items() if known[name] != value}
    for name, (_, value) in changes.items():
        setattr(row, name, value)
    return changes


def insert_rows(session: Session, model: type[Model], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows of a table in bulk.

    Raises
    ------
    Conflict
        If somebody else took one of the numbers since they were looked up.
    """
    if not rows:
        return
    try:
        write_rows(session.connection(), cast("Table", model.__table__), rows)
    except IntegrityError as error:
        raise Conflict(
            Text("同一编号刚刚由他人登记，本次未保存。", "Somebody else has just registered the same number."),
            remedy=Text("请重试。", "Try again."),
            place=model.__tablename__,
        ) from error
