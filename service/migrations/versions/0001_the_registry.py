"""The registry: people, villages, vacancies, lists, accounts, audit.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

from service import db

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("username", sa.String(length=60), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=True),
        sa.Column("is_disabled", sa.Boolean(), nullable=False),
        sa.Column("n_failed_logins", BIG, nullable=False),
        sa.Column("locked_until", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("username", name=op.f("uq_accounts_username")),
    )
    op.create_table(
        "audit_entries",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=60), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_no", sa.String(length=60), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entries_actor"), ["actor"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entries_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entries_subject_no"), ["subject_no"], unique=False)

    op.create_table(
        "counties",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("is_provisional", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counties")),
        sa.UniqueConstraint("county_code", name=op.f("uq_counties_county_code")),
    )
    with op.batch_alter_table("counties", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_counties_name"), ["name"], unique=False)

    op.create_table(
        "id_blocks",
        sa.Column("table_name", sa.String(length=60), nullable=False),
        sa.Column("next_id", BIG, nullable=False),
        sa.PrimaryKeyConstraint("table_name", name=op.f("pk_id_blocks")),
    )
    op.create_table(
        "installation",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_installation")),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("owner", sa.String(length=120), nullable=False),
        sa.Column("expires_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_table(
        "registry_revisions",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("revision", BIG, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_registry_revisions")),
    )
    op.create_table(
        "runs",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("started_by", sa.String(length=60), nullable=False),
        sa.Column("started_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("rulebook_version", sa.String(length=64), nullable=False),
        sa.Column("card_versions", sa.JSON(), nullable=False),
        sa.Column("people_revision", BIG, nullable=False),
        sa.Column("vacancies_revision", BIG, nullable=False),
        sa.Column("n_people", BIG, nullable=False),
        sa.Column("n_vacancies", BIG, nullable=False),
        sa.Column("n_vacancies_done", BIG, nullable=False),
        sa.Column("duration_s", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
    )
    op.create_table(
        "unmapped_terms",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("word", sa.String(length=60), nullable=False),
        sa.Column("n_uses", BIG, nullable=False),
        sa.Column("first_seen_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unmapped_terms")),
        sa.UniqueConstraint("word", name=op.f("uq_unmapped_terms_word")),
    )
    op.create_table(
        "account_sessions",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("created_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_account_sessions_account_id_accounts")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_account_sessions")),
    )
    with op.batch_alter_table("account_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_sessions_account_id"), ["account_id"], unique=False)

    op.create_table(
        "api_tokens",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("created_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_api_tokens_account_id_accounts")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_api_tokens")),
    )
    with op.batch_alter_table("api_tokens", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_api_tokens_account_id"), ["account_id"], unique=False)

    op.create_table(
        "idempotency_keys",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("status", BIG, nullable=False),
        sa.Column("headers", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_idempotency_keys_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency_keys")),
        sa.UniqueConstraint("account_id", "key", name=op.f("uq_idempotency_keys_account_id")),
    )
    op.create_table(
        "townships",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("township_code", sa.String(length=9), nullable=False),
        sa.Column("county_id", BIG, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("is_provisional", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["county_id"], ["counties.id"], name=op.f("fk_townships_county_id_counties")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_townships")),
        sa.UniqueConstraint("township_code", name=op.f("uq_townships_township_code")),
    )
    with op.batch_alter_table("townships", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_townships_county_id"), ["county_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_townships_name"), ["name"], unique=False)

    op.create_table(
        "villages",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("village_code", sa.String(length=12), nullable=False),
        sa.Column("township_id", BIG, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("is_provisional", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("coordinate_source", sa.String(length=20), nullable=True),
        sa.Column("settlement_type", sa.String(length=2), nullable=True),
        sa.Column("village_needs", db.CodeList(), nullable=True),
        sa.Column("population", BIG, nullable=True),
        sa.Column("n_party_members", BIG, nullable=True),
        sa.Column("industry_text", sa.String(), nullable=True),
        sa.Column("industries", db.CodeList(), nullable=True),
        sa.Column("collective_income_wan", sa.Double(), nullable=True),
        sa.Column("version", BIG, nullable=False),
        sa.Column("created_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["township_id"], ["townships.id"], name=op.f("fk_villages_township_id_townships")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_villages")),
        sa.UniqueConstraint("village_code", name=op.f("uq_villages_village_code")),
    )
    with op.batch_alter_table("villages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_villages_name"), ["name"], unique=False)
        batch_op.create_index(batch_op.f("ix_villages_township_id"), ["township_id"], unique=False)

    op.create_table(
        "people",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("person_no", sa.String(length=40), nullable=False),
        sa.Column(
            "talent_source",
            sa.Enum("T1", "T2", "T3", "T4", "T5", "T6", "T7", name="talentsource", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("name_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("id_number_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id_number_index", sa.LargeBinary(length=32), nullable=True),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_index", sa.LargeBinary(length=32), nullable=True),
        sa.Column("household_place_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("native_place_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("birth_place_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("resume_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("awards_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("sex", sa.String(length=1), nullable=True),
        sa.Column("ethnicity", sa.String(length=2), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("birth_date_is_month", sa.Boolean(), nullable=False),
        sa.Column("political_status", sa.String(length=2), nullable=True),
        sa.Column("party_join_date", sa.Date(), nullable=True),
        sa.Column("duty_health_ok", sa.Boolean(), nullable=True),
        sa.Column("negative_flags", db.CodeList(), nullable=True),
        sa.Column("work_start_date", sa.Date(), nullable=True),
        sa.Column("retirement_month", sa.Date(), nullable=True),
        sa.Column("recruited_on", sa.Date(), nullable=True),
        sa.Column("student_leader", sa.Boolean(), nullable=True),
        sa.Column("months_outside", BIG, nullable=True),
        sa.Column("residence_in_city", sa.Boolean(), nullable=True),
        sa.Column("home_village_id", BIG, nullable=True),
        sa.Column("home_township_id", BIG, nullable=True),
        sa.Column("home_county_id", BIG, nullable=True),
        sa.Column("tie_village_codes", db.CodeList(), nullable=True),
        sa.Column("willing_posts", db.CodeList(), nullable=True),
        sa.Column("willing_county_codes", db.CodeList(), nullable=True),
        sa.Column("fulltime_education", sa.String(length=2), nullable=True),
        sa.Column("inservice_education", sa.String(length=2), nullable=True),
        sa.Column("education", sa.String(length=2), nullable=True),
        sa.Column("degree", sa.String(length=3), nullable=True),
        sa.Column("school_major", sa.String(), nullable=True),
        sa.Column("title", sa.String(length=3), nullable=True),
        sa.Column("current_post", sa.String(), nullable=True),
        sa.Column("current_post_date", sa.Date(), nullable=True),
        sa.Column("employer", sa.String(), nullable=True),
        sa.Column("employer_type", sa.String(length=30), nullable=True),
        sa.Column("personal_identity", sa.String(length=2), nullable=True),
        sa.Column("specialties", sa.String(), nullable=True),
        sa.Column("industry_text", sa.String(), nullable=True),
        sa.Column("industries", db.CodeList(), nullable=True),
        sa.Column("business_entity", sa.String(), nullable=True),
        sa.Column("business_scale", sa.String(), nullable=True),
        sa.Column("annual_revenue_wan", sa.Double(), nullable=True),
        sa.Column("years_in_industry", sa.Double(), nullable=True),
        sa.Column("households_led", BIG, nullable=True),
        sa.Column("outside_place", sa.String(), nullable=True),
        sa.Column("return_intention", sa.String(length=20), nullable=True),
        sa.Column("skill_certificate", sa.String(), nullable=True),
        sa.Column("recommender", sa.String(), nullable=True),
        sa.Column("u1_agriculture", BIG, nullable=True),
        sa.Column("u2_industry", BIG, nullable=True),
        sa.Column("u3_city", BIG, nullable=True),
        sa.Column("u4_enterprise", BIG, nullable=True),
        sa.Column("u5_economy", BIG, nullable=True),
        sa.Column("rural_work_years", sa.Double(), nullable=True),
        sa.Column("party_building_experience", BIG, nullable=True),
        sa.Column("mass_work_experience", BIG, nullable=True),
        sa.Column("n_projects_won", BIG, nullable=True),
        sa.Column("work_themes", db.CodeList(), nullable=True),
        sa.Column("appraisals", db.CodeList(), nullable=True),
        sa.Column("training_hours", sa.Double(), nullable=True),
        sa.Column("donations_wan", sa.Double(), nullable=True),
        sa.Column("n_jobs_created", BIG, nullable=True),
        sa.Column("resources_offered", db.CodeList(), nullable=True),
        sa.Column("honours_level", BIG, nullable=True),
        sa.Column("visit_days_per_year", BIG, nullable=True),
        sa.Column("market_channels", BIG, nullable=True),
        sa.Column("consent_matching", sa.Boolean(), nullable=True),
        sa.Column(
            "record_status",
            sa.Enum(
                "draft",
                "submitted",
                "township_checked",
                "verified",
                "suspended",
                "archived",
                "erased",
                name="recordstatus",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("attested_by", sa.String(length=60), nullable=True),
        sa.Column("attested_document", sa.String(length=120), nullable=True),
        sa.Column("verified_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", BIG, nullable=False),
        sa.Column("created_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["home_county_id"], ["counties.id"], name=op.f("fk_people_home_county_id_counties")),
        sa.ForeignKeyConstraint(
            ["home_township_id"], ["townships.id"], name=op.f("fk_people_home_township_id_townships")
        ),
        sa.ForeignKeyConstraint(["home_village_id"], ["villages.id"], name=op.f("fk_people_home_village_id_villages")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("person_no", name=op.f("uq_people_person_no")),
    )
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_people_home_county_id"), ["home_county_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_people_home_township_id"), ["home_township_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_people_home_village_id"), ["home_village_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_people_id_number_index"), ["id_number_index"], unique=False)
        batch_op.create_index(batch_op.f("ix_people_name_index"), ["name_index"], unique=False)
        batch_op.create_index(batch_op.f("ix_people_phone_index"), ["phone_index"], unique=False)
        batch_op.create_index(batch_op.f("ix_people_record_status"), ["record_status"], unique=False)
        batch_op.create_index(batch_op.f("ix_people_talent_source"), ["talent_source"], unique=False)
        batch_op.create_index(batch_op.f("ix_people_updated_at"), ["updated_at"], unique=False)

    op.create_table(
        "vacancies",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("vacancy_no", sa.String(length=40), nullable=False),
        sa.Column("village_id", BIG, nullable=False),
        sa.Column(
            "post_type",
            sa.Enum(
                "first_secretary",
                "honorary_village_head",
                "industrial_consultant",
                name="posttype",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "rule_profile",
            sa.Enum("city_plan", "national_dispatch", name="ruleprofile", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "vacancy_status",
            sa.Enum(
                "draft",
                "submitted",
                "approved",
                "shortlisting",
                "filled",
                "cancelled",
                "expired",
                name="vacancystatus",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("headcount", BIG, nullable=False),
        sa.Column("term_months", BIG, nullable=True),
        sa.Column("start_date", sa.Date(), nullable=True),
        sa.Column("deadline_on", sa.Date(), nullable=True),
        sa.Column("industry_text", sa.String(), nullable=True),
        sa.Column("industries", db.CodeList(), nullable=True),
        sa.Column("themes", db.CodeList(), nullable=True),
        sa.Column("five", db.CodeList(), nullable=True),
        sa.Column("resources", db.CodeList(), nullable=True),
        sa.Column("resource_text", sa.String(), nullable=True),
        sa.Column("industry_need", sa.String(), nullable=True),
        sa.Column("education_min", BIG, nullable=True),
        sa.Column("degree_min", BIG, nullable=True),
        sa.Column("majors", sa.String(), nullable=True),
        sa.Column("political_req", sa.String(length=2), nullable=True),
        sa.Column("age_max", BIG, nullable=True),
        sa.Column("work_years_min", sa.Double(), nullable=True),
        sa.Column("experience", sa.String(), nullable=True),
        sa.Column("requirement_basis", sa.String(), nullable=True),
        sa.Column("accommodation", sa.String(), nullable=True),
        sa.Column("contact_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("attested_by", sa.String(length=60), nullable=True),
        sa.Column("attested_document", sa.String(length=120), nullable=True),
        sa.Column("version", BIG, nullable=False),
        sa.Column("created_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["village_id"], ["villages.id"], name=op.f("fk_vacancies_village_id_villages")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vacancies")),
        sa.UniqueConstraint("vacancy_no", name=op.f("uq_vacancies_vacancy_no")),
    )
    with op.batch_alter_table("vacancies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_vacancies_post_type"), ["post_type"], unique=False)
        batch_op.create_index(batch_op.f("ix_vacancies_vacancy_status"), ["vacancy_status"], unique=False)
        batch_op.create_index(batch_op.f("ix_vacancies_village_id"), ["village_id"], unique=False)

    op.create_table(
        "appointments",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("village_id", BIG, nullable=False),
        sa.Column("vacancy_id", BIG, nullable=True),
        sa.Column(
            "post_type",
            sa.Enum(
                "first_secretary",
                "honorary_village_head",
                "industrial_consultant",
                name="posttype",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_appointments_person_id_people")),
        sa.ForeignKeyConstraint(["vacancy_id"], ["vacancies.id"], name=op.f("fk_appointments_vacancy_id_vacancies")),
        sa.ForeignKeyConstraint(["village_id"], ["villages.id"], name=op.f("fk_appointments_village_id_villages")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointments")),
    )
    with op.batch_alter_table("appointments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appointments_person_id"), ["person_id"], unique=False)

    op.create_table(
        "checks",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("vacancy_id", BIG, nullable=False),
        sa.Column("rule_id", sa.String(length=20), nullable=False),
        sa.Column("result", sa.String(length=10), nullable=False),
        sa.Column("signed_by", sa.String(length=60), nullable=False),
        sa.Column("document", sa.String(length=120), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("created_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_checks_person_id_people")),
        sa.ForeignKeyConstraint(["vacancy_id"], ["vacancies.id"], name=op.f("fk_checks_vacancy_id_vacancies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checks")),
    )
    with op.batch_alter_table("checks", schema=None) as batch_op:
        batch_op.create_index("ix_checks_vacancy_id_person_id", ["vacancy_id", "person_id"], unique=False)

    op.create_table(
        "decisions",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("vacancy_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("shown_rank", BIG, nullable=True),
        sa.Column(
            "decision",
            sa.Enum(
                "recommend",
                "reserve",
                "not_suitable",
                "need_info",
                "declined_by_person",
                "unit_disagrees",
                "avoidance",
                "disqualified",
                name="reviewdecision",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason_codes", db.CodeList(), nullable=True),
        sa.Column("stage_reached", sa.String(length=20), nullable=True),
        sa.Column("appraisal", sa.String(length=20), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("reviewer_no", sa.String(length=40), nullable=False),
        sa.Column("created_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_decisions_person_id_people")),
        sa.ForeignKeyConstraint(["vacancy_id"], ["vacancies.id"], name=op.f("fk_decisions_vacancy_id_vacancies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sa.UniqueConstraint("vacancy_id", "person_id", "reviewer_no", name=op.f("uq_decisions_vacancy_id")),
    )
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decisions_person_id"), ["person_id"], unique=False)

    op.create_table(
        "rankings",
        sa.Column("vacancy_id", BIG, nullable=False),
        sa.Column("rank", BIG, autoincrement=False, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("score", BIG, nullable=False),
        sa.Column(
            "verdict",
            sa.Enum("pass", "fail", "to_verify", "waived", name="verdict", native_enum=False, length=40),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_rankings_person_id_people")),
        sa.ForeignKeyConstraint(["vacancy_id"], ["vacancies.id"], name=op.f("fk_rankings_vacancy_id_vacancies")),
        sa.PrimaryKeyConstraint("vacancy_id", "rank", name=op.f("pk_rankings")),
    )
    with op.batch_alter_table("rankings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rankings_person_id"), ["person_id"], unique=False)

    op.create_table(
        "shortlists",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("shortlist_no", sa.String(length=40), nullable=False),
        sa.Column("vacancy_id", BIG, nullable=False),
        sa.Column("requested_by", sa.String(length=60), nullable=False),
        sa.Column("requested_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("k", BIG, nullable=False),
        sa.Column("rulebook_version", sa.String(length=64), nullable=False),
        sa.Column("card_version", sa.String(length=64), nullable=False),
        sa.Column("data_version", sa.String(length=64), nullable=False),
        sa.Column("sieve", sa.JSON(), nullable=False),
        sa.Column("exclusions", sa.JSON(), nullable=False),
        sa.Column("vacancy_facts", sa.JSON(), nullable=False),
        sa.Column("card", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["vacancy_id"], ["vacancies.id"], name=op.f("fk_shortlists_vacancy_id_vacancies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shortlists")),
        sa.UniqueConstraint("shortlist_no", name=op.f("uq_shortlists_shortlist_no")),
    )
    with op.batch_alter_table("shortlists", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shortlists_requested_at"), ["requested_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_shortlists_vacancy_id"), ["vacancy_id"], unique=False)

    op.create_table(
        "shortlist_entries",
        sa.Column("shortlist_id", BIG, nullable=False),
        sa.Column("rank", BIG, autoincrement=False, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("score", BIG, nullable=False),
        sa.Column(
            "verdict",
            sa.Enum("pass", "fail", "to_verify", "waived", name="verdict", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("contributions", sa.JSON(), nullable=False),
        sa.Column("outcomes", sa.JSON(), nullable=False),
        sa.Column("flags", db.CodeList(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_shortlist_entries_person_id_people")),
        sa.ForeignKeyConstraint(
            ["shortlist_id"], ["shortlists.id"], name=op.f("fk_shortlist_entries_shortlist_id_shortlists")
        ),
        sa.PrimaryKeyConstraint("shortlist_id", "rank", name=op.f("pk_shortlist_entries")),
    )
    with op.batch_alter_table("shortlist_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shortlist_entries_person_id"), ["person_id"], unique=False)

    op.create_table(
        "shortlist_snapshots",
        sa.Column("shortlist_id", BIG, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shortlist_id"], ["shortlists.id"], name=op.f("fk_shortlist_snapshots_shortlist_id_shortlists")
        ),
        sa.PrimaryKeyConstraint("shortlist_id", name=op.f("pk_shortlist_snapshots")),
    )


def downgrade() -> None:
    op.drop_table("shortlist_snapshots")
    with op.batch_alter_table("shortlist_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_shortlist_entries_person_id"))

    op.drop_table("shortlist_entries")
    with op.batch_alter_table("shortlists", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_shortlists_vacancy_id"))
        batch_op.drop_index(batch_op.f("ix_shortlists_requested_at"))

    op.drop_table("shortlists")
    with op.batch_alter_table("rankings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rankings_person_id"))

    op.drop_table("rankings")
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decisions_person_id"))

    op.drop_table("decisions")
    with op.batch_alter_table("checks", schema=None) as batch_op:
        batch_op.drop_index("ix_checks_vacancy_id_person_id")

    op.drop_table("checks")
    with op.batch_alter_table("appointments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appointments_person_id"))

    op.drop_table("appointments")
    with op.batch_alter_table("vacancies", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_vacancies_village_id"))
        batch_op.drop_index(batch_op.f("ix_vacancies_vacancy_status"))
        batch_op.drop_index(batch_op.f("ix_vacancies_post_type"))

    op.drop_table("vacancies")
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_people_updated_at"))
        batch_op.drop_index(batch_op.f("ix_people_talent_source"))
        batch_op.drop_index(batch_op.f("ix_people_record_status"))
        batch_op.drop_index(batch_op.f("ix_people_phone_index"))
        batch_op.drop_index(batch_op.f("ix_people_name_index"))
        batch_op.drop_index(batch_op.f("ix_people_id_number_index"))
        batch_op.drop_index(batch_op.f("ix_people_home_village_id"))
        batch_op.drop_index(batch_op.f("ix_people_home_township_id"))
        batch_op.drop_index(batch_op.f("ix_people_home_county_id"))

    op.drop_table("people")
    with op.batch_alter_table("villages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_villages_township_id"))
        batch_op.drop_index(batch_op.f("ix_villages_name"))

    op.drop_table("villages")
    with op.batch_alter_table("townships", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_townships_name"))
        batch_op.drop_index(batch_op.f("ix_townships_county_id"))

    op.drop_table("townships")
    op.drop_table("idempotency_keys")
    with op.batch_alter_table("api_tokens", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_api_tokens_account_id"))

    op.drop_table("api_tokens")
    with op.batch_alter_table("account_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_sessions_account_id"))

    op.drop_table("account_sessions")
    op.drop_table("unmapped_terms")
    op.drop_table("runs")
    op.drop_table("registry_revisions")
    op.drop_table("leases")
    op.drop_table("installation")
    op.drop_table("id_blocks")
    with op.batch_alter_table("counties", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_counties_name"))

    op.drop_table("counties")
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entries_subject_no"))
        batch_op.drop_index(batch_op.f("ix_audit_entries_at"))
        batch_op.drop_index(batch_op.f("ix_audit_entries_actor"))

    op.drop_table("audit_entries")
    op.drop_table("accounts")
