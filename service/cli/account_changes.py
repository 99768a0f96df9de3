"""Changes of accounts on the command line: one person asks, another confirms."""

from typing import TYPE_CHECKING

import click

from matching.vocabulary import Text
from service.cli.acting import HOST, TOKEN, acting, plain
from service.cli.console import Console, house_time, pass_console
from service.errors import Forbidden

if TYPE_CHECKING:
    from service.access import Actor
    from service.usecases.accounts import ChangeRow

__all__ = ["COMMANDS", "ask_for_password"]

_reason = click.option("--reason", required=True, help="Why: appointment, document. 原因与文号。")
_roles = click.option(
    "--role", "roles", multiple=True, required=True, help="Role; repeatable; `user roles` lists them. 角色。"
)
_territory = click.option(
    "--territory",
    required=True,
    help="system, all, city, county:6 digits, township:9, village:12, unit:NAME, own:NUMBER. 地域。",
)


@click.command()
@click.argument("username")
@_roles
@_territory
@_reason
@click.option("--name", "holder_name", required=True, help="Real name of who holds it. 持有人姓名。")
@click.option(
    "--way", type=click.Choice(["password", "ldap", "oidc"]), default="password", show_default=True, help="登录方式。"
)
@pass_console
def add(
    console: Console, username: str, *, roles: tuple[str, ...], territory: str, reason: str, holder_name: str, way: str
) -> None:
    """Ask for a new account; a second person confirms it. 申请新账号，待另一人确认。

    The first administrator needs nobody else: the operator of the host puts it in. What an account signs, it signs
    with the name of its holder.
    """
    from service.usecases import accounts

    with acting(console) as (session, actor, now):
        given = accounts.roles_of_words(roles)
        where = accounts.territory_of_text(session, territory)
        if actor == HOST and accounts.is_first_administrator(session, given):
            accounts.check_territory(where, given)
            password = accounts.create_account(
                session, actor=actor, username=username, roles=given, territory=where, holder_name=holder_name, now=now
            )
            console.say(
                Text(f"首个系统管理员 {username} 的口令（仅显示一次）：", f"Password of {username} (shown once):")
            )
            console.print(password)
            return
        _check_is_named(actor)
        change = accounts.request_change(
            session,
            actor=actor,
            kind=accounts.ChangeKind.CREATE,
            username=username,
            roles=given,
            territory=where,
            way=accounts.SignInWay(way),
            holder_name=holder_name,
            reason=reason,
            now=now,
        )
    _say_waiting(console, change)


@click.command()
@click.argument("username")
@_roles
@_territory
@_reason
@pass_console
def role(console: Console, username: str, *, roles: tuple[str, ...], territory: str, reason: str) -> None:
    """Ask for other roles and territory of an account. 申请变更角色与地域。"""
    from service.usecases import accounts

    with acting(console) as (session, actor, now):
        _check_is_named(actor)
        change = accounts.request_change(
            session,
            actor=actor,
            kind=accounts.ChangeKind.ROLES,
            username=username,
            roles=accounts.roles_of_words(roles),
            territory=accounts.territory_of_text(session, territory),
            reason=reason,
            now=now,
        )
    _say_waiting(console, change)


@click.command()
@click.argument("username")
@click.argument("holder_name", metavar="NAME")
@_reason
@pass_console
def name(console: Console, username: str, *, holder_name: str, reason: str) -> None:
    """Ask for the real name of who holds an account: what it signs with. 申请登记持有人姓名。"""
    _ask_plainly(console, username, reason, kind="name", holder_name=holder_name)


@click.command()
@click.argument("username")
@_reason
@pass_console
def disable(console: Console, username: str, *, reason: str) -> None:
    """Ask for the end of an account; sessions and tokens end when it is confirmed. 申请停用账号。

    At once: `user passwd NAME` ends its sessions and gives another password.
    """
    _ask_plainly(console, username, reason, kind="disable")


@click.command()
@click.argument("username")
@_reason
@pass_console
def enable(console: Console, username: str, *, reason: str) -> None:
    """Ask for a disabled account to come back. 申请启用账号。"""
    _ask_plainly(console, username, reason, kind="enable")


@click.command()
@click.option("--all", "is_all", is_flag=True, help="Decided ones too. 含已有结论的。")
@click.option("--json", "as_json", is_flag=True, help="One JSON document. 输出 JSON。")
@pass_console
def changes(console: Console, *, is_all: bool, as_json: bool) -> None:
    """List the changes that wait for a second person. 列出待确认的变更。"""
    from service.usecases import accounts

    with acting(console) as (session, actor, now):
        rows = accounts.list_changes(session, actor=actor, now=now, is_open=not is_all)
    if as_json:
        console.print_json([plain(row) for row in rows])
        return
    if not rows:
        console.say(Text("没有待确认的变更。", "No change waits."))
        return
    columns = [
        Text("编号", "Number"),
        Text("变更", "Change"),
        Text("账号", "Account"),
        Text("持有人", "Holder"),
        Text("角色", "Roles"),
        Text("地域", "Territory"),
        Text("申请人", "Asked by"),
        Text("申请时间", "Asked"),
        Text("结论", "Decision"),
    ]
    table = [
        [
            row.change_no,
            accounts.CHANGE_LABELS[row.kind].in_(console.language),
            row.username,
            row.holder_name or "—",
            ", ".join(row.roles),
            accounts.territory_as_text(row.territory) if row.roles else "—",
            row.requested_by,
            house_time(row.requested_at),
            f"{row.decision} {row.decided_by}" if row.decision else "—",
        ]
        for row in rows
    ]
    console.table(columns, table)


