"""Alembic's entry: run the revisions on the engine that the caller handed over."""

from alembic import context

import service.models  # noqa: F401 - makes the metadata complete
from service.db import Model


def _run() -> None:
    engine = context.config.attributes["engine"]
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Model.metadata,
            render_as_batch=True,
            compare_type=True,
            user_module_prefix="db.",
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


_run()
