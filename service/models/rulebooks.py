"""The rulebooks that lists were made under, by their hash."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Model

__all__ = ["KeptRulebook"]


class KeptRulebook(Model):
    """A rulebook as it stood when the first list was made under it; never rewritten, its key is its hash."""

    __tablename__ = "rulebooks"

    version: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[str] = mapped_column(Text)  # canonical JSON, the very bytes that the version is the hash of
    first_used_at: Mapped[datetime]
