"""Appointments: who is on the way to which post, who holds it and until when; and the public notices about it."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matching.vocabulary import PostType
from service.db import Model, enum_type
from service.models.candidacies import Candidacy
from service.models.people import Person
from service.models.sealing import Sealed
from service.models.vacancies import Vacancy
from service.models.villages import Village

__all__ = ["Appointment", "PublicityNotice"]


class Appointment(Model):
    """A post that a person is to hold, holds or held; a first day without a last one means in post."""

    __tablename__ = "appointments"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    # NULL where it was registered with no round of ours
    appointment_no: Mapped[str | None] = mapped_column(String(40), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("villages.id"))
    vacancy_id: Mapped[int | None] = mapped_column(ForeignKey("vacancies.id"))
    candidacy_id: Mapped[int | None] = mapped_column(ForeignKey("candidacies.id"), index=True)
    post_type: Mapped[PostType] = mapped_column(enum_type(PostType))
    state: Mapped[str] = mapped_column(String(20), default="in_post", server_default="in_post")
    started_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    term_ends_on: Mapped[date | None] = mapped_column(index=True)
    appraisal: Mapped[str | None] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    person: Mapped[Person] = relationship()
    village: Mapped[Village] = relationship()
    vacancy: Mapped[Vacancy | None] = relationship()
    candidacy: Mapped[Candidacy | None] = relationship()
    notices: Mapped[list["PublicityNotice"]] = relationship(order_by="PublicityNotice.id")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a plain attribute


class PublicityNotice(Model):
    """A public notice before an appointment: what it shows, and until when."""

    __tablename__ = "publicity_notices"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    notice_no: Mapped[str] = mapped_column(String(40), unique=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointments.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    n_working_days: Mapped[int]
    is_end_unchecked: Mapped[bool]  # the last day needs a check by hand
    shown = Sealed("shown")  # JSON: the fields as they were made public
    shown_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    issued_by: Mapped[str] = mapped_column(String(60))
    issued_at: Mapped[datetime]
