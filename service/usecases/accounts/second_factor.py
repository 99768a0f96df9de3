"""The second factor: time-based codes (RFC 6238) and recovery codes."""

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import Actor, require_any
from service.db import Database, allocate_ids
from service.errors import Conflict, Forbidden, InvalidInput, ServiceError, Unauthenticated
from service.models.accounts import Account, AccountSession, Stage
from service.models.credentials import RecoveryCode
from service.settings.accounts import AccountSettings
from service.usecases.accounts.counting import CODE, forget_attempts, take_attempt
from service.usecases.accounts.hashing import as_digest
from service.usecases.accounts.registry import MANAGERS, account_named, check_is_in_person, log
from service.usecases.accounts.sessions import SignIn, end_sessions, ended, living_session, rotate_session
from service.usecases.accounts.sign_in import locked, stage_of
from service.usecases.auditing import audit

__all__ = [
    "ANOTHER_CODE",
    "WRONG_CODE",
    "Enrolment",
    "confirm_enrolment",
    "give_second_factor",
    "renew_recovery_codes",
    "reset_second_factor",
    "start_enrolment",
    "used_proof",
]

ISSUER = "Talentpool"
N_DIGITS = 6
STEP_S = 30
N_RECOVERY_CODES = 10
_SECRET_BYTES = 20
WRONG_CODE = Text("验证码不正确或已用过。", "The code is not right, or was used before.")
ANOTHER_CODE = Text("请等待下一个验证码，或使用恢复码。", "Wait for the next code, or use a recovery code.")
_DRIFT = (0, -1, 1)  # steps by which the clock of a device may be off


@dataclass(frozen=True)
class Enrolment:
    """A secret for a device, shown until its first code is given.

    Parameters
    ----------
    secret : str
        Base32, for typing.
    address : str
        ``otpauth://`` address, for the picture.
    """

    secret: str
    address: str


def start_enrolment(session: Session, *, actor: Actor, now: datetime, kept: str = "") -> Enrolment:
    """Give the account that acts a new secret; the one of before holds until the first code of the new one.

    A secret that waits already is given again to the session that began, so that a reloaded page shows the picture that
    was scanned; to no other, which may have been borrowed: who saw the secret would have every later code.

    Parameters
    ----------
    kept : str
        Token of the session that asks.

    Raises
    ------
    Forbidden
        If a token of a program acts.
    """
    check_is_in_person(actor)
    account = _own(session, actor)
    secret = _pending(account, kept)
    if secret is None:
        secret = base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode("ascii")
        account.totp_pending = f"{_asked_by(kept)}.{secret}"
        audit.record(
            session,
            actor=actor,
            action="start_second_factor",
            subject_kind="account",
            subject_no=actor.username,
            now=now,
        )
        session.flush()
    return Enrolment(secret=secret, address=_totp(secret).get_provisioning_uri(account.username, ISSUER))


def confirm_enrolment(session: Session, *, actor: Actor, code: str, now: datetime, kept: str = "") -> list[str]:
    """Put the waiting secret into force with its first code; return new recovery codes, shown this once.

    Parameters
    ----------
    kept : str
        Token of the session that began and goes on; all others of the account end.

    Raises
    ------
    InvalidInput
        If the code is not right.
    Conflict
        If no secret is waiting.
    """
    account = _own(session, actor, is_changing=True)
    secret = _pending(account, kept)
    if secret is None:
        raise Conflict(
            Text("尚未开始绑定。", "There is no secret to confirm."),
            remedy=Text("请先打开绑定页面。", "Open the page of the second factor first."),
            place="code",
        )
    step = _step_of(secret, code, after=None, now=now)
    if step is None:
        raise InvalidInput(
            Text("验证码不正确。", "The code is not right."),
            remedy=Text("请核对手机时间后输入新的验证码。", "Check the clock of the device and give a new code."),
            place="code",
        )
    account.totp_secret, account.totp_pending = secret, None
    account.totp_confirmed_at, account.totp_last_step = now, step
    end_sessions(session, account_id=account.id, kept=kept)
    audit.record(
        session, actor=actor, action="confirm_second_factor", subject_kind="account", subject_no=actor.username, now=now
    )
    return _new_recovery_codes(session, account, now)


def give_second_factor(
    database: Database, *, token: str, code: str, settings: AccountSettings, now: datetime
) -> SignIn | ServiceError:
    """Check a code, or a recovery code, and let the session of `token` go on under a new token.

    A refusal is returned, not raised, as by `sign_in`. A time step counts once, a recovery code too.
    """
    with database.unit_of_work() as session:
        opened = living_session(session, token=token, settings=settings, now=now, stages=[Stage.SECOND_FACTOR])
        if opened is None:
            return ended()
        username = opened.account.username
        attempt = take_attempt(session, kind=CODE, username=username, settings=settings, now=now)
        if isinstance(attempt, timedelta):
            log(session, username=username, action="second_factor_while_locked", now=now)
            return locked(attempt)
        return _judged(session, opened, token=token, code=code, settings=settings, now=now)


