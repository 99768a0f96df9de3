"""Schema migrations (Alembic), driven from code: no ini file, no working directory that matters."""

from pathlib import Path

from alembic import command, context
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from matching.vocabulary import Text
from service.errors import NotConfigured
from service.vault import Vault

__all__ = ["configuration", "downgrade", "head_revision", "revision_of", "upgrade", "vault_of_migration"]


def configuration(engine: Engine | None = None, *, vault: Vault | None = None) -> Config:
    """Return the Alembic configuration, with the engine that env.py shall use and the keys for moving sealed values."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["engine"], config.attributes["vault"] = engine, vault
    return config


def head_revision() -> str | None:
    """Return the newest revision that this release knows."""
    return ScriptDirectory.from_config(configuration()).get_current_head()


def revision_of(engine: Engine) -> str | None:
    """Return the revision of a database, None if it has no tables of ours."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: Engine, revision: str = "head", *, vault: Vault | None = None) -> None:
    """Bring the schema up to `revision`; `vault` is needed when a revision on the way moves sealed values."""
    command.upgrade(configuration(engine, vault=vault), revision)


def downgrade(engine: Engine, revision: str, *, vault: Vault | None = None) -> None:
    """Bring the schema down to `revision` ("base" removes everything)."""
    command.downgrade(configuration(engine, vault=vault), revision)


def vault_of_migration() -> Vault:
    """Return the keys, for a revision that seals or opens values.

    Raises
    ------
    NotConfigured
        If the migration runs without them.
    """
    vault: Vault | None = context.config.attributes.get("vault")
    if vault is None:
        raise NotConfigured(
            Text("迁移加密数据需要密钥文件。", "Moving sealed values needs the key file."),
            remedy=Text("请运行 talentpool init。", "Run talentpool init."),
        )
    return vault
