"""On which document an entry on the negative list rests, and until when; that there is one stands in the record."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Model
from service.models.sealing import Sealed

__all__ = ["NegativeEntry"]


class NegativeEntry(Model):
    """One entry of one person, open until it is ended; rules read the codes in the record of the person."""

    __tablename__ = "negative_entries"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    code: Mapped[str] = mapped_column(String(10))
    document = Sealed("document")
    document_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    until_on: Mapped[date | None] = mapped_column(index=True)  # its last day; NULL: until it is ended
    entered_by: Mapped[str] = mapped_column(String(60))
    entered_at: Mapped[datetime]
    ended_by: Mapped[str | None] = mapped_column(String(60))
    ended_at: Mapped[datetime | None]
    ending_reason = Sealed("ending_reason")
    ending_reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
