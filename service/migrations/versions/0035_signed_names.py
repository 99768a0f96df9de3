"""The name that a waiver and a rulebook are signed with, sealed.

Revision ID: 0035
Revises: 0034
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_TABLES = ("waivers", "rulebook_proposals")


def upgrade() -> None:
    """Add the names; what was signed before names the account alone."""
    for table in _TABLES:
        op.add_column(table, sa.Column("signed_name_sealed", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Drop the names; the accounts that signed stay."""
    for table in _TABLES:
        op.drop_column(table, "signed_name_sealed")
