"""`talentpool checks`: what is to be verified of whom, and what was found out."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from matching.vocabulary import Text, counted
from matching.vocabulary.codes import code_table
from service.cli.acting import acting
from service.cli.console import Console, house_time, pass_console
from service.cli.help_words import SpokenGroup

if TYPE_CHECKING:
    from service.usecases.rules.verification import Desk, OpenMatter

__all__ = ["checks"]

_DAY = click.DateTime(["%Y-%m-%d"])
_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document. 输出 JSON。")
_LISTS = [
    Text("名单", "List"),
    Text("岗位", "Vacancy"),
    Text("村", "Village"),
    Text("岗位类型", "Post"),
    Text("人数", "Listed"),
    Text("生成时间", "Requested"),
]
_MATTERS = [
    Text("位次", "Place"),
    Text("人员编号", "Person"),
    Text("姓名", "Name"),
    Text("规则", "Rule"),
    Text("时限", "Due"),
    Text("待核验事项", "To be verified"),
    Text("核验结果", "What was found"),
]
_OPEN = Text("待核验", "open")
_DUE = {
    "listing": Text("入围前", "before the list"),
    "nomination": Text("提名前", "before the nomination"),
    "decision": Text("决定前", "before the decision"),
}


@click.group(cls=SpokenGroup)
def checks() -> None:
    """What is to be verified of the people of a list, and what was found. 核验：待核验事项与结果。"""


@checks.command("list")
@click.option("--top", type=click.IntRange(1, 200), default=20, show_default=True, help="How many. 条数。")
@_JSON
@pass_console
def list_command(console: Console, *, top: int, as_json: bool) -> None:
    """List the shortlists, the newest first; `show` says what is open. 列出名单。"""
    from service.usecases.lists.shortlists import list_shortlists

    with acting(console) as (session, actor, _now):
        page = list_shortlists(session, actor=actor, page_size=top)
        found = [
            {
                "shortlist_no": one.shortlist_no,
                "vacancy_no": one.vacancy.vacancy_no,
                "village": one.vacancy.village.name,
                "post_type": str(one.vacancy.post_type.value),
                "n_listed": one.sieve["n_listed"],
                "requested_at": one.requested_at.isoformat(),
            }
            for one in page.items
        ]
    if as_json:
        console.print_json({"schema": "talentpool.checks_lists/1", "total": page.total, "items": found})
        return
    post = code_table("post_type").label
    console.table(
        _LISTS,
        [
            [
                one["shortlist_no"],
                one["vacancy_no"],
                one["village"],
                post(one["post_type"]).in_(console.language),
                str(one["n_listed"]),
                house_time(one["requested_at"]),
            ]
            for one in found
        ],
    )
    console.say(Text("查看待核验事项：talentpool checks show 名单编号", "What is open: talentpool checks show LIST"))


@checks.command()
@click.argument("shortlist_no")
@click.option("--person", "person_no", help="Only of this person. 只看此人。")
@_JSON
@pass_console
def show(console: Console, *, shortlist_no: str, person_no: str | None, as_json: bool) -> None:
    """Show what of a list is to be verified of whom; exit code 3 while something is open. 查看待核验事项。"""
    from service.usecases.rules.verification import desk_of

    with acting(console) as (session, actor, now):
        document = _document(desk_of(session, actor=actor, shortlist_no=shortlist_no, now=now), person_no)
    n = document["n_open"]
    console.findings += n
    if as_json:
        console.print_json(document)
    else:
        rows = [_row(console, person, matter) for person in document["people"] for matter in person["matters"]]
        console.table(_MATTERS, rows)
        console.say(Text(f"待核验 {n:,} 项。", f"{counted(n, 'matter is', 'matters are')} open."))
    console.end()


@checks.command()
@click.argument("shortlist_no")
@click.argument("person_no")
@click.option("--document", required=True, help="On what it rests. 依据文件。")
@click.option(
    "--rule",
    "rule_ids",
    multiple=True,
    metavar="FS-03",
    help="Only this rule, several times; all that is open otherwise. 仅此规则，可多次；默认全部待核验。",
)
@click.option(
    "--result",
    type=click.Choice(["pass", "fail"]),
    default="pass",
    show_default=True,
    help="Met, or not; what is not met names its rule. 符合或不符合；不符合须指明规则。",
)
@click.option("--on", "checked_on", type=_DAY, help="Day of the check; today otherwise. 核验日期，默认今天。")
@click.option("--until", "valid_until", type=_DAY, help="Last day; the end of the term otherwise. 有效期止。")
@pass_console
def settle(console: Console, /, *, shortlist_no: str, person_no: str, rule_ids: tuple[str, ...], **given: Any) -> None:
    """Record what was found of a person: by one document all that is open, or some rules. 登记核验结果。

    A rule that is not met but may be waived: `talentpool waivers propose`. 可放宽的，用 talentpool waivers propose。
    """  # fmt: skip
    from service.usecases.days import day_of
    from service.usecases.rules.verification import settle as settle_matters

    with acting(console) as (session, actor, now):
        made = settle_matters(
            session, actor=actor, shortlist_no=shortlist_no, person_no=person_no, document=given["document"],
            rule_ids=rule_ids, result=given["result"], checked_on=_day(given["checked_on"]) or day_of(now),
            valid_until=_day(given["valid_until"]), now=now,
        )  # fmt: skip
        settled = ", ".join(one.rule_id for one in made)
    label = _RESULTS[given["result"]]
    console.done(Text(f"{person_no}：{settled} {label.zh}，已登记。", f"{person_no}: {settled} {label.en}, recorded."))


_RESULTS = {"pass": Text("符合", "met"), "fail": Text("不符合", "not met")}


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _document(desk: "Desk", person_no: str | None) -> dict[str, Any]:
    people = [
        {
            "rank": one.rank,
            "person_no": one.person.person_no,
            "name": one.person.name,
            "conclusion": one.conclusion and str(one.conclusion.value),
            "matters": [_matter(matter) for matter in one.matters],
        }
        for one in desk.people
        if person_no in {None, one.person.person_no}
    ]
    return {
        "schema": "talentpool.checks/1",
        "shortlist_no": desk.shortlist.shortlist_no,
        "vacancy_no": desk.shortlist.vacancy.vacancy_no,
        "n_open": sum(one["ground"] is None for person in people for one in person["matters"]),
        "people": people,
    }


def _matter(one: "OpenMatter") -> dict[str, Any]:
    from schemas.grounds import ground_document

    ground = ground_document(one.ground) if one.ground else None
    said, stage = one.outcome.sentence, str(one.outcome.stage.value)
    return {
        "rule_id": one.outcome.rule_id,
        "stage": stage,
        "sentence": {"zh": said.zh, "en": said.en},
        "ground": ground,
    }


def _row(console: Console, person: dict[str, Any], matter: dict[str, Any]) -> list[str]:
    from schemas.grounds import ground_text

    found = ground_text(matter["ground"]) if matter["ground"] else _OPEN
    return [
        str(person["rank"] or "+"),
        person["person_no"],
        person["name"] or "",
        matter["rule_id"],
        _DUE[matter["stage"]].in_(console.language),
        matter["sentence"][console.language],
        found.in_(console.language),
    ]
