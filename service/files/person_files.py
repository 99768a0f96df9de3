"""A person's own file as a page to read, print and keep: one HTML file without anything from outside."""

from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import Any

from matching.vocabulary import Text

__all__ = ["action_label", "person_file_page"]

_STYLE = (
    "body{font:16px/1.6 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#111}"
    "table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}th,td{border:1px solid #999;padding:.3rem .5rem;"
    "text-align:left;vertical-align:top;overflow-wrap:anywhere}th{background:#eee}h2{margin-top:2.5rem}"
)
_TITLE = Text("本人档案", "Your own file")
_INTRODUCTION = Text(
    "以下是本系统保存的关于您的全部内容。名单只供参考，由有权人员决定；您可以申请更正，也可以撤回同意。",
    "This is everything that the service holds about you. Lists are suggestions, named people decide; you may ask for "
    "corrections and withdraw your consent.",
)
_RECORD = Text("登记内容", "What is on record")
_MERGED = Text("并入的档案", "Records merged into yours")
_SCORES = Text("在名单上的得分与理由", "Your scores on lists, and why")
_PLACES = Text("目前在招岗位中的位置", "Where you stand for open vacancies")
_HISTORY = Text("每一项的来历", "Where each value comes from")
_OTHERS = Text("其他记录", "Other records")
_MOVES = Text("状态变化", "Changes of state")
_ACCESSES = Text("谁看过、改过您的档案", "Who has looked at or changed your record")
_NOTHING = Text("没有。", "None.")
_ACTIONS = {
    "register_person": Text("登记", "registered"),
    "edit_person": Text("修改", "changed"),
    "view_person": Text("查看", "looked at"),
    "view_history": Text("查看来历", "looked at the history"),
    "view_fitting_vacancies": Text("查看适合的岗位", "looked at fitting vacancies"),
    "list_people": Text("在列表中看到", "saw it in a list"),
    "view_ranking": Text("在排序中看到", "saw it in a ranking"),
    "view_shortlist": Text("在名单中看到", "saw it on a shortlist"),
    "view_excluded": Text("在未列入人员中看到", "saw it among those not on a list"),
    "view_candidacy": Text("查看人选", "looked at the candidacy"),
    "view_appointment": Text("查看任职", "looked at the appointment"),
    "view_duplicates": Text("查重时对照看到", "saw it beside a possible duplicate"),
    "view_waiver": Text("查看放宽", "looked at a waiver"),
    "try_weights": Text("在试算中看到", "saw it in a trial of weights"),
    "view_import": Text("导入文件时对照看到", "saw it beside a file to import"),
    "export": Text("导出", "exported"),
    "move_talent_record": Text("流转档案", "moved the record on"),
    "merge_people": Text("合并", "merged"),
    "export_person_file": Text("导出本人档案", "made this file"),
    "export_form": Text("导出任免表", "exported the form"),
    "unmask_fields": Text("查看证件号、电话", "looked at numbers"),
    "give_consent": Text("登记同意", "recorded a consent"),
    "withdraw_consent": Text("登记撤回同意", "recorded a withdrawal"),
    "propose_correction": Text("申请更正", "asked for a correction"),
    "decide_correction": Text("处理更正", "decided on a correction"),
    "place_hold": Text("保全", "ordered to keep"),
    "lift_hold": Text("解除保全", "lifted an order to keep"),
    "record_check": Text("登记核验", "recorded a check"),
}


def action_label(action: str) -> Text:
    """Return what an act of the audit log is called to the person whom it is about; an unknown one as it is named."""
    known = _ACTIONS["list_people"] if action.startswith("list_") else Text(action, action)
    return _ACTIONS.get(action, known)


def person_file_page(document: Mapping[str, Any], *, language: str, label: Callable[[str], Text]) -> str:
    """Return a person's own file as HTML.

    Parameters
    ----------
    document : mapping
        From `service.usecases.privacy.own_files.person_file`.
    language : {"zh", "en"}
    label : callable
        Says what a field of a person is called.
    """
    page = _Page(language, label)
    page.heading(f"{_TITLE.in_(language)} {document['person_no']}", level=1)
    page.paragraph(_INTRODUCTION.in_(language))
    page.paragraph(f"{document['made_at']} {document['made_by']}")
    page.section(_RECORD, [_Table((), page.fields(document["record"]))])
    if document["merged_records"]:
        page.section(_MERGED, [_Table((), page.fields(one)) for one in document["merged_records"]])
    page.section(_SCORES, [page.score(one) for one in document["scores"]])
    page.section(_PLACES, [page.score(one) for one in document["present_places"]])
    page.section(_HISTORY, [page.history(one) for one in document["history"].values() if one])
    page.section(_OTHERS, [page.rows(name, rows) for name, rows in document["other_records"].items()])
    page.section(_MOVES, [page.rows("", document["changes_of_state"])] if document["changes_of_state"] else [])
    page.section(_ACCESSES, [page.accesses(document["accesses"])])
    return page.whole(_TITLE.in_(language))


