"""What is kept about proofs of identity besides the account itself: old passwords, recovery codes, attempts."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Model
from service.models.sealing import Sealed

__all__ = ["AccountChange", "FormerPassword", "RateWindow", "RecoveryCode", "SignInCounter"]


class FormerPassword(Model):
    """The hash of a password that an account had; kept where the policy forbids going back."""

    __tablename__ = "former_passwords"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    replaced_at: Mapped[datetime]


class RecoveryCode(Model):
    """One way in without the device of the second factor; it works once."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInCounter(Model):
    """Attempts in a row at one name, whether an account has that name or not."""

    __tablename__ = "sign_in_counters"

    name_index: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    n_failed: Mapped[int]
    locked_until: Mapped[datetime | None]
    changed_at: Mapped[datetime] = mapped_column(index=True)


class RateWindow(Model):
    """Attempts from one address within one minute."""

    __tablename__ = "rate_windows"

    key_index: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    n_attempts: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(index=True)


class AccountChange(Model):
    """A change of an account that waits for a second person, or what that person said."""

    __tablename__ = "account_changes"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    change_no: Mapped[str] = mapped_column(String(20), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    username: Mapped[str] = mapped_column(String(60), index=True)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str | None] = mapped_column(String(200))
    requested_by: Mapped[str] = mapped_column(String(60))
    requested_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(String(60))
    decided_at: Mapped[datetime | None]
    decision: Mapped[str | None] = mapped_column(String(20))
    first_half_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    holder_name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    first_half = Sealed("first_half")  # of a password, until the second person confirms
    holder_name = Sealed("holder_name")  # that the account shall have
