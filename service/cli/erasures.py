"""Erasing somebody in the terminal, by one officer or by two as the department has it."""

from collections.abc import Mapping
from typing import Any

import click

from matching.vocabulary import Text
from service.cli.acting import acting, reading
from service.cli.console import Console, pass_console
from service.cli.wrong_use import wrong_usage

__all__ = ["erase", "erasures"]


@click.command()
@click.argument("person_no", metavar="PERSON_NO")
@click.option("--document", help="The paper that it rests on. 依据文件。")
@click.option("--on-request", is_flag=True, help="The person asks for it before the clock has run down. 本人申请。")
@click.option("--confirm", "act", flag_value="confirm", help="Confirm what another officer asks for. 确认他人申请。")
@click.option("--refuse", "act", flag_value="refuse", help="Refuse it, or take it back. 驳回或撤回申请。")
@click.option("--reason", help="Why it is confirmed or refused. 理由。")
@click.option("--yes", is_flag=True, help="Do not ask. 不再询问。")
@pass_console
def erase(
    console: Console, /, person_no: str, *, document: str | None, on_request: bool, act: str | None, reason: str | None,
    yes: bool,
) -> None:  # fmt: skip
    """Erase a person for good; a number without meaning stays. 删除（不可恢复）。

    Where TALENTPOOL_ERASURE_BY_TWO is set, this asks for it, and another officer confirms it. 两人办理时先申请后确认。
    """
    if (act is None and not document) or (act is not None and not reason):
        option = "--document" if act is None else "--reason"
        raise wrong_usage(Text(f"请给出 {option}。", f"Give {option}."), place=option)
    reason = reason if act is not None else None
    is_asking = act is None and console.settings.retention.is_erased_by_two
    if not (yes or is_asking or act == "refuse"):
        question = Text(f"删除 {person_no} 且不可恢复？", f"Erase {person_no} for good?")
        click.confirm(question.in_(console.language), abort=True)
    if is_asking or act == "refuse":
        _ask_or_refuse(console, person_no, document=document, on_request=on_request, reason=reason)
    else:
        _tell_erased(console, person_no, _erased(console, person_no, document, on_request=on_request, reason=reason))


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON document. 输出 JSON。")
@pass_console
def erasures(console: Console, *, as_json: bool) -> None:
    """Erasures that wait for another officer. 待另一人确认的删除申请。"""
    from service.usecases.privacy.erasure_requests import list_requests

    with reading(console) as (session, actor):
        rows = [
            {"person_no": one.person.person_no, "requested_by": one.requested_by, "document": one.document,
             "requested_at": one.requested_at.isoformat(timespec="seconds")}
            for one in list_requests(session, actor=actor)
        ]  # fmt: skip
    if as_json:
        console.print_json({"schema": "talentpool.erasures/1", "items": rows})
        return
    columns = [Text("人员编号", "Person"), Text("申请人", "Asked by"), Text("依据", "Document"), Text("时间", "At")]
    console.table(columns, [[str(value or "") for value in row.values()] for row in rows])


def _ask_or_refuse(
    console: Console, person_no: str, *, document: str | None, on_request: bool, reason: str | None
) -> None:
    from service.usecases.privacy.erasure_requests import refuse_erasure, request_erasure

    with acting(console) as (session, actor, now):
        if reason:
            refuse_erasure(session, actor=actor, person_no=person_no, reason=reason, now=now)
        else:
            request_erasure(
                session, actor=actor, person_no=person_no, document=document or "", on_request=on_request,
                settings=console.settings.retention, now=now,
            )  # fmt: skip
    asked = Text(f"已申请删除 {person_no}，待另一人确认。", f"{person_no} waits for another officer to confirm.")
    console.done(Text(f"{person_no} 予以保留。", f"{person_no} stays.") if reason else asked)


def _erased(
    console: Console, person_no: str, document: str | None, *, on_request: bool, reason: str | None
) -> Mapping[str, Any]:
    from service.usecases.privacy.erasing import confirm_erasure, erase_person

    kept = console.settings.retention
    with acting(console) as (session, actor, now):
        told: dict[str, Any] = {"actor": actor, "person_no": person_no, "settings": kept, "now": now}
        if reason:
            return dict(confirm_erasure(session, reason=reason, **told).counts)
        return dict(erase_person(session, document=document or "", on_request=on_request, **told).counts)


def _tell_erased(console: Console, person_no: str, counts: Mapping[str, Any]) -> None:
    console.done(Text(f"{person_no} 已删除。", f"{person_no} is erased."))
    console.say(Text(f"清除：{counts}", f"Emptied: {counts}"))
    console.say(
        Text(
            "备份中的副本到备份保留期满才消失；已交出的文件请收回。",
            "Copies in backups go when the backups do; call back files that were handed out.",
        )
    )
