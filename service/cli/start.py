"""Starting: init, serve, demo, version."""

import os
import platform
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from matching.vocabulary import Text
from service.access import OPERATOR, Role, Territory, TerritoryKind
from service.cli.console import Console, pass_console
from service.errors import Conflict, NotConfigured
from service.version import VERSION

if TYPE_CHECKING:
    from service.db import Database

__all__ = ["demo", "init", "serve", "version"]

HOST = "127.0.0.1"
ADMINISTRATOR = "admin"

_port = click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port. 端口。")
_host = click.option("--host", default=HOST, show_default=True, help="Address to listen on. 监听地址。")
_workers = click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="进程数。")


@click.command()
@click.option(
    "--demo",
    "n_demo_people",
    is_flag=False,
    flag_value=10_000,
    type=click.IntRange(100, 1_000_000),
    metavar="[N]",
    help="Fill it with the invented demo city of N people. 装入虚构的示范市。",
)
@pass_console
def init(console: Console, *, n_demo_people: int | None) -> None:
    """Create or upgrade the database, the key file and the administrator. 建立或升级数据库。"""
    from service.installation import initialise

    database = initialise(console.settings)
    if n_demo_people is not None:
        _fill_with_demo_city(console, database, n_people=n_demo_people)
    passwords = _new_passwords(database, has_demo=n_demo_people is not None)
    console.done(Text("数据库已就绪。", "The database is ready."))
    _show_passwords(console, passwords)


@click.command()
@_host
@_port
@_workers
@pass_console
def serve(console: Console, *, host: str, port: int, workers: int) -> None:
    """Serve pages and API. 启动网页与接口服务。"""
    from service.cli.serving import ensure_port_is_free, serve_until_stopped
    from service.installation import open_database
    from service.precautions import check_exposure, check_no_debugging

    check_exposure(console.settings, host=host)
    check_no_debugging(os.environ)
    open_database(console.settings).dispose()  # refuse before listening, not in a worker
    ensure_port_is_free(host, port)
    address = f"http://{host}:{port}"
    serve_until_stopped(
        console.settings,
        host=host,
        port=port,
        n_workers=workers,
        when_ready=lambda: console.done(Text(f"服务已启动：{address}", f"Serving on {address}")),
    )


@click.command()
@_port
@_workers
@pass_console
def demo(console: Console, *, port: int, workers: int) -> None:
    """Run the demo city: set-up, data, scoring, server. 运行示范市。"""
    from service.cli.serving import ensure_port_is_free, serve_until_stopped, serving_address
    from service.installation import initialise

    running = serving_address(console.settings)
    if running is not None:
        console.done(Text(f"已在运行：{running}", f"Already running: {running}"))
        return
    address = f"http://{HOST}:{port}"
    ensure_port_is_free(HOST, port)
    database = initialise(console.settings)
    _fill_with_demo_city(console, database)
    passwords = _new_passwords(database, has_demo=True)  # last: an interrupted first start must not swallow them
    database.dispose()

    def tell() -> None:
        console.done(
            Text(f"示范市已就绪：{address}（Ctrl-C 停止）", f"The demo city is ready: {address} (Ctrl-C stops it)")
        )
        _show_passwords(console, passwords)
        if not passwords:
            console.say(
                Text(
                    "  账号 officer、leader 等，口令在首次启动时显示；遗失的由 admin 申请重设、leader 确认；"
                    "两者都遗失时，停止后删除 var 目录，重新生成示范市。",
                    "  Accounts officer, leader ...: their passwords were shown at the first start. "
                    "Lost? admin asks for a new one and leader confirms; if theirs are lost, stop this, "
                    "delete the folder var, and have the city drawn anew.",
                )
            )

    serve_until_stopped(console.settings, host=HOST, port=port, n_workers=workers, when_ready=tell)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON document. 输出 JSON。")
@pass_console
def version(console: Console, *, as_json: bool) -> None:
    """Show the versions of program and rulebook. 显示版本。"""
    cards, rulebook = _in_force(console)
    document = {
        "schema": "talentpool.version/1",
        "talentpool": VERSION,
        "python": platform.python_version(),
        "rulebook": rulebook,
        "cards": cards,
    }
    if as_json:
        console.print_json(document)
        return
    console.print(f"talentpool {VERSION}  Python {document['python']}  rulebook {document['rulebook']}")
    for post, card in cards.items():
        console.print(f"  card {card}  {post}")


def _in_force(console: Console) -> tuple[dict[str, str], str]:
    """Return the versions of cards and rulebook in force; before an installation exists these are the shipped ones."""
    from service.installation import open_database
    from service.queries.cards import cards_in_force
    from service.queries.rulebooks import rulebook_in_force
    from service.rulebooks import shipped_cards, shipped_rulebook

    try:
        database = open_database(console.settings)
    except NotConfigured:
        cards, rulebook = shipped_cards(), shipped_rulebook()
    else:
        with database.reading() as session:
            cards, rulebook = cards_in_force(session), rulebook_in_force(session)
    return {str(post): card.version for post, card in cards.items()}, rulebook.version


def _new_passwords(database: "Database", *, has_demo: bool) -> dict[str, str]:
    """Create the administrator, and the accounts of the demo, if they are missing; return the new passwords."""
    from service.cli.demo_accounts import create_demo_accounts

    passwords = create_demo_accounts(database, now=datetime.now(UTC)) if has_demo else {}
    administrator = _administrator_password(database)
    return passwords | ({ADMINISTRATOR: administrator} if administrator is not None else {})


def _administrator_password(database: "Database") -> str | None:
    from service.usecases import accounts

    try:
        with database.unit_of_work() as session:
            return accounts.create_account(
                session,
                actor=OPERATOR,
                username=ADMINISTRATOR,
                roles=[Role.ADMIN],
                territory=Territory(TerritoryKind.SYSTEM),
                now=datetime.now(UTC),
            )
    except Conflict:
        return None


def _show_passwords(console: Console, passwords: dict[str, str]) -> None:
    from service.cli.demo_accounts import show_demo_accounts

    if passwords:
        console.say(Text("账号与口令（仅显示一次）：", "Accounts and passwords (shown once):"))
    show_demo_accounts(console, passwords)
    if ADMINISTRATOR in passwords:
        console.say(
            Text(
                f"  {ADMINISTRATOR:<11} {passwords[ADMINISTRATOR]}  系统管理员：账号与设置，看不到个人信息",
                f"  {ADMINISTRATOR:<11} {passwords[ADMINISTRATOR]}  accounts and settings, no personal data",
            )
        )


def _fill_with_demo_city(console: Console, database: "Database", *, n_people: int = 10_000) -> None:
    from service.cli.demo_city import fill_with_demo_city

    fill_with_demo_city(console, database, n_people=n_people)
