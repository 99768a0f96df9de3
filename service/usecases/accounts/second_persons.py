"""Who may be the second of the two people that a change of an account takes."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import Actor, Role, Territory, TerritoryKind, may, require_any, takes_two
from service.errors import Conflict, Forbidden
from service.models.accounts import Account
from service.models.credentials import AccountChange
from service.usecases.accounts.host_silence import asked_by_host_alone, check_waited
from service.usecases.accounts.registry import territory_of
from service.usecases.accounts.vocabulary import ChangeKind, Decision

__all__ = [
    "CONFIRM",
    "CONFIRM_PASSWORDS",
    "PLACES",
    "check_is_second_person",
    "check_may_give_alone",
    "check_somebody_confirms",
]

PLACES = frozenset({TerritoryKind.COUNTY, TerritoryKind.TOWNSHIP, TerritoryKind.VILLAGE})
# A password that was lost can be confirmed by another administrator too: nothing is widened by it.
CONFIRM_PASSWORDS = ("approve_accounts", "manage_accounts")
CONFIRM = ("approve_accounts",)


def check_is_second_person(
    session: Session, *, actor: Actor, change: AccountChange, territory: Territory, decision: Decision, now: datetime
) -> None:
    """Refuse who may not confirm or refuse a change of an account of this territory.

    A new password of an administrator that the host's operator asked for is confirmed by the operator too, after
    `HOST_WAITS` in which nobody who could confirm or refuse it has been here.

    Raises
    ------
    Forbidden
        If the actor has no right to, asked for it, is meant by it, or the account is outside the actor's territory.
    Conflict
        If the operator has not waited for the others, or one of them has been here since.
    """
    kind = ChangeKind(change.kind)
    if decision == Decision.CONFIRMED and asked_by_host_alone(actor, kind, change.requested_by, change.detail["roles"]):
        others = _names_of_others(session, kind, territory, without={change.requested_by, change.username})
        check_waited(session, change, others=others, now=now)
        return
    rights = CONFIRM_PASSWORDS if kind == ChangeKind.PASSWORD else CONFIRM
    if actor.is_cli and not _others(session, kind, territory, without={change.requested_by, change.username}):
        require_any(actor, *rights, "bootstrap_accounts")
    else:
        require_any(actor, *rights)
    if actor.username in {change.requested_by, change.username}:
        raise Forbidden(
            Text(
                "须由另一人确认，申请人和本人均不能确认。",
                "Somebody else has to confirm: neither who asked nor who is meant.",
            ),
            remedy=Text("请有权限的另一人确认。", "Ask another person who has the right."),
            place="change_no",
        )
    if not _covers(actor.territory, territory):
        raise Forbidden(
            Text("该账号的地域不在本账号的地域之内。", "The account is for a place outside your territory."),
            remedy=Text("请该地域的负责人确认。", "Ask the leader of that place."),
            place="territory",
        )


def check_may_give_alone(session: Session, *, actor: Actor, account: Account) -> None:
    """Refuse one person who gives a password to an account that has a part in an act of two people.

    Only the operator of the host may, on the command line, while nobody else could confirm.

    Raises
    ------
    Conflict
    """
    if not takes_two(account.roles) or _is_left_to_the_host(session, actor, account):
        return
    raise Conflict(
        Text(
            f"账号“{account.username}”可以提出、批准或签署须两人办理的事项，一人不能重设其口令。",
            f"'{account.username}' proposes, approves or signs what takes two: nobody gives it a password alone.",
        ),
        remedy=Text(
            "请申请“重设口令”并由另一人确认：talentpool user passwd 账号 --reason 原因，或“用户与角色”页。",
            "Ask for a new password, which another confirms: talentpool user passwd NAME --reason WHY, or Users and "
            "roles.",
        ),
        place="username",
        value=account.username,
    )


def check_somebody_confirms(session: Session, *, actor: Actor, account: Account) -> None:
    """Refuse to ask for a password while nobody could confirm it: the operator of the host gives it then.

    Raises
    ------
    Conflict
    """
    if _is_left_to_the_host(session, actor, account):
        raise Conflict(
            Text("没有其他人可以确认这项申请。", "There is nobody else who could confirm it."),
            remedy=Text(
                f"由主机操作员直接重设：talentpool user passwd {account.username}（不带 --reason）。",
                f"The operator of the host gives it: talentpool user passwd {account.username}, without --reason.",
            ),
            place="username",
            value=account.username,
        )


def _is_left_to_the_host(session: Session, actor: Actor, account: Account) -> bool:
    if not (actor.is_cli and may(actor, "bootstrap_accounts")):
        return False
    return not _others(session, ChangeKind.PASSWORD, territory_of(account), without={actor.username, account.username})


def _others(session: Session, kind: ChangeKind, territory: Territory, *, without: Collection[str]) -> bool:
    """Whether somebody with an account of their own could confirm, and is neither who asks nor who is meant."""
    return bool(_names_of_others(session, kind, territory, without=without))


def _names_of_others(
    session: Session, kind: ChangeKind, territory: Territory, *, without: Collection[str]
) -> list[str]:
    roles = {Role.LEADER, Role.ADMIN} if kind == ChangeKind.PASSWORD else {Role.LEADER}
    accounts = session.scalars(select(Account).where(Account.is_disabled.is_(False), Account.username.not_in(without)))
    return [
        account.username
        for account in accounts
        if roles & set(account.roles) and _covers(territory_of(account), territory)
    ]


def _covers(own: Territory, wanted: Territory) -> bool:
    """Whether a place lies within the approver's; what is no place may be approved from anywhere but nowhere."""
    if own.kind.is_everything:
        return True
    if wanted.kind not in PLACES:
        return own.kind != TerritoryKind.NONE
    return own.kind in PLACES and wanted.code.startswith(own.code)
