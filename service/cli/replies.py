"""`talentpool reply`: whom a unit, a village or a person is asked about, and what they say."""

from datetime import datetime
from typing import Any

import click

from matching.vocabulary import Text
from matching.vocabulary.replies import REPLY_LABELS, ReplyKind
from service.cli.acting import acting
from service.cli.console import Console, pass_console
from service.cli.help_words import SpokenGroup
from service.cli.moves import DAY, tell_conflict
from service.cli.wrong_use import wrong_usage

__all__ = ["reply"]

_VOTES = ("n_entitled", "n_present", "n_for", "n_against", "n_abstained")
_COLUMNS = [
    Text("人选", "Candidacy"),
    Text("姓名", "Name"),
    Text("村", "Village"),
    Text("岗位", "Post"),
    Text("征求", "Asked for"),
    Text("已答复", "Replied"),
    Text("版本", "Version"),
]


@click.group(cls=SpokenGroup)
def reply() -> None:
    """What is asked of a unit, a village or a person, and their reply. 征求意见与答复。"""


@reply.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON document. 输出 JSON。")
@pass_console
def list_command(console: Console, *, as_json: bool) -> None:
    """List whom you are asked about. 列出征求意见的人选。"""
    from schemas.replies import QuestionsSchema
    from service.usecases.workflow.questions import list_questions

    with acting(console) as (session, actor, _):
        document: dict[str, Any] = QuestionsSchema().dump({"items": list_questions(session, actor=actor)})
    if as_json:
        console.print_json({"schema": "talentpool.replies/1", **document})
        return
    console.table(_COLUMNS, [_row(one, console.language) for one in document["items"]])


@reply.command()
@click.argument("candidacy_no")
@click.argument("reply_kind", metavar="REPLY", type=click.Choice([one.value for one in ReplyKind]))
@click.option("--name", "signed_name", required=True, help="Full name of who signs. 签署人姓名。")
@click.option("--document", help="The paper or the minutes. 文件号或会议记录。")
@click.option("--reason", help="Why, without a consent. 不同意或有异议的理由。")
@click.option("--on", "replied_on", type=DAY, help="Day of the paper or meeting. 文件或会议日期。")
@click.option(
    "--votes", metavar="N,N,N,N,N", help="Entitled, present, for, against, abstained. 应到,实到,同意,不同意,弃权。"
)
@click.option("--version", type=int, help="Which version you have seen; the present one otherwise. 所见版本。")
@pass_console
def give(
    console: Console, /, *, candidacy_no: str, reply_kind: str, replied_on: datetime | None, votes: str | None,
    version: int | None, **given: Any,
) -> None:  # fmt: skip
    """Agree or disagree (unit, village), accept, decline or object (the person). 答复。"""
    from service.usecases.workflow.questions import list_questions
    from service.usecases.workflow.replies import give_reply

    kind, counted = ReplyKind(reply_kind), _votes(votes)
    with tell_conflict(console), acting(console) as (session, actor, now):
        known = {one.candidacy_no: one.version for one in list_questions(session, actor=actor)}
        give_reply(
            session, actor=actor, candidacy_no=candidacy_no, reply=kind, votes=counted,
            replied_on=replied_on.date() if replied_on else None,
            version=known.get(candidacy_no, 1) if version is None else version, now=now, **given,
        )  # fmt: skip
    label = REPLY_LABELS[kind]
    console.done(Text(f"{candidacy_no}：{label.zh}。", f"{candidacy_no}: {label.en}."))


def _votes(written: str | None) -> dict[str, int] | None:
    if written is None:
        return None
    parts = written.replace("，", ",").split(",")
    if len(parts) != len(_VOTES) or not all(part.strip().isdecimal() for part in parts):
        raise wrong_usage(
            Text(
                f"“{written}”应为五个数：应到,实到,同意,不同意,弃权。",
                f"'{written}' should be five numbers: entitled, present, for, against, abstained.",
            ),
            place="--votes",
        )
    return dict(zip(_VOTES, map(int, parts), strict=True))


def _row(one: dict[str, Any], language: str) -> list[str]:
    return [
        one["candidacy_no"],
        one["name"],
        one["village_name"],
        one["post_label"][language],
        one["label"][language],
        one["reply"]["label"][language] if one["reply"] else "",
        str(one["version"]),
    ]
