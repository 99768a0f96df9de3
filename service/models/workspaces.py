"""What an account keeps for its own work: views of lists, and what it has begun to write."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.db import Model
from service.models.accounts import Account
from service.models.sealing import Sealed

__all__ = ["Draft", "SavedView"]


class SavedView(Model):
    """The filters, order and columns of a list under a name; people's names and numbers are never among them."""

    __tablename__ = "saved_views"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    subject: Mapped[str] = mapped_column(String(20))  # people
    name = Sealed("name")
    name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    state = Sealed("state")  # JSON: what stands in the address of the list
    state_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    is_shared: Mapped[bool] = mapped_column(default=False, index=True)
    saved_at: Mapped[datetime]

    account: Mapped[Account] = relationship()


class Draft(Model):
    """What an account has begun and not sent: a form as far as it is filled in, or whom it has selected."""

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("account_id", "kind", "subject_no"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    kind: Mapped[str] = mapped_column(String(30))
    subject_no: Mapped[str] = mapped_column(String(40))  # "" for something new
    content = Sealed("content")  # JSON
    content_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    changed_at: Mapped[datetime] = mapped_column(index=True)
