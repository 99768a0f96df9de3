"""`talentpool person` and `talentpool retention`: what is owed to people on record."""

from datetime import date, datetime
from pathlib import Path
from typing import Any, TextIO

import click

from matching.vocabulary import Text
from service.cli.acting import acting
from service.cli.console import Console, pass_console
from service.cli.erasures import erase, erasures
from service.cli.help_words import SpokenGroup
from service.cli.negative_list import negative_list
from service.cli.wrong_use import wrong_usage

__all__ = ["person", "retention"]

_DAY = click.DateTime(formats=["%Y-%m-%d"])
_NUMBER = click.argument("person_no", metavar="PERSON_NO")
_DOCUMENT = click.option("--document", required=True, help="The paper that bears it. 文件。")
_REASON = click.option("--reason", required=True, help="Why. 理由。")


_STATES = {
    "open": Text("待处理", "waits for a decision"),
    "accepted": Text("已采纳", "accepted"),
    "refused": Text("未采纳", "refused"),
}


@click.group(cls=SpokenGroup)
def person() -> None:
    """One person: own file, consent, correction, hold, erasure. 本人档案、同意、更正、保全、删除。

    An officer acts with their own password or token (--as, TALENTPOOL_TOKEN). 以本人口令或令牌办理。
    """


for _command in (erase, erasures, negative_list):
    person.add_command(_command)


@person.command("file")
@_NUMBER
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help=".html or .json")
@click.option("--reason", help="Why numbers have to be in clear, such as the request; logged. 需要完整号码的事由。")
@pass_console
def file_command(console: Console, person_no: str, output: Path, *, reason: str | None) -> None:
    """Hand out everything that is held about a person, to read or as JSON. 导出本人档案（无事由则号码打码）。"""
    import json

    from service.files.person_files import person_file_page
    from service.files.replacing import replace_bytes
    from service.usecases.privacy.own_files import person_file
    from service.usecases.records.recorded_values import field_label

    if output.suffix not in {".html", ".json"}:
        raise wrong_usage(
            Text("文件名应以 .html 或 .json 结尾。", "Name a file that ends in .html or .json."), place=f"-o {output}"
        )
    with acting(console) as (session, actor, now):
        document = person_file(session, actor=actor, person_no=person_no, reason=reason, now=now)
        if output.suffix == ".json":
            content = json.dumps(document, ensure_ascii=False, indent=2)
        else:
            content = person_file_page(
                document, language=console.language, label=lambda name: field_label("people", name)
            )
        replace_bytes(output, content.encode())
        output.chmod(0o600)
    console.done(Text(f"已写入 {output}。", f"Written to {output}."))


@person.command()
@_NUMBER
@click.option("--purpose", default="matching", show_default=True, help="Purpose. 用途。")
@click.option("--withdraw", is_flag=True, help="Withdraw instead of give. 撤回。")
@click.option("--signed-by", help="Who signed; not needed for oneself. 签字人（本人账号可不填）。")
@click.option("--document", help="The paper that bears it; not needed for oneself. 文件（本人账号可不填）。")
@click.option("--on", "signed_on", type=_DAY, help="Day of the signature; for oneself today. 签字日期（本人为当天）。")
@pass_console
def consent(
    console: Console,
    person_no: str,
    *,
    purpose: str,
    withdraw: bool,
    signed_by: str | None,
    document: str | None,
    signed_on: datetime | None,
) -> None:
    """Record a consent, or its withdrawal, which ends the matching at once. 登记或撤回同意。"""
    from service.usecases.privacy.consents import give_consent, withdraw_consent
    from service.usecases.records.provenance import SourceKind

    day: date | None = signed_on.date() if signed_on else None
    with acting(console) as (session, actor, now):
        if withdraw:
            withdraw_consent(
                session, actor=actor, person_no=person_no, purpose=purpose, signed_by=signed_by, document=document,
                withdrawn_on=day, now=now, via=SourceKind.CLI,
            )  # fmt: skip
        else:
            give_consent(
                session, actor=actor, person_no=person_no, purpose=purpose, signed_by=signed_by, document=document,
                given_on=day, now=now, via=SourceKind.CLI,
            )  # fmt: skip
    console.done(Text("已登记撤回。", "The withdrawal is recorded.") if withdraw else Text("已登记同意。", "Recorded."))


@person.command("consent-text")
@click.option("--purpose", default="matching", show_default=True, help="Purpose. 用途。")
@click.option("--zh", "zh_file", type=click.File(encoding="utf-8"), required=True, help="Chinese wording. 中文文本。")
@click.option("--en", "en_file", type=click.File(encoding="utf-8"), required=True, help="English wording. 英文文本。")
@pass_console
def consent_text(console: Console, *, purpose: str, zh_file: TextIO, en_file: TextIO) -> None:
    """Publish the next version of what people agree to. 发布同意书文本。"""
    from service.usecases.privacy.consents import publish_consent_text

    text = Text(zh_file.read(), en_file.read())
    with acting(console) as (session, actor, now):
        version = publish_consent_text(session, actor=actor, purpose=purpose, text=text, now=now).version
    console.done(Text(f"已发布“{purpose}”第 {version} 版。", f"Published version {version} of '{purpose}'."))


