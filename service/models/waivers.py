"""Waivers: one person proposes that a rule be waived for somebody, another signs."""

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.db import Model, enum_type
from service.models.people import Person
from service.models.sealing import Sealed

if TYPE_CHECKING:
    from service.models.vacancies import Vacancy

__all__ = ["Waiver", "WaiverState"]


class WaiverState(StrEnum):
    """Where a waiver stands."""

    PROPOSED = "proposed"
    SIGNED = "signed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Waiver(Model):
    """A rule waived for one person and one vacancy, with both names; its check (`Check.waiver`) is what counts."""

    __tablename__ = "waivers"
    __table_args__ = (Index("ix_waivers_vacancy_id_person_id", "vacancy_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    waiver_no: Mapped[str] = mapped_column(String(20), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    vacancy_id: Mapped[int] = mapped_column(ForeignKey("vacancies.id"))
    rule_id: Mapped[str] = mapped_column(String(20))
    state: Mapped[WaiverState] = mapped_column(enum_type(WaiverState), index=True)
    document: Mapped[str] = mapped_column(String(120))
    reason = Sealed("reason")
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    valid_until: Mapped[date]  # last day
    rulebook_version: Mapped[str] = mapped_column(String(64))
    proposed_by: Mapped[str] = mapped_column(String(60))
    proposed_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(String(60))  # who signed or refused
    decided_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None] = mapped_column(String(60))
    withdrawn_at: Mapped[datetime | None]
    closing_reason = Sealed("closing_reason")  # why it was refused or withdrawn
    closing_reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    signed_name = Sealed("signed_name")  # of who signed
    signed_name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    version: Mapped[int] = mapped_column(default=1)

    person: Mapped[Person] = relationship()
    vacancy: Mapped["Vacancy"] = relationship()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a plain attribute
