"""Checking the audit log line by line: edits, deletions, reordering, insertions and a cut end."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, String, cast, func, select, type_coerce
from sqlalchemy import Text as SqlText
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import Actor, require
from service.db import IdBlock, vault_of
from service.models.audit import AuditEntry, AuditSubject
from service.usecases.auditing import audit
from service.usecases.auditing.audit_chain import GENESIS, LINES, message_of, message_with
from service.usecases.auditing.audit_heads import AuditHead
from service.vault import Vault

__all__ = ["Break", "BreakKind", "Verification", "verify_log"]

_READ_AT_ONCE = 5_000
_MOST_TOLD = 100
_BEFORE_ALL = -(2**63)

_Subjects = Iterable[tuple[str, str]]
_Named = dict[int, list[tuple[str, str]]]  # by line: kind and number of everybody whom it names


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
    session: Session,
    *,
    actor: Actor,
    heads: Sequence[AuditHead] = (),
    now: datetime | None = None,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
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
    on_progress : callable
        Called with the numbers of lines read and of all, after each block; what it raises ends the check.
    """
    require(actor, "verify_audit")
    taken = session.scalar(select(IdBlock.next_id).where(IdBlock.table_name == AuditEntry.__tablename__)) or 1
    last = session.scalar(select(func.max(AuditEntry.id))) or 0
    found = Verification(sequence=last)
    known = {head.sequence: head.chain_hash for head in heads}
    _check_lines(session, found, last=last, known=known, on_progress=on_progress)
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


def _check_lines(
    session: Session,
    found: Verification,
    *,
    last: int,
    known: dict[int, bytes],
    on_progress: Callable[[int, int], None],
) -> None:
    vault, previous, expected = vault_of(session), GENESIS, 1
    for lines, named_in in _blocks(session, last):
        found.n_lines += len(lines)
        for entry_id, *told, chain_hash in lines:
            is_gap = entry_id != expected
            if is_gap:
                found.add(BreakKind.MISSING, expected, entry_id - 1)
            subjects = named_in.pop(entry_id, ())
            if chain_hash is None:
                found.add(BreakKind.UNCHAINED, entry_id)
            elif not is_gap and _digest(vault, previous, entry_id, told, subjects) != chain_hash:
                found.add(BreakKind.CHANGED, entry_id)
            if known and known.get(entry_id, chain_hash) != chain_hash:
                found.add(BreakKind.HEAD, entry_id)
            previous, expected = chain_hash or previous, entry_id + 1
        for stray in named_in:
            found.add(BreakKind.STRAY, stray)
        on_progress(found.n_lines, max(last, found.n_lines))


def _digest(vault: Vault, previous: bytes, entry_id: int, told: list[Any], subjects: _Subjects) -> bytes | None:
    if len(told) == 1:
        return vault.chain(previous, message_with(f"{entry_id},{told[0][1:-1]}", sorted(subjects)))
    try:
        # A stored moment is told without reading it as a date: nothing but what we write fits.
        day, separator, time_of_day = told[0][:10], told[0][10:11], told[0][11:]
        told[0] = f"{day}T{time_of_day}+00:00" if separator == " " else None
        return vault.chain(previous, message_of([entry_id, *told], sorted(subjects)))
    except (ValueError, TypeError):  # something that no line of ours holds, such as bytes in a text column
        return None


def _blocks(session: Session, last: int) -> Iterator[tuple[Sequence[Any], _Named]]:
    """Read the lines in the order of their numbers, some thousand at once, each block with the subjects up to its end.

    Plain rows: a hundred thousand objects would take longer than their digests.
    """
    query = select(*_columns(session), AuditEntry.chain_hash).where(AuditEntry.id <= last).order_by(AuditEntry.id)
    connection, before = session.connection(), _BEFORE_ALL
    while lines := connection.execute(query.where(AuditEntry.id > before).limit(_READ_AT_ONCE)).all():
        until = lines[-1][0]
        yield lines, _subjects(connection, before, until)
        before = until
    yield [], _subjects(connection, before, last)


def _columns(session: Session) -> list[Any]:
    """Return number and content of a line: the moment as text, for whoever tampers may have written what is no date.

    PostgreSQL tells all of it as one array of JSON, letter by letter as `message_of` does; SQLite has no such function,
    and may hold anything in a column of texts.
    """
    number, _, *others = LINES
    if session.get_bind().dialect.name == "sqlite":
        return [number, type_coerce(AuditEntry.at, String), *others]
    own = func.pg_catalog  # a function of the same name that somebody adds to the database is not asked
    told = own.to_char(own.timezone("UTC", AuditEntry.at), 'BCYYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')
    moment = own.ltrim(told, "AD")  # years before Christ keep their mark
    return [number, cast(own.array_to_json(array([moment, *others])), SqlText)]


def _subjects(connection: Connection, before: int, until: int) -> _Named:
    """Return the subjects of the lines after `before` up to `until`, by line."""
    columns = (AuditSubject.entry_id, AuditSubject.subject_kind, AuditSubject.subject_no)
    query = select(*columns).where(AuditSubject.entry_id > before, AuditSubject.entry_id <= until)
    named: _Named = {}
    for entry_id, kind, number in connection.execute(query).all():
        named.setdefault(entry_id, []).append((kind, number))
    return named
