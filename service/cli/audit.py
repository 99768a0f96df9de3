"""`talentpool audit`: heads of the log, and checking it."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from matching.vocabulary import Text
from service.cli.acting import opened, writing
from service.cli.console import Console, house_time, pass_console
from service.cli.help_words import SpokenGroup
from service.cli.run_progress import ask_to_stop, clock, watched

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.usecases.auditing.audit_groups import TogetherLine
    from service.usecases.auditing.audit_verification import Verification

__all__ = ["audit"]

_COLUMNS = (
    *(Text("序号", "No."), Text("时间", "At"), Text("账号", "Account"), Text("操作", "Action"), Text("次数", "Times")),
    *(Text("对象", "Of"), Text("编号", "Number"), Text("来源", "From")),
)
_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document. 输出 JSON。")


def _paged(command: Any) -> Any:
    command = click.option("--before", type=int, metavar="N", help="Only lines before this one. 早于此序号。")(command)
    limit = click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 500), help="Lines. 条数。")
    return limit(command)


@click.group(cls=SpokenGroup)
def audit() -> None:
    """Check the audit log and hand out its signed heads. 审计日志：校验、导出链尾。"""


@audit.command()
@click.option(
    "--out", type=click.Path(path_type=Path), help="File, or folder that gets one file a head. 输出文件或目录。"
)
@pass_console
def head(console: Console, *, out: Path | None) -> None:
    """Sign the present end of the log, to be kept on another machine. 导出签名的链尾。"""
    from service.files.replacing import replace_bytes
    from service.usecases.auditing.audit_heads import export_head
    from service.usecases.privacy.taken_back import list_taken_back

    with writing(console) as (session, actor):
        present = datetime.now(UTC)
        document = export_head(session, actor=actor, now=present)
        sequence = document["sequence"]
        document["taken_back"] = list_taken_back(session, actor=actor, sequence=sequence, now=present)
    if out is None:
        console.print_json(document)
        return
    path = out / f"audit-head-{document['sequence']:010}.json" if out.is_dir() else out
    replace_bytes(path, json.dumps(document, indent=1).encode("ascii"))
    console.done(
        Text(f"链尾（第 {document['sequence']} 条）已写入 {path}", f"Head at line {document['sequence']}: {path}")
    )


@audit.command()
@click.option(
    "--against",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="Kept head, or a folder of them; repeatable. 另行保存的链尾文件或目录。",
)
@click.option("--stop", is_flag=True, help="Ask the check at work to stop. 请正在运行的校验停止。")
@_JSON
@pass_console
def verify(console: Console, *, against: tuple[Path, ...], stop: bool, as_json: bool) -> None:
    """Find edits, deletions, reordering and cut ends; exit code 3 if there are any. 校验审计日志。"""
    from service.usecases.auditing.audit_checks import check_log
    from service.usecases.auditing.audit_heads import read_head
    from service.usecases.long_work.run_terms import Kind

    if stop:
        ask_to_stop(console, Kind.AUDIT, as_json=as_json)
        return
    files = [file for path in against for file in (sorted(path.glob("*.json")) if path.is_dir() else [path])]
    with opened(console) as (database, actor), watched(console, Kind.AUDIT) as watch:
        heads = [read_head(_text(file), vault=database.vault, place=str(file)) for file in files]
        found = check_log(database, actor=actor, heads=heads, now=clock, watch=watch)
    if as_json:
        console.print_json(_document(found, n_heads=len(heads)))
    _tell(console, found, n_heads=len(heads))
    console.end()


def _document(found: "Verification", *, n_heads: int) -> dict[str, Any]:
    return {
        "schema": "talentpool.audit-verification/1",
        "n_lines": found.n_lines,
        "sequence": found.sequence,
        "n_heads": n_heads,
        "n_breaks": found.n_breaks,
        "breaks": [{"kind": one.kind, "first": one.first, "last": one.last} for one in found.breaks],
    }


def _tell(console: Console, found: "Verification", *, n_heads: int) -> None:
    for one in found.breaks:
        console.warn(one.sentence())
    if found.is_whole:
        console.done(
            Text(
                f"审计日志完整：{found.n_lines:,} 条，比对链尾 {n_heads} 个。",
                f"The audit log is whole: {found.n_lines:,} lines, compared with {n_heads} kept heads.",
            )
        )
        if not n_heads:
            console.say(
                Text(
                    "  未比对另行保存的链尾：末尾被截断可能无法发现（--against）。",
                    "  No kept head was compared: a cut end may go unnoticed (--against).",
                )
            )
    elif found.n_breaks > len(found.breaks):
        console.warn(Text(f"共 {found.n_breaks:,} 处。", f"{found.n_breaks:,} places in all."))


@audit.command("list")
@_paged
@_JSON
@pass_console
def list_lines(console: Console, *, limit: int, before: int | None, as_json: bool) -> None:
    """Newest lines of the log. 最近的审计记录。"""
    _show(console, as_json=as_json, limit=limit, before=before)


@audit.command("who-saw")
@click.argument("person_no")
@_paged
@_JSON
@pass_console
def who_saw(console: Console, *, person_no: str, limit: int, before: int | None, as_json: bool) -> None:
    """Who saw a person, alone, on lists, and in exports. 谁看过此人。"""
    _show(console, as_json=as_json, person_no=person_no, limit=limit, before=before)


@audit.command()
@click.argument("username")
@_paged
@_JSON
@pass_console
def did(console: Console, *, username: str, limit: int, before: int | None, as_json: bool) -> None:
    """What an account did. 某账号做过什么。"""
    _show(console, as_json=as_json, username=username, limit=limit, before=before)


@audit.command()
@click.option("--out", required=True, type=click.Path(path_type=Path), help=".csv or .json. 输出文件。")
@click.option("--person", "person_no", metavar="P", help="Only lines about this person. 只含此人。")
@click.option("--user", "username", metavar="U", help="Only what this account did. 只含此账号。")
@pass_console
def export(console: Console, *, out: Path, person_no: str | None, username: str | None) -> None:
    """Take the log away as a file; recorded as every export. 导出审计日志。"""
    from service.files.replacing import replace_bytes
    from service.usecases.auditing.audit_lines import LogQuery, export_log

    query = LogQuery.checked(person_no=person_no, username=username)
    with writing(console) as (session, actor):
        made = export_log(
            session,
            query,
            actor=actor,
            file_format=out.suffix.lstrip("."),
            language=console.language,
            now=datetime.now(UTC),
        )
        replace_bytes(out, made.content)
    console.done(
        Text(f"{made.export_no}：{made.n_rows:,} 条，已写入 {out}", f"{made.export_no}: {made.n_rows:,} lines, {out}")
    )


def _show(console: Console, *, as_json: bool, **wanted: Any) -> None:
    from schemas.audit import AuditLineSchema
    from service.usecases.accounts import holders_of
    from service.usecases.auditing.audit_groups import together
    from service.usecases.auditing.audit_lines import LogQuery, check_is_registered, read_log

    with writing(console) as (session, actor):
        read = read_log(session, LogQuery.checked(**wanted), actor=actor)
        lines = AuditLineSchema().dump(read, many=True)
        grouped = together(read)
        holders = holders_of(session, actor=actor, usernames={line.actor for line in read})
        if not lines and wanted.get("person_no"):
            check_is_registered(session, wanted["person_no"])
        if as_json:
            console.print_json({"schema": "talentpool.audit/1", "items": lines})
        elif not lines:
            console.say(Text("没有记录。", "There are no lines."))
        else:
            console.table(list(_COLUMNS), [_cells(one, holders, language=console.language) for one in grouped])


def _cells(one: "TogetherLine", holders: "Mapping[str, str]", *, language: str) -> list[str]:
    from service.usecases.auditing.audit_places import account_text, address_text, origin_text
    from service.usecases.auditing.audit_words import action_text, subject_text

    line = one.line
    is_page = line.subject_kind == "address"
    return [
        str(line.id),
        house_time(line.at.isoformat()),
        account_text(line.actor).in_(language) + (f" ({holders[line.actor]})" if line.actor in holders else ""),
        action_text(line.action).in_(language),
        str(one.n_times),
        subject_text(line.subject_kind).in_(language) if line.subject_kind else "",
        address_text(line.subject_no).in_(language) if is_page else line.subject_no,
        origin_text(line.address or "").in_(language),
    ]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")
