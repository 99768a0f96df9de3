"""`talentpool move` and `talentpool appoint`: one step of a record, vacancy, shortlist, candidacy or appointment."""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from matching.vocabulary import Text
from matching.vocabulary.codes import code_table
from service.cli.acting import acting
from service.cli.console import Console, house_time, pass_console
from service.cli.wrong_use import wrong_usage
from service.errors import VersionConflict

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from service.access import Actor
    from service.usecases.workflow.moving import Asked

__all__ = ["appoint", "day_of_option", "move", "tell_conflict"]

_KINDS = ("record", "vacancy", "shortlist", "candidacy", "appointment")
_VOTES = ("n_entitled", "n_present", "n_for", "n_against", "n_abstained")
DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.argument("kind", type=click.Choice(_KINDS))
@click.argument("number")
@click.argument("to")
@click.option("--version", type=int, help="Which version you have seen; the present one otherwise. 所见版本。")
@click.option("--sign", "signed_name", metavar="NAME", help="Full name of who signs. 署名。")
@click.option("--reason", help="Why. 理由。")
@click.option("--code", "codes", multiple=True, metavar="R01", help="Reason code; several times. 理由代码。")
@click.option("--document", help="On what it rests. 依据文件。")
@click.option("--meeting", help="Of a decision: which meeting. 会议名称。")
@click.option("--held-on", type=DAY, help="Of a decision: when it met. 会议日期。")
@click.option(
    "--votes", metavar="N,N,N,N,N", help="Entitled, present, for, against, abstained. 应到,实到,同意,不同意,弃权。"
)
@click.option("--chosen", multiple=True, metavar="C…", help="Of a decision: whom; several times. 决定的人选编号。")
@click.option("--started-on", type=DAY, help="First day in post. 到岗日期。")
@click.option("--term-ends-on", type=DAY, help="Last day of the term. 期满日期。")
@click.option("--appraisal", type=click.Choice(["excellent", "competent", "basically_competent", "incompetent"]),
              help="Result. 考核结果。")  # fmt: skip
@pass_console
def move(console: Console, /, *, kind: str, number: str, to: str, **given: Any) -> None:
    """Lead a record, vacancy, list, candidacy or appointment to a state. 推进状态。

    Which states there are, and who may lead to them, is drawn in docs/workflow.md. 各状态与有权人员见该文件。
    """
    with tell_conflict(console), acting(console) as (session, actor, now):
        current, act, table = _subject(session, actor, kind, number)
        asked = _asked(to, current if given["version"] is None else given["version"], given)
        act(asked=asked, now=now)
    label = code_table(table).label(to)
    console.done(Text(f"{number}：{label.zh}。", f"{number}: {label.en}."))


@click.command()
@click.argument("candidacy_no")
@click.option("--office", required=True, help="Who takes objections. 受理单位。")
@click.option("--phone", required=True, help="Its phone. 受理电话。")
@click.option("--starts-on", type=DAY, help="First day of the notice; today otherwise. 公示开始日期。")
@click.option("--days", type=int, help="Working days, five at least. 公示工作日数。")
@click.option("--version", type=int, help="Which version you have seen. 所见版本。")
@pass_console
def appoint(
    console: Console, *, candidacy_no: str, office: str, phone: str, starts_on: datetime | None, days: int | None,
    version: int | None,
) -> None:  # fmt: skip
    """Make public who is to be appointed. 公示拟任人选。"""
    from service.usecases.workflow.appointing import begin_appointment
    from service.usecases.workflow.candidacy_views import get_candidacy
    from service.usecases.workflow.notice_fields import left_out_of

    with tell_conflict(console), acting(console) as (session, actor, now):
        seen = get_candidacy(session, actor=actor, candidacy_no=candidacy_no).candidacy.version
        made = begin_appointment(
            session, actor=actor, candidacy_no=candidacy_no, version=seen if version is None else version,
            office=office, office_phone=phone, starts_on=day_of_option(starts_on), n_working_days=days, now=now,
        )  # fmt: skip
        number, notice = made.appointment_no, made.notices[-1]
        notice_no, ends_on, is_unchecked = notice.notice_no, notice.ends_on, notice.is_end_unchecked
        lacking = left_out_of(notice.shown)
    console.done(
        Text(
            f"任职 {number}，公示 {notice_no} 至 {ends_on} 止。导出：talentpool export notice {notice_no} OUT.docx",
            f"Appointment {number}, notice {notice_no} until {ends_on}. To export it: "
            f"talentpool export notice {notice_no} OUT.docx",
        )
    )
    if lacking:
        names = Text("、".join(one.zh for one in lacking), ", ".join(one.en for one in lacking))
        console.warn(Text(f"档案未登记、公示未列：{names.zh}。", f"Not recorded, and not in the notice: {names.en}."))
    if is_unchecked:
        from service.workflow.working_days import MANUAL_CHECK

        console.warn(MANUAL_CHECK)
    console.end()


