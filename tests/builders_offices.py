"""Accounts for tests that are not about accounts, without the slow hash of a password."""

from datetime import UTC, datetime

from builders import WHOLE_OFFICE
from sqlalchemy import select

from service.access import EVERYWHERE
from service.db import Database, allocate_ids
from service.models.accounts import Account

__all__ = ["OFFICE", "hire_office"]

OFFICE = "office"


def hire_office(database: Database) -> None:
    """Give a database the account of somebody who does everything, unless it has it."""
    with database.unit_of_work() as session:
        if session.scalar(select(Account.id).where(Account.username == OFFICE)) is None:
            (account_id,) = allocate_ids(session, Account.__tablename__)
            session.add(
                Account(
                    id=account_id,
                    username=OFFICE,
                    roles=tuple(sorted(WHOLE_OFFICE)),
                    territory_kind=EVERYWHERE.kind,
                    password_hash="-",
                    created_at=datetime.now(UTC),
                )
            )
