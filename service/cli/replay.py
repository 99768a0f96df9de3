"""`talentpool replay`: make a frozen list again, or say why today's list differs."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from matching.vocabulary import Text
from service.cli.acting import reading, writing
from service.cli.console import Console, pass_console
from service.cli.wrong_use import wrong_usage
from service.errors import ServiceError

if TYPE_CHECKING:
    from service.usecases.lists.list_changes import TodaysChanges
    from service.usecases.lists.replay import ShortlistReplay

__all__ = ["replay"]

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("shortlist_no", required=False)
@click.option("--diff", is_flag=True, help="Why today's list differs. 与今天的名单比较，说明差异原因。")
@click.option("--bundle", type=_FILE, help="Write a file that verifies anywhere (.json or .json.gz). 导出核验包。")
@click.option("--from", "source", type=_FILE, help="Verify such a file; no database needed. 核验包，无需数据库。")
@click.option("--json", "as_json", is_flag=True, help="One JSON document. 输出 JSON。")
@pass_console
def replay(
    console: Console, *, shortlist_no: str | None, diff: bool, bundle: Path | None, source: Path | None, as_json: bool
) -> None:
    """Make a past shortlist again, byte for byte. 重演一份名单并逐位核对。

    The list comes from its pinned card, rulebook and record; exit code 1 names whatever disagrees.
    """
    if (shortlist_no is None) == (source is None):
        raise _usage("请给出名单编号，或用 --from 给出核验包。", "Give the number of a list, or a bundle with --from.")
    if diff and (bundle or source):
        raise _usage("--diff 不能与 --bundle、--from 同用。", "--diff goes with neither --bundle nor --from.")
    if diff:
        _diff(console, str(shortlist_no), as_json=as_json)
        return
    found = _from_bundle(source) if source else _replayed(console, str(shortlist_no), bundle)
    _report(console, found, as_json=as_json)
    if bundle:
        console.done(Text(f"已写入 {bundle}（内部编号，无姓名）。", f"{bundle} written (surrogate ids, no names)."))


def _replayed(console: Console, shortlist_no: str, bundle: Path | None) -> "ShortlistReplay":
    from service.files.bundles import write_bundle
    from service.usecases.lists.replay import bundle_shortlist, replay_shortlist

    with reading(console) as (session, actor):
        found = replay_shortlist(session, actor=actor, shortlist_no=shortlist_no)
    if bundle and found.replay.agrees:
        with writing(console) as (session, actor):
            now = datetime.now(UTC)
            write_bundle(bundle, bundle_shortlist(session, actor=actor, shortlist_no=shortlist_no, now=now))
    return found


def _from_bundle(source: Path) -> "ShortlistReplay":
    from service.files.bundles import read_bundle
    from service.usecases.lists.replay import replay_bundle

    return replay_bundle(read_bundle(source))


def _report(console: Console, found: "ShortlistReplay", *, as_json: bool) -> None:
    from schemas.replay import ReplaySchema

    result = found.replay
    if as_json:
        console.print_json({"schema": "talentpool.replay_report/1", **ReplaySchema().dump(found)})
    else:
        _show(console, found)
    for note in result.notes:
        console.say(note)
    if not result.agrees:
        for one in result.disagreements:
            console.refuse(ServiceError(one.problem, remedy=one.remedy, place=one.place))
        n = len(result.disagreements)
        console.say(Text(f"与留存内容不一致：{n} 处。", f"It does not agree with what was kept: {n} findings."))
        raise click.exceptions.Exit(1)
    console.done(
        Text(
            f"{len(result.places)} 个位次的顺序、得分与当时逐字节一致。",
            f"Order and scores of {len(result.places)} places are byte for byte those of then.",
        )
    )


_HASHES = {
    "rulebook": Text("规则", "rulebook"),
    "card": Text("评分卡", "card"),
    "data": Text("数据", "data"),
    "vacancy": Text("岗位", "vacancy"),
    "order": Text("顺序", "order"),
}


def _show(console: Console, found: "ShortlistReplay") -> None:
    result = found.replay
    head = Text("{no}　由 {n_people} 人重新排出 {n} 个位次", "{no}  {n} places made again from {n_people} people")
    filled = head.filled(no=found.shortlist_no, n=len(result.places), n_people=result.n_people)
    console.print(filled.in_(console.language))
    for key, label in _HASHES.items():
        console.print(f"   {getattr(result.versions, key) or '-':16}  {label.in_(console.language)}")


def _diff(console: Console, shortlist_no: str, *, as_json: bool) -> None:
    from schemas.replay import ListChangesSchema
    from service.usecases.lists.list_changes import changes_since

    with reading(console) as (session, actor):
        changes = changes_since(session, actor=actor, shortlist_no=shortlist_no, now=datetime.now(UTC))
    if as_json:
        document: dict[str, Any] = ListChangesSchema().dump(changes)
        for person in document["people"]:
            del person["name"]  # a terminal shows numbers
        console.print_json({"schema": "talentpool.shortlist_changes/1", **document})
        return
    _show_changes(console, changes)


def _show_changes(console: Console, changes: "TodaysChanges") -> None:
    language = console.language
    days = f"{changes.as_of_then} → {changes.as_of_now}"
    head = Text(
        f"{changes.shortlist_no}　岗位 {changes.vacancy_no}　",
        f"{changes.shortlist_no}  vacancy {changes.vacancy_no}  ",
    )
    console.print(head.in_(language) + days)
    console.print(changes.summary.in_(language))
    for line in changes.context:
        console.print(line.in_(language))
    for person in changes.people:
        console.print(f"\n{person.heading.in_(language)}")
        for reason in person.reasons:
            console.print(f"   {reason.in_(language)}")


def _usage(zh: str, en: str) -> ServiceError:
    return wrong_usage(Text(zh, en), place="replay")
