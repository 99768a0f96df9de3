"""On which document somebody was set aside.

Revision ID: 0027
Revises: 0026
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what was concluded before names its document, if any, in its words."""
    op.add_column("opinions", sa.Column("document_sealed", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Drop the column."""
    with op.batch_alter_table("opinions") as table:
        table.drop_column("document_sealed")
