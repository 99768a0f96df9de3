"""Where every value comes from: imports, sources and the changes of records.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

from service import db

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "imports",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("file_name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("file_name_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("n_bytes", BIG, nullable=False),
        sa.Column("username", sa.String(length=60), nullable=False),
        sa.Column("at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("columns_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("state", sa.Enum("done", "undone", name="importstate", native_enum=False, length=40), nullable=False),
        sa.Column("undone_by", sa.String(length=60), nullable=True),
        sa.Column("undone_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    with op.batch_alter_table("imports", schema=None) as batch_op:
        for name in ("file_name_index", "sha256", "at"):
            batch_op.create_index(batch_op.f(f"ix_imports_{name}"), [name], unique=False)
    op.create_table(
        "sources",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "import",
                "form",
                "api",
                "cli",
                "merge",
                "unmerge",
                "undo",
                "demo",
                name="sourcekind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("import_id", BIG, nullable=True),
        sa.Column("username", sa.String(length=60), nullable=False),
        sa.Column("at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("attested_by", sa.String(length=60), nullable=True),
        sa.Column("attested_document", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_sources_import_id_imports")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sources")),
    )
    with op.batch_alter_table("sources", schema=None) as batch_op:
        for name in ("import_id", "at"):
            batch_op.create_index(batch_op.f(f"ix_sources_{name}"), [name], unique=False)
    op.create_table(
        "record_changes",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("subject_kind", sa.String(length=20), nullable=False),
        sa.Column("subject_id", BIG, nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("source_id", BIG, nullable=False),
        sa.Column("row", BIG, nullable=True),
        sa.Column("sheet_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("changes_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_record_changes_source_id_sources")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_changes")),
    )
    with op.batch_alter_table("record_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_record_changes_source_id"), ["source_id"], unique=False)
        batch_op.create_index("ix_record_changes_subject", ["subject_kind", "subject_id"], unique=False)


def downgrade() -> None:
    op.drop_table("record_changes")
    op.drop_table("sources")
    op.drop_table("imports")
