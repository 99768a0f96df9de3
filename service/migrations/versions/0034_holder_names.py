"""The real name of who holds an account, sealed, and the one that a change asks for.

Revision ID: 0034
Revises: 0033
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the names; accounts of before have none until two people give them one, and sign nothing meanwhile."""
    op.add_column("accounts", sa.Column("holder_name_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("account_changes", sa.Column("holder_name_sealed", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Drop the names; signatures that were given with them stay as they are."""
    op.drop_column("account_changes", "holder_name_sealed")
    op.drop_column("accounts", "holder_name_sealed")
