"""Changes of accounts by two people: one asks, another confirms, and only then anything changes."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import NOWHERE, Actor, Role, Territory, TerritoryKind, require, require_any
from service.db import allocate_ids
from service.errors import Conflict, Forbidden, InvalidInput, NotFound
from service.models.accounts import Account, SignInWay
from service.models.credentials import AccountChange
from service.usecases import audit
from service.usecases.accounts.effects import check_change, put_into_effect
from service.usecases.accounts.registry import account_named, check_username
from service.usecases.accounts.vocabulary import ChangeKind, Decision
from service.usecases.announcing import announce

__all__ = ["ChangeRow", "Decided", "decide_change", "list_changes", "request_change"]

OPEN_FOR = timedelta(days=14)
_LONGEST_REASON = 200
_READERS = ("manage_accounts", "approve_accounts", "bootstrap_accounts")


@dataclass(frozen=True)
class ChangeRow:
    """One change that was asked for, and what became of it."""

    change_no: str
    kind: ChangeKind
    username: str
    roles: tuple[str, ...]
    territory: Territory
    sign_in_way: SignInWay
    reason: str
    requested_by: str
    requested_at: datetime
    expires_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decision: Decision | None


@dataclass(frozen=True)
class Decided:
    """A decided change; the password of a new account is shown this once."""

    change: ChangeRow
    password: str | None


def request_change(
    session: Session,
    *,
    actor: Actor,
    kind: ChangeKind,
    username: str,
    reason: str,
    now: datetime,
    roles: Collection[Role] = (),
    territory: Territory = NOWHERE,
    way: SignInWay = SignInWay.PASSWORD,
) -> ChangeRow:
    """Ask for a change of an account; nothing changes until somebody else confirms it.

    Raises
    ------
    Forbidden
        If the actor may not manage accounts.
    NotFound
        If there is no such account (except when it shall be created).
    Conflict
        If the name is taken, the account is the actor's own, or the same is being asked for already.
    InvalidInput
        If roles, territory or reason are missing or do not go together.
    """
    require(actor, "manage_accounts")
    if kind == ChangeKind.CREATE:
        check_username(session, username)
    else:
        account_named(session, username)
    if username == actor.username:
        raise Conflict(
            Text("不能变更自己的账号。", "Nobody changes an account of their own."),
            remedy=Text("请另一位管理员提出。", "Let another administrator ask for it."),
            place="username",
        )
    detail = {
        "roles": sorted(roles),
        "territory_kind": territory.kind,
        "territory_code": territory.code,
        "person_id": territory.person_id,
        "sign_in_way": way,
    }
    check_change(session, kind=kind, username=username, roles=roles, territory=territory)
    _check_reason(reason)
    _check_is_new(session, kind, username, now)
    (change_id,) = allocate_ids(session, AccountChange.__tablename__)
    change = AccountChange(
        id=change_id,
        change_no=secrets.token_hex(4),
        kind=kind,
        username=username,
        detail=detail,
        reason=reason.strip(),
        requested_by=actor.username,
        requested_at=now,
        expires_at=now + OPEN_FOR,
    )
    session.add(change)
    _record(session, actor, change, "request_account_change", now)
    announce(
        session, topic="account_change_requested", subject_no=change.change_no, right="approve_accounts", actor=actor,
        now=now,
    )  # fmt: skip
    return _row(change)


def decide_change(session: Session, *, actor: Actor, change_no: str, decision: Decision, now: datetime) -> Decided:
    """Confirm or refuse what another person asked for; a confirmed change takes effect at once.

    While nobody else could confirm (a new installation), the operator of the host may, on the command line.

    Raises
    ------
    Forbidden
        If the actor may not approve, asked for it, is meant by it, or the account is outside the actor's territory.
    NotFound
        If there is no such change.
    Conflict
        If it was decided already, is too old, or what it builds on has changed.
    """
    change = session.scalar(select(AccountChange).where(AccountChange.change_no == change_no).with_for_update())
    if change is None:
        require_any(actor, *_READERS)
        raise NotFound(
            Text("没有这项变更申请。", "There is no such change."),
            remedy=Text("talentpool user changes 列出全部申请。", "talentpool user changes lists them."),
            place="change_no",
        )
    _check_is_second_person(session, actor, change)
    if change.decision is not None or change.expires_at <= now:
        raise Conflict(
            Text("该申请已有结论或已过期。", "It was decided already, or is too old."),
            remedy=Text("如仍需要，请重新申请。", "Ask for it again if it is still needed."),
            place="change_no",
            value=change_no,
        )
    change.decision, change.decided_by, change.decided_at = decision, actor.username, now
    password = put_into_effect(session, change, now) if decision == Decision.CONFIRMED else None
    _record(session, actor, change, f"{_VERBS[decision]}_account_change", now)
    return Decided(change=_row(change), password=password)


def list_changes(session: Session, *, actor: Actor, now: datetime, is_open: bool = True) -> list[ChangeRow]:
    """Return the changes that wait, or all, the newest first."""
    require_any(actor, *_READERS)
    statement = select(AccountChange).order_by(AccountChange.requested_at.desc(), AccountChange.id.desc())
    if is_open:
        statement = statement.where(AccountChange.decision.is_(None), AccountChange.expires_at > now)
    return [_row(change) for change in session.scalars(statement)]


_PLACES = frozenset({TerritoryKind.COUNTY, TerritoryKind.TOWNSHIP, TerritoryKind.VILLAGE})
_VERBS = {Decision.CONFIRMED: "confirm", Decision.REFUSED: "refuse"}


def _check_is_second_person(session: Session, actor: Actor, change: AccountChange) -> None:
    if actor.is_cli and not _somebody_else_may_approve(session, change):
        require_any(actor, "approve_accounts", "bootstrap_accounts")
    else:
        require(actor, "approve_accounts")
    if actor.username in {change.requested_by, change.username}:
        raise Forbidden(
            Text(
                "须由另一人确认，申请人和本人均不能确认。",
                "Somebody else has to confirm: neither who asked nor who is meant.",
            ),
            remedy=Text("请有权限的另一人确认。", "Ask another person who has the right."),
            place="change_no",
        )
    if not _covers(actor.territory, _row(change).territory):
        raise Forbidden(
            Text("该账号的地域不在本账号的地域之内。", "The account is for a place outside your territory."),
            remedy=Text("请该地域的负责人确认。", "Ask the leader of that place."),
            place="territory",
        )


def _covers(own: Territory, wanted: Territory) -> bool:
    """Whether a place lies within the approver's; what is no place may be approved from anywhere but nowhere."""
    if own.kind.is_everything:
        return True
    if wanted.kind not in _PLACES:
        return own.kind != TerritoryKind.NONE
    return own.kind in _PLACES and wanted.code.startswith(own.code)


