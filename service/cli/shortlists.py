"""`talentpool shortlist`: request a list and read it in the terminal."""

from datetime import UTC, datetime
from itertools import compress
from typing import TYPE_CHECKING, Any

import click

from matching.vocabulary import Text
from matching.vocabulary.flags import FLAGS
from schemas.grounds import waiver_texts
from service.cli.acting import writing
from service.cli.console import Console, in_brackets, pass_console

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

__all__ = ["MARKS", "interval_text", "shortlist", "show_reason_lines"]

MARKS = {
    "pass": Text("符合", "passes"),
    "to_verify": Text("待核验", "to be verified"),
    "waived": Text("已放宽", "waived"),
}
_BY_RECORD = {
    True: Text("（已核验）", " (verified)"),
    False: Text("（本人填报）", " (self-reported)"),
}
_COLUMNS = [
    Text("位次", "Place"),
    Text("人员编号", "Person"),
    Text("姓名", "Name"),
    Text("得分", "Score"),
    Text("区间", "Interval"),
    Text("档", "Band"),
    Text("资格", "Eligibility"),
    Text("提示", "Notes"),
]
_INTERVAL = 4  # told where a learned card has one


@click.command()
@click.argument("vacancy_no")
@click.option("-k", default=10, show_default=True, type=int, help="Length of the list. 名单人数。")
@click.option("--explain", is_flag=True, help="Every point and rule of everybody listed. 逐项说明。")
@click.option("--excluded", is_flag=True, help="People who were not listed, by first failing rule. 未列入人员及原因。")
@click.option("--json", "as_json", is_flag=True, help="One JSON document. 输出 JSON。")
@pass_console
def shortlist(console: Console, *, vacancy_no: str, k: int, explain: bool, excluded: bool, as_json: bool) -> None:
    """Request a shortlist for a vacancy; it is kept as it is. 为岗位申请建议名单。"""
    from service.usecases.lists.shortlists import list_excluded, request_shortlist

    with writing(console) as (session, actor):
        made = request_shortlist(session, actor=actor, vacancy_no=vacancy_no, k=k, now=datetime.now(UTC))
        document = _document(session, made)
        if excluded:
            page = list_excluded(session, actor=actor, shortlist_no=made.shortlist_no, page_size=10**6)
            document["excluded"] = [
                {
                    "person_no": row.person.person_no,
                    "rule_id": row.rule_id,
                    "title": dict(row.title),
                    "sentence": dict(row.sentence),
                    "basis": dict(row.basis),
                }
                for row in page.items
            ]
    if as_json:
        console.print_json(document)
        return
    _show(console, document, explain=explain)
    if excluded:
        _show_excluded(console, document)


def _document(session: "Session", made: Any) -> dict[str, Any]:
    from schemas.shortlists import ShortlistSchema

    session.refresh(made, ["entries"])
    document: dict[str, Any] = ShortlistSchema().dump(made)
    return {"schema": "talentpool.shortlist/1", **document}


def _show(console: Console, document: dict[str, Any], *, explain: bool) -> None:
    sieve = document["sieve"]
    console.print(
        Text(
            "{no}　岗位 {vacancy}　计算日期 {as_of}\n"
            "在库 {n_pool} 人 → 符合或待核验 {n_eligible} 人（其中待核验 {n_to_verify} 人）→ 列出 {n_listed} 人",
            "{no}  vacancy {vacancy}  as of {as_of}\n"
            "{n_pool} in the pool → {n_eligible} eligible ({n_to_verify} of them to be verified) → {n_listed} listed",
        )
        .filled(no=document["shortlist_no"], vacancy=document["vacancy_no"], as_of=document["as_of"], **sieve)
        .in_(console.language)
    )
    _show_wishes(console, document["vacancy_facts"]["wishes"])
    is_told = [True] * len(_COLUMNS)
    is_told[_INTERVAL] = any(entry["interval"] for entry in document["entries"])
    rows = [_row(entry, console.language) for entry in document["entries"]]
    console.table(list(compress(_COLUMNS, is_told)), [list(compress(row, is_told)) for row in rows])
    _show_notes(console, document)
    if explain:
        for entry in document["entries"]:
            _show_reasons(console, entry, average=document["average_score"])
    _show_exclusions(console, document["exclusions"])
    console.say(
        Text(
            "得分仅供比选参考，以考察和集体研究为准。",
            "Scores only help to compare; people are decided on after inspection and discussion.",
        )
    )


