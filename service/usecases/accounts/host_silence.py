"""A new password of an administrator that the host's operator asked for and, after a told silence, confirms."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import Actor, Role, may
from service.errors import Conflict
from service.models.accounts import Account
from service.models.audit import AuditEntry
from service.models.credentials import AccountChange
from service.usecases.accounts.vocabulary import ChangeKind
from service.usecases.days import day_of

__all__ = ["HOST_WAITS", "asked_by_host_alone", "check_waited"]

HOST_WAITS = timedelta(days=7)
_NOT_IN = ("sign_in_refused", "sign_in_while_locked", "sign_in_too_often", "sign_in_first_step",
           "provider_identity_refused")  # fmt: skip


def asked_by_host_alone(actor: Actor, kind: ChangeKind, requested_by: str, roles: Collection[str]) -> bool:
    """Whether the host's operator asks, or asked, for a new password of an administrator, who sees no people."""
    is_host = actor.is_cli and may(actor, "bootstrap_accounts") and actor.username == requested_by
    return is_host and kind == ChangeKind.PASSWORD and set(roles) == {Role.ADMIN}


def check_waited(session: Session, change: AccountChange, *, others: Collection[str], now: datetime) -> None:
    """Refuse the operator who asked, as long as one of the others may still say something, or was kept from it.

    Raises
    ------
    Conflict
    """
    if (seen := _seen_since(session, change, others)) is not None:
        problem = Text(
            f"“{seen}”在申请之后登录过，可以确认或拒绝。", f"'{seen}' has been here since, and can confirm or refuse."
        )
        raise _not_alone(change, problem, Text(f"请“{seen}”办理。", f"Ask '{seen}'."))
    if (silenced := _kept_out(session, change, others)) is not None:
        problem = Text(
            f"主机操作员也申请重设了“{silenced}”的口令，该账号因此无法表示意见。",
            f"The operator asked for a new password of '{silenced}' too, who was kept from saying anything by it.",
        )
        raise _not_alone(
            change,
            problem,
            Text("一次只能如此重设一个账号。", "One account only is helped this way; it then helps the others."),
        )
    if now < change.requested_at + HOST_WAITS:
        day = day_of(change.requested_at + HOST_WAITS).isoformat()
        problem = Text(
            f"须由另一人确认；{day} 起，如期间没有可确认的人登录，主机操作员才可自行确认。",
            f"Somebody else has to confirm; from {day} on the operator may, if nobody who could has been here.",
        )
        remedy = Text(
            "请另一名管理员或部务会成员确认，或等到该日。",
            "Ask another administrator or a leader, or wait for that day.",
        )
        raise _not_alone(change, problem, remedy)


def _seen_since(session: Session, change: AccountChange, others: Collection[str]) -> str | None:
    deeds = AuditEntry.actor.in_(others), AuditEntry.at > change.requested_at, AuditEntry.action.not_in(_NOT_IN)
    return session.scalar(select(AuditEntry.actor).where(*deeds).limit(1))


def _kept_out(session: Session, change: AccountChange, others: Collection[str]) -> str | None:
    asked = (
        AccountChange.kind == ChangeKind.PASSWORD,
        AccountChange.requested_by == change.requested_by,
        AccountChange.username.in_(others),
    )
    query = select(AccountChange.username).join(Account, Account.username == AccountChange.username)
    return session.scalar(query.where(*asked, Account.must_change_password).limit(1))


def _not_alone(change: AccountChange, problem: Text, remedy: Text) -> Conflict:
    return Conflict(problem, remedy=remedy, place="change_no", value=change.change_no)
