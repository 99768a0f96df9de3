"""Accounts by name: creating, listing, unlocking."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import Actor, Role, Territory, TerritoryKind, require_any
from service.access.masking import hides_holders
from service.errors import Conflict, Forbidden, InvalidInput, NotFound
from service.models.accounts import Account, SignInWay
from service.usecases.accounts.counting import CODE, PASSWORD, forget_attempts, locked_until, locks_of
from service.usecases.auditing import audit

__all__ = [
    "MANAGERS",
    "AccountRow",
    "account_named",
    "actor_of",
    "check_is_in_person",
    "check_username",
    "list_accounts",
    "log",
    "own_account",
    "territory_of",
    "unlock_account",
]

# Who gives passwords out: the administrator, and the operator of the host who puts the first one in.
MANAGERS = ("manage_accounts", "bootstrap_accounts")


@dataclass(frozen=True)
class AccountRow:
    """One account in the list of accounts."""

    username: str
    roles: tuple[str, ...]
    territory: Territory
    sign_in_way: SignInWay
    has_second_factor: bool
    must_change_password: bool
    is_disabled: bool
    locked_until: datetime | None
    created_at: datetime
    is_linked: bool = False
    has_holder: bool = False
    holder_name: str | None = None  # as far as the reader may see names


def check_is_in_person(actor: Actor) -> None:
    """Refuse a token what only its owner may do.

    Raises
    ------
    Forbidden
    """
    if actor.token_no is not None:
        raise Forbidden(
            Text("令牌不能办理此事，须由账号本人登录后办理。", "A token may not do this: its owner has to sign in."),
            remedy=Text(
                "请在网页“我的账号”中办理；通过接口：先 POST /sessions 登录，使用所得会话令牌；"
                "在主机上：去掉环境变量中的令牌，用 --as 账号 并输入口令。",
                "Do it on the page 'My account'; over the API: sign in (POST /sessions) and send that session's token; "
                "on the host: unset the token and give --as NAME and the password.",
            ),
            place="Authorization",
        )


def check_username(session: Session, username: str) -> None:
    """Refuse a name that no account may have, or that one has already.

    Raises
    ------
    Conflict
    InvalidInput
    """
    if not re.fullmatch(r"[\w.-]{2,60}", username):
        raise InvalidInput(
            Text(
                "账号名应为 2 至 60 个字母、数字、点、短横或下划线。",
                "An account name has 2 to 60 letters, digits, dots or dashes.",
            ),
            place="username",
            value=username,
        )
    if session.scalar(select(Account.id).where(Account.username == username)) is not None:
        raise Conflict(
            Text(f"账号“{username}”已存在。", f"The account '{username}' exists already."),
            remedy=Text("请换一个账号名，或重设其口令。", "Choose another name, or set its password."),
            place="username",
        )


def list_accounts(session: Session, *, actor: Actor, now: datetime) -> list[AccountRow]:
    """Return all accounts by name."""
    require_any(actor, *MANAGERS, "approve_accounts")
    accounts = session.scalars(select(Account).order_by(Account.username)).all()
    locks = locks_of(session, usernames=[account.username for account in accounts], now=now)
    is_hidden = hides_holders(actor)
    return [_row(account, locks.get(account.username), is_hidden=is_hidden) for account in accounts]


def unlock_account(session: Session, *, actor: Actor, username: str, now: datetime) -> None:
    """Let an account try again at once.

    Raises
    ------
    NotFound
        If there is no such account.
    """
    require_any(actor, *MANAGERS)
    account_named(session, username)
    for kind in (PASSWORD, CODE):
        forget_attempts(session, kind=kind, username=username)
    audit.record(session, actor=actor, action="unlock_account", subject_kind="account", subject_no=username, now=now)
    session.flush()


def own_account(session: Session, *, actor: Actor, now: datetime) -> AccountRow:
    """Return the account that acts, as its owner sees it."""
    return _row(account_named(session, actor.username), locked_until(session, username=actor.username, now=now))


def account_named(session: Session, username: str, *, is_changing: bool = False) -> Account:
    """Return an account by its name, locked against others when it is to be changed.

    Raises
    ------
    NotFound
        If there is no such account.
    """
    statement = select(Account).where(Account.username == username)
    account = session.scalar(statement.with_for_update() if is_changing else statement)
    if account is None:
        raise NotFound(
            Text(f"没有账号“{username}”。", f"There is no account '{username}'."),
            place="username",
            remedy=Text(
                "请核对账号；talentpool user list 列出全部账号。", "Check the name; talentpool user list shows all."
            ),
        )
    return account


def actor_of(account: Account, *, scopes: frozenset[str] | None = None) -> Actor:
    """Return who acts with an account, narrowed to the scopes of a token."""
    return Actor(
        username=account.username,
        roles=frozenset(Role(role) for role in account.roles),
        territory=territory_of(account),
        account_id=account.id,
        scopes=scopes,
        holder_name=account.holder_name,
    )


def territory_of(account: Account) -> Territory:
    """Return where an account may look."""
    kind = TerritoryKind(account.territory_kind)
    return Territory(kind, account.territory_code, account.person_id if kind is TerritoryKind.OWN else None)


def log(
    session: Session, *, username: str, action: str, now: datetime, detail: Mapping[str, Any] | None = None
) -> None:
    """Write an audit line of somebody who is not signed in yet."""
    actor = Actor(username=username)
    audit.record(
        session, actor=actor, action=action, subject_kind="account", subject_no=username, now=now, detail=detail
    )
    session.flush()


def _row(account: Account, locked: datetime | None, *, is_hidden: bool = False) -> AccountRow:
    return AccountRow(
        username=account.username,
        roles=account.roles,
        territory=territory_of(account),
        sign_in_way=account.sign_in_way,
        has_second_factor=account.totp_confirmed_at is not None,
        must_change_password=account.must_change_password,
        is_disabled=account.is_disabled,
        locked_until=locked,
        created_at=account.created_at,
        is_linked=account.provider_subject is not None,
        has_holder=account.holder_name_sealed is not None,
        holder_name=None if is_hidden else account.holder_name,
    )