def _row(entry: dict[str, Any], language: str) -> list[str]:
    return [
        str(entry["rank"]),
        entry["person_no"],
        entry["name"] or "",
        f"{entry['score']:.2f}",
        interval_text(entry["interval"]),
        str(entry["band"]),
        MARKS[entry["verdict"]].in_(language),
        "\n".join(
            [
                *(FLAGS[flag].in_(language) if flag in FLAGS else flag for flag in entry["flags"]),
                *(text.in_(language) for text in waiver_texts(entry["grounds"])),
            ]
        ),
    ]


def interval_text(interval: dict[str, float] | None) -> str:
    """Write a score interval; nothing when there is none."""
    return f"{interval['low']:.2f}–{interval['high']:.2f}" if interval else ""


def _show_notes(console: Console, document: dict[str, Any]) -> None:
    bands = [entry["band"] for entry in document["entries"]]
    shared = [band for band in dict.fromkeys(bands) if bands.count(band) > 1]
    if shared:
        named = Text("、", ", ").in_(console.language).join(map(str, shared))
        note = document["notes"]["bands"][console.language]
        console.print(Text(f"第 {named} 档：{note}", f"Band {named}: {note}").in_(console.language))
    if document["notes"]["interval"]:
        console.print(document["notes"]["interval"][console.language])


def _show_wishes(console: Console, wishes: list[dict[str, str]]) -> None:
    if wishes:
        heading = Text("岗位意愿（不作为条件）：", "Wishes of the vacancy (exclude nobody): ").in_(console.language)
        mark = Text("；", "; ").in_(console.language)
        console.print(heading + mark.join(wish[console.language] for wish in wishes))


def _show_reasons(console: Console, entry: dict[str, Any], *, average: float) -> None:
    language = console.language
    interval = Text("，区间 ", ", interval ").in_(language) + interval_text(entry["interval"])
    against = Text(f"（符合条件者平均 {average:.2f}）", f" (average of the eligible {average:.2f})").in_(language)
    console.print(
        f"\n{entry['rank']}. {entry['person_no']} {entry['name'] or ''}  {entry['score']:.2f}"
        f"{interval if entry['interval'] else ''}{against}"
    )
    show_reason_lines(console, entry["contributions"])
    for outcome in entry["outcomes"]:
        if outcome["verdict"] in {"to_verify", "waived"} or outcome["stage"] != "listing":
            basis = in_brackets(outcome["basis"][language], language=language)
            console.print(f"   {outcome['rule_id']}  {outcome['sentence'][language]}{basis}")


def show_reason_lines(console: Console, parts: list[dict[str, Any]]) -> None:
    """Write one line a reason, the farthest above the average first."""
    heading = Text("高于平均     得分 / 满分", "above average, points / most")
    console.print(f"   {heading.in_(console.language)}")
    for part in parts:
        console.print(_reason_line(part, console.language))


def _reason_line(part: dict[str, Any], language: str) -> str:
    above = f"{part['above_average']:+.2f}".replace("-", "\N{MINUS SIGN}")
    known = "" if part["is_missing"] else _BY_RECORD[part["is_verified"]].in_(language)
    share = f"{above:>7}  {part['points']:6.2f} / {part['max_points']:.2f}"
    colon = Text("：", ": ").in_(language)
    return f"   {share}  {part['label'][language]}{colon}{part['sentence'][language]}{known}"


def _show_exclusions(console: Console, exclusions: list[dict[str, Any]]) -> None:
    if exclusions:
        console.print(
            Text("\n未列入人数，按首个未满足的条件：", "\nNot listed, by the first rule not met:").in_(console.language)
        )
    for row in exclusions:
        people = Text(
            f"{row['n_people']} 人", f"{row['n_people']} {'person' if row['n_people'] == 1 else 'people'}"
        ).in_(console.language)
        console.print(f"   {row['rule_id']}  {row['title'][console.language]}  {people}")


def _show_excluded(console: Console, document: dict[str, Any]) -> None:
    language = console.language
    columns = [Text("人员编号", "Person"), Text("条件", "Rule"), Text("原因", "Reason"), Text("依据", "Basis")]
    rows = [
        [row["person_no"], row["rule_id"], row["sentence"][language], row["basis"][language]]
        for row in document["excluded"]
    ]
    n_all = sum(one["n_people"] for one in document["exclusions"])
    if len(rows) < n_all:
        console.print(
            Text(
                f"\n以下是管辖范围内的 {len(rows)} 人；其余 {n_all - len(rows)} 人不在管辖范围内，只计人数。",
                f"\nThe {len(rows)} of the territory; the other {n_all - len(rows)} are outside it and only counted.",
            ).in_(language)
        )
    console.table(columns, rows)
