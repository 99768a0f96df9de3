"""Files that were imported."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Model, enum_type
from service.models.sealing import Sealed

__all__ = ["Import", "ImportState"]


class ImportState(StrEnum):
    """Whether an import counts."""

    DONE = "done"
    UNDONE = "undone"


class Import(Model):
    """One file that came in; its name and its columns are sealed, for files and sheets are named after people."""

    __tablename__ = "imports"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(20))  # people, vacancies ...
    file_name = Sealed("file_name", indexed=True)
    file_name_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    file_name_index: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)  # hex
    n_bytes: Mapped[int]
    username: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(index=True)
    options: Mapped[dict[str, Any]] = mapped_column(JSON)
    columns = Sealed("columns")  # JSON: {sheet: {field: letter of the column, or element of a form}}
    columns_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    counts: Mapped[dict[str, int]] = mapped_column(JSON)  # of rows, by what became of them
    state: Mapped[ImportState] = mapped_column(enum_type(ImportState), default=ImportState.DONE)
    undone_by: Mapped[str | None] = mapped_column(String(60))
    undone_at: Mapped[datetime | None]
