"""Repeatable writes: one write for one key, the first answer again, nothing readable in the table."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select

from service.access import OPERATOR, Actor, Role, Territory, TerritoryKind
from service.db import Database
from service.errors import Forbidden
from service.models.accounts import Account, IdempotencyKey
from service.models.audit import AuditEntry
from service.usecases import accounts
from service.usecases.auditing import audit
from service.usecases.idempotency import KEPT_FOR, KeptAnswer, KeyReused, claim_key, keep_answer, request_digest

FIRST = KeptAnswer(201, {"Location": "/api/v1/people/P1"}, '{"name":"样例甲"}'.encode())


@pytest.fixture
def clerk(any_database: Database, now: datetime) -> Actor:
    with any_database.unit_of_work() as session:
        accounts.create_account(session, actor=OPERATOR, username="clerk", roles=[Role.REGISTRAR], now=now)
    with any_database.reading() as session:
        account_id = session.scalar(select(Account.id).where(Account.username == "clerk"))
    return Actor(username="clerk", roles=frozenset({Role.REGISTRAR}), account_id=account_id)


def answered(database: Database, *, actor: Actor, key: str, digest: str, now: datetime) -> tuple[KeptAnswer, bool]:
    """Claim, work and keep, as the API does; the work is one audit line."""
    with database.unit_of_work() as session:
        claim = claim_key(session, actor=actor, key=key, digest=digest, now=now)
        if claim.kept is not None:
            return claim.kept, True
        audit.record(session, actor=actor, action="work", subject_kind="test", subject_no=key, now=now)
        keep_answer(session, claim=claim, answer=FIRST)
    return FIRST, False


def n_done(database: Database) -> int | None:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "work"))


def test_a_repetition_gets_the_first_answer_and_writes_nothing(
    any_database: Database, clerk: Actor, now: datetime
) -> None:
    first = answered(any_database, actor=clerk, key="k1", digest="aa", now=now)
    again = answered(any_database, actor=clerk, key="k1", digest="aa", now=now)
    assert first == (FIRST, False)
    assert again == (FIRST, True)
    assert n_done(any_database) == 1


def test_a_key_of_another_request_is_refused(any_database: Database, clerk: Actor, now: datetime) -> None:
    answered(any_database, actor=clerk, key="k1", digest="aa", now=now)
    with pytest.raises(KeyReused):
        answered(any_database, actor=clerk, key="k1", digest="bb", now=now)
    assert n_done(any_database) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"territory": Territory(TerritoryKind.TOWNSHIP, "239901102")},
        {"roles": frozenset({Role.TOWNSHIP})},
        {"scopes": frozenset({"edit"})},
    ],
)
def test_an_answer_is_not_repeated_to_an_account_that_stands_elsewhere_since(
    database: Database, now: datetime, changes: dict[str, Any]
) -> None:
    with database.unit_of_work() as session:
        accounts.create_account(session, actor=OPERATOR, username="clerk", roles=[Role.REGISTRAR], now=now)
        account_id = session.scalar(select(Account.id).where(Account.username == "clerk"))
    home = Territory(TerritoryKind.TOWNSHIP, "239901101")
    clerk = Actor("clerk", frozenset({Role.REGISTRAR}), home, account_id)
    answered(database, actor=clerk, key="k1", digest="aa", now=now)
    with pytest.raises(KeyReused):
        answered(database, actor=replace(clerk, **changes), key="k1", digest="aa", now=now)
    assert answered(database, actor=clerk, key="k1", digest="aa", now=now) == (FIRST, True)


def test_parallel_requests_with_one_key_write_once(any_database: Database, clerk: Actor, now: datetime) -> None:
    n_threads = 6
    start = Barrier(n_threads)

    def ask(_: int) -> tuple[KeptAnswer, bool]:
        start.wait()
        return answered(any_database, actor=clerk, key="k1", digest="aa", now=now)

    with ThreadPoolExecutor(n_threads) as pool:
        answers = list(pool.map(ask, range(n_threads)))
    assert n_done(any_database) == 1
    assert sorted(replayed for _, replayed in answers) == [False] + [True] * (n_threads - 1)
    assert {answer.body for answer, _ in answers} == {FIRST.body}


def test_a_failed_write_leaves_the_key_free(any_database: Database, clerk: Actor, now: datetime) -> None:
    with any_database.unit_of_work() as session:
        claim_key(session, actor=clerk, key="k1", digest="aa", now=now)
        session.rollback()
    assert answered(any_database, actor=clerk, key="k1", digest="bb", now=now) == (FIRST, False)


def test_keys_are_forgotten_after_a_day(any_database: Database, clerk: Actor, now: datetime) -> None:
    answered(any_database, actor=clerk, key="k1", digest="aa", now=now)
    almost = now + KEPT_FOR - timedelta(seconds=1)
    assert answered(any_database, actor=clerk, key="k1", digest="aa", now=almost)[1]
    assert answered(any_database, actor=clerk, key="k1", digest="bb", now=now + KEPT_FOR) == (FIRST, False)


def test_the_kept_answer_is_sealed(any_database: Database, clerk: Actor, now: datetime) -> None:
    answered(any_database, actor=clerk, key="k1", digest="aa", now=now)
    with any_database.reading() as session:
        row = session.scalars(select(IdempotencyKey)).one()
    assert "样例甲".encode() not in row.body
    assert row.request_hash != bytes.fromhex("aa")


def test_who_has_no_account_has_no_keys(any_database: Database, now: datetime) -> None:
    with pytest.raises(Forbidden), any_database.unit_of_work() as session:
        claim_key(session, actor=OPERATOR, key="k1", digest="aa", now=now)


def test_requests_differ_by_method_path_and_body() -> None:
    digests = {
        request_digest("POST", "/a?", b"x"),
        request_digest("PATCH", "/a?", b"x"),
        request_digest("POST", "/b?", b"x"),
        request_digest("POST", "/a?", b"y"),
        request_digest("POST", "/a", b"?x"),
    }
    assert len(digests) == 5