def day_of_option(moment: datetime | None) -> date | None:
    """Return the day that an option gives."""
    return moment.date() if moment else None


class tell_conflict:  # noqa: N801 - it reads as what it does
    """Say, where a version is no longer current, who changed what since; the refusal itself is told as any other."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """Tell the changes."""
        for one in error.changes if isinstance(error, VersionConflict) else ():
            fields = "; ".join(f"{name}: {' → '.join(map(str, both))}" for name, both in one.fields.items())
            line = f"{house_time(one.at)} {one.username} {one.role or ''} {fields}"
            self._console.say(Text(line, line))


def _subject(session: "Session", actor: "Actor", kind: str, number: str) -> tuple[int, Callable[..., object], str]:
    """Return the present version of what is moved, what moves it, and the table of its states."""
    from service.usecases.records import people, record_moves, vacancies, vacancy_moves
    from service.usecases.workflow import appointing, candidacies, candidacy_views, rounds, terms

    as_actor: dict[str, Any] = {"actor": actor}
    if kind == "record":
        act: Callable[..., object]
        key, act, table = "person_no", record_moves.move_record, "record_status"
        version = people.get_person(session, **as_actor, person_no=number).version
    elif kind == "vacancy":
        key, act, table = "vacancy_no", vacancy_moves.move_vacancy, "vacancy_status"
        version = vacancies.get_vacancy(session, **as_actor, vacancy_no=number).version
    elif kind == "shortlist":
        key, act, table = "shortlist_no", rounds.move_shortlist, "shortlist_state"
        version = candidacy_views.list_candidacies(session, **as_actor, shortlist_no=number).round.version
    elif kind == "candidacy":
        key, act, table = "candidacy_no", candidacies.move_candidacy, "candidacy_state"
        version = candidacy_views.get_candidacy(session, **as_actor, candidacy_no=number).candidacy.version
    else:
        key, act, table = "appointment_no", appointing.move_appointment, "appointment_state"
        version = terms.appointment_by_number(session, **as_actor, appointment_no=number).version
    as_actor[key] = number
    return version, partial(act, session, **as_actor), table


def _asked(to: str, version: int, given: dict[str, Any]) -> "Asked":
    from service.usecases.workflow.moving import Asked

    more: dict[str, Any] = {"chosen": list(given["chosen"]), "appraisal": given["appraisal"]}
    more |= {name: day_of_option(given[name]) for name in ("started_on", "term_ends_on")}
    if given["votes"]:
        more["votes"] = _votes(given)
    return Asked(
        to=to,
        version=version,
        signed_name=given["signed_name"],
        reason_codes=tuple(given["codes"]),
        reason=given["reason"],
        document=given["document"],
        more={name: value for name, value in more.items() if value},
    )


def _votes(given: dict[str, Any]) -> dict[str, Any]:
    numbers = given["votes"].replace("，", ",").split(",")
    if len(numbers) != len(_VOTES) or not all(one.strip().isdecimal() for one in numbers):
        raise wrong_usage(
            Text(
                f"“{given['votes']}”应为五个数：应到,实到,同意,不同意,弃权。",
                f"'{given['votes']}' should be five numbers: entitled, present, for, against, abstained.",
            ),
            place="--votes",
        )
    if not given["meeting"] or not given["held_on"]:
        raise wrong_usage(
            Text("表决须写明会议名称和日期。", "A vote names its meeting and the day."), place="--meeting, --held-on"
        )
    counted = dict(zip(_VOTES, (int(one) for one in numbers), strict=True))
    return {"meeting": given["meeting"], "held_on": given["held_on"].date(), **counted}
