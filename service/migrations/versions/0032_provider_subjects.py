"""Who an account is at the provider of single sign-on, kept at its first sign-in.

Revision ID: 0032
Revises: 0031
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the pair; accounts of before, and of the release before, have none until their next sign-in."""
    op.add_column("accounts", sa.Column("provider_issuer", sa.String(length=300), nullable=True))
    op.add_column("accounts", sa.Column("provider_subject", sa.String(length=255), nullable=True))
    op.create_index("ix_accounts_provider", "accounts", ["provider_issuer", "provider_subject"], unique=True)


def downgrade() -> None:
    """Drop the pair; accounts are found by their names again."""
    op.drop_index("ix_accounts_provider", table_name="accounts")
    op.drop_column("accounts", "provider_subject")
    op.drop_column("accounts", "provider_issuer")
