"""Since when people are in the pools, as far as another day than that of their row is known.

Revision ID: 0029
Revises: 0028
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the day; rows of before, and of the release before, have none and count by when they were made."""
    op.add_column("people", sa.Column("registered_on", sa.Date(), nullable=True))
    op.create_index(
        "ix_people_registered", "people", ["merged_into_id", "record_status", "talent_source", "registered_on"]
    )


def downgrade() -> None:
    """Drop the day."""
    op.drop_index("ix_people_registered", table_name="people")
    op.drop_column("people", "registered_on")
