"""Accounts hold several roles, have a territory, and may belong to a person of the pools.

The administrator of before becomes the administrator of the table of rights: accounts and settings, no personal data.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

from service import db

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    # In place: SQLite cannot make tables anew that others refer to.
    op.add_column("accounts", sa.Column("roles", db.CodeList(), server_default="", nullable=False))
    op.add_column("accounts", sa.Column("territory_kind", sa.String(length=10), server_default="none", nullable=False))
    op.add_column("accounts", sa.Column("territory_code", sa.String(length=120), server_default="", nullable=False))
    op.add_column("accounts", sa.Column("person_id", BIG, nullable=True))
    op.execute("UPDATE accounts SET roles = 'admin', territory_kind = 'system' WHERE role = 'administrator'")


def downgrade() -> None:
    op.execute("UPDATE accounts SET role = 'administrator' WHERE roles = 'admin'")
    for column in ("person_id", "territory_code", "territory_kind", "roles"):
        op.drop_column("accounts", column)
