"""Accounts: second factor, stages of a session, scopes of tokens, counters by name, changes by two people.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

from service import db

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


# Every new column of an old table may be left out: the release before goes on writing while this one is put in place.
ADDED = {
    "accounts": (
        ("sign_in_way", sa.String(length=40), "password"),
        ("must_change_password", sa.Boolean(), sa.false()),
        ("password_changed_at", db.UtcDateTime(timezone=True), None),
        ("totp_secret_sealed", sa.LargeBinary(), None),
        ("totp_pending_sealed", sa.LargeBinary(), None),
        ("totp_confirmed_at", db.UtcDateTime(timezone=True), None),
        ("totp_last_step", BIG, None),
    ),
    "account_sessions": (
        ("session_no", sa.String(length=20), None),
        ("stage", sa.String(length=40), "open"),
        ("signed_in_by", sa.String(length=40), "password"),
        ("has_second_factor", sa.Boolean(), sa.false()),
        ("address", sa.String(length=45), None),
        ("client", sa.String(length=120), None),
    ),
    "api_tokens": (
        ("token_no", sa.String(length=20), None),
        ("scopes", db.CodeList(), None),
        ("expires_at", db.UtcDateTime(timezone=True), None),
        ("last_used_at", db.UtcDateTime(timezone=True), None),
    ),
}
NUMBERED = (("account_sessions", "session_no"), ("api_tokens", "token_no"))


def upgrade() -> None:
    for table, columns in ADDED.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name, kind, default in columns:
                batch_op.add_column(sa.Column(name, kind, nullable=default is None, server_default=default))
    for table, column in NUMBERED:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.create_unique_constraint(batch_op.f(f"uq_{table}_{column}"), [column])
    _create_credentials()
    _create_counters()
    _create_changes()


def _create_credentials() -> None:
    op.create_table(
        "former_passwords",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("replaced_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_former_passwords_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_passwords")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("used_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_recovery_codes_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
    )
    for table in ("former_passwords", "recovery_codes"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.create_index(batch_op.f(f"ix_{table}_account_id"), ["account_id"], unique=False)


def _create_counters() -> None:
    op.create_table(
        "sign_in_counters",
        sa.Column("name_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("n_failed", BIG, nullable=False),
        sa.Column("locked_until", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("changed_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name_index", name=op.f("pk_sign_in_counters")),
    )
    op.create_table(
        "rate_windows",
        sa.Column("key_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("n_attempts", BIG, nullable=False),
        sa.Column("started_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key_index", name=op.f("pk_rate_windows")),
    )
    for table, column in (("sign_in_counters", "changed_at"), ("rate_windows", "started_at")):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.create_index(batch_op.f(f"ix_{table}_{column}"), [column], unique=False)


def _create_changes() -> None:
    op.create_table(
        "account_changes",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("change_no", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("username", sa.String(length=60), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("requested_by", sa.String(length=60), nullable=False),
        sa.Column("requested_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=60), nullable=True),
        sa.Column("decided_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.String(length=20), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_changes")),
        sa.UniqueConstraint("change_no", name=op.f("uq_account_changes_change_no")),
    )
    with op.batch_alter_table("account_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_changes_username"), ["username"], unique=False)


def downgrade() -> None:
    for table in ("account_changes", "rate_windows", "sign_in_counters", "recovery_codes", "former_passwords"):
        op.drop_table(table)
    for table, column in NUMBERED:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(batch_op.f(f"uq_{table}_{column}"), type_="unique")
    for table, columns in ADDED.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name, _, _ in reversed(columns):
                batch_op.drop_column(name)
