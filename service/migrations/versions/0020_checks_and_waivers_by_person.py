"""Checks and waivers of a person are found by an index: who is deleted is looked for in each table that may name them.

Revision ID: 0020
Revises: 0019
"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_checks_person_id"), "checks", ["person_id"], unique=False)
    op.create_index(op.f("ix_waivers_person_id"), "waivers", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_waivers_person_id"), table_name="waivers")
    op.drop_index(op.f("ix_checks_person_id"), table_name="checks")
