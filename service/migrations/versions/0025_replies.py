"""What those who are asked about a candidacy say over their own accounts: the person, the sending unit, the village.

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

from service import db

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
VOTES = ("n_entitled", "n_present", "n_for", "n_against", "n_abstained")


def upgrade() -> None:
    """Add the table; what was asked on paper before stays in the signatures."""
    op.create_table(
        "replies",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("candidacy_id", BIG, nullable=False),
        sa.Column("party", sa.String(length=40), nullable=False),
        sa.Column("reply", sa.String(length=40), nullable=False),
        sa.Column("signed_name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("document", sa.String(length=120), nullable=True),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("replied_on", sa.Date(), nullable=False),
        *(sa.Column(name, BIG, nullable=True) for name in VOTES),
        sa.Column("username", sa.String(length=60), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("at", db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["candidacy_id"], ["candidacies.id"], name=op.f("fk_replies_candidacy_id_candidacies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replies")),
    )
    op.create_index(op.f("ix_replies_candidacy_id"), "replies", ["candidacy_id"], unique=False)


def downgrade() -> None:
    """Drop the table; signatures that came of replies stay."""
    op.drop_table("replies")
