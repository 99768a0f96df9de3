"""What is to be told outside: messages that wait, were sent or are given up; and where accounts want them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.db import Model, enum_type
from service.models.accounts import Account
from service.models.sealing import Sealed

__all__ = ["Channel", "MessageState", "NotificationAddress", "OutboxMessage"]


class Channel(StrEnum):
    """How a message leaves."""

    EMAIL = "email"
    WEBHOOK = "webhook"


class MessageState(StrEnum):
    """What became of a message."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"  # given up after the last attempt
    UNWANTED = "unwanted"  # nobody wanted it when it was its turn


class OutboxMessage(Model):
    """One message, written in the transaction of the act that it tells of; it holds no personal data."""

    __tablename__ = "outbox_messages"
    __table_args__ = (Index("ix_outbox_messages_state_due_at", "state", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    message_no: Mapped[str] = mapped_column(String(40), unique=True)
    channel: Mapped[Channel] = mapped_column(enum_type(Channel))
    topic: Mapped[str] = mapped_column(String(40))
    subject_no: Mapped[str | None] = mapped_column(String(60))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)  # None for the webhook
    state: Mapped[MessageState] = mapped_column(enum_type(MessageState))
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    n_attempts: Mapped[int] = mapped_column(default=0)
    claimed_by: Mapped[str | None] = mapped_column(String(120))
    claimed_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(String(200))

    account: Mapped[Account | None] = relationship()


class NotificationAddress(Model):
    """Where an account wants its messages; sealed."""

    __tablename__ = "notification_addresses"

    id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True, autoincrement=False)
    email = Sealed("email")
    email_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    updated_at: Mapped[datetime]

    account: Mapped[Account] = relationship()
