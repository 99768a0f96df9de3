"""The audit log: one line for each act, chained by keyed digests; the database refuses changes."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Model

__all__ = ["AuditEntry", "AuditSubject"]


class AuditEntry(Model):
    """Who did what to whom, when; never personal data, only numbers of records.

    `id` counts without gaps from 1. `chain_hash` is the keyed digest of the hash before and of everything that the
    line says; it is missing in lines of releases that knew no chain, until ``talentpool init`` chains them.
    """

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(String(60))
    role: Mapped[str | None] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(60))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_no: Mapped[str] = mapped_column(String(60))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
    request_id: Mapped[str | None] = mapped_column(String(64))
    address: Mapped[str | None] = mapped_column(String(64))
    chain_hash: Mapped[bytes | None] = mapped_column(LargeBinary)

    __table_args__ = (
        Index("ix_audit_entries_actor_id", "actor", "id"),
        Index("ix_audit_entries_subject", "subject_kind", "subject_no", "id"),
    )


class AuditSubject(Model):
    """Whom else a line is about: everybody whom a list showed."""

    __tablename__ = "audit_subjects"

    entry_id: Mapped[int] = mapped_column(ForeignKey("audit_entries.id"), primary_key=True)
    subject_kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    subject_no: Mapped[str] = mapped_column(String(60), primary_key=True)

    __table_args__ = (Index("ix_audit_subjects_subject", "subject_kind", "subject_no", "entry_id"),)
