"""Learned scorecards, and the list and card that a decision was made on.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

from service import db

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
POST = sa.Enum(
    "first_secretary",
    "honorary_village_head",
    "industrial_consultant",
    name="posttype",
    native_enum=False,
    length=40,
)


def upgrade() -> None:
    op.create_table(
        "scorecard_models",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("post_type", POST, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("trained_by", sa.String(length=60), nullable=False),
        sa.Column("trained_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scorecard_models")),
        sa.UniqueConstraint("version", name=op.f("uq_scorecard_models_version")),
    )
    with op.batch_alter_table("scorecard_models", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scorecard_models_post_type"), ["post_type"], unique=False)

    op.create_table(
        "card_promotions",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("post_type", POST, nullable=False),
        sa.Column("card_version", sa.String(length=64), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("promoted_by", sa.String(length=60), nullable=False),
        sa.Column("promoted_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("signed_by", sa.String(length=60), nullable=True),
        sa.Column("comparison", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["card_version"],
            ["scorecard_models.version"],
            name=op.f("fk_card_promotions_card_version_scorecard_models"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_promotions")),
    )
    with op.batch_alter_table("card_promotions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_card_promotions_post_type"), ["post_type"], unique=False)

    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("shortlist_id", BIG, nullable=True))
        batch_op.add_column(sa.Column("card_version", sa.String(length=64), nullable=True))
        batch_op.create_index(batch_op.f("ix_decisions_shortlist_id"), ["shortlist_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_decisions_shortlist_id_shortlists"), "shortlists", ["shortlist_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_decisions_shortlist_id_shortlists"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_decisions_shortlist_id"))
        batch_op.drop_column("card_version")
        batch_op.drop_column("shortlist_id")
    op.drop_table("card_promotions")
    op.drop_table("scorecard_models")
