"""Accounts whose owners have chosen a password, and what a device of a second factor does."""

import base64
from datetime import datetime

from builders import SIGNED
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from service.access import NOWHERE, OPERATOR, Actor, Role, Territory
from service.db import Database
from service.usecases import accounts

__all__ = ["PASSWORD", "an_account", "code_of", "signed_in", "whole"]

PASSWORD = "Kranich-Deich-Weide-27"


def an_account(
    database: Database,
    *,
    now: datetime,
    username: str = "admin",
    role: Role = Role.ADMIN,
    password: str = PASSWORD,
    territory: Territory = NOWHERE,
) -> str:
    """Create an account that has chosen its password, and return the password."""
    with database.unit_of_work() as session:
        accounts.create_account(
            session, actor=OPERATOR, username=username, roles=[role], territory=territory, holder_name=SIGNED, now=now
        )
        own = Actor(username=username, roles=frozenset({role}))
        return accounts.set_password(session, actor=own, username=username, password=password, now=now)


def signed_in(
    database: Database, *, now: datetime, username: str = "admin", password: str = PASSWORD
) -> accounts.SignIn:
    """Sign in and return the session."""
    opened = accounts.sign_in(database, username=username, password=password, now=now)
    assert isinstance(opened, accounts.SignIn), opened
    return opened


def whole(asked: accounts.ChangeRow, decided: accounts.Decided) -> str:
    """Return the password that only its owner has: the half of who asked, then the half of who confirmed."""
    assert asked.first_half
    assert decided.second_half
    return asked.first_half + decided.second_half


def code_of(secret: str, *, now: datetime) -> str:
    """Return the code that a device shows at a moment."""
    totp = TOTP(base64.b32decode(secret), 6, SHA1(), 30)  # noqa: S303 - what authenticator apps know
    return totp.generate(int(now.timestamp())).decode()
