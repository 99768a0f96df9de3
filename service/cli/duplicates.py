"""`talentpool duplicates`: find pairs that may be one person, decide about them, merge and part."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from matching.vocabulary import Text
from service.cli.acting import opened, reading, writing
from service.cli.console import Console, house_time, pass_console
from service.cli.help_words import SpokenGroup
from service.cli.run_progress import ask_to_stop, clock, watched
from service.cli.wrong_use import wrong_usage
from service.usecases.records.recorded_values import field_label, value_in_words

if TYPE_CHECKING:
    from service.usecases.identity.duplicates import PairFound

__all__ = ["duplicates"]

_STATES = {
    "open": Text("待定", "open"),
    "same": Text("同一人", "same"),
    "different": Text("不是同一人", "different"),
    "later": Text("稍后再定", "later"),
}
_COLUMNS = [
    Text("编号", "Pair"),
    Text("人员", "Person"),
    Text("人员", "Person"),
    Text("可能性", "Probability"),
    Text("状态", "State"),
    Text("依据", "Reasons"),
]

_MERGE_COLUMNS = (
    Text("编号", "Merge"),
    Text("保留", "Survivor"),
    Text("并入", "Absorbed"),
    Text("时间", "When"),
    Text("经办", "By"),
    Text("撤销", "Undone"),
    Text("说明", "Note"),
)


@click.group(cls=SpokenGroup)
def duplicates() -> None:
    """Who is who: find, decide, merge, part. 查重、认定、合并与撤销。"""


@duplicates.command()
@click.option("--stop", is_flag=True, help="Ask the search at work to stop. 请正在运行的查重停止。")
@pass_console
def find(console: Console, *, stop: bool) -> None:
    """Search the whole registry for people registered twice. 全库查重。"""
    from service.usecases.identity.duplicate_search import find_duplicates
    from service.usecases.long_work.run_terms import Kind

    if stop:
        ask_to_stop(console, Kind.DUPLICATES)
        return
    with opened(console) as (database, actor), watched(console, Kind.DUPLICATES) as watch:
        found = find_duplicates(database, actor=actor, now=clock, watch=watch)
    console.done(
        Text(
            f"比对 {found.n_people:,} 条记录：疑似 {found.n_pairs:,} 对，其中新增 {found.n_new:,} 对，"
            f"消失 {found.n_gone:,} 对；另有 {found.n_decided:,} 对已认定不是同一人。",
            f"{found.n_people:,} records compared. Pairs: {found.n_pairs:,}, new {found.n_new:,}, "
            f"gone {found.n_gone:,}; decided to be two people: {found.n_decided:,}.",
        )
    )
    if found.n_new:
        console.warn(Text("查看：talentpool duplicates list", "To see them: talentpool duplicates list"))
    console.end()


@duplicates.command("list")
@click.option("--state", type=click.Choice([*_STATES, "all"]), default="open", show_default=True, help="State. 状态。")
@click.option("--person", "person_no", help="Only pairs of this person. 只看此人。")
@click.option("--top", type=click.IntRange(1, 10_000), default=20, show_default=True, help="How many. 条数。")
@click.option("--json", "as_json", is_flag=True, help="One JSON document. 输出 JSON。")
@pass_console
def list_command(console: Console, *, state: str, person_no: str | None, top: int, as_json: bool) -> None:
    """List pairs, the likeliest first. 列出疑似重复，可能性大的在前。"""
    from service.usecases.identity.duplicates import list_pairs

    with reading(console) as (session, actor):
        asked = None if state == "all" else state
        page = list_pairs(session, actor=actor, state=asked, person_no=person_no, page_size=top)
        documents = [_document(one) for one in page.items]
        rows = [_row(console, one) for one in page.items]
    if as_json:
        console.print_json({"schema": "talentpool.duplicates/1", "total": page.total, "pairs": documents})
        return
    console.table(_COLUMNS, rows)
    console.say(Text(f"共 {page.total:,} 对。", f"In all: {page.total:,}."))


@duplicates.command()
@click.argument("pair_id", type=int)
@click.option("--json", "as_json", is_flag=True, help="One JSON document. 输出 JSON。")
@pass_console
def show(console: Console, *, pair_id: int, as_json: bool) -> None:
    """Show a pair field by field. 逐项对照一对记录。"""
    from service.usecases.identity.duplicates import compare_pair, get_pair

    with reading(console) as (session, actor):
        found = get_pair(session, actor=actor, pair_id=pair_id)
        document = _document(found)
        sides = compare_pair(found)
    if as_json:
        console.print_json({"schema": "talentpool.duplicate/1", **document, "fields": sides})
        return
    console.print(f"{document['first']} / {document['second']}　{document['probability']:.0%}")
    for reason in found.reasons:
        console.print(f"   {reason.in_(console.language)}")
    columns = [Text("字段", "Field"), *(Text(number, number) for number in (document["first"], document["second"]))]
    language = console.language
    console.table(
        columns,
        [
            # the name beside the label, because --take of the merge asks for it
            [
                f"{field_label('people', name).in_(language)} ({name})",
                *(value_in_words("people", name, side, language=language) for side in both),
            ]
            for name, both in sides.items()
            if both[0] != both[1]
        ],
    )


@duplicates.command()
@click.argument("pair_id", type=int)
@click.argument("decision", type=click.Choice(["same", "different", "later"]))
@click.option("--note", help="Why. 说明。")
@pass_console
def decide(console: Console, *, pair_id: int, decision: str, note: str | None) -> None:
    """Say of a pair: same, different or later. 认定：同一人、不是同一人、稍后再定。"""
    from service.usecases.identity.pair_decisions import decide_pair

    with writing(console) as (session, actor):
        found = decide_pair(session, actor=actor, pair_id=pair_id, decision=decision, note=note, now=datetime.now(UTC))
        first, second = found.first.person_no, found.second.person_no
    label = _STATES[decision]
    console.done(Text(f"{first} 与 {second}：{label.zh}。", f"{first} and {second}: {label.en}."))
    if decision == "same":
        console.say(
            Text(
                f"合并：talentpool duplicates merge {first} {second}",
                f"To merge: talentpool duplicates merge {first} {second}",
            )
        )


@duplicates.command()
@click.argument("survivor")
@click.argument("absorbed")
@click.option(
    "--take",
    multiple=True,
    metavar="FIELD=SIDE",
    help="survivor, absorbed or both; fields as in `show`. 逐字段选择来源。",
)
@click.option("--note", help="Why. 说明。")
@pass_console
def merge(console: Console, *, survivor: str, absorbed: str, take: tuple[str, ...], note: str | None) -> None:
    """Merge ABSORBED into SURVIVOR, which keeps its number. 把第二条记录并入第一条，保留第一条的编号。"""
    from service.usecases.identity.merging import merge_people

    with writing(console) as (session, actor):
        done = merge_people(
            session,
            actor=actor,
            survivor_no=survivor,
            absorbed_no=absorbed,
            picks=_picks(take),
            note=note,
            now=datetime.now(UTC),
        )
        merge_id = done.merge.id
    fields = ", ".join(done.changed) or "—"
    console.done(
        Text(
            f"{absorbed} 已并入 {survivor}（合并 {merge_id}）；取自 {absorbed} 的字段：{fields}；"
            f"转移 {done.n_moved} 条关联，{done.n_left} 条因重复留在原记录。",
            f"{absorbed} is merged into {survivor} (merge {merge_id}); fields taken over: {fields}; "
            f"{done.n_moved} rows followed, {done.n_left} stay because the survivor has the same.",
        )
    )
    console.say(
        Text(f"撤销：talentpool duplicates unmerge {merge_id}", f"To undo: talentpool duplicates unmerge {merge_id}")
    )


@duplicates.command("merges")
@click.option("--person", "person_no", help="Only merges of this person. 只看此人。")
@click.option("--top", type=click.IntRange(1, 10_000), default=20, show_default=True, help="How many. 条数。")
@click.option("--json", "as_json", is_flag=True, help="One JSON document. 输出 JSON。")
@pass_console
def merges_command(console: Console, *, person_no: str | None, top: int, as_json: bool) -> None:
    """List merges, the newest first: the number is what unmerge takes. 列出合并，供撤销。"""
    from schemas.duplicates import MergeSchema
    from service.usecases.identity.merging import list_merges

    with reading(console) as (session, actor):
        page = list_merges(session, actor=actor, person_no=person_no, page_size=top)
        documents: list[dict[str, Any]] = MergeSchema(many=True).dump(page.items)
    if as_json:
        console.print_json({"schema": "talentpool.merges/1", "total": page.total, "merges": documents})
        return
    rows = [
        [
            str(one["merge_id"]),
            one["survivor_no"],
            one["absorbed_no"],
            house_time(one["merged_at"]),
            one["merged_by"],
            f"{house_time(one['undone_at'])} {one['undone_by']}" if one["undone_at"] else "—",
            one["note"] or "",
        ]
        for one in documents
    ]
    console.table(list(_MERGE_COLUMNS), rows)
    console.say(Text(f"共 {page.total:,} 次合并。", f"{page.total:,} merges in all."))


@duplicates.command()
@click.argument("merge_id", type=int)
@pass_console
def unmerge(console: Console, *, merge_id: int) -> None:
    """Part two merged records exactly. 撤销合并，恢复两条记录。"""
    from service.usecases.identity.parting import undo_merge

    with writing(console) as (session, actor):
        done = undo_merge(session, actor=actor, merge_id=merge_id, now=datetime.now(UTC))
    console.done(
        Text(
            f"{done.absorbed_no} 与 {done.survivor_no} 已分开，归还 {done.n_returned} 条关联。",
            f"{done.absorbed_no} and {done.survivor_no} are parted; {done.n_returned} rows returned.",
        )
    )
    if done.kept:
        names = ", ".join(done.kept)
        console.warn(Text(f"合并后改动过、保留现值：{names}", f"Changed since the merge, kept as they are: {names}"))
    console.end()


def _picks(take: tuple[str, ...]) -> dict[str, str]:
    picks = {}
    for one in take:
        field, mark, side = one.partition("=")
        if not mark:
            raise wrong_usage(
                Text(
                    f"“{one}”应写成 字段=survivor 或 字段=absorbed。", f"'{one}' should be FIELD=survivor or absorbed."
                ),
                place="--take",
            )
        picks[field.strip()] = side.strip()
    return picks


def _document(found: "PairFound") -> dict[str, Any]:
    return {
        "pair_id": found.pair.id,
        "first": found.first.person_no,
        "second": found.second.person_no,
        "probability": round(found.pair.probability, 3),
        "state": found.pair.state,
        "decided_by": found.pair.decided_by,
        "note": found.pair.note,
        "reasons": [reason._asdict() for reason in found.reasons],
    }


def _row(console: Console, found: "PairFound") -> list[str]:
    return [
        str(found.pair.id),
        f"{found.first.person_no} {found.first.name}",
        f"{found.second.person_no} {found.second.name}",
        f"{found.pair.probability:.1%}",
        _STATES[found.pair.state].in_(console.language),
        # A line for each: some pairs have seven, and every one of them counts.
        "\n".join(reason.in_(console.language) for reason in found.reasons),
    ]
