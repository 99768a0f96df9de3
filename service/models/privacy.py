"""What a person agreed to, what is to be corrected, kept or was erased, and whose reviews are blind."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.db import Model
from service.models.people import Person
from service.models.sealing import Sealed
from service.models.vacancies import Vacancy

__all__ = ["BlindLift", "BlindReview", "Consent", "ConsentText", "Correction", "Erasure", "ErasureRequest", "LegalHold"]


class ConsentText(Model):
    """One version of what people are asked to agree to, for one purpose; never rewritten."""

    __tablename__ = "consent_texts"
    __table_args__ = (UniqueConstraint("purpose", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    purpose: Mapped[str] = mapped_column(String(40))  # matching, sensitive, publicity ...
    version: Mapped[int]
    zh: Mapped[str] = mapped_column(Text)
    en: Mapped[str] = mapped_column(Text)
    published_by: Mapped[str] = mapped_column(String(60))
    published_at: Mapped[datetime]


class Consent(Model):
    """One person's agreement to one version of a text, and its withdrawal."""

    __tablename__ = "consents"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    text_id: Mapped[int] = mapped_column(ForeignKey("consent_texts.id"))
    given_on: Mapped[date]
    signed_by = Sealed("signed_by")
    signed_by_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    document = Sealed("document")
    document_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    recorded_by: Mapped[str] = mapped_column(String(60))
    recorded_at: Mapped[datetime]
    withdrawn_on: Mapped[date | None] = mapped_column(index=True)
    withdrawn_by = Sealed("withdrawn_by")
    withdrawn_by_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    withdrawal_document = Sealed("withdrawal_document")
    withdrawal_document_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    withdrawal_recorded_by: Mapped[str | None] = mapped_column(String(60))

    text: Mapped[ConsentText] = relationship()


class Correction(Model):
    """A value that somebody asks to have corrected, and what an officer decided."""

    __tablename__ = "corrections"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    field: Mapped[str] = mapped_column(String(60))
    proposed = Sealed("proposed")  # JSON
    proposed_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    reason = Sealed("reason")
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    proposed_by: Mapped[str] = mapped_column(String(60))
    proposed_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), index=True)  # open, accepted, refused
    decided_by: Mapped[str | None] = mapped_column(String(60))
    decided_at: Mapped[datetime | None]
    decision_reason = Sealed("decision_reason")
    decision_reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    person: Mapped[Person] = relationship()


class LegalHold(Model):
    """An order to keep a person's record whatever the retention clock says."""

    __tablename__ = "legal_holds"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    reason = Sealed("reason")
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    document: Mapped[str] = mapped_column(String(120))
    placed_by: Mapped[str] = mapped_column(String(60))
    placed_at: Mapped[datetime]
    until_on: Mapped[date | None]  # the last day; NULL: until it is lifted
    lifted_by: Mapped[str | None] = mapped_column(String(60))
    lifted_at: Mapped[datetime | None]
    lift_reason = Sealed("lift_reason")
    lift_reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class Erasure(Model):
    """That a record was erased: by whom, on what ground, and how much of what."""

    __tablename__ = "erasures"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    ground: Mapped[str] = mapped_column(String(20))  # withdrawn, archived, term_ended, request
    document: Mapped[str] = mapped_column(String(120))
    erased_by: Mapped[str] = mapped_column(String(60))
    erased_at: Mapped[datetime]
    counts: Mapped[dict[str, Any]] = mapped_column(JSON)  # rows by table


class ErasureRequest(Model):
    """That an officer asks to have a record erased, where the department wants two people for it."""

    __tablename__ = "erasure_requests"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    document = Sealed("document")
    document_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    on_request: Mapped[bool]  # the person asks for it before the clock has run down
    requested_by: Mapped[str] = mapped_column(String(60))
    requested_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), index=True)  # open, confirmed, refused
    decided_by: Mapped[str | None] = mapped_column(String(60))
    decided_at: Mapped[datetime | None]
    decision_reason = Sealed("decision_reason")
    decision_reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    person: Mapped[Person] = relationship()


class BlindReview(Model):
    """That people are reviewed without their names for a vacancy, until its round is closed."""

    __tablename__ = "blind_reviews"

    vacancy_id: Mapped[int] = mapped_column(ForeignKey("vacancies.id"), primary_key=True, autoincrement=False)
    opened_by: Mapped[str] = mapped_column(String(60))
    opened_at: Mapped[datetime]
    closed_by: Mapped[str | None] = mapped_column(String(60))
    closed_at: Mapped[datetime | None]

    vacancy: Mapped[Vacancy] = relationship()


class BlindLift(Model):
    """That one reviewer looked behind a blind review, and why."""

    __tablename__ = "blind_lifts"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    vacancy_id: Mapped[int] = mapped_column(ForeignKey("vacancies.id"), index=True)
    username: Mapped[str] = mapped_column(String(60), index=True)
    reason = Sealed("reason")
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    lifted_at: Mapped[datetime]
