"""On which document entries on the negative list rest, and until when.

Revision ID: 0028
Revises: 0027
"""

import sqlalchemy as sa
from alembic import op

from service import db

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = db.UtcDateTime(timezone=True)


def upgrade() -> None:
    """Add the table; entries of before stand in the records, without document and last day."""
    op.create_table(
        "negative_entries",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("document_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("entered_by", sa.String(length=60), nullable=False),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.Column("ended_by", sa.String(length=60), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ending_reason_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_negative_entries_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_negative_entries")),
    )
    for column in ("person_id", "until_on"):
        op.create_index(op.f(f"ix_negative_entries_{column}"), "negative_entries", [column], unique=False)


def downgrade() -> None:
    """Drop the table; the entries stay in the records."""
    op.drop_table("negative_entries")
