"""A log of many kinds of lines, and every way that somebody with the database alone may tamper with it."""

import hashlib
import json
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from service.access import Actor
from service.audit_lines import Occasion
from service.db import Database, IdBlock
from service.models.audit import AuditEntry, AuditSubject
from service.usecases.auditing import audit

__all__ = ["TAMPERINGS", "a_log", "opened_up"]

Tampering = Callable[[Session, random.Random, int], None]


def a_log(database: Database, *, actor: Actor, now: datetime, n_lines: int) -> None:
    """Write lines of several kinds, a hundred a transaction; each fifth shows a list of people."""
    for start in range(0, n_lines, 100):
        occasion = Occasion(request_id=f"r{start:08}", address="192.0.2.7", at=now)
        with database.unit_of_work(occasion=occasion) as session:
            for number in range(start, min(start + 100, n_lines)):
                shown = [f"P{number + i}" for i in range(5)] if number % 5 == 0 else []
                audit.record(
                    session,
                    actor=actor,
                    action="view_people" if shown else "edit_person",
                    subject_kind="person_list" if shown else "person",
                    subject_no="-" if shown else f"P{number}",
                    now=now + timedelta(seconds=number),
                    detail={"fields": ["phone", "学历"], "version": number},
                    subjects=[("person", one) for one in shown],
                )


@contextmanager
def opened_up(database: Database) -> Iterator[Session]:
    """Open a session in which the log may be changed, as by the owner of the database; all of it is taken back."""
    with database.unit_of_work() as session:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            names = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
            for name in names:
                session.execute(text(f"DROP TRIGGER {name}"))
            session.execute(text("PRAGMA defer_foreign_keys = ON"))
        yield session
        session.rollback()


def _any_line(session: Session, chance: random.Random) -> int:
    last = session.scalar(select(func.max(AuditEntry.id)))
    assert last
    return chance.randint(1, last)


def _set(column: str, value: object) -> Tampering:
    def tamper(session: Session, chance: random.Random, line: int) -> None:
        session.execute(update(AuditEntry).where(AuditEntry.id == line).values({column: value}))

    return tamper


def _move_time(session: Session, chance: random.Random, line: int) -> None:
    at = session.scalar(select(AuditEntry.at).where(AuditEntry.id == line))
    assert at
    moved = at + timedelta(microseconds=chance.choice([-1, 1, 3_600_000_000]))
    session.execute(update(AuditEntry).where(AuditEntry.id == line).values(at=moved))


def _flip_hash(session: Session, chance: random.Random, line: int) -> None:
    found = session.scalar(select(AuditEntry.chain_hash).where(AuditEntry.id == line))
    assert found
    flipped = bytearray(found)
    flipped[chance.randrange(32)] ^= 1 << chance.randrange(8)
    session.execute(update(AuditEntry).where(AuditEntry.id == line).values(chain_hash=bytes(flipped)))


def _delete(session: Session, chance: random.Random, line: int) -> None:
    until = line + chance.choice([0, 0, 1, 5])
    session.execute(delete(AuditSubject).where(AuditSubject.entry_id.between(line, until)))
    session.execute(delete(AuditEntry).where(AuditEntry.id.between(line, until)))


def _delete_and_close_up(session: Session, chance: random.Random, line: int) -> None:
    last = session.scalar(select(func.max(AuditEntry.id)))
    assert last
    _delete(session, random.Random(1), line)
    for number in range(line + 1, last + 1):
        session.execute(update(AuditEntry).where(AuditEntry.id == number).values(id=number - 1))
    session.execute(update(IdBlock).where(IdBlock.table_name == "audit_entries").values(next_id=last))


def _swap(session: Session, chance: random.Random, line: int) -> None:
    other = line + 1 if line == 1 else line - 1
    for old, new in ((line, 10**9), (other, line), (10**9, other)):
        session.execute(update(AuditEntry).where(AuditEntry.id == old).values(id=new))


def _cut(session: Session, chance: random.Random, line: int) -> None:
    session.execute(delete(AuditSubject).where(AuditSubject.entry_id >= line))
    session.execute(delete(AuditEntry).where(AuditEntry.id >= line))
    if chance.random() < 0.7:  # one who knows the table of numbers too
        session.execute(update(IdBlock).where(IdBlock.table_name == "audit_entries").values(next_id=line))


def _forge(session: Session, chance: random.Random, line: int) -> None:
    last = session.get_one(AuditEntry, session.scalar(select(func.max(AuditEntry.id))))
    row = {column.name: getattr(last, column.name) for column in AuditEntry.__table__.columns}
    forged = hashlib.sha256((last.chain_hash or b"") + json.dumps(last.detail).encode()).digest()
    chain_hash = chance.choice([forged, last.chain_hash, None])
    session.execute(insert(AuditEntry).values(row | {"id": last.id + 1, "actor": "nobody", "chain_hash": chain_hash}))
    session.execute(update(IdBlock).where(IdBlock.table_name == "audit_entries").values(next_id=last.id + 2))


