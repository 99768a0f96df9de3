"""One row of every table that tells of a person, each sealed column with words, made from the tables themselves.

A table or a sealed column that is added later is filled as well, so that the erasure of it is asked for at once.
"""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from sqlalchemy import JSON, Boolean, Date, DateTime, Enum, Float, Integer, LargeBinary, Table, select
from sqlalchemy.orm import Session

from service.db import Model, vault_of
from service.models.sealing import sealed_places

__all__ = ["WORDS", "fill", "tables_about_people"]

#: What is told of her without naming her: no search for her name or numbers finds it.
WORDS = "金丝雀的心事"
_AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
_FIRST_ID = count(9_000)


def tables_about_people() -> set[str]:
    """Return the tables that name a person, and those that belong to such rows."""
    found = {"people"}
    for table in Model.metadata.sorted_tables:
        if any(key.column.table.name in found and key.column.name == "id" for key in table.foreign_keys):
            found.add(table.name)
    return found - {"people", "accounts", "drafts", "saved_views"}


def fill(session: Session, name: str, words: str = WORDS, **given: Any) -> int:
    """Write one row of a table with words in every sealed column; what it names is found, or written too.

    Parameters
    ----------
    session : Session
    name : str
    words : str
    given : dict
        Columns that matter; of people, the first that is named is the first on record.

    Returns
    -------
    int
        Its id, or the number that it has been given where it has none.
    """
    table, number = Model.metadata.tables[name], next(_FIRST_ID)
    values: dict[str, Any] = {"id": number} if "id" in table.columns else {}
    people = count(1)
    for column in table.columns:
        if column.name in given or column.name == "id":
            continue
        target = next(iter(column.foreign_keys), None)
        if target is not None and target.column.table.name == "people":
            values[column.name] = next(people)
        elif not column.nullable:
            values[column.name] = _named(session, target.column) if target else _value(column.type, number)
    values |= given
    for place in sealed_places(Model).get(name, []):
        text = '{"x": "' + words + '"}' if place.name in {"journal", "changes"} else words
        values[place.sealed_in] = vault_of(session).seal(place.bound_to, values["id"], text)
    session.connection().execute(table.insert().values(values))
    return number


def _named(session: Session, column: Any) -> Any:
    table: Table = column.table
    known = session.connection().execute(select(column).order_by(*table.primary_key.columns).limit(1)).scalar()
    return fill(session, table.name) if known is None else known


def _value(kind: Any, number: int) -> Any:
    if isinstance(kind, Enum):
        return next(iter(kind.enum_class)) if kind.enum_class else kind.enums[0]
    plain = getattr(kind, "impl_instance", kind)
    for known, value in (
        (Boolean, False), (Integer, number), (Float, 0.5), (DateTime, _AT), (Date, date(2026, 11, 23)),
        (LargeBinary, b"x"), (JSON, {}), (Enum, None),
    ):  # fmt: skip
        if isinstance(plain, known):
            return _value(plain, number) if known is Enum else value
    return f"x{number}"
