"""API tokens: bearer tokens for programs, shown once, kept as digests, never wider than their owner."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import ALLOWED, OPERATOR, Actor, may, require_any
from service.errors import Forbidden, InvalidInput, NotFound
from service.models.accounts import Account, ApiToken, SignInWay
from service.settings.accounts import AccountSettings
from service.usecases.accounts.hashing import as_digest
from service.usecases.accounts.registry import MANAGERS, account_named, actor_of, check_is_in_person
from service.usecases.accounts.sessions import ended, living_session
from service.usecases.auditing import audit

__all__ = [
    "TokenRow",
    "actor_of_token",
    "create_token",
    "list_tokens",
    "revoke_token",
    "revoke_tokens",
    "token_is_due",
    "touch_token",
]

_SEEN_EVERY = timedelta(minutes=1)
_LONGEST_LABEL = 60


@dataclass(frozen=True)
class TokenRow:
    """One token as its owner sees it; the token itself is never shown again."""

    token_no: str
    username: str
    label: str
    scopes: tuple[str, ...] | None
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


def create_token(
    session: Session,
    *,
    actor: Actor,
    username: str,
    label: str,
    now: datetime,
    scopes: Collection[str] | None = None,
    expires_at: datetime | None = None,
    settings: AccountSettings | None = None,
    kept: str | None = None,
) -> str:
    """Create an API token for an account and return it; it is shown this once and kept as a hash.

    Everybody makes tokens of their own and of nobody else: with a token of another account, administrator or operator
    would see people, and could alone do what takes two. No token makes another, which would outlive it; faces ask for
    the proof of the owner first (`prove_owner`, or the sign-in of the command itself).

    Parameters
    ----------
    scopes : collection of str, optional
        What the token may do: rights (``read_people``) or their verbs (``read``); all rights of the account if None.
    expires_at : datetime, optional
        No later than the longest life of the settings from `now`, which is taken if None.
    settings : AccountSettings, optional
    kept : str, optional
        Token of the session whose owner was asked for the proof: it has to live still.

    Raises
    ------
    Unauthenticated
        If the session was ended meanwhile, as by a new password, which ends tokens too.
    Forbidden
        If it is for another account than the one that acts, or a token acts.
    InvalidInput
        If a scope is unknown or wider than the account, or the date is past or too far away.
    """
    if actor.username != username or actor == OPERATOR:
        raise _of_another()
    check_is_in_person(actor)
    settings = settings or AccountSettings()
    account = account_named(session, username, is_changing=True)  # a new password that is being set comes first
    if kept is not None and living_session(session, token=kept, settings=settings, now=now) is None:
        raise ended()
    _check_label(label)
    _check_scopes(scopes, owner=actor_of(account, scopes=actor.scopes))
    last = now + settings.longest_token
    _check_expiry(expires_at, now, last)
    token, token_no = "tp_" + secrets.token_urlsafe(32), secrets.token_hex(5)
    session.add(
        ApiToken(
            token_hash=as_digest(token),
            token_no=token_no,
            account_id=account.id,
            label=label,
            scopes=None if scopes is None else tuple(sorted(scopes)),
            expires_at=expires_at or last,
            created_at=now,
        )
    )
    audit.record(
        session,
        actor=actor,
        action="create_token",
        subject_kind="account",
        subject_no=username,
        detail={"token_no": token_no, "scopes": None if scopes is None else sorted(scopes)},
        now=now,
    )
    session.flush()
    return token


def list_tokens(
    session: Session, *, actor: Actor, username: str | None = None, settings: AccountSettings | None = None
) -> list[TokenRow]:
    """Return the tokens of an account, the newest first: one's own, or another's for who manages accounts.

    A token sees itself alone, unless it may manage accounts.
    """
    owner, is_manager = username or actor.username, any(may(actor, right) for right in MANAGERS)
    if owner != actor.username:
        require_any(actor, *MANAGERS)
    account = account_named(session, owner)
    rows = session.scalars(
        select(ApiToken).where(ApiToken.account_id == account.id).order_by(ApiToken.created_at.desc())
    )
    return [
        TokenRow(
            token_no=row.token_no or "",
            username=owner,
            label=row.label,
            scopes=row.scopes,
            created_at=row.created_at,
            expires_at=_end_of(row, settings),
            last_used_at=row.last_used_at,
            revoked_at=row.revoked_at,
        )
        for row in rows
        if actor.token_no in (None, row.token_no) or is_manager
    ]


def revoke_token(session: Session, *, actor: Actor, token_no: str, now: datetime) -> None:
    """End a token at once: one's own, or another's for who manages accounts; a token ends itself alone.

    Raises
    ------
    NotFound
        If there is no such token, or not for this account.
    """
    known = session.scalar(select(ApiToken).where(ApiToken.token_no == token_no))
    is_manager = any(may(actor, right) for right in MANAGERS)
    is_own = known is not None and known.account.username == actor.username and actor.token_no in (None, token_no)
    if known is None or not (is_own or is_manager):
        raise NotFound(
            Text("没有这个令牌。", "There is no such token."),
            remedy=Text("请从令牌列表中核对编号。", "Check its number in the list of tokens."),
            place="token_no",
        )
    if known.revoked_at is None:
        known.revoked_at = now
        audit.record(
            session,
            actor=actor,
            action="revoke_token",
            subject_kind="account",
            subject_no=known.account.username,
            detail={"token_no": token_no},
            now=now,
        )
    session.flush()


def revoke_tokens(session: Session, *, account: Account, now: datetime) -> None:
    """End all tokens of an account at once."""
    session.execute(
        update(ApiToken)
        .where(ApiToken.account_id == account.id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=now)
        .execution_options(synchronize_session="fetch")
    )


def actor_of_token(
    session: Session, *, token: str, now: datetime, settings: AccountSettings | None = None
) -> Actor | None:
    """Return who an API token belongs to, narrowed to its scopes, with the token's number.

    None if it is unknown, revoked, or past its time, or its account is disabled or still has a password that somebody
    else gave: then nothing works but choosing another.
    """
    known = session.get(ApiToken, as_digest(token))
    if known is None or known.revoked_at is not None or known.account.is_disabled:
        return None
    if _end_of(known, settings) <= now:
        return None
    if known.account.must_change_password and known.account.sign_in_way == SignInWay.PASSWORD:
        return None
    actor = actor_of(known.account, scopes=None if known.scopes is None else frozenset(known.scopes))
    return replace(actor, token_no=known.token_no or "")


def token_is_due(session: Session, *, token: str, now: datetime) -> bool:
    """Whether the last use of a token is to be written down (once a minute is enough)."""
    known = session.get(ApiToken, as_digest(token))
    return known is not None and (known.last_used_at is None or known.last_used_at + _SEEN_EVERY <= now)


def touch_token(session: Session, *, token: str, now: datetime) -> None:
    """Write down that a token was used."""
    known = session.get(ApiToken, as_digest(token))
    if known is not None:
        known.last_used_at = now


def _end_of(known: ApiToken, settings: AccountSettings | None) -> datetime:
    """Return when a token ends: tokens of before had no end, and a shorter life in the settings holds for all."""
    last = known.created_at + (settings or AccountSettings()).longest_token
    return last if known.expires_at is None else min(known.expires_at, last)


def _of_another() -> Forbidden:
    return Forbidden(
        Text("令牌只能由账号本人生成。", "Only the owner of an account makes its tokens: this one may not."),
        remedy=Text(
            "请以该账号登录后生成；在主机上：talentpool --as 账号 user token。",
            "Sign in with that account; on the host: talentpool --as NAME user token.",
        ),
        place="username",
    )


def _check_label(label: str) -> None:
    if not label.strip() or len(label) > _LONGEST_LABEL:
        raise InvalidInput(
            Text(f"用途应为 1 至 {_LONGEST_LABEL} 个字符。", f"A label has 1 to {_LONGEST_LABEL} characters."),
            remedy=Text("例如：夜间导出。", "For example: nightly export."),
            place="label",
        )


def _check_scopes(scopes: Collection[str] | None, *, owner: Actor) -> None:
    """Refuse scopes that say nothing, or more than the owner may: a token never widens what its maker has."""
    if scopes is None and owner.scopes is None:
        return
    held = {right for right in ALLOWED if may(owner, right)}
    usable = held | {right.partition("_")[0] for right in held}
    for scope in scopes or [""]:
        if scope not in usable:
            raise InvalidInput(
                Text(f"权限范围“{scope}”不存在，或超出该账号的权限。", f"'{scope}' is no right of this account."),
                remedy=Text(f"可选：{'、'.join(sorted(usable))}。", f"Choose among {', '.join(sorted(usable))}."),
                place="scopes",
            )


def _check_expiry(expires_at: datetime | None, now: datetime, last: datetime) -> None:
    if expires_at is not None and not now < expires_at <= last:
        n_days = (last - now).days
        raise InvalidInput(
            Text(f"有效期应晚于现在，且在 {n_days} 天之内。", f"A token ends after now, and within {n_days} days."),
            remedy=Text("请改用较近的日期。", "Choose a nearer date."),
            place="expires_at",
            value=expires_at.isoformat(),
        )
