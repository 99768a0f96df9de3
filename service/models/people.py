"""People of the talent pools."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matching.vocabulary import RecordStatus, TalentSource
from service.db import Model, enum_type
from service.models.sealing import Sealed
from service.models.villages import County, Township, Village

__all__ = ["Person"]


class Person(Model):
    """One person's record (一人一档).

    Names, id numbers, phones, addresses and free texts that may name people are sealed. Facts are NULL when unknown;
    "" in a code list means known to be none.
    """

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_no: Mapped[str] = mapped_column(String(40), unique=True)
    talent_source: Mapped[TalentSource] = mapped_column(enum_type(TalentSource), index=True)

    name = Sealed("name", indexed=True)
    name_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    name_index: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    id_number = Sealed("id_number", indexed=True)
    id_number_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    id_number_index: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    phone = Sealed("phone", indexed=True)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_index: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    household_place = Sealed("household_place")  # the registered address
    household_place_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    native_place = Sealed("native_place")
    native_place_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    birth_place = Sealed("birth_place")
    birth_place_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    resume = Sealed("resume")
    resume_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    awards = Sealed("awards")
    awards_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    note = Sealed("note")
    note_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    # Protected facts: for rules that cite a document, consistency checks and the fairness audit; never for a score.
    sex: Mapped[str | None] = mapped_column(String(1))
    ethnicity: Mapped[str | None] = mapped_column(String(2))
    birth_date: Mapped[date | None]
    birth_date_is_month: Mapped[bool] = mapped_column(default=False)  # only the month is known, the day is 1
    political_status: Mapped[str | None] = mapped_column(String(2))
    party_join_date: Mapped[date | None]
    duty_health_ok: Mapped[bool | None]
    negative_flags: Mapped[tuple[str, ...] | None]  # NULL = not checked

    work_start_date: Mapped[date | None]
    retirement_month: Mapped[date | None]
    recruited_on: Mapped[date | None]  # college-student village officials
    student_leader: Mapped[bool | None]
    months_outside: Mapped[int | None]
    residence_in_city: Mapped[bool | None]

    home_village_id: Mapped[int | None] = mapped_column(ForeignKey("villages.id"), index=True)
    home_township_id: Mapped[int | None] = mapped_column(ForeignKey("townships.id"), index=True)
    home_county_id: Mapped[int | None] = mapped_column(ForeignKey("counties.id"), index=True)
    tie_village_codes: Mapped[tuple[str, ...] | None]
    willing_posts: Mapped[tuple[str, ...] | None]
    willing_county_codes: Mapped[tuple[str, ...] | None]

    fulltime_education: Mapped[str | None] = mapped_column(String(2))
    inservice_education: Mapped[str | None] = mapped_column(String(2))
    education: Mapped[str | None] = mapped_column(String(2))  # the highest
    degree: Mapped[str | None] = mapped_column(String(3))
    school_major = Sealed("school_major")
    school_major_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    title: Mapped[str | None] = mapped_column(String(3))
    current_post = Sealed("current_post")
    current_post_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    current_post_date: Mapped[date | None]
    employer = Sealed("employer", indexed=True)  # a unit sees its own people by the index
    employer_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    employer_index: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    employer_type: Mapped[str | None] = mapped_column(String(30))
    personal_identity: Mapped[str | None] = mapped_column(String(2))
    specialties = Sealed("specialties")
    specialties_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    industry_text: Mapped[str | None]  # as written
    industries: Mapped[tuple[str, ...] | None]  # the terms found in it
    business_entity = Sealed("business_entity")
    business_entity_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    business_scale: Mapped[str | None]
    annual_revenue_wan: Mapped[float | None]
    years_in_industry: Mapped[float | None]
    households_led: Mapped[int | None]
    outside_place = Sealed("outside_place")
    outside_place_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    return_intention: Mapped[str | None] = mapped_column(String(20))
    skill_certificate: Mapped[str | None]  # "" = known to have none
    recommender = Sealed("recommender")
    recommender_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    u1_agriculture: Mapped[int | None]
    u2_industry: Mapped[int | None]
    u3_city: Mapped[int | None]
    u4_enterprise: Mapped[int | None]
    u5_economy: Mapped[int | None]
    rural_work_years: Mapped[float | None]
    party_building_experience: Mapped[int | None]
    mass_work_experience: Mapped[int | None]
    n_projects_won: Mapped[int | None]
    work_themes: Mapped[tuple[str, ...] | None]
    appraisals: Mapped[tuple[str, ...] | None]  # "2025:excellent", newest last
    training_hours: Mapped[float | None]
    donations_wan: Mapped[float | None]
    n_jobs_created: Mapped[int | None]
    resources_offered: Mapped[tuple[str, ...] | None]
    honours_level: Mapped[int | None]
    visit_days_per_year: Mapped[int | None]
    market_channels: Mapped[int | None]

    consent_matching: Mapped[bool | None]
    record_status: Mapped[RecordStatus] = mapped_column(enum_type(RecordStatus), default=RecordStatus.DRAFT)
    attested_by: Mapped[str | None] = mapped_column(String(60))
    attested_document: Mapped[str | None] = mapped_column(String(120))
    verified_at: Mapped[datetime | None]

    # Merged into another record (`merges` tells by whom); such a record is left out of every select.
    merged_into_id: Mapped[int | None]

    version: Mapped[int] = mapped_column(default=1)
    registered_on: Mapped[date | None]  # joined the pool; NULL on rows of earlier releases: the day of created_at
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime] = mapped_column(index=True)

    home_village: Mapped[Village | None] = relationship()
    home_township: Mapped[Township | None] = relationship()
    home_county: Mapped[County | None] = relationship()

    # Counting and reading the pool goes through every row that stands by itself: an index is narrower than the row.
    # What a list counts choices by stands in it as well.
    __table_args__ = (
        Index("ix_people_in_pool", "merged_into_id", "record_status"),
        Index("ix_people_registered", "merged_into_id", "record_status", "talent_source", "registered_on"),
        Index(
            "ix_people_choices",
            *("merged_into_id", "record_status", "talent_source", "home_county_id", "education", "consent_matching"),
            "home_township_id",
        ),
    )
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a plain attribute
