"""Where every value comes from: one source for each act, one line for each record that it changed."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.db import Model, enum_type
from service.models.imports import Import
from service.models.sealing import Sealed

__all__ = ["RecordChange", "Source", "SourceKind"]


class SourceKind(StrEnum):
    """How values came in."""

    IMPORT = "import"  # a file
    FORM = "form"  # a page of the service
    API = "api"
    CLI = "cli"
    MERGE = "merge"
    UNMERGE = "unmerge"
    UNDO = "undo"  # of an import
    DEMO = "demo"  # the invented city


class Source(Model):
    """One act that changed records: who, when, by which way, and who vouched for it."""

    __tablename__ = "sources"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[SourceKind] = mapped_column(enum_type(SourceKind))
    import_id: Mapped[int | None] = mapped_column(ForeignKey("imports.id"), index=True)  # of an undo: what it undid
    username: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(index=True)
    attested_by: Mapped[str | None] = mapped_column(String(60))  # for the whole file
    attested_document: Mapped[str | None] = mapped_column(String(120))

    imported: Mapped[Import | None] = relationship()


class RecordChange(Model):
    """What one act changed in one record; never rewritten.

    `changes` is JSON: ``{field: [before, after]}``, days and moments in ISO 8601, several codes as a list. Sealed,
    as is the sheet: sheets and forms are named after people.
    """

    __tablename__ = "record_changes"
    __table_args__ = (Index("ix_record_changes_subject", "subject_kind", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    subject_kind: Mapped[str] = mapped_column(String(20))  # person, vacancy, village, township, county, decision
    subject_id: Mapped[int]
    version: Mapped[int]  # of the record after the change; 0 where a table has none
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"), index=True)
    row: Mapped[int | None]  # of the sheet, counted from 0
    sheet = Sealed("sheet")
    sheet_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    changes = Sealed("changes")
    changes_sealed: Mapped[bytes] = mapped_column(LargeBinary)

    source: Mapped[Source] = relationship()