def renew_recovery_codes(session: Session, *, actor: Actor, now: datetime) -> list[str]:
    """Replace the recovery codes of the account that acts; return the new ones, shown this once."""
    account = _own(session, actor)
    audit.record(
        session, actor=actor, action="renew_recovery_codes", subject_kind="account", subject_no=actor.username, now=now
    )
    return _new_recovery_codes(session, account, now)


def reset_second_factor(session: Session, *, actor: Actor, username: str, reason: str, now: datetime) -> None:
    """Take the second factor off an account whose device is lost, and end its sessions.

    Raises
    ------
    Forbidden
        If the actor may not recover accounts, or the account is the actor's own.
    InvalidInput
        If no reason is given.
    """
    require_any(actor, *MANAGERS)
    if not reason.strip():
        raise InvalidInput(
            Text("请填写原因。", "A reason is needed."),
            remedy=Text("例如：手机遗失，已当面核实本人。", "For example: device lost, met in person."),
            place="reason",
        )
    if actor.username == username:
        raise Forbidden(
            Text("不能重置自己的第二重验证。", "Nobody resets the second factor of their own account."),
            remedy=Text(
                "请用恢复码登录后重新绑定，或请另一名管理员办理。",
                "Sign in with a recovery code and bind a new device, or ask another administrator.",
            ),
            place="username",
            value=username,
        )
    account = account_named(session, username)
    account.totp_secret_sealed = account.totp_pending_sealed = None
    account.totp_confirmed_at = account.totp_last_step = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    end_sessions(session, account_id=account.id)
    forget_attempts(session, kind=CODE, username=username)
    audit.record(
        session,
        actor=actor,
        action="reset_second_factor",
        subject_kind="account",
        subject_no=username,
        detail={"reason": reason.strip()},
        now=now,
    )
    session.flush()


def _pending(account: Account, kept: str) -> str | None:
    """Return the secret that waits for the first code, None if there is none or another session began."""
    asked_by, _, secret = (account.totp_pending or "").rpartition(".")
    return secret if secret and asked_by == _asked_by(kept) else None


def _asked_by(token: str) -> str:
    return as_digest(token).hex()[:16]


def _judged(
    session: Session, opened: AccountSession, *, token: str, code: str, settings: AccountSettings, now: datetime
) -> SignIn | ServiceError:
    account = session.get_one(Account, opened.account_id, with_for_update=True, populate_existing=True)
    proof = used_proof(session, account, code, now)
    if proof is None:
        log(session, username=account.username, action="second_factor_refused", now=now)
        return Unauthenticated(WRONG_CODE, remedy=ANOTHER_CODE, place="code")
    forget_attempts(session, kind=CODE, username=account.username)
    opened.has_second_factor = True
    stage = stage_of(account, way=opened.signed_in_by, settings=settings, now=now)
    log(session, username=account.username, action="sign_in", now=now, detail={"second_factor": proof})
    return rotate_session(session, opened=opened, token=token, stage=stage, settings=settings, now=now)


def used_proof(session: Session, account: Account, code: str, now: datetime) -> str | None:
    """Return how an account proved itself, and use the proof up; None if it did not."""
    given = "".join(code.split()).replace("-", "")
    secret = account.totp_secret
    step = _step_of(secret, given, after=account.totp_last_step, now=now) if secret else None
    if step is not None:
        account.totp_last_step = step
        return "code"
    kept = session.scalar(
        select(RecoveryCode)
        .where(
            RecoveryCode.account_id == account.id,
            RecoveryCode.code_hash == as_digest(given.lower()),
            RecoveryCode.used_at.is_(None),
        )
        .with_for_update()
    )
    if kept is None:
        return None
    kept.used_at = now
    return "recovery_code"


def _step_of(secret: str, code: str, *, after: int | None, now: datetime) -> int | None:
    """Return the time step that a code belongs to, None if there is none near or it was used before."""
    if len(code) != N_DIGITS or not (code.isascii() and code.isdigit()):
        return None
    present = int(now.timestamp()) // STEP_S
    for step in (present + drift for drift in _DRIFT):
        try:
            _totp(secret).verify(code.encode(), step * STEP_S)
        except InvalidToken:
            continue
        return step if after is None or step > after else None
    return None


def _totp(secret: str) -> TOTP:
    # SHA-1 is what authenticator apps know (RFC 6238, section 1.2); a collision is of no use here.
    return TOTP(base64.b32decode(secret), N_DIGITS, SHA1(), STEP_S)  # noqa: S303 - RFC 6238, what every authenticator app speaks


def _new_recovery_codes(session: Session, account: Account, now: datetime) -> list[str]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    codes = [secrets.token_hex(8) for _ in range(N_RECOVERY_CODES)]
    ids = allocate_ids(session, RecoveryCode.__tablename__, N_RECOVERY_CODES)
    session.add_all(
        RecoveryCode(id=code_id, account_id=account.id, code_hash=as_digest(code), created_at=now)
        for code_id, code in zip(ids, codes, strict=True)
    )
    session.flush()
    return ["-".join(code[start : start + 4] for start in range(0, 16, 4)) for code in codes]


def _own(session: Session, actor: Actor, *, is_changing: bool = False) -> Account:
    return account_named(session, actor.username, is_changing=is_changing)
