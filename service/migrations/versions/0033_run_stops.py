"""Who asked a run to stop, and when.

Revision ID: 0033
Revises: 0032
"""

import sqlalchemy as sa
from alembic import op

from service import db

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the pair; nobody has asked a run of before, and the release before asks nobody."""
    op.add_column("runs", sa.Column("asked_to_stop_at", db.UtcDateTime(timezone=True), nullable=True))
    op.add_column("runs", sa.Column("asked_to_stop_by", sa.String(length=60), nullable=True))


def downgrade() -> None:
    """Drop the pair; a run goes on to its end, or is stopped on its host."""
    op.drop_column("runs", "asked_to_stop_by")
    op.drop_column("runs", "asked_to_stop_at")
