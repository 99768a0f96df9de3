"""Training records, and what the headers of an office mean.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

from service import db

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "training_records",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("course", sa.String(length=120), nullable=False),
        sa.Column("theme", sa.String(length=60), nullable=True),
        sa.Column("base", sa.String(length=120), nullable=True),
        sa.Column("base_kind", sa.String(length=20), nullable=True),
        sa.Column("off_site", sa.Boolean(), nullable=True),
        sa.Column("hours", sa.Double(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("result", sa.String(length=20), nullable=True),
        sa.Column("created_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_training_records_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_records")),
    )
    with op.batch_alter_table("training_records", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_training_records_person_id"), ["person_id"], unique=False)

    op.create_table(
        "column_mappings",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("office", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("header", sa.String(length=120), nullable=False),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("saved_by", sa.String(length=60), nullable=False),
        sa.Column("saved_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_column_mappings")),
        sa.UniqueConstraint("office", "kind", "header", name=op.f("uq_column_mappings_office")),
    )


def downgrade() -> None:
    op.drop_table("column_mappings")
    with op.batch_alter_table("training_records", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_training_records_person_id"))
    op.drop_table("training_records")
