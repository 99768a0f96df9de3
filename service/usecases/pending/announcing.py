"""Writing down, in the transaction of an act, who is to be told of it."""

from collections.abc import Collection
from datetime import datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.access import ALLOWED, Actor, Territory, TerritoryKind
from service.db import allocate_ids
from service.models.accounts import Account
from service.models.outbox import Channel, MessageState, NotificationAddress, OutboxMessage

__all__ = ["PASSWORD_GIVEN", "announce", "tell_owner"]

#: Topic of the mail to somebody whose password another has set; its number is the account of who did.
PASSWORD_GIVEN = "password_given"  # noqa: S105 - a topic


def announce(
    session: Session,
    *,
    topic: str,
    subject_no: str,
    rights: Collection[str],
    actor: Actor,
    now: datetime,
    village_code: str | None = None,
) -> None:
    """Tell the webhook, and by mail everybody who has one of some rights there and an address, except who acts.

    A mail says only how much waits; so while one waits to be sent to somebody, no second one is written.

    Parameters
    ----------
    session : Session
    topic : str
        ``waiver_proposed``.
    subject_no : str
        Number of what it is about; the webhook gets it, mails do not.
    rights : collection of str
        Whose holders have something to do now.
    actor : Actor
    now : datetime
    village_code : str, optional
        Where it is, a village or the county or township of an account; None: everywhere.
    """
    told: list[int | None] = [None]
    roles = {str(role) for right in rights for role in ALLOWED[right]}
    is_waiting = (OutboxMessage.state == MessageState.WAITING, OutboxMessage.topic != PASSWORD_GIVEN)
    waiting = set(session.scalars(select(OutboxMessage.account_id).where(*is_waiting)))
    wanted = select(Account).join(NotificationAddress, NotificationAddress.id == Account.id)
    for account in session.scalars(wanted.where(Account.is_disabled.is_(False))):
        territory = Territory(TerritoryKind(account.territory_kind), account.territory_code)
        may_act = bool(roles & set(account.roles)) and _covers(territory, village_code)
        if may_act and account.username != actor.username and account.id not in waiting:
            told.append(account.id)
    ids = allocate_ids(session, OutboxMessage.__tablename__, len(told))
    for message_id, account_id in zip(ids, told, strict=True):
        session.add(
            OutboxMessage(
                id=message_id,
                message_no=uuid4().hex,
                channel=Channel.WEBHOOK if account_id is None else Channel.EMAIL,
                topic=topic,
                subject_no=subject_no,
                account_id=account_id,
                state=MessageState.WAITING,
                created_at=now,
                due_at=now,
            )
        )


def tell_owner(session: Session, *, account: Account, topic: str, subject_no: str, now: datetime) -> None:
    """Tell the owner of an account by mail of something that was done to the account; without an address nothing."""
    if session.get(NotificationAddress, account.id) is None:
        return
    (message_id,) = allocate_ids(session, OutboxMessage.__tablename__)
    session.add(
        OutboxMessage(
            id=message_id,
            message_no=uuid4().hex,
            channel=Channel.EMAIL,
            topic=topic,
            subject_no=subject_no,
            account_id=account.id,
            state=MessageState.WAITING,
            created_at=now,
            due_at=now,
        )
    )


def _covers(territory: Territory, village_code: str | None) -> bool:
    if village_code is None or territory.kind.is_everything:
        return True
    return bool(territory.code) and village_code.startswith(territory.code)
