"""Accounts on the command line: passwords and API tokens."""

from datetime import UTC, datetime

import click

from matching.vocabulary import Text
from service.cli.acting import writing
from service.cli.console import Console, pass_console

__all__ = ["user"]


@click.group()
def user() -> None:
    """Set passwords and make API tokens. 口令与接口令牌。"""


@user.command()
@click.argument("username", default="admin")
@pass_console
def passwd(console: Console, username: str) -> None:
    """Set a new generated password and end the account's sessions. 重设口令。"""
    from service.usecases import accounts

    with writing(console) as (session, actor):
        password = accounts.set_password(session, actor=actor, username=username, now=datetime.now(UTC))
    console.say(Text(f"账号 {username} 的新口令（仅显示一次）：", f"New password of {username} (shown once):"))
    console.print(password)


@user.command()
@click.argument("username", default="admin")
@click.option("--label", default="cli", show_default=True, help="What the token is for. 用途。")
@pass_console
def token(console: Console, username: str, label: str) -> None:
    """Make an API token. 生成接口令牌。"""
    from service.usecases import accounts

    with writing(console) as (session, actor):
        made = accounts.create_token(session, actor=actor, username=username, label=label, now=datetime.now(UTC))
    console.say(Text(f"账号 {username} 的接口令牌（仅显示一次）：", f"API token of {username} (shown once):"))
    console.print(made)
