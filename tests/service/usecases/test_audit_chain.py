"""The audit log: chained without gaps, refusing changes, and every tampering is found and named."""

import json
import random
import sys
import threading
import time
from contextlib import suppress
from datetime import datetime

import pytest
from builders import a_person
from builders_audit import TAMPERINGS, a_log, opened_up
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError

from service.access import Actor
from service.audit_lines import Occasion
from service.db import Database, allocate_ids, vault_of
from service.errors import Forbidden
from service.models.audit import AuditEntry, AuditSubject
from service.usecases.auditing import audit
from service.usecases.auditing.audit_chain import message_of
from service.usecases.auditing.audit_heads import present_head
from service.usecases.auditing.audit_verification import BreakKind, verify_log
from service.usecases.incoming import registration
from service.usecases.records import people


def test_every_line_is_chained_and_tells_who_when_and_from_where(
    any_database: Database, actor: Actor, now: datetime
) -> None:
    with any_database.unit_of_work(occasion=Occasion(request_id="r1", address="192.0.2.1")) as session:
        registration.save_people(session, actor=actor, records=[a_person()], now=now)
    with any_database.reading() as session:
        line = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert line is not None
        assert (line.actor, line.role, line.at, line.request_id) == ("admin", actor.role_names, now, "r1")
        assert (line.address, len(line.chain_hash or b"")) == ("192.0.2.1", 32)
        assert verify_log(session, actor=actor).is_whole


def test_each_kind_of_tampering_is_found(any_database: Database, actor: Actor, now: datetime) -> None:
    _every_tampering_is_found(any_database, actor, now, n_lines=40, n_tamperings=len(TAMPERINGS) * 2)


@pytest.mark.prove
def test_a_thousand_tamperings_are_found(any_database: Database, actor: Actor, now: datetime) -> None:
    _every_tampering_is_found(any_database, actor, now, n_lines=200, n_tamperings=1_000)


def test_a_change_is_found_in_its_line_only(database: Database, actor: Actor, now: datetime) -> None:
    a_log(database, actor=actor, now=now, n_lines=30)
    with opened_up(database) as session:
        session.execute(text("UPDATE audit_entries SET actor = 'x' WHERE id = 7"))
        session.execute(text("UPDATE audit_entries SET at = 'noon' WHERE id = 9"))
        session.execute(text("DELETE FROM audit_subjects WHERE entry_id = 11"))
        session.execute(text("DELETE FROM audit_entries WHERE id IN (14, 15)"))
        session.execute(text("DELETE FROM audit_entries WHERE id = 21"))  # which showed a list
        found = [(one.kind, one.first, one.last) for one in verify_log(session, actor=actor).breaks]
    changed, missing = BreakKind.CHANGED, BreakKind.MISSING
    edits = [(changed, 7, 7), (changed, 9, 9), (changed, 11, 11)]
    assert found == [*edits, (missing, 14, 15), (missing, 21, 21), (BreakKind.STRAY, 21, 21)]


def test_the_database_refuses_to_change_the_log(any_database: Database, actor: Actor, now: datetime) -> None:
    a_log(any_database, actor=actor, now=now, n_lines=6)
    statements = [
        "UPDATE audit_entries SET actor = 'x' WHERE id = 1",
        "UPDATE audit_entries SET chain_hash = NULL",
        "DELETE FROM audit_entries WHERE id = 6",
        "UPDATE audit_subjects SET subject_no = 'x'",
        "DELETE FROM audit_subjects",
    ]
    if any_database.engine.dialect.name == "postgresql":
        statements.append("TRUNCATE audit_entries CASCADE")
    for statement in statements:
        with pytest.raises(DBAPIError, match="append-only"), any_database.unit_of_work() as session:
            session.execute(text(statement))


def test_lines_of_acts_that_were_taken_back_are_not_written(database: Database, actor: Actor, now: datetime) -> None:
    def write(action: str) -> None:
        audit.record(session, actor=actor, action=action, subject_kind="thing", subject_no="1", now=now)

    with database.unit_of_work() as session:
        write("kept")
        with session.begin_nested() as savepoint:
            write("lost")
            savepoint.rollback()
        with session.begin_nested():
            write("kept_too")
    with suppress(RuntimeError), database.unit_of_work() as session:
        write("lost_with_all")
        _break_off()
    with database.reading() as session:
        assert session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all() == ["kept", "kept_too"]
        assert verify_log(session, actor=actor).is_whole


