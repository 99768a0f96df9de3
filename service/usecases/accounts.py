"""Accounts: the administrator, signing in, sessions and API tokens."""

import hashlib
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import NOWHERE, Actor, Role, Territory, TerritoryKind, require_any
from service.db import allocate_ids
from service.errors import Conflict, InvalidInput, NotFound, ServiceError, TooManyRequests, Unauthenticated
from service.models.accounts import Account, AccountSession, ApiToken
from service.usecases import audit

__all__ = [
    "SignIn",
    "actor_of_session",
    "actor_of_token",
    "create_account",
    "create_token",
    "set_password",
    "sign_in",
    "sign_out",
]

IDLE_LIMIT = timedelta(hours=2)
ABSOLUTE_LIMIT = timedelta(hours=12)
LOCKED_AFTER = 5  # wrong passwords
LOCKED_FOR = timedelta(minutes=15)
MIN_PASSWORD_LENGTH = 12

# An account that does not exist costs the same time as one that does.
_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash(secrets.token_hex(16))
_SEEN_EVERY = timedelta(minutes=1)
_MANAGERS = ("manage_accounts", "bootstrap_accounts")


@dataclass(frozen=True)
class SignIn:
    """A successful sign-in: the session token (shown to the browser once) and who it is."""

    token: str
    actor: Actor


def create_account(
    session: Session,
    *,
    actor: Actor,
    username: str,
    roles: Collection[Role],
    now: datetime,
    territory: Territory = NOWHERE,
) -> str:
    """Create an account and return its generated one-time password.

    Raises
    ------
    Conflict
        If the name is taken.
    InvalidInput
        If the name is not 2 to 60 letters, digits, dots, dashes or underscores.
    """
    require_any(actor, *_MANAGERS)
    if not re.fullmatch(r"[\w.-]{2,60}", username):
        raise InvalidInput(
            Text(
                "账号名应为 2 至 60 个字母、数字、点、短横或下划线。",
                "An account name has 2 to 60 letters, digits, dots or dashes.",
            ),
            place="username",
            value=username,
        )
    if session.scalar(select(Account).where(Account.username == username)):
        raise Conflict(
            Text(f"账号“{username}”已存在。", f"The account '{username}' exists already."),
            remedy=Text("请换一个账号名，或重设其口令。", "Choose another name, or set its password."),
            place="username",
        )
    password = secrets.token_urlsafe(15)
    (account_id,) = allocate_ids(session, Account.__tablename__)
    session.add(
        Account(
            id=account_id,
            username=username,
            roles=tuple(sorted(roles)),
            territory_kind=territory.kind,
            territory_code=territory.code,
            person_id=territory.person_id,
            password_hash=_HASHER.hash(password),
            created_at=now,
        )
    )
    audit.record(session, actor=actor, action="create_account", subject_kind="account", subject_no=username, now=now)
    session.flush()
    return password


def set_password(session: Session, *, actor: Actor, username: str, now: datetime, password: str | None = None) -> str:
    """Set a password (a generated one if none is given), end all sessions of the account, and return it.

    Raises
    ------
    NotFound
        If there is no such account.
    InvalidInput
        If the password has fewer than 12 characters.
    """
    if actor.username != username:
        require_any(actor, *_MANAGERS)
    account = _account(session, username)
    chosen = password if password is not None else secrets.token_urlsafe(15)
    if len(chosen) < MIN_PASSWORD_LENGTH:
        raise InvalidInput(
            Text(
                f"口令至少 {MIN_PASSWORD_LENGTH} 个字符。", f"A password has at least {MIN_PASSWORD_LENGTH} characters."
            ),
            place="password",
        )
    account.password_hash = _HASHER.hash(chosen)
    account.n_failed_logins, account.locked_until = 0, None
    session.execute(delete(AccountSession).where(AccountSession.account_id == account.id))
    audit.record(session, actor=actor, action="set_password", subject_kind="account", subject_no=username, now=now)
    session.flush()
    return chosen


