"""Heads of the audit log: number, hash and count of its last line, signed, to be kept somewhere else.

The chain alone cannot tell that its newest lines are gone; a head that left the machine can.
"""

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import Actor, require
from service.db import vault_of
from service.errors import InvalidInput
from service.models.audit import AuditEntry
from service.usecases.auditing import audit
from service.usecases.auditing.audit_chain import GENESIS
from service.vault import Vault

__all__ = ["HEAD_SCHEMA", "AuditHead", "export_head", "present_head", "read_head"]

HEAD_SCHEMA = "talentpool.audit-head/1"


@dataclass(frozen=True, kw_only=True)
class AuditHead:
    """The end of the audit log at a moment.

    Parameters
    ----------
    installation : str
        Sixteen hex digits that tell installations apart.
    sequence : int
        Number of the last line; 0 of an empty log.
    chain_hash : bytes
        Its hash, 32 bytes.
    n_lines : int
        How many lines there are; as many as the number, unless some are missing.
    made_at : datetime
    """

    installation: str
    sequence: int
    chain_hash: bytes
    n_lines: int
    made_at: datetime

    def signed(self, vault: Vault) -> dict[str, Any]:
        """Return the document that leaves the machine."""
        return self._told() | {
            "public_key": base64.b64encode(vault.public_key).decode("ascii"),
            "signature": base64.b64encode(vault.sign(self._message())).decode("ascii"),
        }

    def is_signed_by(self, vault: Vault, signature: bytes) -> bool:
        """Whether a signature under this head is of the installation."""
        return vault.has_signed(self._message(), signature)

    def _told(self) -> dict[str, Any]:
        return {
            "schema": HEAD_SCHEMA,
            "installation": self.installation,
            "sequence": self.sequence,
            "chain_hash": self.chain_hash.hex(),
            "n_lines": self.n_lines,
            "made_at": self.made_at.isoformat(),
        }

    def _message(self) -> bytes:
        return json.dumps(self._told(), sort_keys=True, separators=(",", ":")).encode("ascii")


def present_head(session: Session, *, now: datetime) -> AuditHead:
    """Return the present end of the log; the caller has checked the right."""
    vault, last = vault_of(session), session.scalar(select(func.max(AuditEntry.id))) or 0
    chain_hash = session.scalar(select(AuditEntry.chain_hash).where(AuditEntry.id == last))
    n_lines = session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.id <= last))
    return AuditHead(
        installation=vault.keys.fingerprint,
        sequence=last,
        chain_hash=chain_hash or GENESIS,
        n_lines=n_lines or 0,
        made_at=now,
    )


def export_head(session: Session, *, actor: Actor, now: datetime) -> dict[str, Any]:
    """Return the signed head of the log, and write a line that it was handed out."""
    require(actor, "export_audit_heads")
    head = present_head(session, now=now)
    audit.record(
        session,
        actor=actor,
        action="export_audit_head",
        subject_kind="audit_log",
        subject_no=str(head.sequence),
        now=now,
    )
    return head.signed(vault_of(session))


def read_head(document: str, *, vault: Vault, place: str) -> AuditHead:
    """Return the head that a document tells.

    Raises
    ------
    InvalidInput
        If it is no head, is of another installation, or its signature does not fit.
    """
    try:
        head, signature = _parsed(json.loads(document))
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidInput(
            Text("这不是审计日志的链尾文件。", "This is no exported head of the audit log."),
            remedy=Text("请使用 talentpool audit head 导出的文件。", "Use a file made by talentpool audit head."),
            place=place,
        ) from error
    if head.installation != vault.keys.fingerprint:
        raise InvalidInput(
            Text("链尾文件属于另一套安装。", "The head is of another installation."),
            remedy=Text("请使用本安装导出的文件。", "Use one that this installation made."),
            place=place,
        )
    if not head.is_signed_by(vault, signature):
        raise InvalidInput(
            Text("链尾文件的签名不符，内容被改动。", "The signature of the head does not fit: it was changed."),
            remedy=Text("请取回另行保存的原件。", "Fetch the original from where it is kept."),
            place=place,
        )
    return head


def _parsed(told: dict[str, Any]) -> tuple[AuditHead, bytes]:
    if told["schema"] != HEAD_SCHEMA:
        raise ValueError("another kind of document")
    head = AuditHead(
        installation=str(told["installation"]),
        sequence=int(told["sequence"]),
        chain_hash=bytes.fromhex(told["chain_hash"]),
        n_lines=int(told["n_lines"]),
        made_at=datetime.fromisoformat(told["made_at"]),
    )
    return head, base64.b64decode(told["signature"], validate=True)
