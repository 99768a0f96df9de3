"""The audit log on both databases: checking 100,000 lines, finding lines among 1,000,000, and what a line costs."""

import json
import os
import random
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.orm import Session

from bench.figures import Figure, quantile_seconds
from bench.rescoring import fresh_database, run_command
from service.access import EVERYWHERE, Actor, Role
from service.db import Database, IdBlock, allocate_ids, vault_of
from service.installation import initialise
from service.models.audit import AuditEntry, AuditSubject
from service.settings import Settings
from service.usecases.auditing import audit
from service.usecases.auditing.audit_chain import GENESIS, LINES, message_of, told_moment
from service.usecases.auditing.audit_lines import LogQuery, read_log
from service.usecases.auditing.audit_verification import verify_log

__all__ = ["measure"]

_N_CHECKED, _N_SEARCHED = 100_000, 1_000_000
_N_PEOPLE, _N_USERS, _N_ON_A_LIST = 20_000, 100, 5
_BLOCK = 50_000
_TIMES = 60
_BEGAN_AT = datetime(2026, 1, 1, tzinfo=UTC)
_AUDITOR = Actor("bench-auditor", frozenset({Role.AUDITOR}), EVERYWHERE)
_COLUMNS = (*(column.key or "detail" for column in LINES), "chain_hash")


def measure() -> list[Figure]:
    """Fill the log of a fresh installation on each database, check it, and search it."""
    os.environ.pop("TALENTPOOL_TOKEN", None)
    figures = []
    for kind in ("SQLite", "PostgreSQL"):
        with tempfile.TemporaryDirectory(prefix="tp-") as directory, fresh_database(kind, directory) as url:
            settings = Settings(database_url=url, key_file=Path(directory) / "bench.key")
            os.environ["TALENTPOOL_DATABASE_URL"], os.environ["TALENTPOOL_KEY_FILE"] = url, str(settings.key_file)
            database = initialise(settings)
            _fill(database, _N_CHECKED)
            figures += _checking(database, kind)
            _fill(database, _N_SEARCHED)
            figures += _searching(database, kind)
            figures.append(_appending(database, kind))
            database.dispose()
    return figures


def _checking(database: Database, kind: str) -> list[Figure]:
    name = f"audit verify, {_N_CHECKED:,} lines"
    with database.reading() as session:
        if not verify_log(session, actor=_AUDITOR).is_whole:
            raise RuntimeError("the filled log is not whole")
    processor_s = -_processor_of_children()
    whole_s, _ = run_command("audit", "verify")
    processor_s += _processor_of_children()
    peer = f"of which processor time {processor_s:.2f} s"
    return [Figure(name=f"{name}: the whole command, {kind}", value=whole_s, unit="s", bar=5, peer=peer)]


def _searching(database: Database, kind: str) -> list[Figure]:
    """Time both questions as they are asked: with the line that says who asked, which is chained and committed."""
    chance = random.Random(1)

    def ask(query: Callable[[], LogQuery]) -> float:
        def work() -> None:
            with database.reading(_AUDITOR) as session:
                if not read_log(session, query(), actor=_AUDITOR):
                    raise RuntimeError("nothing was found")

        return 1000 * quantile_seconds(work, times=_TIMES, share=0.5)

    anybody = ask(lambda: LogQuery(person_no=_person(chance.randrange(1, _N_PEOPLE))))
    often_seen = ask(lambda: LogQuery(person_no=_person(0)))
    anyone = ask(lambda: LogQuery(username=_user(chance.randrange(1, _N_USERS))))
    busiest = ask(lambda: LogQuery(username=_user(0)))
    told = f"median, {kind}"
    return [
        Figure(name=f"who saw this person, {_N_SEARCHED:,} lines, {told}", value=anybody, unit="ms", bar=50),
        Figure(name=f"the same of one who is in 120,000 lines, {told}", value=often_seen, unit="ms", bar=50),
        Figure(name=f"what did this user do, {told}", value=anyone, unit="ms", bar=50),
        Figure(name=f"the same of one who wrote half of the lines, {told}", value=busiest, unit="ms", bar=50),
    ]


