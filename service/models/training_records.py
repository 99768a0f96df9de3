"""Training that people took part in."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Model

__all__ = ["TrainingRecord"]


class TrainingRecord(Model):
    """One course of one person; person, course and first day tell it from others."""

    __tablename__ = "training_records"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    course: Mapped[str] = mapped_column(String(120))
    theme: Mapped[str | None] = mapped_column(String(60))  # U1 to U5, W1 to W4, or a term of the industry vocabulary
    base: Mapped[str | None] = mapped_column(String(120))
    base_kind: Mapped[str | None] = mapped_column(String(20))
    off_site: Mapped[bool | None]
    hours: Mapped[float]
    started_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    result: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
