"""What names are found by, and free texts that may name people sealed like the others.

The texts are moved with the keys of the installation: `talentpool init` hands them over.

Revision ID: 0014
Revises: 0013
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from service.migrations import vault_of_migration

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SEALED = {
    "people": (
        *("school_major", "current_post", "employer", "specialties"),
        *("business_entity", "outside_place", "recommender"),
    ),
    "vacancies": ("note",),
}
_IN_ONE_STATEMENT = 500


def upgrade() -> None:
    for table, names in SEALED.items():
        _ensure_keys(table, {name: f"{name}_sealed" for name in names})
    op.create_table(
        "name_tokens",
        sa.Column("token", sa.LargeBinary(length=16), nullable=False),
        sa.Column("person_id", BIG, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_name_tokens_person_id_people")),
        sa.PrimaryKeyConstraint("token", "person_id", name=op.f("pk_name_tokens")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_name_tokens_person_id"), "name_tokens", ["person_id"], unique=False)
    for table, names in SEALED.items():
        for name in names:
            op.add_column(table, sa.Column(f"{name}_sealed", sa.LargeBinary(), nullable=True))
        _move(table, {name: f"{name}_sealed" for name in names}, seal=True)
        for name in names:
            op.drop_column(table, name)


def needs_keys(connection: sa.Connection) -> bool:
    """Whether going down opens sealed values."""
    return any(
        _has_rows(connection, table, {f"{name}_sealed": name for name in names}) for table, names in SEALED.items()
    )


def downgrade() -> None:
    for table, names in SEALED.items():
        for name in names:
            op.add_column(table, sa.Column(name, sa.String(), nullable=True))
        _move(table, {f"{name}_sealed": name for name in names}, seal=False)
        for name in names:
            op.drop_column(table, f"{name}_sealed")
    op.drop_index(op.f("ix_name_tokens_person_id"), table_name="name_tokens")
    op.drop_table("name_tokens")


def _ensure_keys(table: str, columns: dict[str, str]) -> None:
    """Ask for the keys before anything is changed: SQLite does not roll back changes of the schema."""
    if _has_rows(op.get_bind(), table, columns):
        vault_of_migration()


def _has_rows(connection: sa.Connection, table: str, columns: dict[str, str]) -> bool:
    here = sa.table(table, sa.column("id", sa.BigInteger()), *(_column(name) for name in columns))
    return next(_rows(connection, here, columns), None) is not None


def _move(table: str, columns: dict[str, str], *, seal: bool) -> None:
    """Move values from one column to another, sealing or opening them on the way."""
    connection = op.get_bind()
    here = sa.table(
        table, sa.column("id", sa.BigInteger()), *(_column(name) for pair in columns.items() for name in pair)
    )
    for rows in _rows(connection, here, columns):
        vault = vault_of_migration()
        moved = []
        for row in rows:
            values: dict[str, Any] = {"row_id": row["id"]}
            for source, target in columns.items():
                place = f"{table}.{min(source, target, key=len)}"
                work = vault.seal if seal else vault.open
                values[target] = work(place, row["id"], row[source])
            moved.append(values)
        statement = sa.update(here).where(here.c.id == sa.bindparam("row_id"))
        connection.execute(statement.values({name: sa.bindparam(name) for name in columns.values()}), moved)


def _rows(connection: sa.Connection, here: Any, columns: dict[str, str]) -> Iterator[list[Any]]:
    last = -1
    filled = sa.or_(*(here.c[name].is_not(None) for name in columns))
    while True:
        wanted = sa.select(here).where(here.c.id > last, filled).order_by(here.c.id).limit(_IN_ONE_STATEMENT)
        rows = [dict(row) for row in connection.execute(wanted).mappings()]
        if not rows:
            return
        yield rows
        last = rows[-1]["id"]


def _column(name: str) -> Any:
    return sa.column(name, sa.LargeBinary() if name.endswith("_sealed") else sa.String())
