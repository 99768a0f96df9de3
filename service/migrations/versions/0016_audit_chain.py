"""The audit log: chained, append-only, with role, request and address, and everybody whom a list showed.

The columns may be empty: the release before this one goes on writing lines, which `talentpool init` chains.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# A line without a hash may be given one; everything else stays as it is for ever.
_ENTRY = ("id", "at", "actor", "role", "action", "subject_kind", "subject_no", "request_id", "address")


def upgrade() -> None:
    op.add_column("audit_entries", sa.Column("role", sa.String(length=200), nullable=True))
    op.add_column("audit_entries", sa.Column("request_id", sa.String(length=64), nullable=True))
    op.add_column("audit_entries", sa.Column("address", sa.String(length=64), nullable=True))
    op.add_column("audit_entries", sa.Column("chain_hash", sa.LargeBinary(), nullable=True))
    op.drop_index("ix_audit_entries_actor", "audit_entries")
    op.drop_index("ix_audit_entries_subject_no", "audit_entries")
    op.create_index("ix_audit_entries_actor_id", "audit_entries", ["actor", "id"])
    op.create_index("ix_audit_entries_subject", "audit_entries", ["subject_kind", "subject_no", "id"])
    op.create_table(
        "audit_subjects",
        sa.Column("entry_id", BIG, nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_no", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["audit_entries.id"], name=op.f("fk_audit_subjects_entry_id_audit_entries")
        ),
        sa.PrimaryKeyConstraint("entry_id", "subject_kind", "subject_no", name=op.f("pk_audit_subjects")),
    )
    op.create_index("ix_audit_subjects_subject", "audit_subjects", ["subject_kind", "subject_no", "entry_id"])
    for statement in _postgresql() if op.get_bind().dialect.name == "postgresql" else _sqlite():
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER audit_entries_append_only ON audit_entries")
        op.execute("DROP TRIGGER audit_entries_whole ON audit_entries")
    else:
        op.execute("DROP TRIGGER audit_entries_no_update")
        op.execute("DROP TRIGGER audit_entries_no_delete")
    op.drop_table("audit_subjects")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_append_only()")
    op.drop_index("ix_audit_entries_subject", "audit_entries")
    op.drop_index("ix_audit_entries_actor_id", "audit_entries")
    op.create_index("ix_audit_entries_subject_no", "audit_entries", ["subject_no"])
    op.create_index("ix_audit_entries_actor", "audit_entries", ["actor"])
    for name in ("chain_hash", "address", "request_id", "role"):
        op.drop_column("audit_entries", name)


def _sqlite() -> list[str]:
    refuse = "SELECT RAISE(ABORT, 'the audit log is append-only');"
    same = " AND ".join(f"OLD.{name} IS NEW.{name}" for name in (*_ENTRY, "detail"))
    first_hash = f"OLD.chain_hash IS NULL AND NEW.chain_hash IS NOT NULL AND {same}"
    update = "CREATE TRIGGER audit_entries_no_update BEFORE UPDATE ON audit_entries"
    return [
        f"{update} WHEN NOT ({first_hash}) BEGIN {refuse} END",
        f"CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON audit_entries BEGIN {refuse} END",
        f"CREATE TRIGGER audit_subjects_no_update BEFORE UPDATE ON audit_subjects BEGIN {refuse} END",
        f"CREATE TRIGGER audit_subjects_no_delete BEFORE DELETE ON audit_subjects BEGIN {refuse} END",
    ]


def _postgresql() -> list[str]:
    same = " AND ".join(f"OLD.{name} IS NOT DISTINCT FROM NEW.{name}" for name in _ENTRY)
    first_hash = (
        f"OLD.chain_hash IS NULL AND NEW.chain_hash IS NOT NULL AND {same} AND OLD.detail::text = NEW.detail::text"
    )
    function = f"""
        CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'audit_entries' THEN
                IF {first_hash} THEN
                    RETURN NEW;
                END IF;
            END IF;
            RAISE EXCEPTION 'the audit log is append-only';
        END $$
    """
    execute = "EXECUTE FUNCTION audit_append_only()"
    return [
        function,
        *(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {execute}"
            for table in ("audit_entries", "audit_subjects")
        ),
        *(
            f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {execute}"
            for table in ("audit_entries", "audit_subjects")
        ),
    ]
