"""`talentpool report`: recommendations and decisions against the rank, and terms that end soon."""

from datetime import datetime
from typing import Any

import click

from matching.vocabulary import Text
from matching.vocabulary.codes import code_table
from service.cli.acting import acting
from service.cli.console import Console, pass_console
from service.cli.help_words import SpokenGroup
from service.cli.moves import DAY, day_of_option

__all__ = ["report"]

_OVERRIDES = [
    Text("名单", "List"),
    Text("人员编号", "Person"),
    Text("位次", "Place"),
    Text("越过", "Passed over"),
    Text("理由类别", "Kind of reason"),
    Text("理由", "Reason"),
    Text("环节", "Step"),
    Text("结论人", "Concluded by"),
]
_ASIDE = [
    Text("名单", "List"),
    Text("人员编号", "Person"),
    Text("位次", "Place"),
    Text("结论", "Conclusion"),
    Text("理由", "Reason"),
    Text("依据文件", "Document"),
    Text("结论人", "Concluded by"),
]
_TERMS = [
    Text("任职", "Appointment"),
    Text("人员编号", "Person"),
    Text("岗位", "Vacancy"),
    Text("期满", "Ends on"),
    Text("剩余天数", "Days left"),
    Text("提醒", "Reminder"),
    Text("距退休月数", "Months to retirement"),
]


@click.group(cls=SpokenGroup)
def report() -> None:
    """What a department is asked about: overrides, terms. 突破位次、任期届满等报告。"""


@report.command()
@click.option("--since", type=DAY, help="First day. 起始日期。")
@click.option("--until", type=DAY, help="Last day. 截止日期。")
@click.option("--json", "as_json", is_flag=True, help="One JSON document. 输出 JSON。")
@pass_console
def overrides(console: Console, *, since: datetime | None, until: datetime | None, as_json: bool) -> None:
    """Report recommendations and decisions against the rank, with their reasons. 突破位次推荐和决定的报告。"""
    from schemas.workflow import OverrideReportSchema
    from service.usecases.workflow.override_reports import report_overrides

    with acting(console) as (session, actor, now):
        found = report_overrides(session, actor=actor, since=day_of_option(since), until=day_of_option(until), now=now)
        document: dict[str, Any] = OverrideReportSchema().dump(found)
    if as_json:
        console.print_json({"schema": "talentpool.overrides/1", **document})
        return
    console.table(_OVERRIDES, [_override_row(one, console.language) for one in document["overrides"]])
    if document["people_set_aside"]:
        console.say(
            Text(
                "位次更前、因下列情况退出比选的人选：",
                "Set aside, or out, in a better place than somebody recommended or decided on:",
            )
        )
        console.table(_ASIDE, [_aside_row(one, console.language) for one in document["people_set_aside"]])
    console.say(
        Text(
            "{n_lists} 份名单，推荐 {n_recommended} 人，决定 {n_decided} 人，其中突破位次 {n_against_rank} 次。",
            "{n_lists} lists, {n_recommended} recommended, {n_decided} decided on, {n_against_rank} times against "
            "the rank.",
        ).filled(**{name: document[name] for name in ("n_lists", "n_recommended", "n_decided", "n_against_rank")})
    )
    console.say(
        Text(
            "放宽：签署 {n_signed} 项，有效 {n_in_force}，到期 {n_expired}，撤回 {n_withdrawn}"
            "（talentpool waivers report）。",
            "Waivers: {n_signed} signed, {n_in_force} in force, {n_expired} expired, {n_withdrawn} withdrawn "
            "(talentpool waivers report).",
        ).filled(**{key: n for key, n in document["waivers"].items() if key.startswith("n_")})
    )
    for rule_id, n in found.waivers.by_rule.items():
        title = found.waivers.rule_titles.get(rule_id, Text("现行规则中已无", "no longer in the rulebook"))
        console.say(Text(f"  {rule_id} {title.zh}：{n}", f"  {rule_id} {title.en}: {n}"))


@report.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON document. 输出 JSON。")
@pass_console
def terms(console: Console, *, as_json: bool) -> None:
    """List terms that end within 90 and 30 days. 即将期满的任期。"""
    from schemas.appointments import EndingTermSchema
    from service.usecases.workflow.terms import terms_ending

    with acting(console) as (session, actor, now):
        documents: list[dict[str, Any]] = EndingTermSchema(many=True).dump(terms_ending(session, actor=actor, now=now))
    if as_json:
        console.print_json({"schema": "talentpool.terms/1", "items": documents})
        return
    console.table(_TERMS, [_term_row(one) for one in documents])


def _aside_row(one: dict[str, Any], language: str) -> list[str]:
    return [
        one["shortlist_no"],
        one["person_no"],
        str(one["shown_rank"]),
        _conclusion(one["conclusion"]).in_(language),
        " ".join(filter(None, (_reasons(one, language), one["reason"]))),
        one["document"] or "—",
        one["concluded_by"],
    ]


def _conclusion(code: str) -> Text:
    """Return how somebody was set aside: a conclusion, or the state in which they left the round."""
    table = code_table("review_decision")
    return table.label(code) if code in table.codes else code_table("candidacy_state").label(code)


def _reasons(one: dict[str, Any], language: str) -> str:
    table = code_table("reason_code")
    return ", ".join(table.label(code).in_(language) for code in one["reason_codes"])


def _override_row(one: dict[str, Any], language: str) -> list[str]:
    return [
        one["shortlist_no"],
        one["person_no"],
        "—" if one["shown_rank"] is None else str(one["shown_rank"]),
        ", ".join(f"{high['person_no']} ({high['shown_rank']})" for high in one["passed_over"]),
        _reasons(one, language),
        one["reason"] or "",
        (Text("研究决定", "decided") if one["is_decision"] else Text("审阅结论", "concluded")).in_(language),
        one["concluded_by"],
    ]


def _term_row(one: dict[str, Any]) -> list[str]:
    appointment = one["appointment"]
    months = one["months_to_retirement"]
    return [
        appointment["appointment_no"] or "",
        appointment["person_no"],
        appointment["vacancy_no"] or "",
        appointment["term_ends_on"],
        str(one["n_days_left"]),
        str(one["reminder"]),
        "—" if months is None else f"{months}{' !' if one['retires_before_end'] else ''}",
    ]
