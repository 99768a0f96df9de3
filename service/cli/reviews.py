"""`talentpool review`: the round of a list, opinions, conclusions, people added by hand, signatures."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import click

from matching.vocabulary import ReviewDecision, Text
from matching.vocabulary.codes import code_table
from service.cli.acting import acting
from service.cli.console import Console, pass_console
from service.cli.help_words import SpokenGroup
from service.cli.moves import DAY, tell_conflict

__all__ = ["review"]

_COLUMNS = [
    Text("人选", "Candidacy"),
    Text("位次", "Place"),
    Text("人员编号", "Person"),
    Text("姓名", "Name"),
    Text("环节", "State"),
    Text("意见", "Opinions"),
    Text("结论", "Conclusion"),
    Text("尚缺签署", "Signatures missing"),
    Text("版本", "Version"),
]
_DECISION = click.argument("decision", type=click.Choice([one.value for one in ReviewDecision]))
_CODES = click.option("--code", "codes", multiple=True, metavar="R01", help="Reason code; several times. 理由代码。")
_REASON = click.option("--reason", help="Why, in words. 理由。")
_DOCUMENT = click.option("--document", help="The paper behind it; needed to set somebody aside. 依据文件。")
_VERSION = click.option(
    "--version", type=int, help="Which version you have seen; the present one otherwise. 所见版本。"
)


@click.group(cls=SpokenGroup)
def review() -> None:
    """Review the people of a list: opinions, then the office's conclusion. 审阅名单人选。"""


@review.command()
@click.argument("shortlist_no")
@click.option("--json", "as_json", is_flag=True, help="One JSON document. 输出 JSON。")
@pass_console
def show(console: Console, *, shortlist_no: str, as_json: bool) -> None:
    """Show where the review of a list stands. 查看审阅进展。"""
    from schemas.workflow import ReviewSchema
    from service.usecases.workflow.candidacy_views import list_candidacies

    with acting(console) as (session, actor, _):
        document: dict[str, Any] = ReviewSchema().dump(
            list_candidacies(session, actor=actor, shortlist_no=shortlist_no)
        )
    if as_json:
        console.print_json({"schema": "talentpool.review/1", **document})
        return
    language = console.language
    state = document["state_label"][language]
    console.print(f"{shortlist_no}　{state}　v{document['version']}")
    console.table(_COLUMNS, [_row(one, language) for one in document["candidacies"]])
    due = document["moves"][-1] if document["moves"] else None
    if due and due["due_on"]:
        from service.workflow.working_days import MANUAL_CHECK

        note = f"（{MANUAL_CHECK.in_(language)}）" if due["is_due_unchecked"] else ""
        console.print(Text(f"办理期限：{due['due_on']}{note}", f"Due on {due['due_on']}{note}").in_(language))


@review.command()
@click.argument("candidacy_no")
@_DECISION
@_CODES
@_REASON
@_DOCUMENT
@_VERSION
@pass_console
def opinion(console: Console, /, *, candidacy_no: str, decision: str, **given: Any) -> None:
    """Give your own opinion. 给出本人意见。"""
    _say(console, candidacy_no, decision, is_conclusion=False, **given)


@review.command()
@click.argument("candidacy_no")
@_DECISION
@_CODES
@_REASON
@_DOCUMENT
@_VERSION
@pass_console
def conclude(console: Console, /, *, candidacy_no: str, decision: str, **given: Any) -> None:
    """Conclude for the office; against the rank with code and reason. 给出部门结论。"""
    _say(console, candidacy_no, decision, is_conclusion=True, **given)


@review.command()
@click.argument("candidacy_no")
@click.option("--conclusion", "is_conclusion", is_flag=True, help="The office's, not your own opinion. 撤回部门结论。")
@_VERSION
@pass_console
def undo(console: Console, *, candidacy_no: str, is_conclusion: bool, version: int | None) -> None:
    """Take back the last opinion or conclusion that stands. 撤回上一条意见或结论。"""
    from service.usecases.workflow.candidacy_views import get_candidacy
    from service.usecases.workflow.reviewing import undo_review

    with tell_conflict(console), acting(console) as (session, actor, now):
        seen = get_candidacy(session, actor=actor, candidacy_no=candidacy_no).candidacy.version
        undo_review(
            session, actor=actor, candidacy_no=candidacy_no, is_conclusion=is_conclusion,
            version=seen if version is None else version, now=now,
        )  # fmt: skip
    console.done(Text(f"{candidacy_no}：已撤回。", f"{candidacy_no}: taken back."))