def _somebody_else_may_approve(session: Session, change: AccountChange) -> bool:
    accounts = session.scalars(select(Account).where(Account.is_disabled.is_(False)))
    return any(
        Role.LEADER in account.roles
        for account in accounts
        if account.username not in {change.requested_by, change.username}
    )


def _check_reason(reason: str) -> None:
    if not 0 < len(reason.strip()) <= _LONGEST_REASON:
        raise InvalidInput(
            Text(
                f"请填写原因（至多 {_LONGEST_REASON} 字）。", f"Give a reason of at most {_LONGEST_REASON} characters."
            ),
            remedy=Text("例如：新任组织员，示组〔2026〕5号。", "For example: new officer, with the document."),
            place="reason",
        )


def _check_is_new(session: Session, kind: ChangeKind, username: str, now: datetime) -> None:
    waiting = session.scalar(
        select(AccountChange.change_no).where(
            AccountChange.username == username,
            AccountChange.kind == kind,
            AccountChange.decision.is_(None),
            AccountChange.expires_at > now,
        )
    )
    if waiting is not None:
        raise Conflict(
            Text(f"同样的申请 {waiting} 正待确认。", f"The same was asked for already: {waiting} waits."),
            remedy=Text("请先确认或拒绝它。", "Confirm or refuse it first."),
            place="username",
            value=username,
        )


def _record(session: Session, actor: Actor, change: AccountChange, action: str, now: datetime) -> None:
    told: dict[str, Any] = {name: value for name, value in change.detail.items() if name != "person_id"}
    audit.record(
        session,
        actor=actor,
        action=action,
        subject_kind="account",
        subject_no=change.username,
        detail={"change_no": change.change_no, "kind": change.kind, **told},
        now=now,
    )
    session.flush()


def _row(change: AccountChange) -> ChangeRow:
    detail = change.detail
    kind = TerritoryKind(detail["territory_kind"])
    return ChangeRow(
        change_no=change.change_no,
        kind=ChangeKind(change.kind),
        username=change.username,
        roles=tuple(detail["roles"]),
        territory=Territory(kind, detail["territory_code"], detail["person_id"]),
        sign_in_way=SignInWay(detail["sign_in_way"]),
        reason=change.reason or "",
        requested_by=change.requested_by,
        requested_at=change.requested_at,
        expires_at=change.expires_at,
        decided_by=change.decided_by,
        decided_at=change.decided_at,
        decision=Decision(change.decision) if change.decision else None,
    )
