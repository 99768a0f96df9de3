"""What an account has to show before it acts in the terminal: its token, or its password and what follows it."""

import os
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from matching.vocabulary import Text
from service.access import OPERATOR, Actor
from service.cli.console import Console
from service.errors import Forbidden, InvalidInput, NotConfigured, ServiceError, Unauthenticated

if TYPE_CHECKING:
    from service.db import Database
    from service.usecases.accounts import SignIn

__all__ = ["HOST", "TOKEN", "TOKEN_FILE", "is_named", "proven_actor", "way_to_act_as_another", "way_to_name_an_account"]

TOKEN = "TALENTPOOL_TOKEN"  # noqa: S105 - the name of a variable
TOKEN_FILE = "TALENTPOOL_TOKEN_FILE"  # noqa: S105 - the name of a variable
# What two people must agree on is not settled by who can log on to the host.
HOST = OPERATOR
_OTHERS_MAY_READ = 0o077


def proven_actor(console: Console, database: "Database", *, now: datetime) -> Actor:
    """Return the account that acts, once it has proved who it is; the operator of the host if none is named.

    Raises
    ------
    Unauthenticated, TooManyRequests
        If the token or the password is not good, the token is of another account, or there is neither.
    """
    if not is_named(console):
        return HOST
    if token := _token():
        return replace(_actor_of_token(console, database, token, now=now), is_cli=True)
    assert console.account is not None  # noqa: S101 - asked above
    return replace(_signed_in(console, database, username=console.account, now=now), is_cli=True)


def is_named(console: Console) -> bool:
    """Whether an account is to act, and not the operator of the host."""
    return console.account != HOST.username and bool(console.account or _token())


def way_to_name_an_account() -> Text:
    """Return what to do about a refusal when nobody was named: the operator of the host may little with people."""
    return Text(
        f"未指定账号，按本机操作员（{HOST.username}）办理：请加 --as 账号 并输入其口令，或把其令牌放入 {TOKEN}。",
        f"No account was named, so the host's {HOST.username} acted: add --as NAME and give its password, "
        f"or put its token into {TOKEN}.",
    )


def way_to_act_as_another(username: str, remedy: Text | None) -> Text:
    """Return what to do about a refusal of the account that acted, after what the refusal itself advises."""
    asked = remedy or Text("", "")
    return Text(
        f"{asked.zh}本次由账号 {username} 办理；换其他账号：在命令之前加 --as 账号 并输入其口令，"
        f"或把其令牌放入 {TOKEN}。",
        f"{asked.en} It was {username} who acted; to act as somebody else put --as NAME before the command and give "
        f"the password, or put another token into {TOKEN}.".lstrip(),
    )


def _token() -> str:
    """Return the token of the environment, "" without one."""
    token, path = os.environ.get(TOKEN, ""), os.environ.get(TOKEN_FILE, "")
    if token or not path:
        return token
    try:
        with Path(path).open(encoding="ascii") as file:
            is_open_to_others = os.fstat(file.fileno()).st_mode & _OTHERS_MAY_READ
            token = file.readline().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise NotConfigured(
            Text("令牌文件无法读取。", "The file of the token cannot be read."),
            remedy=Text("请核对路径。", "Check the path."),
            place=TOKEN_FILE,
        ) from error
    if is_open_to_others:
        raise NotConfigured(
            Text("令牌文件可被他人读取。", "Others may read the file of the token."),
            remedy=Text("请执行 chmod 600。", "Do: chmod 600."),
            place=TOKEN_FILE,
        )
    return token


