"""The first half of a password that two people give waits, sealed, for the second.

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what waits already gets no password in halves, and is asked for again."""
    op.add_column("account_changes", sa.Column("first_half_sealed", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Drop the column; who asked for a password asks again."""
    with op.batch_alter_table("account_changes") as table:
        table.drop_column("first_half_sealed")
