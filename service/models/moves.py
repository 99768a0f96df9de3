"""Every change of a state: who, as what, from where to where, on what grounds; never rewritten."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.db import Model
from service.models.sealing import Sealed

__all__ = ["Move", "Vote"]


class Move(Model):
    """One change of the state of one subject."""

    __tablename__ = "moves"
    __table_args__ = (Index("ix_moves_subject", "subject_kind", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    subject_kind: Mapped[str] = mapped_column(String(20))  # a machine: talent_record, vacancy, shortlist ...
    subject_id: Mapped[int]
    subject_no: Mapped[str] = mapped_column(String(60))
    from_state: Mapped[str | None] = mapped_column(String(20))  # NULL: where it began
    to_state: Mapped[str] = mapped_column(String(20))
    username: Mapped[str] = mapped_column(String(60))
    role: Mapped[str] = mapped_column(String(40))  # the one that was used
    signed_name = Sealed("signed_name")
    signed_name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    reason_codes: Mapped[tuple[str, ...] | None]
    reason = Sealed("reason")
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    document: Mapped[str | None] = mapped_column(String(120))
    version: Mapped[int]  # of the subject, afterwards
    due_on: Mapped[date | None]  # of the next step
    is_due_unchecked: Mapped[bool] = mapped_column(default=False)  # the day needs a check by hand
    at: Mapped[datetime]

    vote: Mapped["Vote | None"] = relationship(back_populates="move")


class Vote(Model):
    """How a meeting voted: 应到, 实到, 同意, 不同意, 弃权."""

    __tablename__ = "votes"

    move_id: Mapped[int] = mapped_column(ForeignKey("moves.id"), primary_key=True, autoincrement=False)
    meeting: Mapped[str] = mapped_column(String(60))
    held_on: Mapped[date]
    n_entitled: Mapped[int]
    n_present: Mapped[int]
    n_for: Mapped[int]
    n_against: Mapped[int]
    n_abstained: Mapped[int]

    move: Mapped[Move] = relationship(back_populates="vote")
