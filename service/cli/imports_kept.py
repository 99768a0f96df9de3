"""`talentpool imports` and `talentpool undo-import`: the files that came in, and taking one back."""

from datetime import UTC, datetime
from typing import Any

import click

from matching.vocabulary import Text
from service.cli.acting import reading, writing
from service.cli.console import Console, house_time, pass_console
from service.usecases.incoming.import_wording import KIND_NAMES

__all__ = ["imports", "undo_import"]

_COLUMNS = (
    Text("编号", "Import"),
    Text("时间", "When"),
    Text("经办", "By"),
    Text("内容", "Kind"),
    Text("文件", "File"),
    Text("行", "Rows"),
    Text("新增", "New"),
    Text("更新", "Changed"),
    Text("状态", "State"),
)


@click.command("imports")
@click.option("--kind", type=click.Choice(tuple(KIND_NAMES)), help="One kind only. 只看一种。")
@click.option("--page", type=click.IntRange(1), default=1, show_default=True, help="Page of 20. 第几页。")
@click.option("--json", "as_json", is_flag=True, help="One JSON document. 输出 JSON。")
@pass_console
def imports(console: Console, *, kind: str | None, page: int, as_json: bool) -> None:
    """List the files that were imported, the newest first. 导入记录。"""
    from schemas.imports import ImportSchema
    from service.usecases.incoming.imports_kept import list_imports

    with reading(console) as (session, actor):
        found = list_imports(session, actor=actor, kind=kind, page=page)
        items = ImportSchema().dump(found.items, many=True)
    if as_json:
        console.print_json({"schema": "talentpool.imports/1", "total": found.total, "page": page, "items": items})
    elif not items:
        console.say(Text("还没有导入过文件。", "No file was imported yet."))
    else:
        console.table(list(_COLUMNS), [_row(item, console.language) for item in items])


def _row(item: dict[str, Any], language: str) -> list[str]:
    state = Text("有效", "in force")
    if item["state"] == "undone":
        state = Text("已由 {by} 撤销", "undone by {by}").filled(by=item["undone_by"])
    return [
        str(item["id"]),
        house_time(item["at"]),
        item["username"],
        KIND_NAMES[item["kind"]].in_(language) if item["kind"] in KIND_NAMES else item["kind"],
        item["file_name"],
        *(f"{item['counts'].get(name, 0):,}" for name in ("n_rows", "n_new", "n_changed")),
        state.in_(language),
    ]


@click.command("undo-import")
@click.argument("import_id", type=click.IntRange(1))
@pass_console
def undo_import(console: Console, *, import_id: int) -> None:
    """Take a whole import back, as long as nothing else depends on it. 撤销一次导入。

    New records go, changed values come back; if somebody changed them since, or lists, decisions or appointments refer
    to them, nothing happens and the first ones are named.
    """
    from service.usecases.incoming import undoing_imports

    with writing(console) as (session, actor):
        done = undoing_imports.undo_import(session, actor=actor, import_id=import_id, now=datetime.now(UTC))
    console.done(
        Text(
            "导入 {import_id} 已撤销：删除 {n_deleted:,} 条新登记，恢复 {n_restored:,} 条原值。",
            "Import {import_id} is undone: new records taken out: {n_deleted:,}, records set back: {n_restored:,}.",
        ).filled(**vars(done))
    )
    if done.n_places_kept:
        console.say(
            Text(
                "有 {n} 个临时登记的地名已被其他记录使用，予以保留。",
                "{n} places that were registered provisionally are used by others and stay.",
            ).filled(n=done.n_places_kept)
        )
