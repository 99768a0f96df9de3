"""People are found by their employer: a unit sees its own staff by a blind index.

The index is made of the sealed employers with the keys of the installation: `talentpool init` hands them over.

Revision ID: 0023
Revises: 0022
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from service.migrations import vault_of_migration

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_PLACE = "people.employer"
_IN_ONE_STATEMENT = 500
_PEOPLE = sa.table(
    "people",
    sa.column("id", sa.BigInteger()),
    sa.column("employer_sealed", sa.LargeBinary()),
    sa.column("employer_index", sa.LargeBinary()),
)


def upgrade() -> None:
    connection = op.get_bind()
    # The keys are asked for before anything is changed: SQLite does not roll back changes of the schema.
    if next(_employers(connection), None):
        vault_of_migration()
    op.add_column("people", sa.Column("employer_index", sa.LargeBinary(length=32), nullable=True))
    _fill(connection)
    op.create_index(op.f("ix_people_employer_index"), "people", ["employer_index"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_people_employer_index"), table_name="people")
    op.drop_column("people", "employer_index")


def _fill(connection: sa.Connection) -> None:
    statement = sa.update(_PEOPLE).where(_PEOPLE.c.id == sa.bindparam("row_id"))
    for rows in _employers(connection):
        vault = vault_of_migration()
        filled = [
            {"row_id": row.id, "index": vault.blind_index(_PLACE, vault.open(_PLACE, row.id, row.employer_sealed))}
            for row in rows
        ]
        connection.execute(statement.values(employer_index=sa.bindparam("index")), filled)


def _employers(connection: sa.Connection) -> Iterator[list[Any]]:
    """Read the sealed employers of everybody who has one, also of records that were merged into others."""
    last = -1
    wanted = sa.select(_PEOPLE.c.id, _PEOPLE.c.employer_sealed).where(_PEOPLE.c.employer_sealed.is_not(None))
    while True:
        rows = list(
            connection.execute(wanted.where(_PEOPLE.c.id > last).order_by(_PEOPLE.c.id).limit(_IN_ONE_STATEMENT))
        )
        if not rows:
            return
        yield rows
        last = rows[-1].id
