"""Rankings without foreign keys, and an index that counts the pool without reading its wide rows.

Revision ID: 0011
Revises: 0010
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_KEYS = (("vacancy_id", "vacancies"), ("person_id", "people"))


def upgrade() -> None:
    with op.batch_alter_table("rankings", schema=None) as batch_op:
        for column, table in _KEYS:
            batch_op.drop_constraint(f"fk_rankings_{column}_{table}", type_="foreignkey")
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_people_record_status"))
        batch_op.drop_index(batch_op.f("ix_people_merged_into_id"))
        batch_op.create_index("ix_people_in_pool", ["merged_into_id", "record_status"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_index("ix_people_in_pool")
        batch_op.create_index(batch_op.f("ix_people_merged_into_id"), ["merged_into_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_people_record_status"), ["record_status"], unique=False)
    with op.batch_alter_table("rankings", schema=None) as batch_op:
        for column, table in _KEYS:
            batch_op.create_foreign_key(f"fk_rankings_{column}_{table}", table, [column], ["id"])
