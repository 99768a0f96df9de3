"""How an import is told in one sentence."""

from typing import TYPE_CHECKING

from matching.vocabulary import Text, counted

if TYPE_CHECKING:
    from service.usecases.incoming.import_reports import ImportReport

__all__ = ["KIND_NAMES", "counts_text"]

KIND_NAMES = {
    "people": Text("人员", "people"),
    "vacancies": Text("岗位", "vacancies"),
    "villages": Text("村", "villages"),
    "decisions": Text("审阅结论", "decisions"),
    "training": Text("培训记录", "training"),
}


def counts_text(report: "ImportReport") -> Text:
    """Return the counts in one sentence."""
    told = Text(
        "{kind} {n_rows:,} 行：新增 {n_new:,}，更新 {n_changed:,}，未变 {n_same:,}，未导入 {n_refused:,}；"
        "跳过 {n_skipped:,} 处；需处理 {n_open:,} 条，另有说明 {n_told:,} 条。",
        "{amount} of {kind}: {n_new:,} new, {n_changed:,} changed, {n_same:,} the same, {n_refused:,} refused; "
        "{n_skipped:,} skipped; {n_open:,} to look at, {n_told:,} only told.",
    ).filled(
        n_open=report.n_open,
        n_told=len(report.findings) - report.n_open,
        amount=counted(report.n_rows, "row", "rows"),
        **{**vars(report), "kind": KIND_NAMES[report.kind]},
    )
    if not report.n_drafts:
        return told
    drafts = counted(report.n_drafts, "draft", "drafts")
    return Text(
        f"{told.zh}其中草稿 {report.n_drafts:,} 人，待补充后提交。",
        f"{told.en} {drafts} to be completed and submitted.",
    )
