"""Rulebooks that two people put in force.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

from service import db

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = db.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "rulebook_proposals",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("proposal_no", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("base_version", sa.String(length=64), nullable=False),
        sa.Column("rulebook_version", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("effect", sa.JSON(), nullable=False),
        sa.Column("proposed_by", sa.String(length=60), nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("decided_by", sa.String(length=60), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.Column("in_force_no", BIG, nullable=True),
        sa.Column("version", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rulebook_proposals")),
        sa.UniqueConstraint("in_force_no", name=op.f("uq_rulebook_proposals_in_force_no")),
        sa.UniqueConstraint("proposal_no", name=op.f("uq_rulebook_proposals_proposal_no")),
    )
    with op.batch_alter_table("rulebook_proposals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rulebook_proposals_state"), ["state"], unique=False)


def downgrade() -> None:
    op.drop_table("rulebook_proposals")