def _insert(session: Session, chance: random.Random, line: int) -> None:
    """Put a line between others, as a copy of its neighbour with its hash, and number what follows anew."""
    last = session.scalar(select(func.max(AuditEntry.id)))
    assert last
    row = {
        column.name: getattr(session.get_one(AuditEntry, line), column.name) for column in AuditEntry.__table__.columns
    }
    for number in range(last, line - 1, -1):
        session.execute(update(AuditEntry).where(AuditEntry.id == number).values(id=number + 1))
        session.execute(update(AuditSubject).where(AuditSubject.entry_id == number).values(entry_id=number + 1))
    session.execute(insert(AuditEntry).values(row | {"id": line, "actor": chance.choice([row["actor"], "nobody"])}))
    session.execute(update(IdBlock).where(IdBlock.table_name == "audit_entries").values(next_id=last + 2))


def _write_no_moment(session: Session, chance: random.Random, line: int) -> None:
    """Write what Python would not read as a moment, or would read as the same one."""
    if session.get_bind().dialect.name == "postgresql":
        told = ["'infinity'", "'-infinity'", "at - interval '4051 years'", "at + interval '9000 years'"]
    else:
        told = [
            "'noon'",
            "''",
            "x'00'",
            "12",
            "replace(at, ' ', 'T')",
            "at || '+00:00'",
            "substr(at, 1, 19)",
            "at || x'00'",
        ]
    session.execute(text(f"UPDATE audit_entries SET at = {chance.choice(told)} WHERE id = :line"), {"line": line})  # noqa: S608 - ours


def _retell_detail(session: Session, chance: random.Random, line: int) -> None:
    """Write the same values in other letters: another order, no spaces, another number of the same size."""
    entry = session.get_one(AuditEntry, line).detail
    others = [dict(reversed(entry.items())), entry | {"version": float(entry["version"])}]
    told = [json.dumps(one, ensure_ascii=False) for one in others]
    told.append(json.dumps(entry, ensure_ascii=False, separators=(",", ":")))
    statement = "UPDATE audit_entries SET detail = :told WHERE id = :line"
    if session.get_bind().dialect.name == "postgresql":
        statement = statement.replace(":told", "CAST(:told AS json)")
    session.execute(text(statement), {"told": chance.choice(told), "line": line})


def _deceive_the_check(session: Session, chance: random.Random, line: int) -> None:
    """Add a function to the database that tells a changed line as it was, under a name that the check could call."""
    entry = session.get_one(AuditEntry, line)
    before, now = entry.subject_no, "P666666"
    if session.get_bind().dialect.name == "postgresql":
        for kind in ("varchar", "text"):
            body = f"SELECT pg_catalog.to_json(CASE WHEN $1 = '{now}' THEN '{before}' ELSE $1::text END)"
            session.execute(text(f"CREATE FUNCTION to_json({kind}) RETURNS json LANGUAGE sql AS $${body}$$"))
    session.execute(update(AuditEntry).where(AuditEntry.id == line).values(subject_no=now))


def _overwrite(session: Session, chance: random.Random, line: int) -> None:
    """Put another line, hash and all, in the place of one."""
    other = session.get_one(AuditEntry, line + 1 if line == 1 else line - 1)
    row = {column.name: getattr(other, column.name) for column in AuditEntry.__table__.columns if column.name != "id"}
    session.execute(update(AuditEntry).where(AuditEntry.id == line).values(row))


def _hide_subject(session: Session, chance: random.Random, line: int) -> None:
    entry = _listing(session, line)
    one = session.scalars(select(AuditSubject.subject_no).where(AuditSubject.entry_id == entry)).first()
    here = (AuditSubject.entry_id == entry, AuditSubject.subject_no == one)
    if chance.random() < 0.5:
        session.execute(delete(AuditSubject).where(*here))
    else:
        session.execute(update(AuditSubject).where(*here).values(subject_no="P999999"))


def _add_subject(session: Session, chance: random.Random, line: int) -> None:
    row = {"entry_id": line, "subject_kind": "person", "subject_no": "P888888"}
    session.execute(insert(AuditSubject).values(row))


def _listing(session: Session, line: int) -> int:
    entry = session.scalar(select(func.max(AuditSubject.entry_id)).where(AuditSubject.entry_id <= line))
    assert entry
    return entry


TAMPERINGS: tuple[Tampering, ...] = (
    _set("actor", "somebody"),
    _set("role", "auditor"),
    _set("role", None),
    _set("action", "view_nothing"),
    _set("subject_kind", "vacancy"),
    _set("subject_no", "P777777"),
    _set("detail", {"fields": [], "version": 1}),
    _retell_detail,
    _deceive_the_check,
    _set("request_id", "r77"),
    _set("address", "198.51.100.1"),
    _set("chain_hash", None),
    _move_time,
    _flip_hash,
    _delete,
    _delete_and_close_up,
    _swap,
    _cut,
    _forge,
    _insert,
    _write_no_moment,
    _overwrite,
    _hide_subject,
    _add_subject,
)
