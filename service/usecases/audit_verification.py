"""Checking the audit log line by line: edits, deletions, reordering, insertions and a cut end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import String, func, select, type_coerce
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import Actor, require
from service.db import IdBlock, vault_of
from service.models.audit import AuditEntry, AuditSubject
from service.usecases import audit
from service.usecases.audit_chain import GENESIS, LINES, message_of
from service.usecases.audit_heads import AuditHead
from service.vault import Vault

__all__ = ["Break", "BreakKind", "Verification", "verify_log"]

_READ_AT_ONCE = 5_000
_MOST_TOLD = 100


class BreakKind(StrEnum):
    """What is wrong with a line."""

    CHANGED = "changed"
    MISSING = "missing"
    UNCHAINED = "unchained"
    STRAY = "stray"
    CUT = "cut"
    HEAD = "head"


_SENTENCES = {
    BreakKind.CHANGED: Text("内容、次序或哈希被改动", "changed, moved, or put in by somebody without the key"),
    BreakKind.MISSING: Text("缺失", "missing"),
    BreakKind.UNCHAINED: Text("未接入哈希链", "not in the chain"),
    BreakKind.STRAY: Text("涉及对象没有对应的记录", "named as seen in a line that does not exist"),
    BreakKind.CUT: Text("末尾被截断，缺失", "cut off at the end"),
    BreakKind.HEAD: Text("与另行保存的链尾不一致", "different from the head that was kept elsewhere"),
}


@dataclass(frozen=True)
class Break:
    """One place where the log is not as it was written.

    Parameters
    ----------
    kind : BreakKind
    first, last : int
        Numbers of the first and the last line concerned.
    """

    kind: BreakKind
    first: int
    last: int

    def sentence(self) -> Text:
        """Return which lines, and what is wrong with them."""
        told = _SENTENCES[self.kind]
        lines = f"{self.first}" if self.first == self.last else f"{self.first}-{self.last}"
        return Text(f"第 {lines} 条：{told.zh}。", f"Line {lines}: {told.en}.")


@dataclass
class Verification:
    """What a check found.

    Parameters
    ----------
    n_lines, sequence : int
        How many lines were read, and the number of the last.
    breaks : list of Break
        The first hundred.
    n_breaks : int
    """

    n_lines: int = 0
    sequence: int = 0
    breaks: list[Break] = field(default_factory=list)
    n_breaks: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether nothing was found."""
        return self.n_breaks == 0

    def add(self, kind: BreakKind, first: int, last: int | None = None) -> None:
        """Note a break."""
        self.n_breaks += 1
        if len(self.breaks) < _MOST_TOLD:
            self.breaks.append(Break(kind, first, first if last is None else last))


def verify_log(
    session: Session, *, actor: Actor, heads: Sequence[AuditHead] = (), now: datetime | None = None
) -> Verification:
    """Check every line of the log against the chain, and the log against heads that were kept elsewhere.

    Parameters
    ----------
    session : Session
    actor : Actor
    heads : sequence of AuditHead, optional
        Without one, lines that were cut off at the end may stay unnoticed.
    now : datetime, optional
        Of the line that says that the log was checked; none is written unless given.
    """
    require(actor, "verify_audit")
    taken = session.scalar(select(IdBlock.next_id).where(IdBlock.table_name == AuditEntry.__tablename__)) or 1
    last = session.scalar(select(func.max(AuditEntry.id))) or 0
    found = Verification(sequence=last)
    _check_lines(session, found, last=last, known={head.sequence: head.chain_hash for head in heads})
    furthest = max([taken - 1, *(head.sequence for head in heads)])
    if furthest > last:
        found.add(BreakKind.CUT, last + 1, furthest)
    if now is not None:
        detail = {"n_lines": found.n_lines, "n_breaks": found.n_breaks, "n_heads": len(heads)}
        audit.record(
            session,
            actor=actor,
            action="verify_audit",
            subject_kind="audit_log",
            subject_no=str(last),
            now=now,
            detail=detail,
        )
    return found


def _check_lines(session: Session, found: Verification, *, last: int, known: dict[int, bytes]) -> None:
    vault, previous, expected = vault_of(session), GENESIS, 1
    subjects = _Subjects(session, last)
    for *values, chain_hash in _lines(session, last):
        entry_id = values[0]
        found.n_lines += 1
        is_gap = entry_id != expected
        if is_gap:
            found.add(BreakKind.MISSING, expected, entry_id - 1)
        named, n_strays = subjects.of(entry_id)
        if n_strays:
            found.add(BreakKind.STRAY, entry_id)
        if chain_hash is None:
            found.add(BreakKind.UNCHAINED, entry_id)
        elif not is_gap and _digest(vault, previous, values, named) != chain_hash:
            found.add(BreakKind.CHANGED, entry_id)
        if known.get(entry_id, chain_hash) != chain_hash:
            found.add(BreakKind.HEAD, entry_id)
        previous, expected = chain_hash or previous, entry_id + 1
    if subjects.of(None)[1]:
        found.add(BreakKind.STRAY, last)


def _digest(vault: Vault, previous: bytes, values: list[Any], subjects: list[tuple[str, str]]) -> bytes | None:
    try:
        if isinstance(values[1], str):  # SQLite keeps moments as text, which somebody may have written
            values[1] = datetime.fromisoformat(values[1]).replace(tzinfo=UTC)
        return vault.chain(previous, message_of(values, subjects))
    except (ValueError, TypeError, AttributeError):
        return None


def _lines(session: Session, last: int) -> Iterator[Any]:
    moment = type_coerce(AuditEntry.at, String) if session.get_bind().dialect.name == "sqlite" else AuditEntry.at
    columns = [moment if column is AuditEntry.at else column for column in LINES]
    query = select(*columns, AuditEntry.chain_hash).where(AuditEntry.id <= last).order_by(AuditEntry.id)
    return iter(session.execute(query, execution_options={"yield_per": _READ_AT_ONCE}))


class _Subjects:
    """The subjects of the lines, read beside them in the same order."""

    def __init__(self, session: Session, last: int) -> None:
        columns = (AuditSubject.entry_id, AuditSubject.subject_kind, AuditSubject.subject_no)
        query = select(*columns).where(AuditSubject.entry_id <= last).order_by(AuditSubject.entry_id)
        self._rows = iter(session.execute(query, execution_options={"yield_per": _READ_AT_ONCE}))
        self._next = next(self._rows, None)

    def of(self, entry_id: int | None) -> tuple[list[tuple[str, str]], int]:
        """Return the subjects of a line, and how many before it belong to none; None: all that is left does."""
        named: list[tuple[str, str]] = []
        n_strays = 0
        while self._next is not None and (entry_id is None or self._next[0] <= entry_id):
            if self._next[0] == entry_id:
                named.append((self._next[1], self._next[2]))
            else:
                n_strays += 1
            self._next = next(self._rows, None)
        return sorted(named), n_strays
