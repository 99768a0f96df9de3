"""`talentpool mapping`: what the headers of an office mean, saved under its name."""

from collections.abc import Iterable
from datetime import UTC, datetime

import click

from matching.vocabulary import Text
from service.cli.acting import reading, writing
from service.cli.console import Console, pass_console
from service.cli.help_words import SpokenGroup
from service.errors import InvalidInput
from service.usecases.incoming.import_kinds import IMPORT_KINDS

__all__ = ["mapping", "settled_columns"]

_KINDS = click.Choice(IMPORT_KINDS)


@click.group(cls=SpokenGroup)
def mapping() -> None:
    """Keep what the headers of an office mean. 各单位的列名对应。"""


@mapping.command("list")
@click.option("--office", metavar="OFFICE", help="Of one office only. 只看一个单位。")
@click.option("--json", "as_json", is_flag=True, help="One JSON document. 输出 JSON。")
@pass_console
def list_mappings(console: Console, *, office: str | None, as_json: bool) -> None:
    """Show the saved headers. 查看已保存的列名对应。"""
    from service.usecases.incoming.column_mappings import list_column_mappings

    with reading(console) as (session, actor):
        saved = list_column_mappings(session, actor=actor, office=office)
        rows = [[row.office, row.kind, row.header, row.field] for row in saved]
    if as_json:
        names = ("office", "kind", "header", "field")
        items = [dict(zip(names, row, strict=True)) for row in rows]
        console.print_json({"schema": "talentpool.mappings/1", "items": items})
    elif rows:
        columns = [Text("单位", "Office"), Text("表", "Table"), Text("列名", "Header"), Text("字段", "Field")]
        console.table(columns, rows)
    else:
        console.say(Text("还没有保存列名对应。", "No mapping is saved."))


@mapping.command("save")
@click.argument("kind", type=_KINDS)
@click.argument("office")
@click.argument("columns", nargs=-1, required=True, metavar="HEADER=FIELD...")
@pass_console
def save_mapping(console: Console, *, kind: str, office: str, columns: tuple[str, ...]) -> None:
    """Save what headers mean. 保存列名对应。"""
    _save(console, kind, office, _mapped(columns))


@mapping.command("delete")
@click.argument("kind", type=_KINDS)
@click.argument("office")
@pass_console
def delete_mapping(console: Console, *, kind: str, office: str) -> None:
    """Forget what was saved for an office and a kind of table. 删除列名对应。"""
    from service.usecases.incoming.column_mappings import delete_column_mapping

    with writing(console) as (session, actor):
        n = delete_column_mapping(session, actor=actor, office=office, kind=kind, now=datetime.now(UTC))
    console.done(Text(f"已删除 {n} 个列名。", f"Deleted {n} headers."))


def settled_columns(
    console: Console, kind: str, given: Iterable[str], *, office: str | None, save_as: str | None, is_trial: bool
) -> dict[str, str]:
    """Return the fields by header that an import is given: those of an office, then those of the command line.

    What the command line confirms is remembered for the office, but by no trial.

    Raises
    ------
    InvalidInput, NotFound
        If one is no ``HEADER=FIELD``, or nothing is saved for the office.
    """
    columns = _mapped(given)
    if office is not None:
        columns = _of_office(console, kind, office, columns, remembers=save_as is None and not is_trial) | columns
    if save_as is not None and not is_trial:
        _save(console, kind, save_as, columns)
    return columns


def _of_office(
    console: Console, kind: str, office: str, confirmed: dict[str, str], *, remembers: bool
) -> dict[str, str]:
    from service.usecases.incoming.column_mappings import list_column_mappings, remember_columns, use_column_mapping

    now = datetime.now(UTC)
    with writing(console) as (session, actor):
        n = 0
        if confirmed and remembers:
            n = remember_columns(session, actor=actor, office=office, kind=kind, confirmed=confirmed, now=now)
        saved = list_column_mappings(session, actor=actor, office=office)
        if confirmed and not any(row.kind == kind for row in saved):
            return {}  # a trial with the first headers of an office
        columns = use_column_mapping(session, actor=actor, office=office, kind=kind, now=now)
    if n:
        console.done(_REMEMBERED.filled(office=office, n=n))
    return columns


_REMEMBERED = Text(
    "已为“{office}”记住 {n} 个列名，下次用 --mapping {office} 导入时不再询问。",
    "Remembered {n} headers for '{office}': imports with --mapping {office} will not ask again.",
)


def _save(console: Console, kind: str, office: str, columns: dict[str, str]) -> None:
    from service.usecases.incoming.column_mappings import save_column_mapping

    with writing(console) as (session, actor):
        n = save_column_mapping(session, actor=actor, office=office, kind=kind, columns=columns, now=datetime.now(UTC))
    console.done(Text(f"已为“{office}”保存 {n} 个列名。", f"Saved {n} headers for '{office}'."))


def _mapped(given: Iterable[str]) -> dict[str, str]:
    columns: dict[str, str] = {}
    for one in given:
        header, equals, key = one.rpartition("=")
        if not equals or not header.strip() or not key.strip():
            raise InvalidInput(
                Text(f"“{one[:40]}”不是“列名=字段”。", f"'{one[:40]}' is no HEADER=FIELD."),
                remedy=Text("例如 姓名全称=name。", "For example 姓名全称=name."),
                place="--map",
            )
        columns[header.strip()] = key.strip()
    return columns
