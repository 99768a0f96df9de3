"""`talentpool waivers`: propose, sign, refuse, withdraw, list and count."""

from datetime import UTC, date, datetime
from typing import Any

import click

from matching.vocabulary import Text
from service.cli.acting import acting
from service.cli.console import Console, pass_console
from service.cli.help_words import SpokenGroup

__all__ = ["waivers"]

_STATES = {
    "proposed": Text("待签署", "proposed"),
    "signed": Text("已签署", "signed"),
    "refused": Text("已退回", "refused"),
    "withdrawn": Text("已撤回", "withdrawn"),
    "expired": Text("已到期", "expired"),
}
_COLUMNS = [
    Text("编号", "Waiver"),
    Text("状态", "State"),
    Text("人员", "Person"),
    Text("岗位", "Vacancy"),
    Text("规则", "Rule"),
    Text("依据", "Document"),
    Text("提出", "Proposed by"),
    Text("签署", "Signed by"),
    Text("有效期止", "Until"),
]
_DAY = click.DateTime(["%Y-%m-%d"])
_REASON = click.option("--reason", required=True, help="Why. 理由。")


@click.group(cls=SpokenGroup)
def waivers() -> None:
    """Rules waived for one person and one vacancy, by two people. 放宽：一人提出，另一人签署。"""


@waivers.command()
@click.argument("vacancy_no")
@click.argument("person_no")
@click.argument("rule_id")
@_REASON
@click.option("--document", required=True, help="On what it rests. 依据文件。")
@click.option("--until", type=_DAY, help="Last day; the end of the term otherwise. 有效期止，默认至任期结束。")
@pass_console
def propose(
    console: Console, *, vacancy_no: str, person_no: str, rule_id: str, reason: str, document: str,
    until: datetime | None,
) -> None:  # fmt: skip
    """Propose that a rule be waived; somebody else signs. 提出放宽，待签署。"""
    from service.usecases.rules.waivers import propose_waiver

    with acting(console) as (session, actor, now):
        made = propose_waiver(
            session, actor=actor, vacancy_no=vacancy_no, person_no=person_no, rule_id=rule_id, reason=reason,
            document=document, valid_until=_day(until), now=now,
        )  # fmt: skip
        number = made.waiver_no
    console.done(
        Text(
            f"已提出 {number}；由另一位负责人签署：talentpool waivers sign {number} --sign 本人姓名",
            f"{number} is proposed. Somebody else signs it: talentpool waivers sign {number} --sign NAME",
        )
    )


@waivers.command()
@click.argument("waiver_no")
@click.option("--sign", "signed_name", metavar="NAME", required=True, help="Your full name. 署名，本人姓名。")
@pass_console
def sign(console: Console, *, waiver_no: str, signed_name: str) -> None:
    """Sign what somebody else proposed. 签署放宽。"""
    from service.usecases.rules.waivers import sign_waiver

    with acting(console) as (session, actor, now):
        _tell(console, sign_waiver(session, actor=actor, waiver_no=waiver_no, signed_name=signed_name, now=now))


@waivers.command()
@click.argument("waiver_no")
@_REASON
@pass_console
def refuse(console: Console, *, waiver_no: str, reason: str) -> None:
    """Refuse what somebody else proposed. 退回放宽。"""
    from service.usecases.rules.waivers import refuse_waiver

    with acting(console) as (session, actor, now):
        _tell(
            console,
            refuse_waiver(session, actor=actor, waiver_no=waiver_no, reason=reason, now=now),
        )


@waivers.command()
@click.argument("waiver_no")
@_REASON
@pass_console
def withdraw(console: Console, *, waiver_no: str, reason: str) -> None:
    """Take a waiver back, at once. 撤回放宽，立即生效。"""
    from service.usecases.rules.waivers import withdraw_waiver

    with acting(console) as (session, actor, now):
        _tell(
            console,
            withdraw_waiver(session, actor=actor, waiver_no=waiver_no, reason=reason, now=now),
        )


