"""What `talentpool import` prints: findings, what changes, counts."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from matching.vocabulary import Text
from service.cli.console import Console
from service.usecases.incoming.import_wording import counts_text
from service.usecases.records.recorded_values import field_label, value_in_words

if TYPE_CHECKING:
    from service.usecases.incoming.import_previews import FieldChange, RowPreview
    from service.usecases.incoming.import_reports import ImportReport

__all__ = ["print_report"]

_SHOWN = 20
_ROW_COLUMNS = (
    Text("行", "Row"),
    Text("编号", "Number"),
    Text("项目", "Field"),
    Text("现值", "Before"),
    Text("文件中", "After"),
    Text("冲突", "Conflict"),
)


def print_report(console: Console, report: "ImportReport", errors: Path | None) -> None:
    """Print the findings that are open, the rows that change in a dry run, and the counts."""
    from service.files.finding_tables import FINDING_COLUMNS, finding_row

    shown = [finding for finding in report.findings if finding.is_open][:_SHOWN]
    shown = shown or report.findings[:_SHOWN]
    if shown:
        console.table(list(FINDING_COLUMNS), [finding_row(finding, console.language) for finding in shown])
    if len(report.findings) > len(shown):
        more = Text("另有 {n:,} 条", "{n:,} more").filled(n=len(report.findings) - len(shown))
        where = (
            Text("，见 {path}。", ", see {path}.")
            if errors
            else Text("，加 --errors 清单.xlsx 查看。", "; see all with --errors OUT.xlsx.")
        )
        console.say(Text(more.zh + where.zh, more.en + where.en).filled(path=errors))
    console.done(counts_text(report))
    if report.n_conflicting:
        console.say(_conflicts(report))
    if report.is_dry_run:
        _print_changes(console, report)
        console.say(Text("试运行：没有保存任何内容。", "Dry run: nothing was kept."))
    elif not report.is_kept:
        console.say(
            Text(
                "有内容未通过，按 --all-or-nothing 全部未导入；请改正后再导入。",
                "Something was refused, so nothing was kept (--all-or-nothing); mend it and import again.",
            )
        )
    if report.import_id is not None:
        undo = f"talentpool undo-import {report.import_id}"
        console.say(
            Text(f"导入编号 {report.import_id}，撤销：{undo}", f"Import {report.import_id}; to undo it: {undo}")
        )


def _print_changes(console: Console, report: "ImportReport") -> None:
    rows = [
        [
            row.row,
            row.number,
            field_label(report.kind, change.field).in_(console.language),
            value_in_words(report.kind, change.field, change.before, language=console.language),
            value_in_words(report.kind, change.field, change.after, language=console.language),
            change.conflict.in_(console.language) if change.conflict else "",
        ]
        for row, change in islice(_changes(report), _SHOWN)
    ]
    if rows:
        console.table(list(_ROW_COLUMNS), rows)
    if (n := sum(len(row.changes) for row in report.rows) - len(rows)) > 0:
        console.say(Text(f"另有 {n:,} 处改动，加 --json 查看。", f"{n:,} more changes; see all with --json."))


def _changes(report: "ImportReport") -> Iterator[tuple["RowPreview", "FieldChange"]]:
    """Return what the rows change, contradictions first, new records last."""
    order = {"conflicting": 0, "new": 2}
    for row in sorted(report.rows, key=lambda row: order.get(row.state, 1)):
        for change in row.changes:
            yield row, change


def _conflicts(report: "ImportReport") -> Text:
    return Text(
        "有 {n:,} 行与手工修改或已核验的内容不同；加 --conflicts keep 可保留现值。",
        "{n:,} rows contradict what was done by hand or verified; --conflicts keep leaves the present values.",
    ).filled(n=report.n_conflicting)
