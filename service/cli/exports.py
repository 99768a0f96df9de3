"""`talentpool export`: lists, rosters, shortlists, dossiers and forms as files; rankings as rows."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from matching.vocabulary import Text, counted
from service.cli.acting import reading, writing
from service.cli.console import Console, house_time, pass_console
from service.cli.help_words import SpokenGroup
from service.cli.rankings import ranking
from service.cli.wrong_use import wrong_usage

__all__ = ["export"]

Command = TypeVar("Command", bound=Callable[..., Any])

_KINDS = {
    "people": Text("人员列表", "list of people"),
    "vacancies": Text("岗位列表", "list of vacancies"),
    "villages": Text("村列表", "list of villages"),
    "roster": Text("名册", "roster"),
    "shortlist": Text("建议名单", "shortlist"),
    "dossier": Text("建议名单材料", "dossier"),
    "form": Text("任免审批表", "cadre form"),
    "ranking": Text("评分结果", "rankings"),
    "notice": Text("任前公示", "public notice"),
    "sheet": Text("人选比选表", "print sheet"),
    "excluded": Text("未列入人员", "people left out"),
}
_OUT = click.argument("out", type=click.Path(path_type=Path, dir_okay=False), metavar="OUT.ext")
_FILTER = click.option("--filter", "filters", multiple=True, metavar="F=V", help="Only these, as in the list. 筛选。")
_SORT = click.option("--sort", metavar="F", help="Order; -F the other way round. 排序。")
_REASON = click.option("--reason", help="Why numbers have to be in it in full; logged. 需要完整号码的事由，记入日志。")
_COLUMNS = click.option("--columns", metavar="A,B", help="Fields in the order wanted. 列。")


@click.group(cls=SpokenGroup)
def export() -> None:
    """Write files to take away; each is numbered and recorded. 导出。

    The ending of OUT says the format: lists .xlsx .csv .json, rosters .xlsx .csv, dossiers .docx .pdf, sheets
    .pdf, people left out .xlsx .csv .json .pdf, forms .lrmx .docx.
    """


export.add_command(ranking)


def _list_command(subject: str, about: str) -> None:
    @export.command(subject, help=about)
    @_OUT
    @_FILTER
    @_COLUMNS
    @_SORT
    @pass_console
    def command(console: Console, *, out: Path, filters: Sequence[str], columns: str | None, sort: str | None) -> None:
        chosen = [key.strip() for key in columns.split(",")] if columns else None
        _write(console, out, kind=subject, filters=_pairs(filters), columns=chosen, sort=sort)


_list_command("people", "People as the list shows them, masked. 人员列表（号码打码）。")
_list_command("vacancies", "Vacancies as the list shows them. 岗位列表。")
_list_command("villages", "Villages as the list shows them. 村列表。")


@export.command()
@click.argument("table", type=click.Choice(["people", "vacancies", "villages"]))
@_OUT
@_FILTER
@_SORT
@_REASON
@pass_console
def roster(
    console: Console, *, table: str, out: Path, filters: Sequence[str], sort: str | None, reason: str | None
) -> None:
    """Whole table in the office's layout; numbers masked without --reason. 名册（无事由则号码打码）。"""
    _write(console, out, kind="roster", subject_no=table, filters=_pairs(filters), sort=sort, reason=reason)


@export.command()
@click.argument("shortlist_no")
@_OUT
@_COLUMNS
@pass_console
def shortlist(console: Console, *, shortlist_no: str, out: Path, columns: str | None) -> None:
    """Table of a shortlist. 建议名单。"""
    chosen = [key.strip() for key in columns.split(",")] if columns else None
    _write(console, out, kind="shortlist", subject_no=shortlist_no, columns=chosen)


@export.command()
@click.argument("shortlist_no")
@_OUT
@pass_console
def dossier(console: Console, *, shortlist_no: str, out: Path) -> None:
    """Dossier of a shortlist: table, reasons, versions, room to sign. 建议名单材料。"""
    _write(console, out, kind="dossier", subject_no=shortlist_no)


@export.command()
@click.argument("shortlist_no")
@_OUT
@pass_console
def sheet(console: Console, *, shortlist_no: str, out: Path) -> None:
    """Print sheet of a shortlist as PDF, A4 across. 人选比选表。"""
    _write(console, out, kind="sheet", subject_no=shortlist_no)


