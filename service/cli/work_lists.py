"""`talentpool work-lists`: which records wait for somebody."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from matching.vocabulary import Text
from service.cli.acting import reading
from service.cli.console import Console, pass_console
from service.cli.help_words import SpokenGroup
from service.cli.negative_list import on_negative_list

if TYPE_CHECKING:
    from service.usecases.paging import Page
    from service.usecases.records.record_quality import DuePerson

__all__ = ["work_lists"]

_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document. 输出 JSON。")
_N = click.option("-n", "n", default=20, show_default=True, type=click.IntRange(1, 200), help="Records. 条数。")
_NUMBER = Text("人员编号", "Person")


@click.group("work-lists", cls=SpokenGroup)
def work_lists() -> None:
    """Records to complete, to look at again, to verify again. 待办：补全、复核、重新核验。"""


work_lists.add_command(on_negative_list)


@work_lists.command()
@_N
@_JSON
@pass_console
def repairs(console: Console, *, n: int, as_json: bool) -> None:
    """Records whose completion improves the matching of open vacancies most. 最值得补全的档案。"""
    from service.usecases.records.record_quality import list_repairs

    with reading(console) as (session, actor):
        found = list_repairs(session, actor=actor, n=n, now=datetime.now(UTC))
        rows: list[dict[str, Any]] = [
            {
                "person_no": one.person.person_no,
                "worth": one.worth / 100,
                "n_blocked": one.n_blocked,
                "fields": list(one.fields),
                "sentence": one.sentence._asdict(),
            }
            for one in found
        ]
    if as_json:
        console.print_json({"schema": "talentpool.repairs/1", "items": rows})
        return
    columns = [_NUMBER, Text("待定岗位", "Vacancies waiting"), Text("补填什么，有何作用", "What to fill in, and why")]
    console.table(
        columns, [[str(row["person_no"]), str(row["n_blocked"]), row["sentence"][console.language]] for row in rows]
    )


@work_lists.command()
@click.option("--months", type=click.IntRange(1, 600), help="Instead of TALENTPOOL_STALE_MONTHS. 月数。")
@_N
@_JSON
@pass_console
def stale(console: Console, *, months: int | None, n: int, as_json: bool) -> None:
    """Records that nobody has changed or verified for long. 久未更新的档案。"""
    from service.usecases.records.record_quality import list_stale

    with reading(console) as (session, actor):
        page = list_stale(
            session,
            actor=actor,
            months=months or console.settings.stale_months,
            page_size=n,
            now=datetime.now(UTC),
        )
    _show_due(console, page, name="stale", as_json=as_json)


@work_lists.command()
@click.option("--months", type=click.IntRange(1, 600), help="Instead of TALENTPOOL_VERIFICATION_MONTHS. 有效月数。")
@click.option("--within", "days", default=30, show_default=True, type=click.IntRange(0, 3660), help="Days. 天数。")
@_N
@_JSON
@pass_console
def expiring(console: Console, *, months: int | None, days: int, n: int, as_json: bool) -> None:
    """Verifications that have expired or expire soon. 核验已到期、即将到期的档案。"""
    from service.usecases.records.record_quality import list_expiring

    with reading(console) as (session, actor):
        page = list_expiring(
            session,
            actor=actor,
            months=months or console.settings.verification_months,
            within_days=days,
            page_size=n,
            now=datetime.now(UTC),
        )
    _show_due(console, page, name="expiring", as_json=as_json)


@work_lists.command()
@_N
@_JSON
@pass_console
def appraisals(console: Console, *, n: int, as_json: bool) -> None:
    """Who is in a post and not appraised for the year that is over. 待考核。

    To record one: talentpool move appointment NUMBER appraised --appraisal RESULT. 登记结果用该命令。
    """
    from service.usecases.workflow.appraisals import appraisal_year, list_appraisals_due

    moment = datetime.now(UTC)
    with reading(console) as (session, actor):
        page = list_appraisals_due(session, actor=actor, page_size=n, now=moment)
        rows: list[dict[str, Any]] = [
            {
                "appointment_no": one.appointment_no,
                "person_no": one.person.person_no,
                "village_code": one.village.village_code,
                "started_on": str(one.started_on),
            }
            for one in page.items
        ]
    year = appraisal_year(moment)
    if as_json:
        told = {"year": year.year, "due_on": str(year.due_on), "is_overdue": year.is_overdue, "total": page.total}
        console.print_json({"schema": "talentpool.appraisals/1", **told, "items": rows})
        return
    columns = [Text("任职编号", "Appointment"), _NUMBER, Text("村", "Village"), Text("自", "Since")]
    console.table(columns, [[str(value) for value in row.values()] for row in rows])
    console.say(
        Text(
            f"{year.year} 年度共 {page.total:,} 人待考核，{year.due_on} 前办结。",
            f"{page.total:,} to appraise for {year.year}, by {year.due_on}.",
        )
    )


def _show_due(console: Console, page: "Page[DuePerson]", *, name: str, as_json: bool) -> None:
    rows: list[dict[str, Any]] = [
        {"person_no": one.person.person_no, "since_on": str(one.since_on), "due_on": str(one.due_on)}
        for one in page.items
    ]
    if as_json:
        console.print_json({"schema": f"talentpool.{name}/1", "total": page.total, "items": rows})
        return
    columns = [_NUMBER, Text("自", "Since"), Text("到期", "Due")]
    console.table(columns, [[row["person_no"], row["since_on"], row["due_on"]] for row in rows])
    console.say(Text(f"共 {page.total:,} 条。", f"{page.total:,} in all."))