def test_the_chain_has_no_gaps_when_many_write_at_once(any_database: Database, actor: Actor, now: datetime) -> None:
    n_writers, n_rounds = 4, 12

    def write(writer: int) -> None:
        chance = random.Random(writer)
        for number in range(n_rounds):
            with suppress(RuntimeError), any_database.unit_of_work() as session:
                for _ in range(chance.randint(1, 3)):
                    subject_no = f"{writer}-{number}"
                    audit.record(session, actor=actor, action="a", subject_kind="t", subject_no=subject_no, now=now)
                allocate_ids(session, f"table_{chance.randint(1, 3)}")  # other locks, in any order
                if chance.random() < 0.2:
                    _break_off()

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(n_writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with any_database.reading() as session:
        found = verify_log(session, actor=actor)
        assert found.is_whole
        assert found.n_lines == found.sequence > n_writers * n_rounds * 0.6


def test_lines_of_a_release_without_a_chain_are_told_and_chained_by_init(
    any_database: Database, actor: Actor, now: datetime
) -> None:
    a_log(any_database, actor=actor, now=now, n_lines=10)
    with any_database.unit_of_work() as session:
        for entry_id in allocate_ids(session, AuditEntry.__tablename__, 2):
            row = {"id": entry_id, "at": now, "actor": "old", "action": "edit", "subject_kind": "t", "subject_no": "1"}
            session.execute(insert(AuditEntry).values(row | {"detail": {"版本": 1}}))
    with any_database.reading() as session:
        found = verify_log(session, actor=actor)
        assert [(one.kind, one.first) for one in found.breaks] == [(BreakKind.UNCHAINED, 11), (BreakKind.UNCHAINED, 12)]
    with any_database.unit_of_work() as session:
        assert audit.chain_older_lines(session, now=now) == range(11, 13)
    with any_database.reading() as session:
        assert verify_log(session, actor=actor).is_whole
        last = session.get_one(AuditEntry, 13)
        assert (last.action, last.detail) == ("chain_older_lines", {"first": 11, "last": 12})


def test_a_refusal_is_logged_although_nothing_else_is(any_database: Database, now: datetime) -> None:
    nobody = Actor(username="nobody")
    occasion = Occasion(request_id="r9", address="192.0.2.9", at=now, place="GET api_people.show_person")
    with pytest.raises(Forbidden), any_database.unit_of_work(occasion=occasion) as session:
        people.get_person(session, actor=nobody, person_no="P1")
    with any_database.reading() as session:
        (line,) = session.scalars(select(AuditEntry))
        assert (line.actor, line.action, line.subject_no, line.at) == ("nobody", "refused", "read_people", now)
        assert (line.detail, line.address) == ({"place": "GET api_people.show_person"}, "192.0.2.9")


def test_lines_of_a_session_that_only_reads_are_written_before_it_returns(
    any_database: Database, actor: Actor, now: datetime
) -> None:
    with any_database.reading(occasion=Occasion(at=now)) as session:
        audit.record_views(session, actor=actor, numbers=["P2", "P1", "P2"], action="view_people")
        audit.record_views(session, actor=actor, numbers=[], action="view_people")
    with any_database.reading() as session:
        (line,) = session.scalars(select(AuditEntry))
        assert (line.at, line.detail) == (now, {"n_shown": 2})
        assert session.scalars(select(AuditSubject.subject_no).order_by(AuditSubject.subject_no)).all() == ["P1", "P2"]


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(
    st.integers(1), st.lists(TEXTS | st.none(), min_size=9, max_size=9), st.lists(st.tuples(TEXTS, TEXTS), max_size=3)
)
def test_a_digest_covers_every_letter_as_json_tells_it(number, values, subjects):
    told = json.dumps([number, *values, [list(one) for one in subjects]], ensure_ascii=False, separators=(",", ":"))
    assert message_of([number, *values], subjects) == told.encode()


LETTERS = (
    "".join(map(chr, range(1, 0x180))) + "\u2028\u2029\ufeff\uffff\ufffd\U0001f600\U0010ffff\ue000\\u0041\\n'\"null"
)


def test_every_letter_and_number_in_a_line_is_checked_as_it_was_written(
    any_database: Database, actor: Actor, now: datetime
) -> None:
    numbers = [0.1, -0.0, 1e300, 5e-324, 10**30, -(2**63), None, True, "", {"z": 1, "a": {"ü": []}}]
    parts = [LETTERS[start : start + 40] for start in range(0, len(LETTERS), 40)]
    with any_database.unit_of_work() as session:
        for part in parts:
            audit.record(session, actor=Actor(username=part), action="act", subject_kind="null", subject_no=part,
                         now=now, detail={part: numbers, "of": part}, subjects=[("person", part)])  # fmt: skip
    with any_database.reading() as session:
        assert "".join(session.scalars(select(AuditEntry.subject_no).order_by(AuditEntry.id))) == LETTERS
        found = verify_log(session, actor=actor)
        assert (found.n_lines, found.breaks) == (len(parts), [])


@pytest.mark.prove
def test_a_hundred_thousand_lines_are_checked_in_five_seconds(
    any_database: Database, actor: Actor, now: datetime
) -> None:
    a_log(any_database, actor=actor, now=now, n_lines=100_000)
    with any_database.reading() as session:
        began, began_s = time.perf_counter(), time.process_time()
        assert verify_log(session, actor=actor).is_whole
        seconds, processor_s = time.perf_counter() - began, time.process_time() - began_s
    told = f"100,000 lines and subjects checked in {seconds:.2f} s, {processor_s:.2f} s of the processor"
    sys.stdout.write(f"\n{any_database.engine.dialect.name}: {told}\n")
    assert seconds < 5


def _break_off() -> None:
    raise RuntimeError


def _every_tampering_is_found(
    database: Database, actor: Actor, now: datetime, *, n_lines: int, n_tamperings: int
) -> None:
    chance = random.Random(n_tamperings)
    a_log(database, actor=actor, now=now, n_lines=n_lines)
    with database.reading() as session:
        head = present_head(session, now=now)
        assert verify_log(session, actor=actor, heads=[head]).is_whole
    missed = []
    for number in range(n_tamperings):
        tamper = TAMPERINGS[number % len(TAMPERINGS)]
        line = chance.randint(1, n_lines)
        with opened_up(database) as session:
            tamper(session, chance, line)
            session.expire_all()
            if verify_log(session, actor=actor, heads=[head]).is_whole:
                missed.append((tamper, line))
    assert missed == []
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == n_lines
        assert vault_of(session).keys.audit_key != vault_of(session).session_secret
