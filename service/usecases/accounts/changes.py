"""Changes of accounts by two people: one asks, another confirms, and only then anything changes."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import ALLOWED, NOWHERE, Actor, Role, Territory, TerritoryKind, require_any
from service.access.masking import hides_holders
from service.db import allocate_ids
from service.errors import Change, Conflict, InvalidInput, NotFound, VersionConflict
from service.models.accounts import SignInWay
from service.models.credentials import AccountChange
from service.settings.accounts import AccountSettings
from service.usecases.accounts.effects import check_change, put_into_effect
from service.usecases.accounts.halves import begin_password, shut_out
from service.usecases.accounts.holders import holder_name_of
from service.usecases.accounts.host_silence import asked_by_host_alone
from service.usecases.accounts.registry import MANAGERS, account_named, check_username, territory_of
from service.usecases.accounts.second_persons import CONFIRM, CONFIRM_PASSWORDS, PLACES, check_is_second_person
from service.usecases.accounts.vocabulary import ChangeKind, Decision
from service.usecases.auditing import audit
from service.usecases.pending.announcing import announce

__all__ = ["ChangeRow", "Decided", "decide_change", "list_changes", "request_change"]

OPEN_FOR = timedelta(days=14)
_LONGEST_REASON = 200
_READERS = ("manage_accounts", "approve_accounts", "bootstrap_accounts")


@dataclass(frozen=True)
class ChangeRow:
    """One change that was asked for, and what became of it.

    The first half of a password that comes of it is shown once, to who asks.
    """

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
    first_half: str | None = None
    holder_name: str | None = None


@dataclass(frozen=True)
class Decided:
    """A decided change; the second half of the password that comes of it is shown this once."""

    change: ChangeRow
    second_half: str | None


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
    holder_name: str | None = None,
    settings: AccountSettings | None = None,
) -> ChangeRow:
    """Ask for a change of an account; nothing changes until somebody else confirms it.

    Who asks for a password shuts the account out at once, also of what it had open; the new one, in two halves, opens
    it when somebody else has confirmed.

    Raises
    ------
    Forbidden
        If the actor may not manage accounts.
    NotFound
        If there is no such account (except when it shall be created).
    Conflict
        If the name is taken, the account is the actor's own, the same is being asked for already, or nobody could
        confirm.
    InvalidInput
        If roles, territory, the holder's name or the reason are missing or do not go together.
    """
    require_any(actor, *(MANAGERS if kind == ChangeKind.PASSWORD else ("manage_accounts",)))
    account = None if kind == ChangeKind.CREATE else account_named(session, username, is_changing=True)
    if account is None:
        check_username(session, username)
    elif kind != ChangeKind.ROLES:
        roles, territory, way = [Role(role) for role in account.roles], territory_of(account), account.sign_in_way
    if username == actor.username:
        raise Conflict(
            Text("不能变更自己的账号。", "Nobody changes an account of their own."),
            remedy=Text("请另一位管理员提出。", "Let another administrator ask for it."),
            place="username",
        )
    check_change(session, kind=kind, username=username, roles=roles, territory=territory, holder_name=holder_name)
    _check_reason(reason)
    _check_is_new(session, kind, username, actor=actor, now=now)
    change = _waiting(session, actor=actor, kind=kind, username=username, reason=reason.strip(), now=now)
    change.detail = {
        "roles": sorted(roles),
        "territory_kind": territory.kind,
        "territory_code": territory.code,
        "person_id": territory.person_id,
        "sign_in_way": way,
    }
    if kind in {ChangeKind.CREATE, ChangeKind.NAME}:
        change.holder_name = holder_name_of(holder_name)
    first_half = begin_password(change, way=way)
    if account is not None and kind == ChangeKind.PASSWORD:
        shut_out(session, actor=actor, account=account, settings=settings, now=now)
    _record(session, actor, change, "request_account_change", now)
    rights: Collection[str] = CONFIRM_PASSWORDS if kind == ChangeKind.PASSWORD else CONFIRM
    if asked_by_host_alone(actor, kind, actor.username, change.detail["roles"]):
        rights = ALLOWED  # everybody, for silence will confirm it
    announce(
        session, topic="account_change_requested", subject_no=change.change_no, rights=rights, actor=actor, now=now,
        village_code=territory.code if territory.kind in PLACES else None,
    )  # fmt: skip
    return replace(_row(change), first_half=first_half)


def decide_change(session: Session, *, actor: Actor, change_no: str, decision: Decision, now: datetime) -> Decided:
    """Confirm or refuse what another person asked for; a confirmed change takes effect at once.

    While nobody else could confirm (a new installation), the operator of the host may, on the command line; and after
    a week without any of those who could, what the operator asked for itself: a new password of an administrator.

    Raises
    ------
    Forbidden
        If the actor may not approve, asked for it, is meant by it, or the account is outside the actor's territory.
    NotFound
        If there is no such change.
    Conflict
        If it was decided already, is too old, what it builds on has changed, or others may still say something.
    """
    change = session.scalar(select(AccountChange).where(AccountChange.change_no == change_no).with_for_update())
    if change is None:
        require_any(actor, *_READERS)
        raise NotFound(
            Text("没有这项变更申请。", "There is no such change."),
            remedy=Text("talentpool user changes 列出全部申请。", "talentpool user changes lists them."),
            place="change_no",
        )
    check_is_second_person(
        session, actor=actor, change=change, territory=_row(change).territory, decision=decision, now=now
    )
    if change.decision is not None or change.expires_at <= now:
        raise VersionConflict(
            Text("该申请已有结论或已过期。", "It was decided already, or is too old."),
            remedy=Text("如仍需要，请重新申请。", "Ask for it again if it is still needed."),
            place="change_no",
            value=change_no,
            changes=_decided(change),
        )
    change.decision, change.decided_by, change.decided_at = decision, actor.username, now
    half = put_into_effect(session, change, now) if decision == Decision.CONFIRMED else None
    change.first_half = None
    _record(session, actor, change, f"{_VERBS[decision]}_account_change", now)
    return Decided(change=_row(change), second_half=half)


def list_changes(session: Session, *, actor: Actor, now: datetime, is_open: bool = True) -> list[ChangeRow]:
    """Return the changes that wait, or all, the newest first."""
    require_any(actor, *_READERS)
    statement = select(AccountChange).order_by(AccountChange.requested_at.desc(), AccountChange.id.desc())
    if is_open:
        statement = statement.where(AccountChange.decision.is_(None), AccountChange.expires_at > now)
    return [_seen(change, actor=actor) for change in session.scalars(statement)]


_VERBS = {Decision.CONFIRMED: "confirm", Decision.REFUSED: "refuse"}


def _waiting(
    session: Session, *, actor: Actor, kind: ChangeKind, username: str, reason: str, now: datetime
) -> AccountChange:
    (change_id,) = allocate_ids(session, AccountChange.__tablename__)
    change = AccountChange(
        id=change_id,
        change_no=secrets.token_hex(4),
        kind=kind,
        username=username,
        reason=reason,
        requested_by=actor.username,
        requested_at=now,
        expires_at=now + OPEN_FOR,
    )
    session.add(change)
    return change


def _check_reason(reason: str) -> None:
    if not 0 < len(reason.strip()) <= _LONGEST_REASON:
        raise InvalidInput(
            Text(
                f"请填写原因（至多 {_LONGEST_REASON} 字）。", f"Give a reason of at most {_LONGEST_REASON} characters."
            ),
            remedy=Text("例如：新任组织员，示组〔2026〕5号。", "For example: new officer, with the document."),
            place="reason",
        )


def _check_is_new(session: Session, kind: ChangeKind, username: str, *, actor: Actor, now: datetime) -> None:
    waiting = session.scalar(
        select(AccountChange).where(
            AccountChange.username == username,
            AccountChange.kind == kind,
            AccountChange.decision.is_(None),
            AccountChange.expires_at > now,
        )
    )
    if waiting is not None:
        number = waiting.change_no
        raise VersionConflict(
            Text(f"同样的申请 {number} 正待确认。", f"The same was asked for already: {number} waits."),
            remedy=Text("请先确认或拒绝它。", "Confirm or refuse it first."),
            place="username",
            value=username,
            changes=[_asked(waiting, actor=actor)],
        )


def _asked(waiting: AccountChange, *, actor: Actor) -> Change:
    """Return what somebody else asks for, in the fields of what is asked now."""
    told = {name: waiting.detail.get(name) for name in ("roles", "territory_kind", "territory_code", "sign_in_way")}
    wanted = told if waiting.kind in {ChangeKind.CREATE, ChangeKind.ROLES} else {}
    given = {**wanted, "holder_name": _seen(waiting, actor=actor).holder_name, "reason": waiting.reason}
    fields = {name: (None, value) for name, value in given.items() if value}
    return Change(at=waiting.requested_at, username=waiting.requested_by, fields=fields)


def _decided(change: AccountChange) -> list[Change]:
    """Return who decided on it and how; nobody did where it lapsed."""
    if change.decided_by is None or change.decided_at is None:
        return []
    fields = {"decision": (None, change.decision)}
    return [Change(at=change.decided_at, username=change.decided_by, fields=fields)]


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


def _seen(change: AccountChange, *, actor: Actor) -> ChangeRow:
    row = _row(change)
    is_hidden = row.territory.kind is TerritoryKind.OWN and hides_holders(actor)
    return replace(row, holder_name=None) if is_hidden else row


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
        holder_name=change.holder_name,
    )
