"""The door: a password (or another house's word), then what the account still owes, then an open session."""

from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.db import Database
from service.errors import ServiceError, TooManyRequests, Unauthenticated
from service.models.accounts import Account, SignInWay, Stage
from service.settings.accounts import AccountSettings
from service.usecases.accounts.counting import PASSWORD, count_visit, forget_attempts, take_attempt, take_back_attempt
from service.usecases.accounts.directory import DirectoryUnavailable
from service.usecases.accounts.hashing import generated_password, hash_password, is_outdated, matches
from service.usecases.accounts.identities import account_of_name, link_identity
from service.usecases.accounts.policies import POLICIES
from service.usecases.accounts.provider import Vouched
from service.usecases.accounts.registry import log
from service.usecases.accounts.sessions import Origin, SignIn, ended, living_session, open_session, rotate_session

__all__ = ["Directory", "go_on", "locked", "refuse_too_many_visits", "sign_in", "stage_of", "too_many_visits"]


class Directory(Protocol):
    """A directory that knows the passwords of some accounts (LDAP)."""

    def vouch(self, username: str, password: str) -> Vouched | None:
        """Return whom the directory knows by this name and this password, None if nobody."""


def sign_in(
    database: Database,
    *,
    username: str,
    password: str,
    now: datetime,
    settings: AccountSettings | None = None,
    origin: Origin | None = None,
    directory: Directory | None = None,
) -> SignIn | ServiceError:
    """Check a password and open a session.

    The attempt is counted in one transaction, the password is checked outside of any, and what came of it is written
    in another: neither a lock nor a refusal is undone by an error, and no lock is held while hashing.

    Returns
    -------
    SignIn or ServiceError
        `Unauthenticated` for a wrong name or password (one sentence for both), `TooManyRequests` while locked or when
        the address asks too often.
    """
    settings, origin = settings or AccountSettings(), origin or Origin()
    with database.unit_of_work() as session:
        known = session.scalar(select(Account).where(Account.username == username))
        refusal = _refusal_before(session, known, username=username, origin=origin, settings=settings, now=now)
    if refusal is not None:
        return refusal
    try:
        is_own, vouched = _proved(known, username=username, password=password, directory=directory)
    except DirectoryUnavailable as error:
        with database.unit_of_work() as session:  # nothing was guessed
            take_back_attempt(session, kind=PASSWORD, username=username, settings=settings)
        return error
    with database.unit_of_work() as session:
        account = _still_opened(session, known, password=password) if known and is_own else None
        if vouched is not None:
            found = account_of_name(session, vouched=vouched, now=now)
            if isinstance(found, ServiceError):
                return found
            account = found
        if account is None or account.is_disabled:
            log(session, username=username if known else "-", action="sign_in_refused", now=now)
            return _wrong()
        if vouched is not None:
            link_identity(session, account, vouched=vouched, now=now)
        return _let_in(session, account, password=password, origin=origin, settings=settings, now=now)


def stage_of(account: Account, *, way: SignInWay, settings: AccountSettings, now: datetime) -> Stage:
    """Return what an account whose second factor, if it has one, was given still owes."""
    max_age = POLICIES[settings.password_policy].max_age
    is_own = way == SignInWay.PASSWORD
    is_old = is_own and max_age is not None and (account.password_changed_at or account.created_at) + max_age <= now
    if is_old or (is_own and account.must_change_password):
        return Stage.NEW_PASSWORD
    if account.totp_confirmed_at is None and settings.needs_second_factor(account.roles):
        return Stage.ENROLMENT
    return Stage.OPEN


def go_on(
    session: Session, *, token: str, settings: AccountSettings, now: datetime, has_second_factor: bool = False
) -> SignIn:
    """Let a session that has done what it waited for go on under a new token.

    Raises
    ------
    Unauthenticated
        If it has ended meanwhile.
    """
    opened = living_session(session, token=token, settings=settings, now=now)
    if opened is None:
        raise ended()
    opened.has_second_factor = opened.has_second_factor or has_second_factor
    stage = stage_of(opened.account, way=opened.signed_in_by, settings=settings, now=now)
    return rotate_session(session, opened=opened, token=token, stage=stage, settings=settings, now=now)


