"""Leases: long work of one kind is done by one process at a time, and a killed process does not block the next."""

import os
import socket
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.errors import WorkLocked
from service.models.installation import Lease

__all__ = ["release", "renew", "take", "this_process"]

LEASE = timedelta(seconds=60)


def this_process() -> str:
    """Return the name of this process as an owner of leases."""
    return f"{socket.gethostname()}:{os.getpid()}"


def take(session: Session, *, name: str, owner: str, now: datetime) -> None:
    """Take the lease `name`, also from an owner that let it run out or whose process on this host is gone.

    Raises
    ------
    WorkLocked
        If another living process holds it.
    """
    held = session.get(Lease, name, with_for_update=True)
    if held is not None and held.owner != owner and held.expires_at > now and _may_live(held.owner):
        raise _locked(held.owner)
    if held is None:
        held = Lease(name=name)
        session.add(held)
    held.owner, held.expires_at = owner, now + LEASE
    try:
        session.flush()
    except IntegrityError as error:
        raise _locked(None) from error


def renew(session: Session, *, name: str, owner: str, now: datetime) -> None:
    """Keep the lease for another minute.

    Raises
    ------
    WorkLocked
        If another process has taken it in the meantime.
    """
    held = session.get(Lease, name, with_for_update=True)
    if held is None or held.owner != owner:
        raise _locked(held.owner if held else None)
    held.expires_at = now + LEASE


def release(session: Session, *, name: str, owner: str) -> None:
    """Give the lease back; somebody else's stays."""
    held = session.get(Lease, name, with_for_update=True)
    if held is not None and held.owner == owner:
        session.delete(held)


def _may_live(owner: str) -> bool:
    host, _, process = owner.rpartition(":")
    if host != socket.gethostname():
        return True
    with suppress(ProcessLookupError, ValueError):
        try:
            os.kill(int(process), 0)
        except PermissionError:
            return True
        return True
    return False


def _locked(owner: str | None) -> WorkLocked:
    who = Text(f"（{owner}）", f" ({owner})") if owner else Text("", "")
    return WorkLocked(
        Text(f"另一进程{who.zh}正在进行同样的工作。", f"Another process{who.en} is doing this work."),
        remedy=Text("请等它结束后再运行。", "Run it again when that one has ended."),
    )
