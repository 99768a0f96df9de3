"""Appointments: who holds which post, for the rules that count posts."""

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from matching.vocabulary import PostType
from service.db import Model, enum_type

__all__ = ["Appointment"]


class Appointment(Model):
    """A post that a person holds or held; no end means still in post."""

    __tablename__ = "appointments"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("villages.id"))
    vacancy_id: Mapped[int | None] = mapped_column(ForeignKey("vacancies.id"))
    post_type: Mapped[PostType] = mapped_column(enum_type(PostType))
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
