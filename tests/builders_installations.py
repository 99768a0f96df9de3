"""Installations that are filled once and copied for each test that begins with them."""

import shutil
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from pathlib import Path
from typing import TypeVar

from service.db import Database
from service.installation import open_database
from service.settings import Settings

__all__ = ["Beginnings", "Fill", "OnPostgresql", "OnSqlite", "address", "filled", "settings_in"]

ToldT = TypeVar("ToldT")
Fill = Callable[[Database], object]


def settings_in(directory: Path) -> Settings:
    """Return the settings of an installation on SQLite in a directory."""
    return Settings(database_url=f"sqlite:///{directory / 'talentpool.db'}", key_file=directory / "talentpool.key")


def filled(directory: Path, *, migrated: Path, fill: Callable[[Database], ToldT]) -> ToldT:
    """Copy a migrated installation into a directory, fill it, and return what filling it told."""
    shutil.copytree(migrated, directory, dirs_exist_ok=True)
    opened = open_database(settings_in(directory))
    told = fill(opened)
    opened.dispose()
    return told


def address(server: str, name: str) -> str:
    """Return the address of a database of a PostgreSQL server."""
    return server.replace("/postgres?", f"/{name}?").replace("postgresql://", "postgresql+psycopg://")


@dataclass(frozen=True)
class OnSqlite:
    """Fills copies of a migrated installation in directories."""

    within: Path
    _: KW_ONLY
    migrated: Path

    def __call__(self, number: int, fill: Fill) -> tuple[str, object]:
        directory = self.within / str(number)
        return str(directory), filled(directory, migrated=self.migrated, fill=fill)


@dataclass(frozen=True)
class OnPostgresql:
    """Fills copies of a migrated database of a PostgreSQL server."""

    server: str
    _: KW_ONLY
    migrated: str
    key_file: Path

    def __call__(self, number: int, fill: Fill) -> tuple[str, object]:
        import psycopg

        name = f"filled{number}"
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {self.migrated}")
        opened = open_database(Settings(database_url=address(self.server, name), key_file=self.key_file))
        told = fill(opened)
        opened.dispose()
        return name, told


class Beginnings:
    """What databases begin as copies of: nothing but the migrations, or what a function filled, once for all tests.

    Parameters
    ----------
    migrated : str
        Where the migrated one is.
    fill_copy : callable
        Fills a copy of it, which gets a number, with a function; returns where that is and what filling it told.
    """

    def __init__(self, migrated: str, fill_copy: Callable[[int, Fill], tuple[str, object]]) -> None:
        self._migrated, self._fill_copy = migrated, fill_copy
        self._filled: dict[Fill, tuple[str, object]] = {}

    def of(self, fill: Fill | None) -> tuple[str, object]:
        """Return where a database begins that `fill` fills, and what filling it told."""
        if fill is None:
            return self._migrated, None
        if fill not in self._filled:
            self._filled[fill] = self._fill_copy(len(self._filled), fill)
        return self._filled[fill]
