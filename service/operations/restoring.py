"""Bringing a backup back into an empty place, and checking all of it before it is used."""

import os
import shutil
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.engine import make_url

from matching.vocabulary import Text
from service.access import Actor, require
from service.db import Database
from service.errors import Conflict, InvalidInput, ServiceError
from service.installation import initialise, shown_address
from service.operations.backups import HEAD_FILE, check_file, read_manifest
from service.operations.dumps import dump_file_name, load_postgresql, sqlite_findings
from service.settings import Settings
from service.usecases.auditing import audit
from service.usecases.auditing.audit_heads import read_head
from service.usecases.auditing.audit_verification import verify_log
from service.usecases.lists.replay import replay_every_list
from service.usecases.privacy.taken_back import (
    TakenAgain,
    TakenBack,
    end_all_access,
    read_taken_back,
    take_back_again,
)
from service.vault import Vault

__all__ = ["Restored", "restore"]

_ENDINGS = ("", "-wal", "-shm", "-journal")  # of the files that SQLite keeps together


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What was brought back, and what its checks found.

    Parameters
    ----------
    manifest : dict
        Of the backup.
    n_audit_lines, n_shortlists : int
        How many lines were checked, and how many frozen lists were made again.
    findings : tuple of Text
        Empty if everything is whole.
    n_lost : int or None
        How many lines of the audit log were written after the backup; None: no newer head was given.
    taken : TakenAgain or None
        What the newer head says was taken back since, and was taken back again.
    """

    manifest: dict[str, Any]
    n_audit_lines: int
    n_shortlists: int
    findings: tuple[Text, ...]
    n_lost: int | None = None
    taken: TakenAgain | None = None


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """Where a backup comes from, who brings it back, and what a newer head says was taken back since."""

    folder: Path
    manifest: dict[str, Any]
    actor: Actor
    now: datetime
    taken: TakenBack | None


def restore(
    folder: Path, *, actor: Actor, settings: Settings, now: datetime, newest_head: Path | None = None
) -> Restored:
    """Bring a backup back; what is found wrong is told, and the database stays for somebody to look at.

    All sessions and tokens in it are ended: some of them were since.

    Parameters
    ----------
    folder : Path
        Of the backup.
    actor : Actor
    settings : Settings
        Where to: an SQLite file that is not there yet, or a PostgreSQL database without tables; and the key file, which
        was kept elsewhere.
    now : datetime
    newest_head : Path, optional
        The newest head of the audit log that left the machine: what it says was erased, withdrawn and disabled after
        the backup is done again before the database is used.

    Raises
    ------
    NotConfigured
        If the key file is missing.
    InvalidInput
        If the backup is not whole, or of another installation or kind of database, or the head is, or is older.
    Conflict
        If the place is not empty.
    """
    require(actor, "restore_backups")
    vault = Vault.load(settings.key_file)
    manifest = read_manifest(folder, vault=vault)
    asked = _Asked(
        folder=folder, manifest=manifest, actor=actor, now=now, taken=_taken_since(newest_head, manifest, vault)
    )
    copy = folder / dump_file_name(settings.database_url)
    if copy.name not in manifest["files"]:  # whatever else lies beside them, nobody signed
        raise ServiceError(
            Text("备份属于另一种数据库。", "The backup is of the other kind of database."),
            remedy=Text(f"请指定 {manifest['database']} 地址。", f"Give the address of a {manifest['database']} one."),
            place=str(folder),
        )
    if copy.suffix == ".dump":
        _ensure_no_tables(settings, vault)
        load_postgresql(settings.database_url, copy)
        return _checked(settings, asked, findings=[])
    target = Path(make_url(settings.database_url).database or "")
    for ending in _ENDINGS:
        left = target.with_name(target.name + ending)
        if left.exists():  # SQLite would play the -wal or -journal of another file into this one, after all checks
            raise _not_empty(str(left))
    return _restore_file(copy, target, settings, asked)


def _taken_since(head: Path | None, manifest: dict[str, Any], vault: Vault) -> TakenBack | None:
    """Return what the newest head says was taken back; a head of before the backup knows nothing that it does not."""
    if head is None:
        return None
    document = head.read_text(encoding="utf-8", errors="replace")
    read_head(document, vault=vault, place=str(head))
    taken = read_taken_back(document, vault=vault, place=str(head))
    if taken is None or taken.made_at < datetime.fromisoformat(manifest["made_at"]):
        raise InvalidInput(
            Text(
                "链尾文件早于备份，或由不记撤回事项的旧版本导出。",
                "The head is older than the backup, or of a release that did not note what was taken back.",
            ),
            remedy=Text("请指定最新的链尾文件。", "Name the newest head."),
            place=str(head),
        )
    return taken


def _restore_file(copy: Path, target: Path, settings: Settings, asked: _Asked) -> Restored:
    """Check the file beside its place: it takes the place, and begins to be used, only afterwards."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.restoring")
    _forget(unfinished)
    try:
        shutil.copyfile(copy, unfinished)
        check_file(unfinished, digest=asked.manifest["files"][copy.name])  # what was copied, not what lay there before
        findings = [Text(f"SQLite：{line}", f"SQLite: {line}") for line in sqlite_findings(unfinished)]
        beside = replace(settings, database_url=f"sqlite:///{unfinished}")
        restored = _checked(beside, asked, findings=findings)
        descriptor = os.open(unfinished, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
        unfinished.rename(target)
    finally:
        _forget(unfinished)
    return restored


def _checked(settings: Settings, asked: _Asked, *, findings: list[Text]) -> Restored:
    database = initialise(settings)  # brings the schema of an older release up to date as well
    actor, head_file = asked.actor, asked.folder / HEAD_FILE
    try:
        with database.reading() as session:
            head = read_head(head_file.read_text(encoding="ascii"), vault=database.vault, place=str(head_file))
            verified = verify_log(session, actor=actor, heads=[head])
            findings += [one.sentence() for one in verified.breaks]
            n_shortlists = 0
            for number, disagreement in replay_every_list(session, actor=actor):
                n_shortlists += 1
                if disagreement is not None:
                    findings.append(Text(f"{number}：{disagreement.zh}。", f"{number}: {disagreement.en}."))
        taken = _brought_up(database, asked, n_findings=len(findings), n_lines=verified.n_lines, n_lists=n_shortlists)
    finally:
        database.dispose()
    return Restored(
        manifest=asked.manifest, n_audit_lines=verified.n_lines, n_shortlists=n_shortlists, findings=tuple(findings),
        n_lost=None if asked.taken is None else max(0, asked.taken.sequence - asked.manifest["audit_sequence"]),
        taken=taken,
    )  # fmt: skip


def _brought_up(database: Database, asked: _Asked, *, n_findings: int, n_lines: int, n_lists: int) -> TakenAgain | None:
    """Take back again what was since the backup, end whoever is signed in, and write down that it was brought back."""
    actor, now = asked.actor, asked.now
    with database.unit_of_work() as session:
        end_all_access(session, actor=actor, now=now)
        taken = take_back_again(session, actor=actor, taken=asked.taken, now=now) if asked.taken else None
        audit.record(
            session, actor=actor, action="restore_backup", subject_kind="backup",
            subject_no=str(asked.manifest["made_at"]), now=now,
            detail={
                "n_findings": n_findings, "n_audit_lines": n_lines, "n_shortlists": n_lists,
                **({"head": asked.taken.sequence} if asked.taken else {}),
            },
        )  # fmt: skip
    return taken


def _ensure_no_tables(settings: Settings, vault: Vault) -> None:
    probe = Database(settings, vault)
    try:
        if inspect(probe.engine).get_table_names():
            raise _not_empty(shown_address(settings))
    finally:
        probe.dispose()


def _forget(unfinished: Path) -> None:
    for ending in _ENDINGS:
        unfinished.with_name(unfinished.name + ending).unlink(missing_ok=True)


def _not_empty(place: str) -> Conflict:
    return Conflict(
        Text("目标位置已有数据，未作任何改动。", "There is something in this place already; nothing was changed."),
        remedy=Text("请指定空的位置（--db）。", "Name an empty place (--db)."),
        place=place,
    )