def _appending(database: Database, kind: str) -> Figure:
    processor_s = []

    def commit(*, with_line: bool) -> float:
        def work() -> None:
            began = time.process_time()
            with database.unit_of_work() as session:
                allocate_ids(session, "bench")
                if with_line:
                    audit.record(session, actor=_AUDITOR, action="view_person", subject_kind="person",
                                 subject_no=_person(1), now=None)  # fmt: skip
            processor_s.append(time.process_time() - began)

        return 1000 * quantile_seconds(work, times=4 * _TIMES, share=0.5)

    plain_ms = commit(with_line=False)
    plain_processor_s = sorted(processor_s)[len(processor_s) // 2]
    processor_s.clear()
    chained_ms = commit(with_line=True)
    chained_processor_s = sorted(processor_s)[len(processor_s) // 2]
    return Figure(
        name=f"a commit with a chained line, median, {kind}",
        value=chained_ms,
        unit="ms",
        peer=f"without the line {plain_ms:.2f} ms; processor time {1000 * chained_processor_s:.2f} and "
        f"{1000 * plain_processor_s:.2f} ms",
    )


def _fill(database: Database, n_lines: int) -> None:
    """Append lines until there are `n_lines`, chained as ever, but in blocks and past the mapper."""
    with database.unit_of_work() as session:
        first = (session.scalar(select(func.max(AuditEntry.id))) or 0) + 1
        if first == 1:
            session.execute(insert(IdBlock).values(table_name=AuditEntry.__tablename__, next_id=1))
    for start in range(first, n_lines + 1, _BLOCK):
        end = min(start + _BLOCK, n_lines + 1)
        with database.unit_of_work() as session:
            last = session.scalar(select(AuditEntry.chain_hash).where(AuditEntry.id == start - 1))
            rows, subjects = _lines(session, range(start, end), last or GENESIS)
            _write(session, AuditEntry.__tablename__, _COLUMNS, rows)
            _write(session, AuditSubject.__tablename__, ("entry_id", "subject_kind", "subject_no"), subjects)
            counter = update(IdBlock).where(IdBlock.table_name == AuditEntry.__tablename__)
            session.execute(counter.values(next_id=end))
    with database.engine.begin() as connection:
        connection.execute(text("ANALYZE"))


def _lines(session: Session, numbers: range, previous: bytes) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    vault, is_sqlite = vault_of(session), session.get_bind().dialect.name == "sqlite"
    chance, rows, subjects = random.Random(numbers.start), [], []
    for number in numbers:
        at = _BEGAN_AT + timedelta(seconds=number)
        stored_at = f"{at:%Y-%m-%d %H:%M:%S.%f}" if is_sqlite else at
        values, named = _line(number, chance)
        previous = vault.chain(previous, message_of([number, told_moment(at), *values], named))
        rows.append((number, stored_at, *values, previous))
        subjects += [(number, *one) for one in named]
    return rows, subjects


def _line(number: int, chance: random.Random) -> tuple[list[Any], list[tuple[str, str]]]:
    """Return one line of a busy office: every tenth shows a list, half are of one account, a tenth of one person."""
    user = _user(0 if number % 2 else chance.randrange(1, _N_USERS))
    tail = [f"r{number:031x}", f"192.0.2.{number % 250}"]
    if number % 10 == 0:
        shown = {
            _person(0 if number % 50 == 0 and i == 0 else chance.randrange(_N_PEOPLE)) for i in range(_N_ON_A_LIST)
        }
        detail = json.dumps({"n_shown": len(shown), "page": 1})
        return [user, "officer", "list_people", "person_list", "-", detail, *tail], [
            ("person", one) for one in sorted(shown)
        ]
    seen = _person(0 if number % 10 == 5 else chance.randrange(_N_PEOPLE))
    return [user, "officer", "view_person", "person", seen, "{}", *tail], []


def _person(number: int) -> str:
    return f"P{number:07}"


def _user(number: int) -> str:
    return f"user{number}"


def _write(session: Session, table: str, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    driver: Any = session.connection().connection.driver_connection
    names = ", ".join(columns)
    if session.get_bind().dialect.name == "sqlite":
        driver.executemany(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})", rows)  # noqa: S608 - names of our own
        return
    with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _processor_of_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
