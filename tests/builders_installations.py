"""Installations that are filled once and copied for each test that begins with them."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from service.db import Database
from service.installation import open_database
from service.settings import Settings

__all__ = ["filled", "settings_in"]

ToldT = TypeVar("ToldT")


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
