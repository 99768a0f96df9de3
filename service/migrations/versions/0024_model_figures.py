"""What a model's page tells of the decisions, kept with it: reading them all for every page took two seconds.

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; models of before are told from the decisions until their figures are kept."""
    op.add_column("scorecard_models", sa.Column("figures", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Drop the column; the figures can be told again."""
    op.drop_column("scorecard_models", "figures")
