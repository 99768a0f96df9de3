"""Review decisions: what named reviewers said of people on lists."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from matching.vocabulary import ReviewDecision
from service.db import Model, enum_type

__all__ = ["Decision"]


class Decision(Model):
    """One reviewer's conclusion about one person for one vacancy, with the place at which the person was shown."""

    __tablename__ = "decisions"
    __table_args__ = (UniqueConstraint("vacancy_id", "person_id", "reviewer_no"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    vacancy_id: Mapped[int] = mapped_column(ForeignKey("vacancies.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    shown_rank: Mapped[int | None]  # NULL = not from a ranked list
    shortlist_id: Mapped[int | None] = mapped_column(ForeignKey("shortlists.id"), index=True)  # the list that was shown
    card_version: Mapped[str | None] = mapped_column(String(64))  # the card that put the list in order
    decision: Mapped[ReviewDecision] = mapped_column(enum_type(ReviewDecision))
    reason_codes: Mapped[tuple[str, ...] | None]
    stage_reached: Mapped[str | None] = mapped_column(String(20))  # reviewed, recommended, inspected, appointed
    appraisal: Mapped[str | None] = mapped_column(String(20))
    decided_on: Mapped[date | None]
    reviewer_no: Mapped[str] = mapped_column(String(40), default="")  # an opaque number, never a name
    created_at: Mapped[datetime]
