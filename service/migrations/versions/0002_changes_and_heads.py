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
        sa.Column("n_places", BIG, nullable=False),
        sa.Column("floor_score", BIG, nullable=True),
        sa.Column("floor_person_no", sa.String(length=40), nullable=True),
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
    _replace_rankings(())
    op.execute("INSERT INTO rankings SELECT vacancy_id, person_id, score, verdict FROM former_rankings")
    op.drop_table("former_rankings")


def downgrade() -> None:
    _replace_rankings((sa.Column("rank", BIG, autoincrement=False, nullable=False),))
    op.execute(
        "INSERT INTO rankings (vacancy_id, rank, person_id, score, verdict) SELECT r.vacancy_id, "
        "row_number() OVER (PARTITION BY r.vacancy_id ORDER BY r.score DESC, p.person_no), "
        "r.person_id, r.score, r.verdict FROM former_rankings r JOIN people p ON p.id = r.person_id"
    )
    op.drop_table("former_rankings")
    with op.batch_alter_table("runs", schema=None) as batch_op:
        for name in ("release", "as_of", *(name for name, _, _ in RUN_COLUMNS)):
            batch_op.drop_column(name)
    op.drop_table("ranking_heads")
    op.drop_table("registry_changes")


def _replace_rankings(rank: tuple[sa.Column[int], ...]) -> None:
    """Put the rows aside as former_rankings and make the table anew, with or without stored ranks."""
    op.execute("CREATE TABLE former_rankings AS SELECT * FROM rankings")
    op.drop_table("rankings")
    op.create_table(
        "rankings",
        sa.Column("vacancy_id", BIG, nullable=False),
        *rank,
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("score", BIG, nullable=False),
        sa.Column(
            "verdict",
            sa.Enum("pass", "fail", "to_verify", "waived", name="verdict", native_enum=False, length=40),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_rankings_person_id_people")),
        sa.ForeignKeyConstraint(["vacancy_id"], ["vacancies.id"], name=op.f("fk_rankings_vacancy_id_vacancies")),
        sa.PrimaryKeyConstraint("vacancy_id", "rank" if rank else "person_id", name=op.f("pk_rankings")),
    )
    with op.batch_alter_table("rankings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rankings_person_id"), ["person_id"], unique=False)
