"""Consent, corrections, legal holds, erasures and blind reviews.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

from service import db

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = db.UtcDateTime(timezone=True)


def _id(name: str = "id") -> sa.Column[int]:
    return sa.Column(name, BIG, autoincrement=False, nullable=False)


def _text(name: str, length: int, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def _sealed(name: str) -> sa.Column[bytes]:
    return sa.Column(f"{name}_sealed", sa.LargeBinary(), nullable=True)


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))


def _indexes(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)


def upgrade() -> None:
    op.create_table(
        "consent_texts",
        _id(),
        _text("purpose", 40),
        sa.Column("version", BIG, nullable=False),
        sa.Column("zh", sa.Text(), nullable=False),
        sa.Column("en", sa.Text(), nullable=False),
        _text("published_by", 60),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_texts")),
        sa.UniqueConstraint("purpose", "version", name=op.f("uq_consent_texts_purpose")),
    )
    op.create_table(
        "consents",
        _id(),
        _id("person_id"),
        _id("text_id"),
        sa.Column("given_on", sa.Date(), nullable=False),
        _sealed("signed_by"),
        _sealed("document"),
        _text("recorded_by", 60),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        _sealed("withdrawn_by"),
        _sealed("withdrawal_document"),
        _text("withdrawal_recorded_by", 60, nullable=True),
        _to("consents", "person_id", "people"),
        _to("consents", "text_id", "consent_texts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    _indexes("consents", "person_id", "withdrawn_on")
    op.create_table(
        "corrections",
        _id(),
        _id("person_id"),
        _text("field", 60),
        _sealed("proposed"),
        _sealed("reason"),
        _text("proposed_by", 60),
        sa.Column("proposed_at", MOMENT, nullable=False),
        _text("state", 10),
        _text("decided_by", 60, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        _sealed("decision_reason"),
        _to("corrections", "person_id", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )
    _indexes("corrections", "person_id", "state")
    op.create_table(
        "legal_holds",
        _id(),
        _id("person_id"),
        _sealed("reason"),
        _text("document", 120),
        _text("placed_by", 60),
        sa.Column("placed_at", MOMENT, nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        _text("lifted_by", 60, nullable=True),
        sa.Column("lifted_at", MOMENT, nullable=True),
        _sealed("lift_reason"),
        _to("legal_holds", "person_id", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_holds")),
    )
    _indexes("legal_holds", "person_id")
    op.create_table(
        "erasures",
        _id(),
        _id("person_id"),
        _text("ground", 20),
        _text("document", 120),
        _text("erased_by", 60),
        sa.Column("erased_at", MOMENT, nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        _to("erasures", "person_id", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
    )
    _indexes("erasures", "person_id")
    op.create_table(
        "blind_reviews",
        _id("vacancy_id"),
        _text("opened_by", 60),
        sa.Column("opened_at", MOMENT, nullable=False),
        _text("closed_by", 60, nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        _to("blind_reviews", "vacancy_id", "vacancies"),
        sa.PrimaryKeyConstraint("vacancy_id", name=op.f("pk_blind_reviews")),
    )
    op.create_table(
        "blind_lifts",
        _id(),
        _id("vacancy_id"),
        _text("username", 60),
        _sealed("reason"),
        sa.Column("lifted_at", MOMENT, nullable=False),
        _to("blind_lifts", "vacancy_id", "vacancies"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blind_lifts")),
    )
    _indexes("blind_lifts", "vacancy_id", "username")


def downgrade() -> None:
    for table in (
        "blind_lifts",
        "blind_reviews",
        "erasures",
        "legal_holds",
        "corrections",
        "consents",
        "consent_texts",
    ):
        op.drop_table(table)
