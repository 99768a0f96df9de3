"""Learned scorecards and who put them in force."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from matching.vocabulary import PostType
from service.db import Model, enum_type

__all__ = ["CardPromotion", "ScorecardModel"]


class ScorecardModel(Model):
    """A model file as it was trained or handed in; being here does not put it in force."""

    __tablename__ = "scorecard_models"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[str] = mapped_column(String(64), unique=True)  # of its card
    post_type: Mapped[PostType] = mapped_column(enum_type(PostType), index=True)
    content: Mapped[str] = mapped_column(Text)  # the JSON file as it is exported; text, so that damage can be told
    content_hash: Mapped[str] = mapped_column(String(64))
    origin: Mapped[str] = mapped_column(String(20))  # trained, imported
    trained_by: Mapped[str] = mapped_column(String(60))  # the account that trained it, or handed it in
    trained_at: Mapped[datetime]
    figures: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # what its page tells of the decisions; no person


class CardPromotion(Model):
    """One change of the card in force of a kind of post; the newest counts, none is ever rewritten."""

    __tablename__ = "card_promotions"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    post_type: Mapped[PostType] = mapped_column(enum_type(PostType), index=True)
    card_version: Mapped[str | None] = mapped_column(ForeignKey("scorecard_models.version"))  # NULL = the policy
    kind: Mapped[str] = mapped_column(String(20))  # promote, rollback
    promoted_by: Mapped[str] = mapped_column(String(60))
    promoted_at: Mapped[datetime]
    reason: Mapped[str | None] = mapped_column(Text)
    signed_by: Mapped[str | None] = mapped_column(String(60))  # who answers for a card that is not proven better
    comparison: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # with the card that it replaced
