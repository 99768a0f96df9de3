"""Accounts for tests that are not about accounts, without the slow hash of a password."""

from datetime import UTC, datetime

from builders import SIGNED, WHOLE_OFFICE
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from service.access import EVERYWHERE, Actor, Role, Territory
from service.db import Database, allocate_ids
from service.models.accounts import Account
from service.usecases import accounts

__all__ = ["OFFICE", "hire_office", "hired", "reader_of", "token_of"]

OFFICE = "office"


def hire_office(database: Database) -> str:
    """Give a database the account of somebody who does everything, unless it has it, and return a token of it."""
    with database.reading() as session:
        known = session.scalar(select(Account.id).where(Account.username == OFFICE))
    if known is None:
        hired(database, username=OFFICE, roles=WHOLE_OFFICE, territory=EVERYWHERE, now=datetime.now(UTC))
    return token_of(database, OFFICE)


def token_of(database: Database, username: str) -> str:
    """Make a token of an account, as it does itself when it has chosen a password."""
    own = Actor(username=username)
    with database.unit_of_work() as session:
        session.scalars(select(Account).where(Account.username == username)).one().must_change_password = False
        return accounts.create_token(session, actor=own, username=username, label="t", now=datetime.now(UTC))


def hired(database: Database, *, username: str, roles: frozenset[Role], territory: Territory, now: datetime) -> Actor:
    """Create an account without a password and return who acts with it."""
    with database.unit_of_work() as session:
        (account_id,) = allocate_ids(session, Account.__tablename__)
        account = Account(
            id=account_id,
            username=username,
            roles=tuple(sorted(roles)),
            territory_kind=territory.kind,
            territory_code=territory.code,
            person_id=territory.person_id,
            password_hash="-",
            created_at=now,
        )
        session.add(account)
        account.holder_name = SIGNED
    return Actor(username=username, roles=roles, territory=territory, account_id=account_id, holder_name=SIGNED)


def reader_of(
    app: Flask, database: Database, role: Role, *, territory: Territory = EVERYWHERE, now: datetime
) -> FlaskClient:
    """Return a client with the token of a new account of one role."""
    actor = hired(database, username=str(role), roles=frozenset({role}), territory=territory, now=now)
    with database.unit_of_work() as session:
        token = accounts.create_token(session, actor=actor, username=actor.username, label="t", now=now)
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return client
