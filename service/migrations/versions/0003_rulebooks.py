"""The rulebooks that lists were made under, so that each can be read again.

Revision ID: 0003
Revises: 0002
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from matching.versions import canonical_json
from service import db
from service.rulebooks import shipped_rulebook

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    rulebooks = op.create_table(
        "rulebooks",
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("first_used_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_rulebooks")),
    )
    # Lists of before name their rulebook by its hash alone: where it is the one that ships, it is kept now.
    book = shipped_rulebook()
    shortlists = sa.table(
        "shortlists", sa.column("rulebook_version"), sa.column("requested_at", db.UtcDateTime(timezone=True))
    )
    first_used_at = op.get_bind().scalar(
        sa.select(sa.func.min(shortlists.c.requested_at)).where(shortlists.c.rulebook_version == book.version)
    )
    if first_used_at is not None:
        moment = first_used_at if isinstance(first_used_at, datetime) else datetime.now(UTC)
        row = {"version": book.version, "content": canonical_json(book.document).decode(), "first_used_at": moment}
        op.bulk_insert(rulebooks, [row])


def downgrade() -> None:
    op.drop_table("rulebooks")
