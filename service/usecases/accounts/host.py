"""Acting as an account on the command line of the host: it is told in the log, with the login of the host."""

from datetime import datetime

from sqlalchemy.orm import Session

from service.access import Actor
from service.usecases.auditing import audit

__all__ = ["log_act_on_host"]

_LONGEST_LOGIN = 60


def log_act_on_host(session: Session, *, actor: Actor, host_user: str, now: datetime) -> None:
    """Log under which login of the host an account, which has proved who it is, acts there."""
    audit.record(
        session,
        actor=actor,
        action="act_on_host",
        subject_kind="account",
        subject_no=actor.username,
        now=now,
        detail={"host_user": host_user[:_LONGEST_LOGIN]},
    )
    session.flush()
