"""The first accounts of an installation, put in by the operator of the host."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.access import NOWHERE, Actor, Role, Territory, require
from service.models.accounts import Account, SignInWay
from service.usecases.accounts.effects import insert_account
from service.usecases.accounts.hashing import generated_password
from service.usecases.accounts.registry import check_username
from service.usecases.auditing import audit

__all__ = ["create_account", "is_first_administrator"]


def create_account(
    session: Session,
    *,
    actor: Actor,
    username: str,
    roles: Collection[Role],
    now: datetime,
    territory: Territory = NOWHERE,
    way: SignInWay = SignInWay.PASSWORD,
    holder_name: str | None = None,
) -> str:
    """Create an account without a second person and return its generated password.

    Only who puts the service on its host may do so: the first administrator, and the accounts of the demo city. All
    others come by `request_change` and `decide_change`. Without the name of its holder an account signs nothing.

    Raises
    ------
    Conflict
        If the name is taken.
    InvalidInput
        If the name is not 2 to 60 letters, digits, dots, dashes or underscores, or the holder's is no name.
    """
    require(actor, "bootstrap_accounts")
    check_username(session, username)
    password = generated_password()
    insert_account(
        session, username=username, roles=roles, territory=territory, way=way, password=password,
        holder_name=holder_name, now=now,
    )  # fmt: skip
    audit.record(
        session,
        actor=actor,
        action="create_account",
        subject_kind="account",
        subject_no=username,
        detail={"roles": sorted(roles)},
        now=now,
    )
    session.flush()
    return password


def is_first_administrator(session: Session, roles: Collection[Role]) -> bool:
    """Whether an account of these roles would be the first that manages accounts."""
    return set(roles) == {Role.ADMIN} and not any(
        Role.ADMIN in account.roles for account in session.scalars(select(Account))
    )
