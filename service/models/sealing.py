"""Sealed columns: clear text in Python, ciphertext and blind index in the table."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from sqlalchemy import Table
from sqlalchemy.orm import object_session

from service.db import vault_of
from service.vault import Vault

if TYPE_CHECKING:
    from service.db import Model

__all__ = ["Sealed", "SealedPlace", "lay_veil", "sealed_columns", "sealed_places"]


_VEIL = "_veil"


class SealedPlace(NamedTuple):
    """A column of ciphertexts: what they are bound to, and the column of their blind index if there is one."""

    table: Table
    name: str
    sealed_in: str
    indexed_in: str | None

    @property
    def bound_to(self) -> str:
        """Table and column as the additional data of the encryption name them."""
        return f"{self.table.name}.{self.name}"


class Sealed:
    """An attribute whose value is stored encrypted, bound to its row.

    The object needs its id and its session before the attribute is set: ``session.add(row)`` first.

    Parameters
    ----------
    name : str
        Name of the attribute; the table has a column ``<name>_sealed`` and, if `indexed`, ``<name>_index``.
    indexed : bool
        Whether an exact search by this value is possible.
    """

    def __init__(self, name: str, *, indexed: bool = False) -> None:
        self.name = name
        self.indexed = indexed

    def __get__(self, row: Any, owner: type) -> Any:
        """Open the sealed value."""
        if row is None:
            return self
        veil: Mapping[str, str] | None = vars(row).get(_VEIL)
        if veil is not None:
            return veil.get(self.name)
        return _vault(row).open(_place(row, self.name), row.id, getattr(row, f"{self.name}_sealed"))

    def __set__(self, row: Any, clear: str | None) -> None:
        """Seal the value; an unchanged one keeps its ciphertext."""
        if getattr(row, f"{self.name}_sealed") is not None and self.__get__(row, type(row)) == clear:
            return
        vault = _vault(row)
        setattr(row, f"{self.name}_sealed", vault.seal(_place(row, self.name), row.id, clear))
        if self.indexed:
            setattr(row, f"{self.name}_index", vault.blind_index(_place(row, self.name), clear))


def lay_veil(row: Any, **shown: str) -> None:
    """Let every sealed attribute of one loaded row read as None, or as it is `shown`; nothing is written."""
    vars(row)[_VEIL] = shown


def sealed_names(model: type["Model"]) -> frozenset[str]:
    """Return the names of the sealed attributes of a model."""
    return frozenset(name for name, *_ in _sealed_places(model))


def clear_of(row: Any, name: str) -> str | None:
    """Return a sealed value as it is stored, also where a veil lies over the row; only to hide it elsewhere."""
    return _vault(row).open(_place(row, name), row.id, getattr(row, f"{name}_sealed"))


def sealed_columns(model: type["Model"], vault: Vault, row_id: int, values: Mapping[str, str | None]) -> dict[str, Any]:
    """Return the stored columns of clear `values`, for bulk inserts.

    Parameters
    ----------
    model : type
        Model whose attributes are `Sealed`.
    vault : Vault
    row_id : int
        Surrogate id of the row.
    values : mapping
        Clear values by attribute name; attributes that are absent are stored as NULL.
    """
    columns: dict[str, Any] = {}
    for name, place, sealed, index in _sealed_places(model):
        clear = values.get(name)
        columns[sealed] = vault.seal(place, row_id, clear)
        if index is not None:
            columns[index] = vault.blind_index(place, clear)
    return columns


def sealed_places(base: type["Model"]) -> dict[str, list[SealedPlace]]:
    """Return all columns of ciphertexts by table, found by the declarations of the models below `base`."""
    found: dict[str, list[SealedPlace]] = {}
    for mapper in base.registry.mappers:
        table, model = cast("Table", mapper.local_table), cast("type[Model]", mapper.class_)
        for name, _, sealed, index in _sealed_places(model):
            found.setdefault(table.name, []).append(SealedPlace(table, name, sealed, index))
    return dict(sorted(found.items()))


@cache
def _sealed_places(model: type["Model"]) -> tuple[tuple[str, str, str, str | None], ...]:
    """Return name, place, column of the ciphertext and column of the index of each sealed attribute."""
    return tuple(
        (name, f"{model.__tablename__}.{name}", f"{name}_sealed", f"{name}_index" if attribute.indexed else None)
        for name, attribute in vars(model).items()
        if isinstance(attribute, Sealed)
    )


def _place(row: Any, name: str) -> str:
    return f"{row.__tablename__}.{name}"


def _vault(row: Any) -> Vault:
    session = object_session(row)
    if session is None:
        raise RuntimeError("a sealed attribute needs its session: add the row first")
    return vault_of(session)