@export.command()
@click.argument("shortlist_no")
@_OUT
@click.option("--rule", "rule_id", metavar="R", help="Only who was left out by this rule. 只含因此条件未列入者。")
@pass_console
def excluded(console: Console, *, shortlist_no: str, out: Path, rule_id: str | None) -> None:
    """People who were left out of a shortlist, with the reason; .pdf is A4 to print. 未列入人员及原因。"""
    _write(console, out, kind="excluded", subject_no=shortlist_no, filters={"rule_id": rule_id} if rule_id else {})


@export.command()
@click.argument("notice_no")
@_OUT
@pass_console
def notice(console: Console, *, notice_no: str, out: Path) -> None:
    """Public notice before an appointment. 任前公示。"""
    _write(console, out, kind="notice", subject_no=notice_no)


@export.command()
@click.argument("person_no")
@_OUT
@click.option("--vacancy", "vacancy_no", metavar="V", help="The proposed post. 拟任岗位。")
@_REASON
@pass_console
def form(console: Console, *, person_no: str, out: Path, vacancy_no: str | None, reason: str | None) -> None:
    """Cadre form of a person; the id number masked without --reason. 干部任免审批表（无事由则号码打码）。"""
    _write(console, out, kind="form", subject_no=person_no, vacancy_no=vacancy_no, reason=reason)


@export.command("log")
@click.option("--page", default=1, show_default=True, type=click.IntRange(1), help="Page. 页。")
@click.option("--json", "as_json", is_flag=True, help="One JSON document. 输出 JSON。")
@pass_console
def log(console: Console, *, page: int, as_json: bool) -> None:
    """What was exported, by whom, with how many people. 导出记录。"""
    from schemas.exports import ExportSchema
    from service.usecases.outgoing.exports import list_exports

    with reading(console) as (session, actor):
        found = list_exports(session, actor=actor, page=page)
        rows = [ExportSchema(exclude=("selection",)).dump(one) for one in found.items]
    if as_json:
        console.print_json({"schema": "talentpool.exports/1", "total": found.total, "items": rows})
        return
    if not rows:
        console.say(Text("还没有导出过文件。", "No file was exported yet."))
        return
    columns = [
        (Text("编号", "Export"), "export_no"),
        (Text("时间", "At"), "exported_at"),
        (Text("导出人", "By"), "exported_by"),
        (Text("种类", "Kind"), "kind"),
        (Text("格式", "Format"), "format"),
        (Text("对象", "Of"), "subject_no"),
        (Text("人数", "People"), "n_people"),
        (Text("行数", "Rows"), "n_rows"),
    ]
    console.table(
        [label for label, _ in columns], [[_shown(row, key, console.language) for _, key in columns] for row in rows]
    )


def _shown(row: Mapping[str, Any], key: str, language: str) -> str:
    value = row[key]
    if key == "exported_at":
        return house_time(value)
    if key == "kind":
        return _KINDS[value].in_(language) if value in _KINDS else str(value)
    if isinstance(value, int):
        return f"{value:,}"
    return "" if value is None else str(value)


def _pairs(filters: Sequence[str]) -> dict[str, Any]:
    pairs = [one.partition("=") for one in filters]
    if wrong := [name for name, sign, _ in pairs if not sign]:
        raise wrong_usage(
            Text(f"筛选应写成 字段=值：{wrong[0]}", f"A filter is written FIELD=VALUE: {wrong[0]}"), place="--filter"
        )
    return {name.strip(): value for name, _, value in pairs}


def _write(console: Console, out: Path, **wanted: Any) -> None:
    from service.files.replacing import replace_bytes
    from service.usecases.outgoing.exports import Wanted, make_export

    if not out.resolve().parent.is_dir():
        raise wrong_usage(Text("目录不存在。", "The directory does not exist."), place=str(out.parent))
    asked = Wanted(file_format=out.suffix.lower().removeprefix("."), language=console.language, **wanted)
    # Recorded first: a record without a file does no harm, a file without a record does.
    with writing(console) as (session, actor):
        made = make_export(session, asked, actor=actor, now=datetime.now(UTC))
    replace_bytes(out, made.content)
    console.done(
        Text(
            f"已写入 {out}：{made.n_rows:,} 行，含 {made.n_people:,} 人；导出编号 {made.export_no}。",
            f"{out}: {counted(made.n_rows, 'row', 'rows')}, {counted(made.n_people, 'person', 'people')}; "
            f"export {made.export_no}.",
        )
    )
