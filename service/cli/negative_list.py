"""The negative list in the terminal: who has which entry, on which document, until when; entries made and ended."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from matching.vocabulary import Text
from matching.vocabulary.codes import code_table
from service.cli.acting import acting, reading
from service.cli.console import Console, pass_console
from service.cli.wrong_use import wrong_usage

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from service.access import Actor

__all__ = ["negative_list", "on_negative_list"]


@click.command("negative-list")
@click.argument("person_no", metavar="PERSON_NO")
@click.option("--entry", metavar="CODE", help="Make this entry, with --document. 登记条目代码。")
@click.option("--document", help="The paper that it rests on. 依据文件。")
@click.option("--until", "until_on", type=click.DateTime(["%Y-%m-%d"]), help="Its last day, if it has one. 截止日期。")
@click.option("--end", metavar="CODE", help="End this entry, with --reason. 终止条目代码。")
@click.option("--reason", help="Why it ends. 终止理由。")
@click.option("--none", "is_none", is_flag=True, help="It was looked up: there is no entry. 经核查无条目。")
@pass_console
def negative_list(console: Console, /, person_no: str, *, is_none: bool, **given: Any) -> None:
    """Make or end an entry of the negative list; discipline officers alone. 登记、终止负面清单条目。"""
    code = _code_of(given, is_none=is_none)
    with acting(console) as (session, actor, now):
        told: dict[str, Any] = {"actor": actor, "person_no": person_no, "now": now}
        if is_none:
            _tell_none(session, **told)
        else:
            _write(session, code=code, given=given, **told)
    console.done(Text("已终止。", "Ended.") if given["end"] else Text("已登记。", "Recorded."))


@click.command("negative-list")
@click.option("--due", "is_due", is_flag=True, help="With an entry whose last day has passed. 只列已过截止日期的。")
@click.option("-n", "n", default=50, show_default=True, type=click.IntRange(1, 200), help="People. 人数。")
@click.option("--json", "as_json", is_flag=True, help="One JSON document. 输出 JSON。")
@pass_console
def on_negative_list(console: Console, *, is_due: bool, n: int, as_json: bool) -> None:
    """Who is on the negative list, on which document, until when; discipline officers alone. 负面清单。"""
    from service.usecases.records.negative_entries import list_entries

    with reading(console) as (session, actor):
        page = list_entries(session, actor=actor, only_due=is_due, page_size=n, now=datetime.now(UTC))
        rows: list[dict[str, Any]] = [
            {
                "person_no": one.person.person_no,
                "code": entry.code,
                "document": entry.document,
                "until_on": str(entry.until_on) if entry.until_on else None,
                "is_due": entry.is_due,
            }
            for one in page.items
            for entry in one.entries
        ]
    if as_json:
        console.print_json({"schema": "talentpool.negative_list/1", "total": page.total, "items": rows})
        return
    columns = [Text("人员编号", "Person"), Text("条目", "Entry"), Text("依据", "Document"), Text("截止", "Last day")]
    labels = code_table("negative_list").label
    console.table(
        columns,
        [
            [
                row["person_no"],
                f"{row['code']} {labels(row['code']).in_(console.language)}",
                row["document"] or "",
                row["until_on"] or "",
            ]
            for row in rows
        ],
    )
    console.say(Text(f"共 {page.total:,} 人。", f"{page.total:,} people in all."))


def _code_of(given: dict[str, Any], *, is_none: bool) -> str:
    """Return the code that is made or ended; what does not go together is refused before anybody signs in."""
    if sum([given["entry"] is not None, given["end"] is not None, is_none]) != 1:
        problem = Text("请在 --entry、--end、--none 中给出一个。", "Give one of --entry, --end and --none.")
        raise wrong_usage(problem, place="--entry, --end, --none")
    for option, partner in (("entry", "document"), ("end", "reason")):
        if given[option] is not None and not given[partner]:
            problem = Text(f"--{option} 须同时给出 --{partner}。", f"--{option} needs --{partner}.")
            raise wrong_usage(problem, place=f"--{partner}")
    code, known = given["entry"] or given["end"] or "", code_table("negative_list").codes
    if not is_none and code not in known:
        told = ", ".join(known)
        raise wrong_usage(
            Text(f"“{code}”不是清单代码：{told}。", f"'{code}' is none of {told}."), place="--entry, --end"
        )
    return code


def _write(
    session: "Session", *, actor: "Actor", person_no: str, now: datetime, code: str, given: dict[str, Any]
) -> None:
    from service.usecases.records.negative_entries import add_entry, end_entry
    from service.usecases.records.provenance import SourceKind

    told: dict[str, Any] = {"actor": actor, "person_no": person_no, "code": code, "now": now, "via": SourceKind.CLI}
    if given["end"]:
        end_entry(session, reason=given["reason"], **told)
    else:
        until_on = given["until_on"].date() if given["until_on"] else None
        add_entry(session, document=given["document"], until_on=until_on, **told)


def _tell_none(session: "Session", *, actor: "Actor", person_no: str, now: datetime) -> None:
    """Record that nothing is known; entries are ended one by one, each with its reason."""
    from service.access import require
    from service.errors import Conflict
    from service.usecases.records.negative_list import FIELD
    from service.usecases.records.people import edit_person, get_person
    from service.usecases.records.provenance import SourceKind

    require(actor, "edit_negative_flags")
    person = get_person(session, actor=actor, person_no=person_no)
    if person.negative_flags:
        raise Conflict(
            Text(f"{person_no} 有负面清单条目。", f"{person_no} has entries on the negative list."),
            remedy=Text("请用 --end 逐条终止并写明理由。", "End each by --end, with its reason."),
            place="--none",
        )
    edit_person(
        session, actor=actor, person_no=person_no, record={FIELD: ()}, expected_version=person.version, now=now,
        via=SourceKind.CLI,
    )  # fmt: skip
