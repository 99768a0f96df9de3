"""Migrations: up, down, and equal to the models, on both databases."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from service.db import Database, Model
from service.migrations import downgrade, head_revision, revision_of, upgrade


def test_the_migrated_schema_equals_the_models(any_database: Database) -> None:
    with any_database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Model.metadata) == []


def test_migrations_go_down_to_nothing_and_up_again(any_database: Database) -> None:
    downgrade(any_database.engine, "base")
    assert set(inspect(any_database.engine).get_table_names()) <= {"alembic_version"}
    upgrade(any_database.engine)
    assert revision_of(any_database.engine) == head_revision()
