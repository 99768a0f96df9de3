"""Backups while the service runs: the database, the signed head of the audit log, and a signed list of both.

The key file is never in a backup: whoever has both may read everything.
"""

import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from matching.vocabulary import Text
from service.access import Actor, require
from service.db import Database
from service.errors import InvalidInput, ServiceError
from service.migrations import revision_of
from service.operations.dumps import copy_sqlite, dump_file_name, dump_postgresql
from service.settings import Settings
from service.usecases.auditing.audit_heads import export_head
from service.vault import Vault
from service.version import VERSION

__all__ = ["HEAD_FILE", "MANIFEST_FILE", "Backup", "back_up", "check_file", "digest_of", "read_manifest"]

HEAD_FILE, MANIFEST_FILE = "audit-head.json", "manifest.json"
_SCHEMA = "talentpool.backup/1"
_READ_AT_ONCE = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Backup:
    """A finished backup.

    Parameters
    ----------
    path : Path
        Its folder.
    n_bytes : int
        Of the copy of the database.
    sequence : int
        Number of the last audit line that the head names.
    """

    path: Path
    n_bytes: int
    sequence: int


def back_up(database: Database, *, actor: Actor, settings: Settings, to: Path, now: datetime) -> Backup:
    """Make a backup in a new folder below `to`; the folder is there only when everything in it is.

    Raises
    ------
    Forbidden
        If the actor may not make backups.
    ServiceError
        If the place cannot be written to, or the database cannot be copied.
    """
    with database.unit_of_work() as session:
        require(actor, "make_backups")
        head = export_head(session, actor=actor, now=now)  # before the copy: what the head names is in the copy
    path = to / f"talentpool-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    unfinished = _new_folder(to, path)
    try:
        copy = unfinished / dump_file_name(settings.database_url)
        (copy_sqlite if copy.suffix == ".db" else dump_postgresql)(settings.database_url, copy)
        (unfinished / HEAD_FILE).write_text(json.dumps(head, indent=1), encoding="ascii")
        manifest = {
            "schema": _SCHEMA,
            "made_at": now.isoformat(),
            "installation": database.vault.keys.fingerprint,
            "release": VERSION,
            "revision": revision_of(database.engine),
            "database": "sqlite" if copy.suffix == ".db" else "postgresql",
            "audit_sequence": head["sequence"],
            "files": {one.name: digest_of(one) for one in (copy, unfinished / HEAD_FILE)},
        }
        signed = manifest | {"signature": database.vault.sign(_message(manifest)).hex()}
        (unfinished / MANIFEST_FILE).write_text(json.dumps(signed, indent=1), encoding="ascii")
        n_bytes = copy.stat().st_size
        _settle(unfinished)
        unfinished.rename(path)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return Backup(path=path, n_bytes=n_bytes, sequence=head["sequence"])


def read_manifest(folder: Path, *, vault: Vault) -> dict[str, Any]:
    """Return the list of a backup, after comparing every file with it.

    Raises
    ------
    InvalidInput
        If it is no backup, is of another installation, or a file of it is missing or was changed.
    """
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
        signature = bytes.fromhex(manifest.pop("signature"))
        files, is_known = dict(manifest["files"]), manifest["schema"] == _SCHEMA
        installation = manifest["installation"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        zh, en = "这里没有完整的备份。", "There is no whole backup here."
        if within := sorted(one.parent.name for one in folder.glob(f"*/{MANIFEST_FILE}")):
            zh, en = f"{zh}其下有备份 {within[-1]}，请指明。", f"{en} Below it lies {within[-1]}: name that folder."
        raise _refusal(folder, zh, en) from error
    if not is_known:
        raise _refusal(folder, "备份格式不属于本版本。", "The backup has the format of another release.")
    if installation != vault.keys.fingerprint:
        raise _refusal(folder, "密钥文件与备份不匹配。", "The key file does not belong to this backup.")
    if not vault.has_signed(_message(manifest), signature):
        raise _refusal(folder, "备份清单的签名不符。", "The signature of the backup does not fit.")
    for name, digest in files.items():
        check_file(folder / name, digest=digest)
    return manifest


def check_file(path: Path, *, digest: str) -> None:
    """Refuse a file of a backup that is missing or not what was signed.

    Raises
    ------
    InvalidInput
    """
    if not path.is_file() or digest_of(path) != digest:
        raise _refusal(path, "备份中的文件缺失或被改动。", "A file of the backup is missing or changed.")


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file in hex digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(_READ_AT_ONCE):
            digest.update(part)
    return digest.hexdigest()


def _message(manifest: dict[str, Any]) -> bytes:
    return json.dumps(manifest, sort_keys=True, separators=(",", ":")).encode("ascii")


def _new_folder(to: Path, path: Path) -> Path:
    unfinished = to / f".{path.name}.unfinished"
    try:
        if path.exists():
            raise FileExistsError(path)
        to.mkdir(parents=True, exist_ok=True)
        unfinished.mkdir(mode=0o700)
    except OSError as error:
        raise ServiceError(
            Text("无法在此建立备份目录。", "No folder for the backup can be made here."),
            remedy=Text("请检查写入权限，或删去未完成的目录。", "Check the rights, or remove an unfinished folder."),
            place=str(to),
        ) from error
    return unfinished


def _settle(folder: Path) -> None:
    for path in (*folder.iterdir(), folder):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _refusal(path: Path, zh: str, en: str) -> InvalidInput:
    return InvalidInput(
        Text(zh, en),
        remedy=Text("请改用另一份备份及其密钥文件。", "Use another backup, with the key file that belongs to it."),
        place=str(path),
    )
