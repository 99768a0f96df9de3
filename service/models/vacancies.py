"""Village vacancies, and the checks about a person and a vacancy."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from matching.vocabulary import PostType, RuleProfile, VacancyStatus
from service.db import Model, enum_type
from service.models.people import Person
from service.models.runs import RankingHead
from service.models.sealing import Sealed
from service.models.villages import Village
from service.models.waivers import Waiver

__all__ = ["Check", "Vacancy"]


class Vacancy(Model):
    """One post that a village needs filled (岗位需求)."""

    __tablename__ = "vacancies"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    vacancy_no: Mapped[str] = mapped_column(String(40), unique=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("villages.id"), index=True)
    post_type: Mapped[PostType] = mapped_column(enum_type(PostType), index=True)
    rule_profile: Mapped[RuleProfile] = mapped_column(enum_type(RuleProfile), default=RuleProfile.CITY_PLAN)
    vacancy_status: Mapped[VacancyStatus] = mapped_column(
        enum_type(VacancyStatus), default=VacancyStatus.DRAFT, index=True
    )
    headcount: Mapped[int]
    term_months: Mapped[int | None]
    start_date: Mapped[date | None]
    deadline_on: Mapped[date | None]

    industry_text: Mapped[str | None]
    industries: Mapped[tuple[str, ...] | None]
    themes: Mapped[tuple[str, ...] | None]  # W1..W4
    five: Mapped[tuple[str, ...] | None]  # U1..U5; none named: all alike
    resources: Mapped[tuple[str, ...] | None]
    resource_text: Mapped[str | None]
    industry_need: Mapped[str | None]

    # Requirements of this vacancy: rules only with a cited basis, otherwise wishes that are shown.
    education_min: Mapped[int | None]  # education rank
    degree_min: Mapped[int | None]  # degree rank
    majors: Mapped[str | None]
    political_req: Mapped[str | None] = mapped_column(String(2))
    age_max: Mapped[int | None]
    work_years_min: Mapped[float | None]
    experience: Mapped[str | None]
    requirement_basis: Mapped[str | None]

    accommodation: Mapped[str | None]
    contact = Sealed("contact")
    contact_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    note = Sealed("note")
    note_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    attested_by: Mapped[str | None] = mapped_column(String(60))
    attested_document: Mapped[str | None] = mapped_column(String(120))

    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    village: Mapped[Village] = relationship()
    ranking_head: Mapped[RankingHead | None] = relationship(
        primaryjoin=lambda: Vacancy.id == foreign(RankingHead.vacancy_id), viewonly=True, uselist=False
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a plain attribute


class Check(Model):
    """Result of a check, or a signed waiver, about a person, a vacancy and a rule; never rewritten, never deleted."""

    __tablename__ = "checks"
    __table_args__ = (Index("ix_checks_vacancy_id_person_id", "vacancy_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    vacancy_id: Mapped[int] = mapped_column(ForeignKey("vacancies.id"))
    rule_id: Mapped[str] = mapped_column(String(20))
    result: Mapped[str] = mapped_column(String(10))  # pass, fail, waived
    signed_by: Mapped[str] = mapped_column(String(60))  # the account; a free name in rows of the first releases
    document: Mapped[str] = mapped_column(String(120))
    checked_on: Mapped[date]
    valid_until: Mapped[date | None] = mapped_column(index=True)  # last day; None in rows of the first releases
    waiver_id: Mapped[int | None] = mapped_column(ForeignKey("waivers.id"))  # without one a waiver does not count
    ended_at: Mapped[datetime | None]  # of a withdrawn waiver
    created_at: Mapped[datetime]

    person: Mapped[Person] = relationship()
    vacancy: Mapped[Vacancy] = relationship()
    waiver: Mapped[Waiver | None] = relationship()
