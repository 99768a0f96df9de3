"""Moves between states, rounds with their candidacies, opinions and signatures, appointments with terms and notices.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

from service import db

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = db.UtcDateTime(timezone=True)
DECISION = sa.String(length=40)


def upgrade() -> None:
    _create_moves()
    _create_candidacies()
    # A new table would lose what refers to it; a column that may be empty is all that has to change in place.
    with op.batch_alter_table("appointments", schema=None) as batch_op:
        batch_op.alter_column("started_on", existing_type=sa.Date(), nullable=True)
        batch_op.add_column(sa.Column("appointment_no", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("candidacy_id", BIG, nullable=True))
        batch_op.add_column(sa.Column("state", sa.String(length=20), server_default="in_post", nullable=False))
        batch_op.add_column(sa.Column("term_ends_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("appraisal", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("version", BIG, server_default="1", nullable=False))
        batch_op.create_unique_constraint(op.f("uq_appointments_appointment_no"), ["appointment_no"])
        batch_op.create_foreign_key(
            op.f("fk_appointments_candidacy_id_candidacies"), "candidacies", ["candidacy_id"], ["id"]
        )
        batch_op.create_index(op.f("ix_appointments_candidacy_id"), ["candidacy_id"], unique=False)
        batch_op.create_index(op.f("ix_appointments_term_ends_on"), ["term_ends_on"], unique=False)
    op.execute("UPDATE appointments SET state = 'finished' WHERE ended_on IS NOT NULL")
    op.create_table(
        "publicity_notices",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("notice_no", sa.String(length=40), nullable=False),
        sa.Column("appointment_id", BIG, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("n_working_days", BIG, nullable=False),
        sa.Column("is_end_unchecked", sa.Boolean(), nullable=False),
        sa.Column("shown_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("issued_by", sa.String(length=60), nullable=False),
        sa.Column("issued_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointments.id"], name=op.f("fk_publicity_notices_appointment_id_appointments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publicity_notices")),
        sa.UniqueConstraint("notice_no", name=op.f("uq_publicity_notices_notice_no")),
    )
    op.create_index(op.f("ix_publicity_notices_appointment_id"), "publicity_notices", ["appointment_id"], unique=False)


def _create_moves() -> None:
    op.create_table(
        "moves",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("subject_kind", sa.String(length=20), nullable=False),
        sa.Column("subject_id", BIG, nullable=False),
        sa.Column("subject_no", sa.String(length=60), nullable=False),
        sa.Column("from_state", sa.String(length=20), nullable=True),
        sa.Column("to_state", sa.String(length=20), nullable=False),
        sa.Column("username", sa.String(length=60), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("signed_name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("reason_codes", db.CodeList(), nullable=True),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("document", sa.String(length=120), nullable=True),
        sa.Column("version", BIG, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("is_due_unchecked", sa.Boolean(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moves")),
    )
    op.create_index("ix_moves_subject", "moves", ["subject_kind", "subject_id"], unique=False)
    op.create_table(
        "votes",
        sa.Column("move_id", BIG, autoincrement=False, nullable=False),
        sa.Column("meeting", sa.String(length=60), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        *(
            sa.Column(name, BIG, nullable=False)
            for name in ("n_entitled", "n_present", "n_for", "n_against", "n_abstained")
        ),
        sa.ForeignKeyConstraint(["move_id"], ["moves.id"], name=op.f("fk_votes_move_id_moves")),
        sa.PrimaryKeyConstraint("move_id", name=op.f("pk_votes")),
    )
    op.create_table(
        "rounds",
        sa.Column("shortlist_id", BIG, autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["shortlist_id"], ["shortlists.id"], name=op.f("fk_rounds_shortlist_id_shortlists")),
        sa.PrimaryKeyConstraint("shortlist_id", name=op.f("pk_rounds")),
    )


def _create_candidacies() -> None:
    op.create_table(
        "candidacies",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("candidacy_no", sa.String(length=40), nullable=False),
        sa.Column("shortlist_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("shown_rank", BIG, nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("conclusion", DECISION, nullable=True),
        sa.Column("added_by", sa.String(length=60), nullable=True),
        sa.Column("added_reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", BIG, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_candidacies_person_id_people")),
        sa.ForeignKeyConstraint(
            ["shortlist_id"], ["shortlists.id"], name=op.f("fk_candidacies_shortlist_id_shortlists")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidacies")),
        sa.UniqueConstraint("candidacy_no", name=op.f("uq_candidacies_candidacy_no")),
        sa.UniqueConstraint("shortlist_id", "person_id", name=op.f("uq_candidacies_shortlist_id")),
    )
    for column in ("person_id", "state"):
        op.create_index(op.f(f"ix_candidacies_{column}"), "candidacies", [column], unique=False)
    op.create_table(
        "opinions",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("candidacy_id", BIG, nullable=False),
        sa.Column("is_conclusion", sa.Boolean(), nullable=False),
        sa.Column("username", sa.String(length=60), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("reviewer_no", sa.String(length=40), nullable=False),
        sa.Column("decision", DECISION, nullable=False),
        sa.Column("reason_codes", db.CodeList(), nullable=True),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", BIG, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("undone_by", sa.String(length=60), nullable=True),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.Column("undone_version", BIG, nullable=True),
        sa.ForeignKeyConstraint(
            ["candidacy_id"], ["candidacies.id"], name=op.f("fk_opinions_candidacy_id_candidacies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinions")),
    )
    op.create_index(op.f("ix_opinions_candidacy_id"), "opinions", ["candidacy_id"], unique=False)
    op.create_table(
        "signatures",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("candidacy_id", BIG, nullable=False),
        sa.Column("signatory", sa.String(length=30), nullable=False),
        sa.Column("signed_name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("document", sa.String(length=120), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.String(length=60), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["candidacy_id"], ["candidacies.id"], name=op.f("fk_signatures_candidacy_id_candidacies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signatures")),
        sa.UniqueConstraint("candidacy_id", "signatory", name=op.f("uq_signatures_candidacy_id")),
    )


def downgrade() -> None:
    op.drop_table("publicity_notices")
    # Who had not begun yet held no post, and the older schema cannot say that somebody is about to.
    op.execute("DELETE FROM appointments WHERE started_on IS NULL")
    with op.batch_alter_table("appointments", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_appointments_term_ends_on"))
        batch_op.drop_index(op.f("ix_appointments_candidacy_id"))
        batch_op.drop_constraint(op.f("fk_appointments_candidacy_id_candidacies"), type_="foreignkey")
        batch_op.drop_constraint(op.f("uq_appointments_appointment_no"), type_="unique")
        for column in ("version", "appraisal", "term_ends_on", "state", "candidacy_id", "appointment_no"):
            batch_op.drop_column(column)
        batch_op.alter_column("started_on", existing_type=sa.Date(), nullable=False)
    for table in ("signatures", "opinions", "candidacies", "rounds", "votes", "moves"):
        op.drop_table(table)
