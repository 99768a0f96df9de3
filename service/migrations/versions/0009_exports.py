"""Files that left the service, and what of imported forms goes back into the next form.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

from service import db

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "exports",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("export_no", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("file_format", sa.String(length=10), nullable=False),
        sa.Column("subject_no", sa.String(length=60), nullable=True),
        sa.Column("selection_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("is_unmasked", sa.Boolean(), nullable=False),
        sa.Column("n_people", BIG, nullable=False),
        sa.Column("n_rows", BIG, nullable=False),
        sa.Column("n_bytes", BIG, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("exported_by", sa.String(length=60), nullable=False),
        sa.Column("exported_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exports")),
        sa.UniqueConstraint("export_no", name=op.f("uq_exports_export_no")),
    )
    with op.batch_alter_table("exports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exports_exported_at"), ["exported_at"], unique=False)

    op.create_table(
        "form_remainders",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("kept_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_form_remainders_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_remainders")),
        sa.UniqueConstraint("person_id", name=op.f("uq_form_remainders_person_id")),
    )


def downgrade() -> None:
    op.drop_table("form_remainders")
    op.drop_table("exports")