def refuse_too_many_visits(database: Database, *, origin: Origin, settings: AccountSettings, now: datetime) -> None:
    """Count a way to the provider of single sign-on as an attempt to sign in from its address.

    Each makes the service ask the provider and wait for it: anybody could keep it busy with that.

    Raises
    ------
    TooManyRequests
    """
    if not origin.address:
        return
    with database.unit_of_work() as session:
        wait = count_visit(session, address=origin.address, most=settings.sign_ins_per_minute, now=now)
        if wait is not None:
            log(session, username="-", action="sign_in_too_often", now=now)
    if wait is not None:
        raise too_many_visits(wait)


def locked(left: timedelta) -> TooManyRequests:
    """Return the refusal of a locked name."""
    minutes = max(1, -(-int(left.total_seconds()) // 60))
    return TooManyRequests(
        Text("连续输错，账号已暂时锁定。", "Too many wrong attempts: the account is locked for a while."),
        remedy=Text(
            f"请 {minutes} 分钟后再试，或请管理员解锁。",
            f"Try again in {minutes} minutes, or ask an administrator to unlock it.",
        ),
        retry_after_s=int(left.total_seconds()) + 1,
    )


def too_many_visits(left: timedelta) -> TooManyRequests:
    """Return the refusal of an address that asks too often."""
    return TooManyRequests(
        Text("该地址的登录尝试过于频繁。", "Too many attempts to sign in come from this address."),
        remedy=Text("请一分钟后再试。", "Try again in a minute."),
        retry_after_s=int(left.total_seconds()) + 1,
    )


def _refusal_before(
    session: Session, known: Account | None, *, username: str, origin: Origin, settings: AccountSettings, now: datetime
) -> ServiceError | None:
    shown = known.username if known else "-"
    if origin.address:
        wait = count_visit(session, address=origin.address, most=settings.sign_ins_per_minute, now=now)
        if wait is not None:
            log(session, username=shown, action="sign_in_too_often", now=now)
            return too_many_visits(wait)
    attempt = take_attempt(session, kind=PASSWORD, username=username, settings=settings, now=now)
    if isinstance(attempt, timedelta):
        log(session, username=shown, action="sign_in_while_locked", now=now)
        return locked(attempt)
    return None


def _proved(
    known: Account | None, *, username: str, password: str, directory: Directory | None
) -> tuple[bool, Vouched | None]:
    """Return whether a password is that of an account of this house, and whom the directory vouches for by it."""
    way = known.sign_in_way if known else None
    own_hash = known.password_hash if known and way == SignInWay.PASSWORD else None
    is_own = matches(own_hash, password)
    if directory is None:
        return is_own, None
    # Every name is asked for, so that the time does not tell who is where; only passwords of its own go there.
    is_theirs = way == SignInWay.LDAP or known is None
    try:
        vouched = directory.vouch(username, password if is_theirs else generated_password())
    except DirectoryUnavailable:
        if is_theirs:
            raise
        vouched = None  # accounts of this house go on without the directory
    return is_own, vouched if is_theirs else None


def _still_opened(session: Session, known: Account, *, password: str) -> Account | None:
    """Return the account, locked, unless it got another password while this one was looked at.

    A new password ends everything that the one of before has opened; a sign-in that began before must not come after.
    """
    account = session.get_one(Account, known.id, with_for_update=True)
    if account.password_hash == known.password_hash or matches(account.password_hash, password):
        return account
    return None


def _let_in(
    session: Session, account: Account, *, password: str, origin: Origin, settings: AccountSettings, now: datetime
) -> SignIn:
    forget_attempts(session, kind=PASSWORD, username=account.username)
    way = account.sign_in_way
    if way == SignInWay.PASSWORD and is_outdated(account.password_hash):
        account.password_hash = hash_password(password)
    if account.totp_confirmed_at is not None:
        stage = Stage.SECOND_FACTOR
    else:
        stage = stage_of(account, way=way, settings=settings, now=now)
    action = "sign_in" if stage == Stage.OPEN else "sign_in_first_step"
    log(session, username=account.username, action=action, now=now)
    return open_session(session, account=account, stage=stage, way=way, origin=origin, settings=settings, now=now)


def _wrong() -> Unauthenticated:
    return Unauthenticated(
        Text("账号或口令不正确。", "The account name or the password is not right."),
        remedy=Text(
            "请核对后重试；连续输错将暂时锁定。", "Check both; several wrong attempts in a row lock it for a while."
        ),
    )
