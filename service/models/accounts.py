"""Accounts, their sessions and tokens, and the keys that make writes repeatable."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.db import Model, enum_type
from service.models.sealing import Sealed

__all__ = ["Account", "AccountSession", "ApiToken", "IdempotencyKey", "SignInWay", "Stage"]


class SignInWay(StrEnum):
    """Who vouches for the password of an account."""

    PASSWORD = "password"  # noqa: S105 - the name of a way
    LDAP = "ldap"
    OIDC = "oidc"


class Stage(StrEnum):
    """What a session still waits for; only an open one may do anything."""

    SECOND_FACTOR = "second_factor"
    NEW_PASSWORD = "new_password"  # noqa: S105 - the name of a stage
    ENROLMENT = "enrolment"
    OPEN = "open"


class Account(Model):
    """A named account.

    Failed attempts are counted by name in `SignInCounter`, alike for names that do not exist; the two columns of
    before stay, so that the release before runs on this schema.
    """

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    username: Mapped[str] = mapped_column(String(60), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(40), default="-")  # of release 0.1; only that release reads it
    roles: Mapped[tuple[str, ...]] = mapped_column(server_default="")  # codes of service.access.Role
    territory_kind: Mapped[str] = mapped_column(String(10), server_default="none")  # service.access.TerritoryKind
    territory_code: Mapped[str] = mapped_column(String(120), server_default="")  # digits of a place, name of a unit
    person_id: Mapped[int | None]  # whose account it is: the own record
    language: Mapped[str | None] = mapped_column(String(2))
    is_disabled: Mapped[bool] = mapped_column(default=False)
    n_failed_logins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    sign_in_way: Mapped[SignInWay] = mapped_column(
        enum_type(SignInWay), default=SignInWay.PASSWORD, server_default=SignInWay.PASSWORD
    )
    provider_issuer: Mapped[str | None] = mapped_column(String(300))  # who it is at the provider: kept at the first
    provider_subject: Mapped[str | None] = mapped_column(String(255))  # sign-in, and only this pair opens it then
    must_change_password: Mapped[bool] = mapped_column(default=False, server_default=false())
    password_changed_at: Mapped[datetime | None]
    totp_secret_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_pending_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_confirmed_at: Mapped[datetime | None]
    totp_last_step: Mapped[int | None]
    holder_name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    __table_args__ = (Index("ix_accounts_provider", "provider_issuer", "provider_subject", unique=True),)

    totp_secret = Sealed("totp_secret")
    totp_pending = Sealed("totp_pending")
    holder_name = Sealed("holder_name")  # whose account it is; what its acts are signed with


class AccountSession(Model):
    """A signed-in browser; the cookie holds a random token, the table only its hash."""

    __tablename__ = "account_sessions"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    session_no: Mapped[str | None] = mapped_column(String(20), unique=True)
    stage: Mapped[Stage] = mapped_column(enum_type(Stage), default=Stage.OPEN, server_default=Stage.OPEN)
    signed_in_by: Mapped[SignInWay] = mapped_column(
        enum_type(SignInWay), default=SignInWay.PASSWORD, server_default=SignInWay.PASSWORD
    )
    has_second_factor: Mapped[bool] = mapped_column(default=False, server_default=false())
    address: Mapped[str | None] = mapped_column(String(45))
    client: Mapped[str | None] = mapped_column(String(120))

    account: Mapped[Account] = relationship()


class ApiToken(Model):
    """A bearer token for programs; shown once, kept as a hash."""

    __tablename__ = "api_tokens"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    label: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    token_no: Mapped[str | None] = mapped_column(String(20), unique=True)
    scopes: Mapped[tuple[str, ...] | None]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship()


class IdempotencyKey(Model):
    """The first answer to a write with a key; a repetition gets the same answer."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (UniqueConstraint("account_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    key: Mapped[str] = mapped_column(String(120))
    request_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    status: Mapped[int]
    headers: Mapped[str]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
