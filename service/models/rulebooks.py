"""The rulebooks that lists were made under, by their hash, and the proposals that put another one in force."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Model, enum_type
from service.models.sealing import Sealed

__all__ = ["KeptRulebook", "ProposalState", "RulebookProposal"]


class KeptRulebook(Model):
    """A rulebook as it stood when the first list was made under it; never rewritten, its key is its hash."""

    __tablename__ = "rulebooks"

    version: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[str] = mapped_column(Text)  # canonical JSON, the very bytes that the version is the hash of
    first_used_at: Mapped[datetime]


class ProposalState(StrEnum):
    """Where a proposed rulebook stands."""

    PROPOSED = "proposed"
    SIGNED = "signed"
    REJECTED = "rejected"


class RulebookProposal(Model):
    """A whole rulebook that somebody proposed; with a number in force it was signed by somebody else.

    The one with the highest number is in force; none is the rulebook that ships, number 0.
    """

    __tablename__ = "rulebook_proposals"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    proposal_no: Mapped[str] = mapped_column(String(20), unique=True)
    state: Mapped[ProposalState] = mapped_column(enum_type(ProposalState), index=True)
    base_version: Mapped[str] = mapped_column(String(64))  # in force when it was proposed
    rulebook_version: Mapped[str] = mapped_column(String(64))
    content: Mapped[str] = mapped_column(Text)  # canonical JSON
    reason: Mapped[str] = mapped_column(Text)
    effect: Mapped[dict[str, Any]] = mapped_column(JSON)  # as it was shown before the signature
    proposed_by: Mapped[str] = mapped_column(String(60))
    proposed_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(String(60))
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str | None] = mapped_column(Text)
    in_force_no: Mapped[int | None] = mapped_column(unique=True)
    signed_name = Sealed("signed_name")  # of who signed
    signed_name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a plain attribute
