"""Messages that leave, and where accounts want them.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

from service import db

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = db.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "outbox_messages",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("message_no", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("subject_no", sa.String(length=60), nullable=True),
        sa.Column("account_id", BIG, nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("n_attempts", BIG, nullable=False),
        sa.Column("claimed_by", sa.String(length=120), nullable=True),
        sa.Column("claimed_until", MOMENT, nullable=True),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("last_error", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_outbox_messages_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_messages")),
        sa.UniqueConstraint("message_no", name=op.f("uq_outbox_messages_message_no")),
    )
    with op.batch_alter_table("outbox_messages", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_messages_state_due_at", ["state", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_outbox_messages_account_id"), ["account_id"], unique=False)
    op.create_table(
        "notification_addresses",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("email_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["id"], ["accounts.id"], name=op.f("fk_notification_addresses_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification_addresses")),
    )


def downgrade() -> None:
    op.drop_table("notification_addresses")
    op.drop_table("outbox_messages")