def sign_in(session: Session, *, username: str, password: str, now: datetime) -> SignIn | ServiceError:
    """Check a password and open a session.

    A refusal is *returned*, not raised, so that the caller's transaction keeps the failure counter and the audit
    line; the caller raises it after the commit.

    Returns
    -------
    SignIn or ServiceError
        `Unauthenticated` for a wrong name or password (one sentence for both), `TooManyRequests` while locked.
    """
    account = session.scalar(select(Account).where(Account.username == username).with_for_update())
    if account and account.locked_until and account.locked_until > now:
        _log(session, username, "sign_in_while_locked", now)
        return _locked()
    if account and account.locked_until:
        account.n_failed_logins, account.locked_until = 0, None
    if not _matches(account, password):
        if account:
            account.n_failed_logins += 1
            if account.n_failed_logins >= LOCKED_AFTER:
                account.locked_until = now + LOCKED_FOR
        _log(session, username if account else "-", "sign_in_refused", now)
        return Unauthenticated(
            Text("账号或口令不正确。", "The account name or the password is not right."),
            remedy=Text(
                "请核对后重试；连续 5 次错误将锁定 15 分钟。", "Check both; five wrong attempts lock for 15 minutes."
            ),
        )
    assert account is not None  # noqa: S101 - _matches is False for nobody
    account.n_failed_logins = 0
    token = secrets.token_urlsafe(32)
    session.add(
        AccountSession(
            token_hash=_hash(token),
            account_id=account.id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + ABSOLUTE_LIMIT,
        )
    )
    _log(session, account.username, "sign_in", now)
    return SignIn(token=token, actor=_actor(account))


def sign_out(session: Session, *, token: str, now: datetime) -> None:
    """End a session at once; an unknown token is no error."""
    opened = session.get(AccountSession, _hash(token))
    if opened:
        _log(session, opened.account.username, "sign_out", now)
        session.delete(opened)
        session.flush()


def actor_of_session(session: Session, *, token: str, now: datetime) -> Actor | None:
    """Return who a session token belongs to, or None if it has ended; refreshes its idle clock."""
    opened = session.get(AccountSession, _hash(token))
    if opened is None or opened.account.is_disabled:
        return None
    if opened.expires_at <= now or opened.last_seen_at + IDLE_LIMIT <= now:
        return None
    return _actor(opened.account)


def needs_refresh(session: Session, *, token: str, now: datetime) -> bool:
    """Whether the idle clock of a session is due to be set forward (once a minute is enough)."""
    opened = session.get(AccountSession, _hash(token))
    return opened is not None and opened.last_seen_at + _SEEN_EVERY <= now


def refresh(session: Session, *, token: str, now: datetime) -> None:
    """Set the idle clock of a session forward."""
    opened = session.get(AccountSession, _hash(token))
    if opened is not None:
        opened.last_seen_at = now


def create_token(session: Session, *, actor: Actor, username: str, label: str, now: datetime) -> str:
    """Create an API token for an account and return it; it is shown this once and kept as a hash.

    Raises
    ------
    NotFound
        If there is no such account.
    """
    if actor.username != username:
        require_any(actor, *_MANAGERS)
    account = _account(session, username)
    token = "tp_" + secrets.token_urlsafe(32)
    session.add(ApiToken(token_hash=_hash(token), account_id=account.id, label=label, created_at=now))
    audit.record(session, actor=actor, action="create_token", subject_kind="account", subject_no=username, now=now)
    session.flush()
    return token


def actor_of_token(session: Session, *, token: str) -> Actor | None:
    """Return who an API token belongs to, or None if it is unknown, revoked, or its account disabled."""
    known = session.get(ApiToken, _hash(token))
    if known is None or known.revoked_at is not None or known.account.is_disabled:
        return None
    return _actor(known.account)


def _account(session: Session, username: str) -> Account:
    account = session.scalar(select(Account).where(Account.username == username))
    if account is None:
        raise NotFound(
            Text(f"没有账号“{username}”。", f"There is no account '{username}'."),
            place="username",
            remedy=Text("请核对账号；管理员账号是 admin。", "Check the name; the administrator is admin."),
        )
    return account


def _matches(account: Account | None, password: str) -> bool:
    try:
        _HASHER.verify(account.password_hash if account else _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return account is not None and not account.is_disabled


def _locked() -> TooManyRequests:
    return TooManyRequests(
        Text("连续输错口令，账号已暂时锁定。", "Too many wrong passwords: the account is locked for a while."),
        remedy=Text("请 15 分钟后再试，或请管理员重设口令。", "Try again in 15 minutes, or ask for a new password."),
    )


def _actor(account: Account) -> Actor:
    kind = TerritoryKind(account.territory_kind)
    own = account.person_id if kind is TerritoryKind.OWN else None
    return Actor(
        username=account.username,
        roles=frozenset(Role(role) for role in account.roles),
        territory=Territory(kind, account.territory_code, own),
        account_id=account.id,
    )


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _log(session: Session, username: str, action: str, now: datetime) -> None:
    actor = Actor(username=username)
    audit.record(session, actor=actor, action=action, subject_kind="account", subject_no=username, now=now)
    session.flush()
