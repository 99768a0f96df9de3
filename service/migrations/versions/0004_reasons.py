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


def upgrade() -> None:
    """Add the columns; lists that were made before have no values there and are shown without them."""
    with op.batch_alter_table("shortlists", schema=None) as batch_op:
        batch_op.add_column(sa.Column("average_score", BIG, nullable=True))
    with op.batch_alter_table("shortlist_entries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("score_low", BIG, nullable=True))
        batch_op.add_column(sa.Column("score_high", BIG, nullable=True))
        batch_op.add_column(sa.Column("band", BIG, nullable=True))


def downgrade() -> None:
    """Drop the columns."""
    with op.batch_alter_table("shortlist_entries", schema=None) as batch_op:
        batch_op.drop_column("band")
        batch_op.drop_column("score_high")
        batch_op.drop_column("score_low")
    with op.batch_alter_table("shortlists", schema=None) as batch_op:
        batch_op.drop_column("average_score")
