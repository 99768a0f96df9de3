"""What changed, and what each ranking was made from: rescoring only what changed, and resuming.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# Name, type and what earlier runs get.
RUN_COLUMNS = (
    ("mode", sa.String(length=20), "'all'"),
    ("reasons", sa.JSON(), "'{}'"),
    ("n_shown", BIG, "50"),
    ("n_people_changed", BIG, "0"),
    ("n_places", BIG, "0"),
)


def upgrade() -> None:
    op.create_table(
        "registry_changes",
        sa.Column("counter", sa.String(length=20), nullable=False),
        sa.Column("revision", BIG, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject_id", BIG, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("counter", "revision", "kind", "subject_id", name=op.f("pk_registry_changes")),
    )
    op.create_table(
        "ranking_heads",
        sa.Column("vacancy_id", BIG, autoincrement=False, nullable=False),
        sa.Column("run_id", BIG, nullable=False),
        sa.Column("people_revision", BIG, nullable=False),
        sa.Column("vacancies_revision", BIG, nullable=False),
        sa.Column("rulebook_version", sa.String(length=64), nullable=False),
        sa.Column("card_version", sa.String(length=64), nullable=False),
        sa.Column("release", sa.String(length=20), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("n_shown", BIG, nullable=False),
        sa.Column("n_kept", BIG, nullable=False),
        sa.Column("last_score", BIG, nullable=True),
        sa.Column("is_complete", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_ranking_heads_run_id_runs")),
        sa.ForeignKeyConstraint(["vacancy_id"], ["vacancies.id"], name=op.f("fk_ranking_heads_vacancy_id_vacancies")),
        sa.PrimaryKeyConstraint("vacancy_id", name=op.f("pk_ranking_heads")),
    )
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.add_column(sa.Column("release", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("as_of", sa.Date(), nullable=True))
        for name, kind, value in RUN_COLUMNS:
            batch_op.add_column(sa.Column(name, kind, nullable=False, server_default=sa.text(value)))
    with op.batch_alter_table("runs", schema=None) as batch_op:
        for name, _, _ in RUN_COLUMNS:
            batch_op.alter_column(name, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("runs", schema=None) as batch_op:
        for name in ("release", "as_of", *(name for name, _, _ in RUN_COLUMNS)):
            batch_op.drop_column(name)
    op.drop_table("ranking_heads")
    op.drop_table("registry_changes")
