"""Schema migrations (Alembic), driven from code: no ini file, no working directory that matters."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

__all__ = ["configuration", "downgrade", "head_revision", "revision_of", "upgrade"]


def configuration(engine: Engine | None = None) -> Config:
    """Return the Alembic configuration, with the engine that env.py shall use."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["engine"] = engine
    return config


def head_revision() -> str | None:
    """Return the newest revision that this release knows."""
    return ScriptDirectory.from_config(configuration()).get_current_head()


def revision_of(engine: Engine) -> str | None:
    """Return the revision of a database, None if it has no tables of ours."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the schema up to `revision`."""
    command.upgrade(configuration(engine), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Bring the schema down to `revision` ("base" removes everything).

    A revision may refuse with ``ensure_reversible(connection)``. All of them are asked before the first one goes down:
    SQLite does not roll back changes of the schema.

    Raises
    ------
    Conflict
        If something would be lost that can still be saved.
    """
    steps = ScriptDirectory.from_config(configuration()).iterate_revisions(revision_of(engine), revision)
    with engine.connect() as connection:
        for step in steps:
            if hasattr(step.module, "ensure_reversible"):
                step.module.ensure_reversible(connection)
    command.downgrade(configuration(engine), revision)