class _Table:
    def __init__(self, head: Iterable[str], rows: Iterable[Iterable[str]], *, caption: str = "") -> None:
        self.head, self.rows, self.caption = list(head), [list(row) for row in rows], caption


class _Page:
    def __init__(self, language: str, label: Callable[[str], Text]) -> None:
        self._language, self._label, self._parts = language, label, list[str]()

    def heading(self, text: str, *, level: int) -> None:
        self._parts.append(f"<h{level}>{escape(text)}</h{level}>")

    def paragraph(self, text: str) -> None:
        self._parts.append(f"<p>{escape(text)}</p>")

    def section(self, title: Text, tables: Iterable[_Table]) -> None:
        self.heading(title.in_(self._language), level=2)
        drawn = [table for table in tables if table.rows]
        if not drawn:
            self.paragraph(_NOTHING.in_(self._language))
        for table in drawn:
            self._draw(table)

    def fields(self, record: Mapping[str, Any]) -> list[tuple[str, str]]:
        return [(self._label(name).in_(self._language), self._words(value)) for name, value in record.items()]

    def score(self, told: Mapping[str, Any]) -> _Table:
        place = " · ".join(
            self._words(told[key]) for key in ("shortlist_no", "vacancy_no", "village", "post_type") if key in told
        )
        rank = Text(f"第 {told['rank']} 位，", f"place {told['rank']}, ").in_(self._language) if "rank" in told else ""
        points = Text(f"{told['score']:g} 分", f"{told['score']:g} points").in_(self._language)
        reasons = [
            (f"{one['points']:g} / {one['max_points']:g}", self._words(one.get("sentence") or one.get("label")))
            for one in told.get("reasons") or ()
        ]
        rules = [(self._words(one["rule_id"]), self._words(one["sentence"])) for one in told.get("rules") or ()]
        return _Table((), [*reasons, *rules] or [("", points)], caption=f"{place}：{rank}{points}")

    def history(self, told: Mapping[str, Any]) -> _Table:
        rows = [
            (
                self._label(field).in_(self._language),
                self._words(change["before"]),
                self._words(change["after"]),
                self._words(change["at"]),
                self._words(change["by"]),
                " ".join(filter(None, (change["source"], change["file"], change["cell"]))),
            )
            for field, changes in told.items()
            for change in changes
        ]
        head = (Text("项目", "Field"), Text("原值", "Before"), Text("现值", "After"), Text("时间", "When"),
                Text("经办", "By"), Text("来源", "Source"))  # fmt: skip
        return _Table((one.in_(self._language) for one in head), rows)

    def rows(self, name: str, rows: Iterable[Mapping[str, Any]]) -> _Table:
        told = list(rows)
        columns = list(dict.fromkeys(key for row in told for key in row))
        return _Table(columns, ([self._words(row.get(key)) for key in columns] for row in told), caption=name)

    def accesses(self, told: Iterable[Mapping[str, Any]]) -> _Table:
        head = (Text("时间", "When"), Text("账号", "Account"), Text("做了什么", "What"))
        rows = (
            (one["at"], one["by"], _ACTIONS.get(one["action"], Text(one["action"], one["action"])).in_(self._language))
            for one in told
        )
        return _Table((one.in_(self._language) for one in head), rows)

    def whole(self, title: str) -> str:
        lang = "zh-Hans-CN" if self._language == "zh" else "en"
        return (
            f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
            f"<style>{_STYLE}</style></head><body>{''.join(self._parts)}</body></html>\n"
        )

    def _draw(self, table: _Table) -> None:
        head = "".join(f"<th>{escape(one)}</th>" for one in table.head)
        rows = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in table.rows)
        caption = f"<caption>{escape(table.caption)}</caption>" if table.caption else ""
        self._parts.append(f"<table>{caption}{f'<tr>{head}</tr>' if head else ''}{rows}</table>")

    def _words(self, value: Any) -> str:
        if value is None:
            return "—"
        if isinstance(value, Mapping) and set(value) == {"zh", "en"}:
            return str(value[self._language])
        if isinstance(value, bool):
            return Text("是", "yes").in_(self._language) if value else Text("否", "no").in_(self._language)
        if isinstance(value, list):
            return "、".join(map(self._words, value))
        return str(value)
