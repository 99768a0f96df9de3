"""`talentpool history`: where each value of a record comes from."""

from typing import TYPE_CHECKING

import click

from matching.vocabulary import Text
from service.cli.acting import reading
from service.cli.console import Console, house_time, pass_console
from service.usecases.records.recorded_values import field_label, value_in_words

if TYPE_CHECKING:
    from service.usecases.records.histories import ValueChange

__all__ = ["history"]

_COLUMNS = (
    Text("项目", "Field"),
    Text("原值", "Before"),
    Text("现值", "After"),
    Text("时间", "When"),
    Text("经办", "By"),
    Text("来源", "Source"),
    Text("依据", "Standing"),
)
_SOURCES = {
    "import": Text("导入", "import"),
    "form": Text("页面", "page"),
    "api": Text("接口", "API"),
    "cli": Text("命令行", "command line"),
    "merge": Text("合并", "merge"),
    "unmerge": Text("取消合并", "unmerge"),
    "undo": Text("撤销导入", "undo of an import"),
    "demo": Text("示范数据", "demo city"),
}


@click.command("history")
@click.argument("kind", type=click.Choice(("people", "vacancies", "villages")))
@click.argument("number")
@click.option("--field", metavar="F", help="One field only, by its name in --json, such as employer. 只看一项。")
@click.option("--json", "as_json", is_flag=True, help="One JSON document. 输出 JSON。")
@pass_console
def history(console: Console, *, kind: str, number: str, field: str | None, as_json: bool) -> None:
    """Show each value of a record with when, by whom, from which cell, and who verified it. 来源与变更。"""
    from schemas.provenance import HistorySchema
    from service.usecases.records.histories import history_of

    with reading(console) as (session, actor):
        found = history_of(session, actor=actor, kind=kind, number=number)
    found = {name: changes for name, changes in found.items() if field in {None, name}}
    if as_json:
        document = {"schema": "talentpool.history/1", "kind": kind}
        console.print_json(document | dict(HistorySchema().dump({"number": number, "fields_": found})))
        return
    rows = []
    for name, changes in found.items():
        rows += [_row(kind, name, change, console.language) for change in changes]
    if not rows:
        console.say(Text("没有变更记录。", "No change is recorded."))
        return
    console.table(list(_COLUMNS), rows)


def _row(kind: str, name: str, change: "ValueChange", language: str) -> list[str]:
    return [
        field_label(kind, name).in_(language),
        value_in_words(kind, name, change.before, language=language),
        value_in_words(kind, name, change.after, language=language),
        house_time(change.at),
        change.username,
        _source(change).in_(language),
        _standing(change).in_(language),
    ]


def _source(change: "ValueChange") -> Text:
    name = _SOURCES[change.source]
    if change.taken_from is not None:
        name = Text(f"{name.zh}自 {change.taken_from}", f"{name.en} from {change.taken_from}")
    if change.file_name is None:
        return name
    place = "!".join(filter(None, (change.sheet, change.cell)))
    told = f" {change.file_name} {place}".rstrip()
    return Text(name.zh + told, name.en + told)


def _standing(change: "ValueChange") -> Text:
    if not change.is_verified:
        return Text("自报，未核验", "self-reported")
    return Text("已核验：{by} {document}", "verified: {by} {document}").filled(
        by=change.verified_by or "", document=change.verified_document or ""
    )
