"""How sure a place is: tie bands, score intervals and the average of the eligible, frozen with the list

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


ADDED = (
    ("shortlists", "average_score"),
    ("shortlist_entries", "score_low"),
    ("shortlist_entries", "score_high"),
    ("shortlist_entries", "band"),
)


def upgrade() -> None:
    """Add the columns; lists that were made before have no values there and are shown without them."""
    for table, column in ADDED:
        op.add_column(table, sa.Column(column, BIG, nullable=True))


def downgrade() -> None:
    """Drop the columns, in place: a table that others refer to cannot be made anew on SQLite."""
    for table, column in reversed(ADDED):
        op.drop_column(table, column)
