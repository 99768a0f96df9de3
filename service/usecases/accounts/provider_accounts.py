"""Accounts of people whom a provider of single sign-on vouches for; and unlinking accounts from other houses."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import Actor, require_any
from service.db import Database
from service.errors import Change, Forbidden, InvalidInput, ServiceError, VersionConflict
from service.models.accounts import SignInWay, Stage
from service.models.audit import AuditEntry
from service.settings.accounts import AccountSettings
from service.usecases.accounts.identities import account_of, link_identity
from service.usecases.accounts.provider import Vouched
from service.usecases.accounts.registry import MANAGERS, account_named, log
from service.usecases.accounts.sessions import Origin, SignIn, end_sessions, open_session
from service.usecases.accounts.sign_in import stage_of
from service.usecases.auditing import audit

__all__ = ["sign_in_by_provider", "unlink_provider"]


def sign_in_by_provider(
    database: Database, *, vouched: Vouched, settings: AccountSettings, origin: Origin, now: datetime
) -> SignIn | ServiceError:
    """Open a session for the account of whom the provider vouches for, if there is one and it is the provider's.

    A refusal is returned, not raised, as by `sign_in`.
    """
    way = SignInWay.OIDC
    with database.unit_of_work() as session:
        account = account_of(session, vouched=vouched, way=way, now=now)
        if isinstance(account, ServiceError):
            return account
        if account is None or account.is_disabled:
            log(session, username="-", action="sign_in_refused", now=now, detail={"way": way})
            return Forbidden(
                Text("此人在本系统没有可用账号。", "This person has no account here."),
                remedy=Text("请联系系统管理员开通。", "Ask the administrator for one."),
            )
        link_identity(session, account, vouched=vouched, now=now)
        has_device = account.totp_confirmed_at is not None
        owes = stage_of(account, way=way, settings=settings, now=now)
        stage = Stage.SECOND_FACTOR if has_device else owes
        action = "sign_in" if stage == Stage.OPEN else "sign_in_first_step"
        log(session, username=account.username, action=action, now=now, detail={"way": way})
        return open_session(session, account=account, stage=stage, way=way, origin=origin, settings=settings, now=now)


def unlink_provider(session: Session, *, actor: Actor, username: str, reason: str, now: datetime) -> None:
    """Forget who an account is in another house and end its sessions; whoever has its name there next is it then.

    Raises
    ------
    Forbidden
        If the actor may not recover accounts, or the account is the actor's own.
    InvalidInput
        If no reason is given.
    Conflict
        If nothing is kept.
    """
    require_any(actor, *MANAGERS)
    if not reason.strip():
        problem = Text("请填写原因。", "A reason is needed.")
        remedy = Text("例如：已当面核实，对方换发了账号。", "For example: met in person, has a new identity there.")
        raise InvalidInput(problem, remedy=remedy, place="reason")
    if actor.username == username:
        raise Forbidden(
            Text("不能解除自己账号的绑定。", "Nobody unlinks their own account."),
            remedy=Text("请另一名管理员办理。", "Ask another administrator."),
            place="username",
            value=username,
        )
    account = account_named(session, username)
    if account.provider_subject is None:
        raise VersionConflict(
            Text(f"账号“{username}”没有绑定统一身份。", f"'{username}' is linked with nobody at the provider."),
            remedy=Text("下次登录时自动绑定。", "Its next sign-in links it."),
            place="username",
            value=username,
            changes=_unlinked(session, username),
        )
    account.provider_issuer = account.provider_subject = None
    end_sessions(session, account_id=account.id)
    audit.record(
        session, actor=actor, action="unlink_provider", subject_kind="account", subject_no=username, now=now,
        detail={"reason": reason.strip()},
    )  # fmt: skip
    session.flush()


def _unlinked(session: Session, username: str) -> list[Change]:
    """Return who unlinked it last and why."""
    told = select(AuditEntry).where(
        AuditEntry.action == "unlink_provider", AuditEntry.subject_kind == "account", AuditEntry.subject_no == username
    )
    line = session.scalars(told.order_by(AuditEntry.id.desc()).limit(1)).first()
    if line is None:
        return []
    return [Change(at=line.at, username=line.actor, fields={"reason": (None, line.detail.get("reason"))})]
