"""What the headers of an office mean, confirmed by somebody."""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Model

__all__ = ["ColumnMapping"]


class ColumnMapping(Model):
    """The field that one header stands for in the tables of one office."""

    __tablename__ = "column_mappings"
    __table_args__ = (UniqueConstraint("office", "kind", "header"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    office: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(20))
    header: Mapped[str] = mapped_column(String(120))
    field: Mapped[str] = mapped_column(String(60))
    saved_by: Mapped[str] = mapped_column(String(60))
    saved_at: Mapped[datetime]