@waivers.command("list")
@click.option("--state", type=click.Choice([state for state in _STATES if state != "expired"]), help="State. 状态。")
@click.option("--vacancy", "vacancy_no", help="Only of this vacancy. 只看此岗位。")
@click.option("--person", "person_no", help="Only of this person. 只看此人。")
@click.option("--top", type=click.IntRange(1, 1000), default=50, show_default=True, help="How many. 条数。")
@click.option("--json", "as_json", is_flag=True, help="One JSON document. 输出 JSON。")
@pass_console
def list_command(
    console: Console, *, state: str | None, vacancy_no: str | None, person_no: str | None, top: int, as_json: bool
) -> None:
    """List waivers, the newest first. 列出放宽。"""
    from schemas.waivers import WaiverSchema
    from service.usecases.rules.waivers import list_waivers

    filters = {"state": state, "vacancy_no": vacancy_no, "person_no": person_no}
    with acting(console) as (session, actor, _now):
        page = list_waivers(session, actor=actor, filters=filters, page_size=top)
        documents: list[dict[str, Any]] = WaiverSchema(many=True).dump(page.items)
        rows = [_row(console, one) for one in page.items]
    if as_json:
        console.print_json({"schema": "talentpool.waivers/1", "total": page.total, "waivers": documents})
        return
    console.table(_COLUMNS, rows)
    console.say(Text(f"共 {page.total:,} 项。", f"In all: {page.total:,}."))


@waivers.command()
@click.option("--since", type=_DAY, help="First day of signature. 起始日。")
@click.option("--until", type=_DAY, help="Last day of signature. 截止日。")
@click.option("--json", "as_json", is_flag=True, help="One JSON document. 输出 JSON。")
@pass_console
def report(console: Console, *, since: datetime | None, until: datetime | None, as_json: bool) -> None:
    """Count the waivers of a period. 统计放宽。"""
    from schemas.waivers import WaiversReportSchema
    from service.usecases.rules.waiver_reports import report_waivers

    with acting(console) as (session, actor, now):
        found = report_waivers(session, actor=actor, since=_day(since), until=_day(until), now=now)
        document: dict[str, Any] = WaiversReportSchema().dump(found)
        rows = [_row(console, one) for one in found.waivers]
    if as_json:
        console.print_json({"schema": "talentpool.waivers_report/1", **document})
        return
    console.table(_COLUMNS, rows)
    counts = {key: value for key, value in document.items() if key.startswith("n_")}
    console.say(
        Text(
            "签署 {n_signed} 项：有效 {n_in_force}，到期 {n_expired}，撤回 {n_withdrawn}；"
            "待签署 {n_waiting}，退回 {n_refused}。",
            "{n_signed} signed: {n_in_force} in force, {n_expired} expired, {n_withdrawn} withdrawn; "
            "{n_waiting} waiting, {n_refused} refused.",
        ).filled(**counts)
    )


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _tell(console: Console, waiver: Any) -> None:
    label = _STATES[waiver.state.value]
    about = f"{waiver.person.person_no} × {waiver.vacancy.vacancy_no}, {waiver.rule_id}"
    console.done(
        Text(
            f"{waiver.waiver_no} {label.zh}：{about}。",
            f"{waiver.waiver_no} is {label.en}: {about}.",
        )
    )


def _row(console: Console, waiver: Any) -> list[str]:
    from service.usecases.days import day_of
    from service.usecases.rules.waiver_reports import waiver_state

    state = waiver_state(waiver, on=day_of(datetime.now(UTC)))
    return [
        waiver.waiver_no,
        _STATES[state].in_(console.language),
        waiver.person.person_no,
        waiver.vacancy.vacancy_no,
        waiver.rule_id,
        waiver.document,
        waiver.proposed_by,
        waiver.decided_by or "",
        waiver.valid_until.isoformat(),
    ]
