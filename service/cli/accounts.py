"""Accounts on the command line: who there is, passwords, locks, second factors, API tokens."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from matching.vocabulary import Text
from service.access.masking import NOT_SHOWN
from service.cli import account_changes
from service.cli.acting import acting, plain
from service.cli.console import Console, house_time, pass_console
from service.cli.help_words import SpokenGroup

if TYPE_CHECKING:
    from service.usecases.accounts import AccountRow

__all__ = ["user"]


@click.group(cls=SpokenGroup)
def user() -> None:
    """Accounts: passwords, second factors, tokens; new ones by two people. 账号、口令、令牌。

    \b
    An administrator asks and a county leader confirms, each with their own password or TALENTPOOL_TOKEN:
      talentpool --as admin user add wang.fang --name 王芳 --role org_dept_officer --territory county:239901 ...
      talentpool --as leader user confirm 5f0c2d1a
    Without an account the operator of the host acts, who puts in the first administrator and helps who is locked out.
    """  # noqa: D301 - click reads the backslash


for command in account_changes.COMMANDS:
    user.add_command(command)


@user.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON document. 输出 JSON。")
@pass_console
def list_command(console: Console, *, as_json: bool) -> None:
    """List the accounts with roles, territory and state. 列出账号。"""
    from service.usecases import accounts

    with acting(console) as (session, actor, now):
        rows = accounts.list_accounts(session, actor=actor, now=now)
    if as_json:
        console.print_json([plain(row) for row in rows])
        return
    columns = [
        Text("账号", "Account"),
        Text("持有人", "Holder"),
        Text("角色", "Roles"),
        Text("地域", "Territory"),
        Text("登录方式", "Signs in by"),
        Text("第二重验证", "Second factor"),
        Text("状态", "State"),
    ]
    table = [
        [
            row.username,
            _holder(row).in_(console.language),
            ", ".join(row.roles),
            accounts.territory_as_text(row.territory),
            str(row.sign_in_way),
            (Text("有", "yes") if row.has_second_factor else Text("无", "no")).in_(console.language),
            _state(row.is_disabled, row.locked_until, row.must_change_password).in_(console.language),
        ]
        for row in rows
    ]
    console.table(columns, table)


@user.command()
@click.argument("username", default="admin")
@click.option("--reason", help="Why: asks for a password that a second person confirms. 原因；须另一人确认。")
@pass_console
def passwd(console: Console, username: str, *, reason: str | None) -> None:
    """Give a new password, to be changed at the next sign-in; sessions end. 重设口令。

    An account that proposes, approves or signs gets one by two people: with --reason its sessions, tokens and old
    password end at once, and you see the first half of the new one; who confirms (`user confirm`) sees the second.
    """
    from service.usecases import accounts

    if reason is not None:
        account_changes.ask_for_password(console, username, reason)
        return
    with acting(console) as (session, actor, now):
        password = accounts.set_password(
            session, actor=actor, username=username, settings=console.settings.accounts, now=now
        )
    console.say(
        Text(
            f"账号 {username} 的新口令（仅显示一次，下次登录须修改）：",
            f"New password of {username} (shown once, to be changed at the next sign-in):",
        )
    )
    console.print(password)


@user.command()
@click.argument("username")
@pass_console
def unlock(console: Console, username: str) -> None:
    """Let a locked account try again at once. 解除锁定。"""
    from service.usecases import accounts

    with acting(console) as (session, actor, now):
        accounts.unlock_account(session, actor=actor, username=username, now=now)
    console.done(Text(f"账号 {username} 已解除锁定。", f"{username} may try again."))


@user.command("totp-reset")
@click.argument("username")
@click.option("--reason", required=True, help="Why, for the audit. 原因。")
@pass_console
def totp_reset(console: Console, username: str, *, reason: str) -> None:
    """Take the second factor off who lost the device. 解除第二重验证。"""
    from service.usecases import accounts

    with acting(console) as (session, actor, now):
        accounts.reset_second_factor(session, actor=actor, username=username, reason=reason, now=now)
    console.done(Text(f"账号 {username} 的第二重验证已解除。", f"{username} has no second factor any more."))


@user.command("unlink")
@click.argument("username")
@click.option("--reason", required=True, help="Why, for the audit. 原因。")
@pass_console
def unlink(console: Console, username: str, *, reason: str) -> None:
    """Forget who an account is at the provider of single sign-on. 解除统一身份绑定。"""
    from service.usecases import accounts

    with acting(console) as (session, actor, now):
        accounts.unlink_provider(session, actor=actor, username=username, reason=reason, now=now)
    console.done(Text(f"账号 {username} 下次登录时重新绑定。", f"The next sign-in links {username} anew."))


@user.command()
@click.option("--label", default="cli", show_default=True, help="What the token is for. 用途。")
@click.option("--scope", "scopes", multiple=True, help="A right or its verb, e.g. read; repeatable. 权限范围。")
@click.option("--days", type=click.IntRange(1, 366), help="For how many days; the longest life if left out. 有效天数。")
@pass_console
def token(console: Console, *, label: str, scopes: tuple[str, ...], days: int | None) -> None:
    """Make an API token of the account that acts, narrower with --scope. 生成本账号的接口令牌。

    \b
    Once on a terminal, which asks for the password; all commands after it act as the account:
      export TALENTPOOL_TOKEN=$(talentpool -q --as NAME user token --days 1)
    """  # noqa: D301 - click reads the backslash
    from service.usecases import accounts

    with acting(console) as (session, actor, now):
        username = actor.username
        made = accounts.create_token(
            session,
            actor=actor,
            username=username,
            label=label,
            scopes=scopes or None,
            expires_at=now + timedelta(days=days) if days else None,
            settings=console.settings.accounts,
            now=now,
        )
    console.say(Text(f"账号 {username} 的接口令牌（仅显示一次）：", f"API token of {username} (shown once):"))
    console.print(made)


@user.command()
@click.argument("username", default="admin")
@click.option("--json", "as_json", is_flag=True, help="One JSON document. 输出 JSON。")
@pass_console
def tokens(console: Console, username: str, *, as_json: bool) -> None:
    """List the tokens of an account, without themselves. 列出令牌。"""
    from service.usecases import accounts

    with acting(console) as (session, actor, _now):
        rows = accounts.list_tokens(session, actor=actor, username=username, settings=console.settings.accounts)
    if as_json:
        console.print_json([plain(row) for row in rows])
        return
    columns = [
        Text("编号", "Number"),
        Text("用途", "Label"),
        Text("权限范围", "Scopes"),
        Text("有效至", "Until"),
        Text("最近使用", "Last used"),
        Text("吊销", "Revoked"),
    ]
    never = "—"
    console.table(
        columns,
        [
            [
                row.token_no,
                row.label,
                "*" if row.scopes is None else ", ".join(row.scopes),
                *(house_time(at) if at else never for at in (row.expires_at, row.last_used_at, row.revoked_at)),
            ]
            for row in rows
        ],
    )


@user.command()
@click.argument("token_no")
@pass_console
def revoke(console: Console, token_no: str) -> None:
    """End a token at once, by its number. 吊销令牌。"""
    from service.usecases import accounts

    with acting(console) as (session, actor, now):
        accounts.revoke_token(session, actor=actor, token_no=token_no, now=now)
    console.done(Text(f"令牌 {token_no} 已吊销。", f"The token {token_no} is revoked."))


def _holder(row: "AccountRow") -> Text:
    if row.holder_name:
        return Text(row.holder_name, row.holder_name)
    return NOT_SHOWN if row.has_holder else Text("未登记", "no name yet")


def _state(is_disabled: bool, locked_until: datetime | None, must_change: bool) -> Text:  # noqa: FBT001 - the three states of one row
    if is_disabled:
        return Text("已停用", "disabled")
    if locked_until is not None:
        return Text(f"锁定至 {house_time(locked_until)}", f"locked until {house_time(locked_until)}")
    return Text("待改口令", "must change its password") if must_change else Text("正常", "in use")
