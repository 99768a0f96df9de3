"""What a name can be found by: blinded characters, syllables and initials."""

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Model

__all__ = ["NameToken"]


class NameToken(Model):
    """One text that a person's name is found by, as the first 16 bytes of its keyed digest."""

    __tablename__ = "name_tokens"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy reads it as a plain attribute

    token: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, autoincrement=False, index=True)
