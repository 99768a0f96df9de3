"""Waivers by two people, checks that expire, and what counted on each place of a list.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

from service import db

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = db.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "waivers",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("waiver_no", sa.String(length=20), nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("vacancy_id", BIG, nullable=False),
        sa.Column("rule_id", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("document", sa.String(length=120), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("rulebook_version", sa.String(length=64), nullable=False),
        sa.Column("proposed_by", sa.String(length=60), nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("decided_by", sa.String(length=60), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("withdrawn_by", sa.String(length=60), nullable=True),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.Column("closing_reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", BIG, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_waivers_person_id_people")),
        sa.ForeignKeyConstraint(["vacancy_id"], ["vacancies.id"], name=op.f("fk_waivers_vacancy_id_vacancies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waivers")),
        sa.UniqueConstraint("waiver_no", name=op.f("uq_waivers_waiver_no")),
    )
    with op.batch_alter_table("waivers", schema=None) as batch_op:
        batch_op.create_index("ix_waivers_vacancy_id_person_id", ["vacancy_id", "person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_waivers_state"), ["state"], unique=False)
    with op.batch_alter_table("checks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("valid_until", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("waiver_id", BIG, nullable=True))
        batch_op.add_column(sa.Column("ended_at", MOMENT, nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_checks_waiver_id_waivers"), "waivers", ["waiver_id"], ["id"])
        batch_op.create_index(batch_op.f("ix_checks_valid_until"), ["valid_until"], unique=False)
    with op.batch_alter_table("shortlist_entries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("grounds", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("shortlist_entries", schema=None) as batch_op:
        batch_op.drop_column("grounds")
    with op.batch_alter_table("checks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_checks_valid_until"))
        batch_op.drop_constraint(batch_op.f("fk_checks_waiver_id_waivers"), type_="foreignkey")
        batch_op.drop_column("ended_at")
        batch_op.drop_column("waiver_id")
        batch_op.drop_column("valid_until")
    op.drop_table("waivers")
