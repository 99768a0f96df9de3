"""Whether the service can work: its database, its schema, its keys, its disk."""

import shutil
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from service.db import Database
from service.errors import ServiceError
from service.installation import keys_belong
from service.migrations import head_revision, revision_of
from service.settings import Settings

__all__ = ["readiness"]

_MB = 1024 * 1024


def readiness(database: Database, settings: Settings) -> dict[str, bool]:
    """Return for each thing that the service needs whether it is there; nothing is told of why not."""
    checks = {"database": False, "migrations": False, "keys": False, "disk": _has_disk(settings)}
    try:
        with database.reading() as session:
            checks["database"] = session.execute(text("SELECT 1")).scalar() == 1
        checks["migrations"] = revision_of(database.engine) == head_revision()
        checks["keys"] = settings.key_file.is_file() and keys_belong(database)
    except (SQLAlchemyError, ServiceError, OSError):
        return checks
    return checks


def _has_disk(settings: Settings) -> bool:
    url = make_url(settings.database_url)
    places = [settings.key_file.parent]
    if url.drivername.startswith("sqlite") and url.database:
        places.append(Path(url.database).parent)
    try:
        return all(shutil.disk_usage(place).free >= settings.operations.least_free_mb * _MB for place in places)
    except OSError:
        return False
