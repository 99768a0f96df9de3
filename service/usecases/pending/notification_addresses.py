"""Where an account wants its mails."""

import re
from datetime import datetime

from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import Actor
from service.errors import Forbidden, InvalidInput
from service.models.outbox import NotificationAddress
from service.usecases.auditing import audit

__all__ = ["own_address", "set_address"]

_ADDRESS = re.compile(r"[!-?A-~]{1,64}@[A-Za-z0-9.-]{1,190}")


def own_address(session: Session, *, actor: Actor) -> str | None:
    """Return the address of the account that acts; None: it gets no mails."""
    row = session.get(NotificationAddress, actor.account_id) if actor.account_id is not None else None
    return row.email if row is not None else None


def set_address(session: Session, *, actor: Actor, email: str | None, now: datetime) -> str | None:
    """Keep the address of the account that acts, sealed; None: no mails.

    Raises
    ------
    Forbidden
        If the actor has no account.
    InvalidInput
        If it is no address.
    """
    if actor.account_id is None:
        raise Forbidden(Text("需要账号。", "It takes an account."), place="email")
    if email is not None and not _ADDRESS.fullmatch(email):
        problem = Text("不是有效的邮箱地址。", "It is no address of mail.")
        raise InvalidInput(
            problem, remedy=Text("如 name@example.cn。", "Such as name@example.cn."), place="email",
            fields={"email": [problem]},
        )  # fmt: skip
    row = session.get(NotificationAddress, actor.account_id)
    if row is None:
        row = NotificationAddress(id=actor.account_id, updated_at=now)
        session.add(row)
    row.email, row.updated_at = email, now
    audit.record(
        session, actor=actor, action="set_notification_address", subject_kind="account", subject_no=actor.username,
        now=now, detail={"is_set": email is not None},
    )  # fmt: skip
    session.flush()
    return email
