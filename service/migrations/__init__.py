"""Schema migrations (Alembic), driven from code: no ini file, no working directory that matters."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, column, inspect, select, table

if TYPE_CHECKING:
    from alembic.config import Config

from matching.vocabulary import Text
from service.errors import NotConfigured
from service.vault import Vault

__all__ = ["configuration", "downgrade", "head_revision", "revision_of", "upgrade", "vault_of_migration"]


_VERSIONS = Path(__file__).parent / "versions"


def configuration(engine: Engine | None = None, *, vault: Vault | None = None) -> "Config":
    """Return the Alembic configuration, with the engine that env.py shall use and the keys for moving sealed values."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["engine"], config.attributes["vault"] = engine, vault
    return config


def head_revision() -> str:
    """Return the newest revision that this release knows.

    Every command asks for it, so it is told by the names of the files (``0001_what.py``) without loading Alembic.
    """
    return max(path.name for path in _VERSIONS.glob("[0-9]*_*.py")).partition("_")[0]


def revision_of(engine: Engine) -> str | None:
    """Return the revision of a database, None if it has no tables of ours."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(select(column("version_num")).select_from(table("alembic_version"))).scalar()


def upgrade(engine: Engine, revision: str = "head", *, vault: Vault | None = None) -> None:
    """Bring the schema up to `revision`; `vault` is needed when a revision on the way moves sealed values."""
    from alembic import command

    command.upgrade(configuration(engine, vault=vault), revision)


def downgrade(engine: Engine, revision: str, *, vault: Vault | None = None) -> None:
    """Bring the schema down to `revision` ("base" removes everything).

    A revision may refuse with ``ensure_reversible(connection)``, and tell with ``needs_keys(connection)`` whether it
    will open sealed values. All of them are asked before the first one goes down: SQLite does not roll back changes of
    the schema.

    Raises
    ------
    Conflict
        If something would be lost that can still be saved.
    NotConfigured
        If sealed values have to be opened and there is no `vault`.
    """
    from alembic import command
    from alembic.script import ScriptDirectory

    steps = ScriptDirectory.from_config(configuration()).iterate_revisions(revision_of(engine), revision)
    with engine.connect() as connection:
        for step in steps:
            if hasattr(step.module, "ensure_reversible"):
                step.module.ensure_reversible(connection)
            if vault is None and hasattr(step.module, "needs_keys") and step.module.needs_keys(connection):
                raise _no_keys()
    command.downgrade(configuration(engine, vault=vault), revision)


def vault_of_migration() -> Vault:
    """Return the keys, for a revision that seals or opens values.

    Raises
    ------
    NotConfigured
        If the migration runs without them.
    """
    from alembic import context

    vault: Vault | None = context.config.attributes.get("vault")
    if vault is None:
        raise _no_keys()
    return vault


def _no_keys() -> NotConfigured:
    return NotConfigured(
        Text("迁移加密数据需要密钥文件。", "Moving sealed values needs the key file."),
        remedy=Text("请运行 talentpool init。", "Run talentpool init."),
    )
