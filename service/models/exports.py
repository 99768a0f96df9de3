"""What left the service as a file, and what of an imported form waits to leave with it again."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Model
from service.models.sealing import Sealed

__all__ = ["Export", "FormRemainder"]


class Export(Model):
    """One file that somebody took away; the file itself is not kept, only its hash."""

    __tablename__ = "exports"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    export_no: Mapped[str] = mapped_column(String(20), unique=True)
    kind: Mapped[str] = mapped_column(String(20))  # of schemas.exports.KINDS
    file_format: Mapped[str] = mapped_column(String(10))  # xlsx, csv, json, lrmx, docx, pdf
    subject_no: Mapped[str | None] = mapped_column(String(60))  # of the list, the person, the table of a roster
    selection = Sealed("selection")  # filters, columns and order as JSON: a filter may be a name
    selection_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    is_unmasked: Mapped[bool]  # whether id numbers and phones are in it
    n_people: Mapped[int]
    n_rows: Mapped[int]
    n_bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    exported_by: Mapped[str] = mapped_column(String(60))
    exported_at: Mapped[datetime] = mapped_column(index=True)


class FormRemainder(Model):
    """The parts of a person's imported form that the service does not read; they go back into the next form."""

    __tablename__ = "form_remainders"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), unique=True)
    content = Sealed("content")  # JSON
    content_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    kept_at: Mapped[datetime]
