"""Pairs that may be one person, and merges that can be undone.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

from matching.vocabulary import Text
from service import db
from service.errors import Conflict

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = db.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "duplicate_pairs",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("first_id", BIG, nullable=False),
        sa.Column("second_id", BIG, nullable=False),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.Column("decided_by", sa.String(length=60), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["first_id"], ["people.id"], name=op.f("fk_duplicate_pairs_first_id_people")),
        sa.ForeignKeyConstraint(["second_id"], ["people.id"], name=op.f("fk_duplicate_pairs_second_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_pairs")),
        sa.UniqueConstraint("first_id", "second_id", name=op.f("uq_duplicate_pairs_first_id")),
    )
    for column in ("first_id", "second_id", "state"):
        op.create_index(op.f(f"ix_duplicate_pairs_{column}"), "duplicate_pairs", [column], unique=False)
    op.create_table(
        "merges",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("survivor_id", BIG, nullable=False),
        sa.Column("absorbed_id", BIG, nullable=False),
        sa.Column("merged_by", sa.String(length=60), nullable=False),
        sa.Column("merged_at", MOMENT, nullable=False),
        sa.Column("undone_by", sa.String(length=60), nullable=True),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("journal_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["survivor_id"], ["people.id"], name=op.f("fk_merges_survivor_id_people")),
        sa.ForeignKeyConstraint(["absorbed_id"], ["people.id"], name=op.f("fk_merges_absorbed_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
    )
    for column in ("survivor_id", "absorbed_id"):
        op.create_index(op.f(f"ix_merges_{column}"), "merges", [column], unique=False)
    # In place: SQLite cannot make tables anew that others refer to.
    op.add_column("people", sa.Column("merged_into_id", BIG, nullable=True))
    op.create_index(op.f("ix_people_merged_into_id"), "people", ["merged_into_id"], unique=False)
    op.add_column("shortlist_entries", sa.Column("listed_person_id", BIG, nullable=True))


def downgrade() -> None:
    op.drop_column("shortlist_entries", "listed_person_id")
    op.drop_index(op.f("ix_people_merged_into_id"), table_name="people")
    op.drop_column("people", "merged_into_id")
    op.drop_table("merges")
    op.drop_table("duplicate_pairs")


def ensure_reversible(connection: sa.Connection) -> None:
    """Refuse to drop the journals of merges that count: without them nobody can part the records again."""
    merges = sa.table("merges", sa.column("id"), sa.column("undone_at"))
    standing = sa.select(merges.c.id).where(merges.c.undone_at.is_(None)).order_by(merges.c.id)
    ids = connection.scalars(standing).all()
    if ids:
        shown = ", ".join(map(str, ids[:5])) + (" …" if len(ids) > 5 else "")
        raise Conflict(
            Text(
                f"有 {len(ids):,} 次合并仍有效（{shown}），降级会丢掉撤销所需的记录。",
                f"Merges that still stand ({len(ids):,}: {shown}) could never be undone below this revision.",
            ),
            remedy=Text(
                "请先逐个撤销，后合并的先撤：talentpool duplicates merges 列出，talentpool duplicates unmerge 撤销。",
                "Undo each of them first, the latest first: talentpool duplicates merges lists them, "
                "talentpool duplicates unmerge undoes one.",
            ),
            place="merges",
        )
