"""Files that somebody is about to import: kept sealed for a few hours, for their owner alone."""

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Model
from service.models.sealing import Sealed

__all__ = ["Upload"]


class Upload(Model):
    """One file on its way in, what is given for it, and what the last check said; after the import the answer to it."""

    __tablename__ = "uploads"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    username: Mapped[str] = mapped_column(String(60), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(12))  # received, checking, checked, importing, imported
    file_name = Sealed("file_name")
    file_name_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    content = Sealed("content")  # Base64; after the import what goes back to the clerk
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    terms = Sealed("terms")  # JSON: what is given for the file, cells that were mended
    terms_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    report = Sealed("report")  # JSON, of the last check or of the import
    report_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    n_bytes: Mapped[int]
    received_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    begun_at: Mapped[datetime | None]  # of the check or import that runs
    import_id: Mapped[int | None]
