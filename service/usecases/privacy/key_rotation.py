"""Changing the keys while the service runs: a new version, every sealed value sealed again, the old version dropped.

A version is a key of the cipher and a key of the blind indexes. While rows of several versions stand in the tables,
exact searches look under each version's index.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service import jobs
from service.access import Actor, require
from service.db import Database, Model, vault_of
from service.errors import Conflict
from service.models.accounts import IdempotencyKey
from service.models.sealing import sealed_places
from service.usecases.auditing import audit
from service.usecases.idempotency import KEPT_FOR
from service.usecases.privacy.resealing import LEASE, RotationProgress, count_stale, reseal_all, version_in
from service.vault import KeyFile

__all__ = ["KeyVersionUse", "Retirement", "Rotation", "RotationProgress", "list_keys", "retire_keys", "rotate_keys"]

#: A process looks at the key file twice a second; after this nobody seals with the version before.
_SETTLED_AFTER = timedelta(seconds=10)


@dataclass(frozen=True, kw_only=True)
class Rotation:
    """What a rotation did.

    Parameters
    ----------
    version : int
        The version that seals now.
    suite : str
    is_resumed : bool
        Whether it finished a rotation that had been interrupted, and made no new version.
    n_rows : int
        Rows sealed again.
    """

    version: int
    suite: str
    is_resumed: bool
    n_rows: int


@dataclass(frozen=True, kw_only=True)
class KeyVersionUse:
    """One version of the keys and how many rows still need it."""

    version: int
    suite: str
    made_at: datetime | None
    is_current: bool
    n_rows: int


@dataclass(frozen=True, kw_only=True)
class Retirement:
    """Versions that were dropped from the key file."""

    versions: tuple[int, ...]


def list_keys(session: Session, *, actor: Actor) -> list[KeyVersionUse]:
    """Return the versions of the keys and what still uses them."""
    require(actor, "rotate_keys")
    keys = vault_of(session).keys
    uses = _uses(session)
    return [
        KeyVersionUse(
            version=number,
            suite=one.suite.name,
            made_at=one.made_at,
            is_current=number == keys.current,
            n_rows=uses.get(number, 0),
        )
        for number, one in sorted(keys.versions.items())
    ]


def rotate_keys(
    database: Database,
    *,
    actor: Actor,
    key_file: Path,
    suite: str,
    now: Callable[[], datetime],
    on_progress: Callable[[RotationProgress], None] = lambda _progress: None,
) -> Rotation:
    """Add a version to the key file and seal every row with it, in small transactions.

    Killed at any moment, it goes on where it stopped when it is called again: rows tell their version themselves.

    Parameters
    ----------
    database : Database
    actor : Actor
    key_file : Path
    suite : {"aes", "sm"}
        Algorithms of the new version.
    now : callable
        Gives the moment; the lease needs the clock to go on.
    on_progress : callable
        Called after each transaction.

    Raises
    ------
    WorkLocked
        If another process changes the keys.
    NotConfigured
        If the suite is not available.
    """
    require(actor, "rotate_keys")
    owner = jobs.this_process()
    with database.unit_of_work() as session:
        jobs.take(session, name=LEASE, owner=owner, now=now())
    try:
        database.vault.look_again()
        is_resumed = count_stale(database) > 0
        if not is_resumed:
            database.vault.keys.with_new_version(suite, now=now()).write_over(key_file)
            database.vault.look_again()
        keys = database.vault.keys
        current = keys.versions[keys.current]
        with database.unit_of_work() as session:
            audit.record(
                session, actor=actor, action="rotate_keys", subject_kind="installation", subject_no="keys",
                now=now(), detail={"version": current.number, "suite": current.suite.name, "resumed": is_resumed},
            )  # fmt: skip
        n_rows = reseal_all(database, owner=owner, now=now, on_progress=on_progress)
    finally:
        with database.unit_of_work() as session:
            jobs.release(session, name=LEASE, owner=owner)
    return Rotation(version=current.number, suite=current.suite.name, is_resumed=is_resumed, n_rows=n_rows)


def retire_keys(
    database: Database, *, actor: Actor, key_file: Path, now: datetime, kept_copy: Path | None = None
) -> Retirement:
    """Drop the versions that nothing uses any more from the key file.

    Parameters
    ----------
    database : Database
    actor : Actor
    key_file : Path
    now : datetime
    kept_copy : Path, optional
        A new file for all keys as they were: older backups cannot be read without it.

    Raises
    ------
    Conflict
        If a row still needs an old version, or the version that seals is too young for every process to know it.
    """
    require(actor, "rotate_keys")
    vault = database.vault
    vault.look_again()
    keys = vault.keys
    made_at = keys.versions[keys.current].made_at
    if made_at is not None and now - made_at < _SETTLED_AFTER:
        raise Conflict(
            Text("密钥刚刚轮换。", "The keys were changed a moment ago."),
            remedy=Text("请稍后再运行。", "Run it again in a minute."),
            place=str(key_file),
        )
    with database.unit_of_work() as session:
        _wait_for_writers(session)
        session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at <= now - KEPT_FOR))
        _refuse_used(session, keys)
        dropped = tuple(sorted(set(keys.versions) - {keys.current}))
        if dropped:
            if kept_copy is not None:
                keys.write_new(kept_copy)
            keys.without(dropped).write_over(key_file)
        audit.record(
            session, actor=actor, action="retire_keys", subject_kind="installation", subject_no="keys", now=now,
            detail={"versions": list(dropped)},
        )  # fmt: skip
    vault.look_again()
    return Retirement(versions=dropped)


def _refuse_used(session: Session, keys: KeyFile) -> None:
    uses = {number: n for number, n in _uses(session).items() if number != keys.current}
    if not uses:
        return
    told = ", ".join(f"{number}: {n}" for number, n in sorted(uses.items()))
    raise Conflict(
        Text(f"仍有数据使用旧密钥版本（{told} 行）。", f"Rows still need older versions of the keys ({told})."),
        remedy=Text(
            "请先运行 talentpool keys rotate 完成重新加密；写操作的应答保留一天，之后再试。",
            "Run talentpool keys rotate to finish; answers to repeated writes are kept for a day, try again after it.",
        ),
        place="keys",
    )


def _wait_for_writers(session: Session) -> None:
    """Let every transaction that may still write an old version end; on SQLite there is one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        tables = ", ".join((*sealed_places(Model), IdempotencyKey.__tablename__))
        session.execute(text(f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE"))


def _uses(session: Session) -> dict[int, int]:
    """Return how many values of each version there are."""
    uses: dict[int, int] = {}
    columns = [place.table.c[place.sealed_in] for places in sealed_places(Model).values() for place in places]
    for column in (*columns, IdempotencyKey.__table__.c.body):
        version = version_in(column)
        for mark, n in session.execute(select(version, func.count()).where(column.is_not(None)).group_by(version)):
            if mark:  # the answer to a write that has not ended yet is empty
                uses[mark[0]] = uses.get(mark[0], 0) + n
    return uses
