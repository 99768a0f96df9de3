"""Passwords in two halves: who asks for one sees the first, who confirms the second, and only the owner both."""

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from service.access import Actor
from service.models.accounts import Account, SignInWay
from service.models.credentials import AccountChange
from service.settings.accounts import AccountSettings
from service.usecases.accounts.counting import CODE, PASSWORD, forget_attempts
from service.usecases.accounts.hashing import generated_password, hash_password
from service.usecases.accounts.passwords import check_is_kept_here, store_password
from service.usecases.accounts.policies import POLICIES
from service.usecases.accounts.second_persons import check_somebody_confirms
from service.usecases.accounts.sessions import end_sessions
from service.usecases.accounts.tokens import revoke_tokens
from service.usecases.accounts.vocabulary import ChangeKind
from service.usecases.pending.announcing import PASSWORD_GIVEN, tell_owner

__all__ = ["begin_password", "finish_password", "shut_out", "whole_of"]

_N_BYTES = 9  # 72 bits in 12 characters: neither half can be guessed by who knows the other


def begin_password(change: AccountChange, *, way: SignInWay) -> str | None:
    """Make the first half, keep it sealed with the change, and return it; None where there is no password to give."""
    if ChangeKind(change.kind) not in {ChangeKind.CREATE, ChangeKind.PASSWORD} or way != SignInWay.PASSWORD:
        return None
    change.first_half = half = secrets.token_urlsafe(_N_BYTES)
    return half


def whole_of(change: AccountChange) -> tuple[str, str | None]:
    """Return the whole password and its second half, which is shown to who confirms; the first is forgotten.

    Without a first half (another house keeps the password) the whole is one that nobody knows, and there is no half.
    """
    first, change.first_half = change.first_half, None
    if first is None:
        return generated_password(), None
    second = secrets.token_urlsafe(_N_BYTES)
    return first + second, second


def shut_out(
    session: Session, *, actor: Actor, account: Account, settings: AccountSettings | None, now: datetime
) -> None:
    """Let nothing open an account any more, from the moment that a new password is asked for it.

    Raises
    ------
    Conflict
        If another house keeps the password, or nobody else could confirm.
    """
    check_is_kept_here(account)
    check_somebody_confirms(session, actor=actor, account=account)
    policy = POLICIES[(settings or AccountSettings()).password_policy]
    store_password(session, account, generated_password(), policy=policy, now=now)
    _end_all(session, account, by=actor.username, now=now)


def finish_password(session: Session, *, change: AccountChange, account: Account, now: datetime) -> str | None:
    """Give an account the password of both halves, to be changed at the next sign-in, and return the second."""
    whole, half = whole_of(change)
    account.password_hash, account.password_changed_at = hash_password(whole), now
    for kind in (PASSWORD, CODE):
        forget_attempts(session, kind=kind, username=account.username)
    _end_all(session, account, by=change.decided_by or "", now=now)
    return half


def _end_all(session: Session, account: Account, *, by: str, now: datetime) -> None:
    account.must_change_password = True
    end_sessions(session, account_id=account.id)
    revoke_tokens(session, account=account, now=now)
    tell_owner(session, account=account, topic=PASSWORD_GIVEN, subject_no=by, now=now)
