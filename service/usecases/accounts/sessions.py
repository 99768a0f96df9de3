"""Sessions: a random token in the cookie, its digest in the table; what ends one acts at once."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session, joinedload

from matching.vocabulary import Text
from service.access import Actor
from service.errors import NotFound, Unauthenticated
from service.models.accounts import Account, AccountSession, SignInWay, Stage
from service.settings.accounts import AccountSettings
from service.usecases.accounts.hashing import as_digest
from service.usecases.accounts.registry import actor_of, check_is_in_person, log
from service.usecases.auditing import audit

__all__ = [
    "OF_BROWSERS",
    "OF_PROGRAMS",
    "OpenSession",
    "Origin",
    "SignIn",
    "Visit",
    "actor_of_ended_session",
    "actor_of_session",
    "end_session",
    "end_sessions",
    "ended",
    "list_sessions",
    "living_session",
    "open_session",
    "refresh",
    "rotate_session",
    "sign_out",
    "visit_of",
]

# Who has given the password only, or must still choose one, is not left alone with the form for hours.
UNFINISHED_LIMIT = timedelta(minutes=10)
_SEEN_EVERY = timedelta(minutes=1)
# A cookie is signed, not sealed: whoever reads it must not be able to send what is in it as a header, which writes.
OF_BROWSERS, OF_PROGRAMS = "ts_", "ta_"
_REMEMBERED_FOR = timedelta(hours=24)
_LONGEST_CLIENT = 120
_LONGEST_ADDRESS = 45


@dataclass(frozen=True)
class Origin:
    """Where a sign-in comes from, shown to the account's owner.

    Parameters
    ----------
    address : str
        Network address of the browser.
    client : str
        What the browser says of itself.
    is_program : bool
        Whether a program signs in over the API, which sends the token as a header; a browser has it in its cookie.
    """

    address: str = ""
    client: str = ""
    is_program: bool = False


@dataclass(frozen=True)
class SignIn:
    """A session: its token (shown to the browser once), whose it is, and what it still waits for."""

    token: str
    actor: Actor
    stage: Stage = Stage.OPEN


@dataclass(frozen=True)
class Visit:
    """Who a session token belongs to, what the session still waits for, and whether its idle clock is due."""

    actor: Actor
    stage: Stage
    session_no: str | None
    signed_in_by: SignInWay
    needs_refresh: bool = False


@dataclass(frozen=True)
class OpenSession:
    """One session as its owner sees it."""

    session_no: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    has_second_factor: bool
    signed_in_by: SignInWay
    address: str
    client: str
    is_this: bool


def open_session(
    session: Session,
    *,
    account: Account,
    stage: Stage,
    way: SignInWay,
    origin: Origin,
    settings: AccountSettings,
    now: datetime,
) -> SignIn:
    """Open a session for an account that has proved who it is, or is about to."""
    token = (OF_PROGRAMS if origin.is_program else OF_BROWSERS) + secrets.token_urlsafe(32)
    session.add(
        AccountSession(
            token_hash=as_digest(token),
            account_id=account.id,
            session_no=secrets.token_hex(5),
            stage=stage,
            signed_in_by=way,
            created_at=now,
            last_seen_at=now,
            expires_at=now + (settings.absolute_limit if stage == Stage.OPEN else UNFINISHED_LIMIT),
            address=origin.address[:_LONGEST_ADDRESS],
            client=origin.client[:_LONGEST_CLIENT],
        )
    )
    session.flush()
    return SignIn(token=token, actor=actor_of(account), stage=stage)


def rotate_session(
    session: Session, *, opened: AccountSession, token: str, stage: Stage, settings: AccountSettings, now: datetime
) -> SignIn:
    """Give a session that went one step further a new token of the same kind; the old one ends at once.

    Raises
    ------
    Unauthenticated
        If it was ended meanwhile, by a new password or a reset that this step has waited for.
    """
    is_program = token.startswith(OF_PROGRAMS)
    origin = Origin(address=opened.address or "", client=opened.client or "", is_program=is_program)
    has_second_factor, account, way = opened.has_second_factor, opened.account, opened.signed_in_by
    session.expunge(opened)
    own = delete(AccountSession).where(AccountSession.token_hash == opened.token_hash)
    if session.execute(own.returning(AccountSession.account_id)).one_or_none() is None:
        raise ended()
    renewed = open_session(session, account=account, stage=stage, way=way, origin=origin, settings=settings, now=now)
    if has_second_factor:
        session.get_one(AccountSession, as_digest(renewed.token)).has_second_factor = True
    return renewed


def visit_of(session: Session, *, token: str, settings: AccountSettings, now: datetime) -> Visit | None:
    """Return who a session token belongs to, or None if it has ended."""
    opened = living_session(session, token=token, settings=settings, now=now)
    if opened is None:
        return None
    return Visit(
        actor=actor_of(opened.account),
        stage=opened.stage,
        session_no=opened.session_no,
        signed_in_by=opened.signed_in_by,
        needs_refresh=opened.last_seen_at + _SEEN_EVERY <= now,
    )


def actor_of_session(
    session: Session, *, token: str, now: datetime, settings: AccountSettings | None = None
) -> Actor | None:
    """Return who may act with a session token: None if it has ended or still waits for something."""
    visit = visit_of(session, token=token, settings=settings or AccountSettings(), now=now)
    return visit.actor if visit and visit.stage == Stage.OPEN else None


def actor_of_ended_session(session: Session, *, token: str, now: datetime) -> Actor | None:
    """Return whose session a token was that ran out by itself not long ago; it may do nothing but leave a draft.

    None for a session that was ended on purpose, of an account that is disabled, or that still waited for something.
    """
    opened = session.get(AccountSession, as_digest(token))
    if opened is None or opened.account.is_disabled or opened.stage != Stage.OPEN:
        return None
    return actor_of(opened.account) if now - opened.last_seen_at < _REMEMBERED_FOR else None


def living_session(
    session: Session, *, token: str, settings: AccountSettings, now: datetime, stages: Iterable[Stage] = tuple(Stage)
) -> AccountSession | None:
    """Return the session of a token, None if it has ended, its account is disabled, or it is at another stage."""
    opened = session.scalar(_WITH_ACCOUNT, {"token_hash": as_digest(token)})
    if opened is None or opened.account.is_disabled or opened.stage not in set(stages):
        return None
    if opened.expires_at <= now or opened.last_seen_at + settings.idle_limit <= now:
        return None
    return opened


_WITH_ACCOUNT = (
    select(AccountSession)
    .where(AccountSession.token_hash == bindparam("token_hash"))
    .options(joinedload(AccountSession.account))
)  # each request asks it: put together once


def refresh(session: Session, *, token: str, now: datetime) -> None:
    """Set the idle clock of a session forward; once a minute is enough."""
    opened = session.get(AccountSession, as_digest(token))
    if opened is not None:
        opened.last_seen_at = now


def sign_out(session: Session, *, token: str, now: datetime) -> None:
    """End a session at once; an unknown token is no error."""
    opened = session.get(AccountSession, as_digest(token))
    if opened:
        log(session, username=opened.account.username, action="sign_out", now=now)
        session.delete(opened)
        session.flush()


def list_sessions(
    session: Session, *, actor: Actor, settings: AccountSettings, now: datetime, token: str = ""
) -> list[OpenSession]:
    """Return the living sessions of the account that acts, the newest first; not to a token of it."""
    check_is_in_person(actor)
    this = as_digest(token) if token else b""
    rows = session.scalars(
        select(AccountSession)
        .where(AccountSession.account_id == actor.account_id, AccountSession.expires_at > now)
        .order_by(AccountSession.created_at.desc())
    )
    return [
        OpenSession(
            session_no=row.session_no or "",
            created_at=row.created_at,
            last_seen_at=row.last_seen_at,
            expires_at=row.expires_at,
            has_second_factor=row.has_second_factor,
            signed_in_by=row.signed_in_by,
            address=row.address or "",
            client=row.client or "",
            is_this=row.token_hash == this,
        )
        for row in rows
        if row.last_seen_at + settings.idle_limit > now
    ]


def end_session(session: Session, *, actor: Actor, session_no: str, now: datetime) -> None:
    """End one of the sessions of the account that acts.

    Raises
    ------
    NotFound
        If the account has no such session.
    Forbidden
        If a token acts.
    """
    check_is_in_person(actor)
    opened = session.scalar(
        select(AccountSession).where(
            AccountSession.account_id == actor.account_id, AccountSession.session_no == session_no
        )
    )
    if opened is None:
        raise NotFound(
            Text("没有这个会话。", "There is no such session."),
            remedy=Text("它可能已经结束，请刷新列表。", "It may have ended already: reload the list."),
            place="session_no",
        )
    session.delete(opened)
    audit.record(session, actor=actor, action="end_session", subject_kind="account", subject_no=actor.username, now=now)
    session.flush()


def end_sessions(session: Session, *, account_id: int, kept: str = "") -> None:
    """End all sessions of an account at once, save the one whose token is `kept`."""
    statement = delete(AccountSession).where(AccountSession.account_id == account_id)
    if kept:
        statement = statement.where(AccountSession.token_hash != as_digest(kept))
    session.execute(statement)


def ended() -> Unauthenticated:
    """Return the refusal of a step whose session is gone."""
    return Unauthenticated(
        Text("登录已超时。", "The sign-in took too long and has ended."),
        remedy=Text("请重新登录。", "Sign in again."),
    )