@click.command()
@click.argument("change_no")
@pass_console
def confirm(console: Console, change_no: str) -> None:
    """Confirm a change that somebody else asked for. 确认变更。"""
    from service.usecases import accounts

    with acting(console) as (session, actor, now):
        made = accounts.decide_change(
            session, actor=actor, change_no=change_no, decision=accounts.Decision.CONFIRMED, now=now
        )
    console.done(Text(f"变更 {change_no} 已生效。", f"The change {change_no} is in effect."))
    if made.second_half is not None:
        name = made.change.username
        console.say(
            Text(
                f"账号 {name} 口令的后半段（仅显示一次，请当面交本人；前后两段连着输入，首次登录须修改）：",
                f"Second half of the password of {name}, shown once: give it to the owner yourself, who types both "
                "halves without a space and has to change the password at the first sign-in:",
            )
        )
        console.print(made.second_half)


@click.command()
@click.argument("change_no")
@pass_console
def refuse(console: Console, change_no: str) -> None:
    """Refuse a change that somebody else asked for. 拒绝变更。"""
    from service.usecases import accounts

    with acting(console) as (session, actor, now):
        accounts.decide_change(session, actor=actor, change_no=change_no, decision=accounts.Decision.REFUSED, now=now)
    console.done(Text(f"变更 {change_no} 已拒绝。", f"The change {change_no} is refused."))


@click.command("roles")
@pass_console
def roles_command(console: Console) -> None:
    """List the roles that an account may have. 列出角色。"""
    from service.access import Role
    from service.access.actors import ROLE_LABELS

    columns = [Text("角色", "Role"), Text("含义", "Meaning")]
    known = [role for role in Role if role != Role.PUBLIC]
    console.table(columns, [[role.value, ROLE_LABELS[role].in_(console.language)] for role in known])


def ask_for_password(console: Console, username: str, reason: str) -> None:
    """Ask for a new password of an account, which a second person confirms."""
    from service.access import Role
    from service.usecases import accounts

    with acting(console) as (session, actor, now):
        change = accounts.request_change(
            session,
            actor=actor,
            kind=accounts.ChangeKind.PASSWORD,
            username=username,
            reason=reason,
            settings=console.settings.accounts,
            now=now,
        )
    _say_waiting(console, change)
    if actor == HOST and set(change.roles) == {Role.ADMIN}:
        day = house_time(change.requested_at + accounts.HOST_WAITS)
        console.say(
            Text(
                f"如没有可确认的人：{day} 起，期间无一人登录或拒绝，可在本机确认；已告知所有账号。",
                f"If nobody can confirm: from {day} on you can here, if none who could has signed in; all are told.",
            )
        )


COMMANDS = (add, role, name, disable, enable, changes, confirm, refuse, roles_command)


def _ask_plainly(console: Console, username: str, reason: str, *, kind: str, holder_name: str | None = None) -> None:
    from service.usecases import accounts

    with acting(console) as (session, actor, now):
        _check_is_named(actor)
        change = accounts.request_change(
            session, actor=actor, kind=accounts.ChangeKind(kind), username=username, holder_name=holder_name,
            reason=reason, now=now,
        )  # fmt: skip
    _say_waiting(console, change)


def _check_is_named(actor: "Actor") -> None:
    """Say how to become an administrator, instead of that the host's operator is none."""
    if actor == HOST:
        raise Forbidden(
            Text("账号变更须由具名的系统管理员提出。", "A named administrator asks for changes of accounts."),
            remedy=Text(
                f"请以管理员账号操作：--as 账号（输入口令），或环境变量 {TOKEN}。",
                f"Act as an administrator: --as NAME, which asks for the password, or a token in {TOKEN}.",
            ),
            place="--as",
        )


def _say_waiting(console: Console, change: "ChangeRow") -> None:
    number = change.change_no
    console.done(
        Text(
            f"申请 {number} 已提交，14 天内由另一人确认：talentpool user confirm {number}",
            f"{number} waits for a second person, 14 days at most: talentpool user confirm {number}",
        )
    )
    console.print(number)
    if change.first_half is not None:
        name = change.username
        console.say(
            Text(
                f"账号 {name} 口令的前半段（仅显示一次，请当面交本人；后半段由确认人看到）：",
                f"First half of the password of {name}, shown once: give it to the owner yourself; who confirms sees "
                "the second:",
            )
        )
        console.print(change.first_half)
