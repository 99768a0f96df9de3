"""Acting under the name of an account on the command line of the host."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import Actor
from service.errors import Forbidden
from service.models.accounts import Account
from service.usecases import audit
from service.usecases.accounts.registry import account_named, actor_of

__all__ = ["act_on_host"]


def act_on_host(session: Session, *, username: str, host_user: str, now: datetime) -> Actor:
    """Return who acts on the command line under the name of an account, and log that it was done.

    Whoever may start the command on the host holds the key file anyway, so that no password is asked; the log tells
    under which login of the host it happened.

    Raises
    ------
    NotFound
        If there is no such account.
    Forbidden
        If it is disabled.
    """
    account: Account = account_named(session, username)
    if account.is_disabled:
        raise Forbidden(
            Text(f"账号“{username}”已停用。", f"The account '{username}' is disabled."),
            remedy=Text("请换一个账号，或请系统管理员启用。", "Name another account, or ask the administrator."),
            place="--as",
        )
    actor = replace(actor_of(account), is_cli=True)
    audit.record(
        session,
        actor=actor,
        action="act_on_host",
        subject_kind="account",
        subject_no=username,
        now=now,
        detail={"host_user": host_user[:60]},
    )
    session.flush()
    return actor
