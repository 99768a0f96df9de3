"""`talentpool rulebook`: show, propose another, see its effect, sign, reject, list and compare."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from matching.vocabulary import Text
from service.cli.acting import acting
from service.cli.console import Console, house_time, pass_console
from service.cli.help_words import SpokenGroup
from service.cli.rulebook_output import show_differences, show_effect
from service.cli.wrong_use import wrong_usage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from service.access import Actor

__all__ = ["rulebook"]

_STATES = {
    "proposed": Text("待签署", "proposed"),
    "signed": Text("已签署", "signed"),
    "rejected": Text("已退回", "rejected"),
}
_COLUMNS = [
    Text("编号", "Proposal"),
    Text("状态", "State"),
    Text("生效序号", "In force"),
    Text("规则手册", "Rulebook"),
    Text("提出", "Proposed by"),
    Text("签署/退回", "Decided by"),
    Text("时间", "When"),
    Text("理由", "Reason"),
]
_FILE = click.option(
    "--file", "path", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="TOML or JSON. 整册文件。"
)
_SET = click.option(
    "--set", "changes", multiple=True, metavar="PATH=VALUE",
    help="FS-02.limit=2, first_secretary.rural_work=20, FS-02.citation={zh=\"…\",en=\"…\"}. 改一个值。",
)  # fmt: skip
_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document. 输出 JSON。")


@click.group(cls=SpokenGroup)
def rulebook() -> None:
    """The rulebook: changed by two people, with its effect shown before. 规则手册：一人提出，另一人签署。"""


@rulebook.command()
@_FILE
@_SET
@_JSON
@pass_console
def effect(console: Console, *, path: Path | None, changes: tuple[str, ...], as_json: bool) -> None:
    """Show who would enter, leave and move; nothing is written. 试算影响，不写入。"""
    with acting(console) as (session, actor, now):
        _, found = _tried(session, actor, now, path=path, changes=changes)
    if as_json:
        console.print_json({"schema": "talentpool.rulebook_effect/1", **found})
    else:
        show_effect(console, found)


@rulebook.command()
@_FILE
@_SET
@click.option("--reason", required=True, help="Why. 理由。")
@pass_console
def propose(console: Console, *, path: Path | None, changes: tuple[str, ...], reason: str) -> None:
    """Propose another rulebook; somebody else signs. 提出规则变更，待签署。"""
    from service.usecases.rules.rulebook_changes import propose_rulebook

    with acting(console) as (session, actor, now):
        book, found = _tried(session, actor, now, path=path, changes=changes)
        number = propose_rulebook(session, actor=actor, rulebook=book, effect=found, reason=reason, now=now).proposal_no
    show_effect(console, found)
    console.done(
        Text(
            f"已提出 {number}；由另一人签署：talentpool rulebook sign {number} --sign 本人姓名",
            f"{number} is proposed. Somebody else signs it: talentpool rulebook sign {number} --sign NAME",
        )
    )


@rulebook.command()
@click.argument("proposal_no")
@click.option("--sign", "signed_name", metavar="NAME", required=True, help="Your full name. 署名，本人姓名。")
@pass_console
def sign(console: Console, *, proposal_no: str, signed_name: str) -> None:
    """Sign: it is in force from now on. 签署，立即生效。"""
    from service.usecases.rules.rulebook_changes import sign_rulebook

    with acting(console) as (session, actor, now):
        signed = sign_rulebook(session, actor=actor, proposal_no=proposal_no, signed_name=signed_name, now=now)
        version = signed.rulebook_version
    console.done(
        Text(
            f"{proposal_no} 已签署，规则手册 {version} 现已生效；排序用 talentpool rescore --changed 更新。",
            f"{proposal_no} is signed: rulebook {version} is in force. Rankings: talentpool rescore --changed",
        )
    )


@rulebook.command()
@click.argument("proposal_no")
@click.option("--reason", required=True, help="Why. 理由。")
@pass_console
def reject(console: Console, *, proposal_no: str, reason: str) -> None:
    """Reject what somebody else proposed. 退回规则变更。"""
    from service.usecases.rules.rulebook_changes import reject_rulebook

    with acting(console) as (session, actor, now):
        reject_rulebook(session, actor=actor, proposal_no=proposal_no, reason=reason, now=now)
    console.done(Text(f"{proposal_no} 已退回。", f"{proposal_no} is rejected."))


@rulebook.command("list")
@click.option("--state", type=click.Choice(list(_STATES)), help="State. 状态。")
@_JSON
@pass_console
def list_command(console: Console, *, state: str | None, as_json: bool) -> None:
    """List proposals and signed rulebooks, the newest first. 列出规则变更。"""
    from schemas.rulebooks import ProposalSchema
    from service.usecases.rules.rulebook_changes import list_proposals

    with acting(console) as (session, actor, _):
        page = list_proposals(session, actor=actor, state=state)
        documents: list[dict[str, Any]] = ProposalSchema(many=True, exclude=("effect",)).dump(page.items)
    if as_json:
        console.print_json({"schema": "talentpool.rulebook_proposals/1", "total": page.total, "items": documents})
        return
    console.table(_COLUMNS, [_row(console, one) for one in documents])


@rulebook.command()
@click.argument("proposal_no", required=False)
@_JSON
@pass_console
def show(console: Console, *, proposal_no: str | None, as_json: bool) -> None:
    """Show the rulebook in force, or a proposal with its effect. 查看现行规则手册或一项提议。"""
    from schemas.rulebooks import ProposalSchema
    from service.usecases.rules.rulebook_changes import changes_of, get_proposal, show_rulebook

    with acting(console) as (session, actor, _):
        if proposal_no is None:
            number, book = show_rulebook(session, actor=actor)
        else:
            found: dict[str, Any] = ProposalSchema().dump(get_proposal(session, actor=actor, proposal_no=proposal_no))
            told = changes_of(session, actor=actor, proposal_no=proposal_no)
    if proposal_no is not None:
        if as_json:
            found["differences"] = [one._asdict() for one in told]
            console.print_json({"schema": "talentpool.rulebook_proposal/1", **found})
            return
        console.table(_COLUMNS, [_row(console, found)])
        show_differences(console, told)
        show_effect(console, found["effect"])
    elif as_json:
        console.print_json({"schema": "talentpool.rulebook/1", "in_force_no": number, "document": book.document})
    else:
        line = Text(f"生效序号 {number}，规则手册 {book.version}", f"number {number}, rulebook {book.version}")
        console.print(line.in_(console.language))


@rulebook.command()
@click.argument("proposal_no")
@pass_console
def diff(console: Console, *, proposal_no: str) -> None:
    """Show every value that a proposal changes. 逐项列出改动。"""
    from service.usecases.rules.rulebook_changes import changes_of

    with acting(console) as (session, actor, _):
        told = changes_of(session, actor=actor, proposal_no=proposal_no)
    show_differences(console, told)


def _tried(
    session: "Session", actor: "Actor", now: Any, *, path: Path | None, changes: tuple[str, ...]
) -> "tuple[Any, Mapping[str, Any]]":
    from service.usecases.rules.rulebook_changes import read_proposed, wished_document
    from service.usecases.rules.rulebook_effects import effect_of

    if (path is None) == (not changes):
        raise wrong_usage(Text("请给出 --file 或 --set 之一。", "Give either --file or --set."), place="--set")
    whole = None if path is None else path.read_text(encoding="utf-8", errors="replace")
    document = wished_document(session, actor=actor, whole=whole, changes=changes)
    book = read_proposed(session, actor=actor, document=document)
    return book, effect_of(session, actor=actor, rulebook=book, now=now)


def _row(console: Console, one: dict[str, Any]) -> list[str]:
    return [
        one["proposal_no"],
        _STATES[one["state"]].in_(console.language),
        "" if one["in_force_no"] is None else str(one["in_force_no"]),
        one["rulebook_version"],
        one["proposed_by"],
        one["decided_by"] or "",
        house_time(one["decided_at"] or one["proposed_at"]),
        one["reason"],
    ]
