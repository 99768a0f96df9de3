"""How many people are eligible for a vacancy, and how many of them are still to be verified, beside its ranking.

Revision ID: 0030
Revises: 0029
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the two numbers; the next ranking over everybody fills them."""
    for column in ("n_eligible", "n_to_verify"):
        op.add_column("ranking_heads", sa.Column(column, BIG, nullable=True))


def downgrade() -> None:
    """Drop the two numbers."""
    for column in ("n_to_verify", "n_eligible"):
        op.drop_column("ranking_heads", column)