@review.command()
@click.argument("shortlist_no")
@click.argument("person_no")
@click.option("--reason", required=True, help="Why. 理由。")
@pass_console
def add(console: Console, *, shortlist_no: str, person_no: str, reason: str) -> None:
    """Add a person who is not on the list. 增补人选。"""
    from service.usecases.workflow.candidacies import add_candidacy
    from service.usecases.workflow.candidacy_views import list_candidacies

    with tell_conflict(console), acting(console) as (session, actor, now):
        seen = list_candidacies(session, actor=actor, shortlist_no=shortlist_no).round.version
        made = add_candidacy(
            session, actor=actor, shortlist_no=shortlist_no, person_no=person_no, reason=reason, version=seen, now=now
        )
        number = made.candidacy_no
    console.done(Text(f"{person_no} 已增补为人选 {number}。", f"{person_no} is the candidacy {number}."))


@review.command()
@click.argument("candidacy_no")
@click.argument("signatory")
@click.option("--name", "signed_name", required=True, help="Full name of who signed. 签署人姓名。")
@click.option("--document", required=True, help="The paper that bears it. 依据文件。")
@click.option("--on", "signed_on", type=DAY, required=True, help="When. 签署日期。")
@_VERSION
@pass_console
def sign(
    console: Console, *, candidacy_no: str, signatory: str, signed_name: str, document: str, signed_on: datetime,
    version: int | None,
) -> None:  # fmt: skip
    """Record a signature that the post asks for. 登记签署。"""
    from service.usecases.workflow.candidacies import record_signature
    from service.usecases.workflow.candidacy_views import get_candidacy

    with tell_conflict(console), acting(console) as (session, actor, now):
        seen = get_candidacy(session, actor=actor, candidacy_no=candidacy_no).candidacy.version
        record_signature(
            session, actor=actor, candidacy_no=candidacy_no, signatory=signatory, signed_name=signed_name,
            document=document, signed_on=signed_on.date(), version=seen if version is None else version, now=now,
        )  # fmt: skip
    console.done(Text(f"{candidacy_no}：已登记签署。", f"{candidacy_no}: signature recorded."))


def _say(
    console: Console, candidacy_no: str, decision: str, *, is_conclusion: bool, codes: Sequence[str],
    reason: str | None, document: str | None, version: int | None,
) -> None:  # fmt: skip
    from service.usecases.workflow.candidacy_views import get_candidacy
    from service.usecases.workflow.reviewing import conclude as conclude_review
    from service.usecases.workflow.reviewing import give_opinion

    say = conclude_review if is_conclusion else give_opinion
    with tell_conflict(console), acting(console) as (session, actor, now):
        seen = get_candidacy(session, actor=actor, candidacy_no=candidacy_no).candidacy.version
        say(
            session, actor=actor, candidacy_no=candidacy_no, decision=ReviewDecision(decision),
            reason_codes=tuple(codes), reason=reason, document=document,
            version=seen if version is None else version, now=now,
        )  # fmt: skip
    label = code_table("review_decision").label(decision)
    console.done(Text(f"{candidacy_no}：{label.zh}。", f"{candidacy_no}: {label.en}."))


def _row(one: dict[str, Any], language: str) -> list[str]:
    standing = [said for said in one["opinions"] if not said["undone_at"] and not said["is_conclusion"]]
    mark = Text("；", "; ").in_(language)
    return [
        one["candidacy_no"],
        "—" if one["shown_rank"] is None else str(one["shown_rank"]),
        one["person_no"],
        one["name"] or "",
        one["state_label"][language],
        mark.join(f"{said['username']} {said['label'][language]}" for said in standing),
        one["conclusion_label"][language] if one["conclusion_label"] else "",
        mark.join(missing["label"][language] for missing in one["missing_signatures"]),
        str(one["version"]),
    ]