def _actor_of_token(console: Console, database: "Database", token: str, *, now: datetime) -> Actor:
    from service.usecases import accounts

    with database.reading() as session:
        actor = accounts.actor_of_token(session, token=token, now=now, settings=console.settings.accounts)
    if actor is None:
        raise Unauthenticated(
            Text("令牌无效、已吊销或已过期。", "The token is unknown, revoked, or past its time."),
            remedy=Text("请换用有效令牌，或去掉该变量。", "Use another one, or unset the variable."),
            place=TOKEN,
        )
    account = console.account
    if account is not None and account != actor.username:
        raise Unauthenticated(
            Text("令牌不属于所指定的账号。", "The token is of another account than the one that is named."),
            remedy=Text(f"请换用账号“{account}”的令牌，或去掉其中之一。", f"Use one of '{account}', or leave one out."),
            place="--as",
        )
    return actor


def _signed_in(console: Console, database: "Database", *, username: str, now: datetime) -> Actor:
    """Sign in as on the page, by all steps that the account owes; the session ends again, for it serves one command."""
    from service.usecases import accounts

    if not (console.reads_password or sys.stdin.isatty()):
        raise Unauthenticated(
            Text(f"以账号“{username}”操作须提供其凭据。", f"To act as '{username}' takes its own credential."),
            remedy=Text(
                f"请在终端中输入口令，或把令牌放入 {TOKEN} 或 {TOKEN_FILE}。",
                f"Give the password on a terminal, or put a token into {TOKEN} or {TOKEN_FILE}.",
            ),
            place="--as",
        )
    settings = console.settings
    outcome = accounts.sign_in(
        database,
        username=username,
        password=_asked(console, Text(f"账号 {username} 的口令", f"Password of {username}")),
        now=now,
        settings=settings.accounts,
        origin=accounts.Origin(client="talentpool"),
        directory=accounts.LdapDirectory(settings.ldap) if settings.ldap else None,
    )
    while (opened := _kept(outcome)).stage is not accounts.Stage.OPEN:
        outcome = _next_step(console, database, opened, now=now)
    with database.unit_of_work() as session:
        accounts.sign_out(session, token=opened.token, now=now)
    return opened.actor


def _kept(outcome: "SignIn | ServiceError") -> "SignIn":
    if isinstance(outcome, ServiceError):
        raise outcome
    return outcome


def _next_step(console: Console, database: "Database", opened: "SignIn", *, now: datetime) -> "SignIn | ServiceError":
    from service.usecases import accounts

    settings = console.settings.accounts
    if opened.stage is accounts.Stage.SECOND_FACTOR:
        code = _asked(console, Text("验证码", "Code"))
        return accounts.give_second_factor(database, token=opened.token, code=code, settings=settings, now=now)
    if opened.stage is accounts.Stage.NEW_PASSWORD:
        return _own_password(console, database, opened, now=now)
    return Forbidden(
        Text("该账号须先绑定第二重验证。", "This account has to bind a second factor first."),
        remedy=Text("请先在网页上登录一次。", "Sign in on the page once."),
        place="--as",
    )


def _own_password(
    console: Console, database: "Database", opened: "SignIn", *, now: datetime
) -> "SignIn | ServiceError":
    """Ask for a password of one's own; on a terminal again and again, until it can be taken."""
    from service.usecases import accounts

    settings = console.settings.accounts
    least = accounts.POLICIES[settings.password_policy].min_length
    text = Text(f"请设置自己的口令（至少 {least} 个字符）", f"A password of your own ({least} characters or more)")
    while True:
        chosen = _asked(console, text, is_new=True)
        outcome = accounts.change_password(
            database, token=opened.token, current=None, password=chosen, settings=settings, now=now
        )
        if console.reads_password or not isinstance(outcome, InvalidInput):
            return outcome
        console.refuse(outcome)


def _asked(console: Console, text: Text, *, is_new: bool = False) -> str:
    """Return an answer that is not shown while it is typed, or the next line of stdin."""
    if console.reads_password:
        return sys.stdin.readline().rstrip("\r\n")
    again = Text("再输一次", "Once more").in_(console.language) if is_new else False
    answer: str = click.prompt(text.in_(console.language), hide_input=True, confirmation_prompt=again, err=True)
    return answer
