"""Who asked to have a record erased, and who confirmed it: for departments that want two people for it.

Revision ID: 0031
Revises: 0030
"""

import sqlalchemy as sa
from alembic import op

from service import db

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = db.UtcDateTime(timezone=True)


def upgrade() -> None:
    """Add the table; what was erased before was one officer's act, as told by `erasures`."""
    op.create_table(
        "erasure_requests",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("document_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("on_request", sa.Boolean(), nullable=False),
        sa.Column("requested_by", sa.String(length=60), nullable=False),
        sa.Column("requested_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("decided_by", sa.String(length=60), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("decision_reason_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_erasure_requests_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_requests")),
    )
    for column in ("person_id", "state"):
        op.create_index(op.f(f"ix_erasure_requests_{column}"), "erasure_requests", [column], unique=False)


def downgrade() -> None:
    """Drop the table; the audit log keeps who asked and who confirmed."""
    op.drop_table("erasure_requests")