@person.command()
@_NUMBER
@click.option("--field", help="Field to correct. 更正的项目。")
@click.option("--value", help="What it should be. 更正为。")
@click.option("--decide", "correction_id", type=int, help="Number of a request to decide on. 处理的申请号。")
@click.option("--accept/--refuse", default=None, help="Decide. 同意更正或不予更正。")
@click.option("--reason", default="", help="Why. 理由。")
@pass_console
def correct(
    console: Console,
    person_no: str,
    *,
    field: str | None,
    value: str | None,
    correction_id: int | None,
    accept: bool | None,
    reason: str,
) -> None:
    """Ask for a correction, or decide on one. 申请更正、处理更正。"""
    from service.usecases.records.corrections import decide_correction, propose_correction

    if (field is None) == (correction_id is None) or (correction_id is not None and accept is None):
        raise wrong_usage(
            Text(
                "请给出 --field 和 --value，或给出 --decide 并加 --accept 或 --refuse。",
                "Give --field and --value, or --decide with --accept or --refuse.",
            ),
            place="person correct",
        )
    with acting(console) as (session, actor, now):
        if field is not None:
            made = propose_correction(
                session, actor=actor, person_no=person_no, field=field, value=value, reason=reason, now=now
            )
        else:
            made = decide_correction(
                session, actor=actor, correction_id=correction_id or 0, accept=bool(accept), reason=reason, now=now
            )
        number, state = made.id, _STATES[made.state]
    console.done(Text(f"更正申请 {number}：{state.zh}。", f"Request {number}: {state.en}."))


@person.command()
@_NUMBER
@_REASON
@click.option("--document", help="The paper that orders it. 文件。")
@click.option("--until", "until_on", type=_DAY, help="Last day. 截止日期。")
@click.option("--lift", "hold_id", type=int, help="Lift this hold instead. 解除的保全号。")
@pass_console
def hold(
    console: Console,
    person_no: str,
    *,
    reason: str,
    document: str | None,
    until_on: datetime | None,
    hold_id: int | None,
) -> None:
    """Keep a record whatever the retention clock says, or lift that. 保全、解除保全。"""
    from service.usecases.privacy.legal_holds import lift_hold, place_hold

    with acting(console) as (session, actor, now):
        if hold_id is not None:
            number = lift_hold(session, actor=actor, person_no=person_no, hold_id=hold_id, reason=reason, now=now).id
        else:
            number = place_hold(
                session, actor=actor, person_no=person_no, reason=reason, document=document or "",
                until_on=until_on.date() if until_on else None, now=now,
            ).id  # fmt: skip
    done = Text(f"已解除保全 {number}。", f"Hold {number} is lifted.")
    console.done(done if hold_id is not None else Text(f"已保全，编号 {number}。", f"Kept, by hold {number}."))


@click.command()
@click.option("--within", "days", default=0, show_default=True, type=click.IntRange(0, 3660), help="Days. 天内到期。")
@click.option("--json", "as_json", is_flag=True, help="One JSON document. 输出 JSON。")
@pass_console
def retention(console: Console, *, days: int, as_json: bool) -> None:
    """List records that are due for erasure. 到期应删除的档案。"""
    from service.usecases.privacy.retention import list_due

    with acting(console) as (session, actor, now):
        due = list_due(session, actor=actor, settings=console.settings.retention, now=now, within_days=days)
        rows: list[dict[str, Any]] = [
            {
                "person_no": one.person.person_no,
                "ground": one.ground,
                "started_on": str(one.started_on),
                "due_on": str(one.due_on),
                "is_held": one.is_held,
            }
            for one in due
        ]
    if as_json:
        console.print_json({"schema": "talentpool.retention/1", "items": rows})
        return
    _show_due(console, rows)


_GROUNDS = {
    "withdrawn": Text("撤回同意", "consent withdrawn"),
    "archived": Text("归档", "archived"),
    "term_ended": Text("任期结束", "term ended"),
}


def _show_due(console: Console, rows: list[dict[str, Any]]) -> None:
    columns = [
        Text("人员编号", "Person"),
        Text("起因", "Since"),
        Text("自", "From"),
        Text("到期", "Due"),
        Text("保全", "Held"),
    ]
    held = Text("是", "yes").in_(console.language)
    console.table(
        columns,
        [
            [
                str(row["person_no"]),
                _GROUNDS[str(row["ground"])].in_(console.language),
                str(row["started_on"]),
                str(row["due_on"]),
                held if row["is_held"] else "",
            ]
            for row in rows
        ],
    )
