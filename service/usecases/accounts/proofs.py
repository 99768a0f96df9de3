"""The whole proof of who somebody is, asked for again before something that outlives the session."""

from datetime import datetime, timedelta

from matching.vocabulary import Text
from service.db import Database
from service.errors import InvalidInput, ServiceError
from service.models.accounts import Account, Stage
from service.settings.accounts import AccountSettings
from service.usecases.accounts.counting import CODE, forget_attempts, take_attempt
from service.usecases.accounts.passwords import prove_password
from service.usecases.accounts.registry import log
from service.usecases.accounts.second_factor import ANOTHER_CODE, WRONG_CODE, used_proof
from service.usecases.accounts.sessions import ended, living_session
from service.usecases.accounts.sign_in import locked

__all__ = ["prove_owner"]


def prove_owner(
    database: Database, *, token: str, password: str, code: str, settings: AccountSettings, now: datetime
) -> ServiceError | None:
    """Ask somebody who is signed in for the password, and for the second factor where one is bound.

    A code counts once, so that the one of the sign-in does not do; wrong ones are counted as at the door.

    Parameters
    ----------
    token : str
        Of the session.
    password, code : str
        As given; "" for none.

    Returns
    -------
    ServiceError or None
        None if both are right.
    """
    refusal = prove_password(database, token=token, password=password, settings=settings, now=now)
    return refusal or _prove_code(database, token=token, code=code, settings=settings, now=now)


def _prove_code(
    database: Database, *, token: str, code: str, settings: AccountSettings, now: datetime
) -> ServiceError | None:
    with database.unit_of_work() as session:
        opened = living_session(session, token=token, settings=settings, now=now, stages=[Stage.OPEN])
        if opened is None:
            return ended()
        account = session.get_one(Account, opened.account_id, with_for_update=True, populate_existing=True)
        if account.totp_confirmed_at is None:
            return None
        if not code.strip():
            return InvalidInput(
                Text("该账号已绑定第二重验证，请填写验证码。", "This account has a second factor: give its code too."),
                remedy=ANOTHER_CODE,
                place="code",
            )
        attempt = take_attempt(session, kind=CODE, username=account.username, settings=settings, now=now)
        if isinstance(attempt, timedelta):
            log(session, username=account.username, action="second_factor_while_locked", now=now)
            return locked(attempt)
        if used_proof(session, account, code, now) is None:
            log(session, username=account.username, action="second_factor_refused", now=now)
            return InvalidInput(WRONG_CODE, remedy=ANOTHER_CODE, place="code")
        forget_attempts(session, kind=CODE, username=account.username)
    return None
