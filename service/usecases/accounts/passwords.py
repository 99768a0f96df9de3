"""Setting passwords: one's own, and new ones for those who lost theirs."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import Actor, require_any
from service.db import Database, allocate_ids
from service.errors import Conflict, InvalidInput, ServiceError
from service.models.accounts import Account, AccountSession, SignInWay, Stage
from service.models.credentials import FormerPassword
from service.settings.accounts import AccountSettings
from service.usecases.accounts.counting import CODE, PASSWORD, forget_attempts, take_attempt
from service.usecases.accounts.hashing import generated_password, hash_password, matches
from service.usecases.accounts.policies import POLICIES, PasswordPolicy, check_password
from service.usecases.accounts.registry import MANAGERS, account_named, log
from service.usecases.accounts.second_persons import check_may_give_alone
from service.usecases.accounts.sessions import SignIn, end_sessions, ended, living_session, rotate_session
from service.usecases.accounts.sign_in import locked, stage_of
from service.usecases.accounts.tokens import revoke_tokens
from service.usecases.auditing import audit
from service.usecases.pending.announcing import PASSWORD_GIVEN, tell_owner

__all__ = [
    "TWO_PASSWORDS",
    "change_password",
    "check_is_kept_here",
    "prove_password",
    "set_password",
    "store_password",
]

_SIGNED_IN_JUST_NOW = timedelta(minutes=10)
TWO_PASSWORDS = Text("两次输入的口令不一致。", "The two passwords differ.")


def set_password(
    session: Session,
    *,
    actor: Actor,
    username: str,
    now: datetime,
    password: str | None = None,
    settings: AccountSettings | None = None,
) -> str:
    """Set a password (a generated one if none is given), end all sessions of the account, and return it.

    Whoever gets a password from somebody else, or a generated one, must change it at the next sign-in, before anything
    else; the tokens of the account end with its sessions, and its owner is told by mail who gave the password.

    Raises
    ------
    NotFound
        If there is no such account.
    Conflict
        If another house keeps the password of the account, or it takes two people to give it one.
    InvalidInput
        If the policy does not allow the password.
    """
    if actor.username != username:
        require_any(actor, *MANAGERS)
    policy = POLICIES[(settings or AccountSettings()).password_policy]
    account = account_named(session, username, is_changing=True)
    check_is_kept_here(account)
    if actor.username != username:
        check_may_give_alone(session, actor=actor, account=account)
    if password is not None:
        check_password(password, username=username, policy=policy, former_hashes=_former(session, account, policy))
    chosen = password if password is not None else generated_password()
    store_password(session, account, chosen, policy=policy, now=now)
    account.must_change_password = password is None or actor.username != username
    revoke_tokens(session, account=account, now=now)
    if actor.username != username:
        tell_owner(session, account=account, topic=PASSWORD_GIVEN, subject_no=actor.username, now=now)
    forget_attempts(session, kind=PASSWORD, username=username)
    forget_attempts(session, kind=CODE, username=username)
    end_sessions(session, account_id=account.id)
    audit.record(session, actor=actor, action="set_password", subject_kind="account", subject_no=username, now=now)
    session.flush()
    return chosen


def change_password(
    database: Database, *, token: str, current: str | None, password: str, settings: AccountSettings, now: datetime
) -> SignIn | ServiceError:
    """Change the password of the account that a session belongs to; only this session goes on, under a new token.

    All other sessions and all API tokens of the account end.

    Parameters
    ----------
    current : str or None
        The present password; not asked for again from who has just given it and must choose a new one.

    Returns
    -------
    SignIn or ServiceError
        A refusal is returned, not raised, as by `sign_in`.
    """
    with database.reading() as session:
        opened = _session_of(session, token, settings, now)
        if opened is None:
            return ended()
        if opened.account.sign_in_way != SignInWay.PASSWORD:
            return _kept_elsewhere(opened.account)
    if opened.stage == Stage.OPEN:
        refusal = prove_password(database, token=token, password=current or "", settings=settings, now=now)
        if refusal is not None:
            return refusal
    with database.unit_of_work() as session:
        return _changed(session, token, password=password, settings=settings, now=now)


def prove_password(
    database: Database, *, token: str, password: str, settings: AccountSettings, now: datetime
) -> ServiceError | None:
    """Ask somebody who is signed in for the password again, before something that a borrowed browser must not do.

    Accounts whose password another house keeps must have signed in there a few minutes ago instead. Attempts count like
    those of signing in.

    Returns
    -------
    ServiceError or None
        None if it is right.
    """
    with database.unit_of_work() as session:
        opened = living_session(session, token=token, settings=settings, now=now, stages=[Stage.OPEN])
        if opened is None:
            return ended()
        account = opened.account
        if account.sign_in_way != SignInWay.PASSWORD:
            return None if now < opened.created_at + _SIGNED_IN_JUST_NOW else _sign_in_again()
        attempt = take_attempt(session, kind=PASSWORD, username=account.username, settings=settings, now=now)
        if isinstance(attempt, timedelta):
            return locked(attempt)
    is_right = matches(account.password_hash, password)
    with database.unit_of_work() as session:
        if is_right:
            forget_attempts(session, kind=PASSWORD, username=account.username)
            return None
        log(session, username=account.username, action="prove_password_refused", now=now)
    return InvalidInput(
        Text("当前口令不正确。", "The present password is not right."),
        remedy=Text("请重新输入。", "Give it again."),
        place="current",
    )


def _sign_in_again() -> InvalidInput:
    minutes = int(_SIGNED_IN_JUST_NOW.total_seconds()) // 60
    return InvalidInput(
        Text(
            f"办理此事须在登录后 {minutes} 分钟之内，以确认是本人。",
            f"This takes a sign-in of the last {minutes} minutes, so that it is the owner who asks.",
        ),
        remedy=Text("请退出后重新登录，再办理。", "Sign out and in again, then do it."),
        place="current",
    )


def _changed(
    session: Session, token: str, *, password: str, settings: AccountSettings, now: datetime
) -> SignIn | ServiceError:
    opened = _session_of(session, token, settings, now)
    if opened is None:
        return ended()
    policy = POLICIES[settings.password_policy]
    account = session.get_one(Account, opened.account_id, with_for_update=True, populate_existing=True)
    former = [account.password_hash, *_former(session, account, policy)]
    try:
        check_password(password, username=account.username, policy=policy, former_hashes=former)
    except InvalidInput as error:
        return error
    store_password(session, account, password, policy=policy, now=now)
    account.must_change_password = False
    forget_attempts(session, kind=PASSWORD, username=account.username)
    end_sessions(session, account_id=account.id, kept=token)
    revoke_tokens(session, account=account, now=now)  # whoever knew the old one may have made some
    log(session, username=account.username, action="change_password", now=now)
    stage = stage_of(account, way=opened.signed_in_by, settings=settings, now=now)
    return rotate_session(session, opened=opened, token=token, stage=stage, settings=settings, now=now)


def store_password(session: Session, account: Account, password: str, *, policy: PasswordPolicy, now: datetime) -> None:
    """Put a password in the place of the present one, which is remembered where the policy forbids going back."""
    if policy.n_remembered:
        (former_id,) = allocate_ids(session, FormerPassword.__tablename__)
        session.add(
            FormerPassword(id=former_id, account_id=account.id, password_hash=account.password_hash, replaced_at=now)
        )
        session.flush()
    kept = [row.id for row in _former_rows(session, account, policy)]
    session.execute(
        delete(FormerPassword).where(FormerPassword.account_id == account.id, FormerPassword.id.not_in(kept))
    )
    account.password_hash, account.password_changed_at = hash_password(password), now


def _former(session: Session, account: Account, policy: PasswordPolicy) -> list[str]:
    return [row.password_hash for row in _former_rows(session, account, policy)]


def _former_rows(session: Session, account: Account, policy: PasswordPolicy) -> Sequence[FormerPassword]:
    return session.scalars(
        select(FormerPassword)
        .where(FormerPassword.account_id == account.id)
        .order_by(FormerPassword.id.desc())
        .limit(max(0, policy.n_remembered - 1))
    ).all()


def _session_of(session: Session, token: str, settings: AccountSettings, now: datetime) -> AccountSession | None:
    stages = [Stage.OPEN, Stage.NEW_PASSWORD]
    return living_session(session, token=token, settings=settings, now=now, stages=stages)


def check_is_kept_here(account: Account) -> None:
    """Refuse to give a password to an account whose password another house keeps.

    Raises
    ------
    Conflict
    """
    if account.sign_in_way != SignInWay.PASSWORD:
        raise _kept_elsewhere(account)


def _kept_elsewhere(account: Account) -> Conflict:
    return Conflict(
        Text("该账号的口令由统一身份系统管理。", "The password of this account is kept by another house."),
        remedy=Text("请在该系统中修改。", "Change it there."),
        place="username",
        value=account.username,
    )
