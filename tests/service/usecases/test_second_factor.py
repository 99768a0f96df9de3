"""The second factor: codes of a device, recovery codes, resets."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from service.access import OPERATOR, Actor, Role
from service.db import Database
from service.errors import Conflict, Forbidden, InvalidInput, ServiceError, TooManyRequests, Unauthenticated
from service.models.accounts import Account
from service.models.audit import AuditEntry
from service.models.credentials import RecoveryCode
from service.settings.accounts import AccountSettings
from service.usecases import accounts
from tests.service.usecases.builders_accounts import an_account, code_of, signed_in

SETTINGS = AccountSettings()
OWN = Actor(username="admin", roles=frozenset({Role.ADMIN}))
STEP = timedelta(seconds=30)


def _enrolled(database: Database, now: datetime) -> tuple[str, list[str]]:
    """Return the secret and the recovery codes of an account with a second factor."""
    an_account(database, now=now)
    with database.unit_of_work() as session:
        secret = accounts.start_enrolment(session, actor=OWN, now=now).secret
    with database.unit_of_work() as session:
        codes = accounts.confirm_enrolment(session, actor=OWN, code=code_of(secret, now=now), now=now)
    return secret, codes


def _give(database: Database, token: str, code: str, now: datetime) -> accounts.SignIn | ServiceError:
    return accounts.give_second_factor(database, token=token, code=code, settings=SETTINGS, now=now)


def test_a_password_alone_opens_nothing_once_there_is_a_second_factor(database: Database, now: datetime) -> None:
    secret, _ = _enrolled(database, now)
    later = now + STEP
    first = signed_in(database, now=later)
    assert first.stage == accounts.Stage.SECOND_FACTOR
    with database.reading() as session:
        assert accounts.actor_of_session(session, token=first.token, now=later) is None
    second = _give(database, first.token, code_of(secret, now=later), later)
    assert isinstance(second, accounts.SignIn)
    with database.reading() as session:
        assert accounts.actor_of_session(session, token=second.token, now=later) is not None
        assert accounts.actor_of_session(session, token=first.token, now=later) is None, "the token was not rotated"


def test_a_code_counts_once_also_within_its_half_minute(database: Database, now: datetime) -> None:
    secret, _ = _enrolled(database, now)
    later = now + STEP
    code = code_of(secret, now=later)
    assert isinstance(_give(database, signed_in(database, now=later).token, code, later), accounts.SignIn)
    replayed = _give(database, signed_in(database, now=later).token, code, later)
    assert isinstance(replayed, Unauthenticated)
    enrolment = _give(database, signed_in(database, now=later).token, code_of(secret, now=now), later)
    assert isinstance(enrolment, Unauthenticated), "the code of the enrolment was used before"


@pytest.mark.parametrize(("off", "is_let_in"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_off_by_one_step(database: Database, now: datetime, off: int, is_let_in: bool) -> None:
    secret, _ = _enrolled(database, now)
    later = now + 10 * STEP
    opened = _give(database, signed_in(database, now=later).token, code_of(secret, now=later + off * STEP), later)
    assert isinstance(opened, accounts.SignIn) == is_let_in


def test_five_wrong_codes_lock_and_a_new_sign_in_does_not_unlock(database: Database, now: datetime) -> None:
    secret, _ = _enrolled(database, now)
    later = now + STEP
    for _ in range(5):
        assert isinstance(_give(database, signed_in(database, now=later).token, "000000", later), Unauthenticated)
    right = code_of(secret, now=later)
    assert isinstance(_give(database, signed_in(database, now=later).token, right, later), TooManyRequests)
    after = later + timedelta(minutes=16)
    assert isinstance(
        _give(database, signed_in(database, now=after).token, code_of(secret, now=after), after), accounts.SignIn
    )


def test_a_recovery_code_lets_in_once_and_is_kept_as_a_digest(database: Database, now: datetime) -> None:
    _, codes = _enrolled(database, now)
    assert len(set(codes)) == 10
    assert isinstance(_give(database, signed_in(database, now=now).token, codes[3].upper(), now), accounts.SignIn)
    assert isinstance(_give(database, signed_in(database, now=now).token, codes[3], now), Unauthenticated)
    with database.reading() as session:
        kept = session.scalars(select(RecoveryCode)).all()
    assert sum(row.used_at is not None for row in kept) == 1
    assert not {code.replace("-", "").encode() for code in codes} & {row.code_hash for row in kept}


def test_new_recovery_codes_end_the_old_ones(database: Database, now: datetime) -> None:
    _, codes = _enrolled(database, now)
    with database.unit_of_work() as session:
        renewed = accounts.renew_recovery_codes(session, actor=OWN, now=now)
    assert isinstance(_give(database, signed_in(database, now=now).token, codes[0], now), Unauthenticated)
    assert isinstance(_give(database, signed_in(database, now=now).token, renewed[0], now), accounts.SignIn)


def test_the_secret_is_sealed_and_no_code_stands_in_the_audit(database: Database, now: datetime) -> None:
    secret, codes = _enrolled(database, now)
    with database.reading() as session:
        account = session.scalars(select(Account)).one()
        assert account.totp_secret == secret
        assert account.totp_secret_sealed
        assert secret.encode() not in account.totp_secret_sealed
        lines = str([entry.detail for entry in session.scalars(select(AuditEntry))])
    assert secret not in lines
    assert not any(code in lines for code in codes)


def test_a_wrong_first_code_leaves_the_factor_of_before_in_force(database: Database, now: datetime) -> None:
    secret, _ = _enrolled(database, now)
    later = now + STEP
    with database.unit_of_work() as session:
        renewed = accounts.start_enrolment(session, actor=OWN, now=later).secret
        assert accounts.start_enrolment(session, actor=OWN, now=later).secret == renewed
    with database.unit_of_work() as session, pytest.raises(InvalidInput):
        accounts.confirm_enrolment(session, actor=OWN, code="000000", now=later)
    old = _give(database, signed_in(database, now=later).token, code_of(secret, now=later), later)
    assert isinstance(old, accounts.SignIn)


def test_a_role_that_needs_a_second_factor_must_enrol_first(database: Database, now: datetime) -> None:
    an_account(database, now=now)
    settings = AccountSettings(second_factor_roles=("admin",))
    opened = accounts.sign_in(database, username="admin", password="Kranich-Deich-Weide-27", settings=settings, now=now)
    assert isinstance(opened, accounts.SignIn)
    assert opened.stage == accounts.Stage.ENROLMENT
    with database.unit_of_work() as session:
        secret = accounts.start_enrolment(session, actor=opened.actor, now=now, kept=opened.token).secret
        code = code_of(secret, now=now)
        accounts.confirm_enrolment(session, actor=opened.actor, code=code, now=now, kept=opened.token)
        gone_on = accounts.go_on(session, token=opened.token, settings=settings, now=now, has_second_factor=True)
    assert gone_on.stage == accounts.Stage.OPEN
    assert gone_on.token != opened.token


def test_a_reset_needs_the_right_and_a_reason_and_ends_sessions(database: Database, now: datetime) -> None:
    secret, _ = _enrolled(database, now)
    later = now + STEP
    living = _give(database, signed_in(database, now=later).token, code_of(secret, now=later), later)
    assert isinstance(living, accounts.SignIn)
    with database.unit_of_work() as session, pytest.raises(Forbidden):
        accounts.reset_second_factor(
            session, actor=Actor("x", frozenset({Role.PUBLIC})), username="admin", reason="r", now=later
        )
    with database.unit_of_work() as session, pytest.raises(InvalidInput):
        accounts.reset_second_factor(session, actor=OPERATOR, username="admin", reason=" ", now=later)
    with database.unit_of_work() as session:
        accounts.reset_second_factor(session, actor=OPERATOR, username="admin", reason="手机遗失", now=later)
    with database.reading() as session:
        assert accounts.actor_of_session(session, token=living.token, now=later) is None
        (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "reset_second_factor"))
        assert entry.detail == {"reason": "手机遗失"}
    assert signed_in(database, now=later).stage == accounts.Stage.OPEN


def test_nobody_resets_the_second_factor_of_their_own_account(database: Database, now: datetime) -> None:
    secret, _ = _enrolled(database, now)
    with database.unit_of_work() as session, pytest.raises(Forbidden) as refused:
        accounts.reset_second_factor(session, actor=OWN, username="admin", reason="手机遗失", now=now)
    assert (refused.value.place, refused.value.remedy is not None) == ("username", True)
    with database.reading() as session:
        assert session.scalars(select(Account.totp_secret_sealed)).one() is not None
    later = now + STEP
    assert isinstance(
        _give(database, signed_in(database, now=later).token, code_of(secret, now=later), later), accounts.SignIn
    )


def test_the_address_in_the_picture_is_what_apps_read(database: Database, now: datetime) -> None:
    an_account(database, now=now)
    with database.unit_of_work() as session:
        enrolment = accounts.start_enrolment(session, actor=OWN, now=now)
    assert enrolment.address.startswith("otpauth://totp/Talentpool:admin?")
    assert f"secret={enrolment.secret}" in enrolment.address


def test_a_secret_that_a_borrowed_session_has_seen_is_not_the_one_that_the_owner_binds(
    database: Database, now: datetime
) -> None:
    """Who opened the page of the device with a stolen cookie would know every code that comes later."""
    an_account(database, now=now)
    thief, owner = signed_in(database, now=now).token, signed_in(database, now=now).token
    with database.unit_of_work() as session:
        seen = accounts.start_enrolment(session, actor=OWN, now=now, kept=thief).secret
        shown = accounts.start_enrolment(session, actor=OWN, now=now, kept=owner).secret
        assert accounts.start_enrolment(session, actor=OWN, now=now, kept=owner).secret == shown
        with pytest.raises(Conflict):
            accounts.confirm_enrolment(session, actor=OWN, code=code_of(seen, now=now), now=now, kept=thief)
        with pytest.raises(InvalidInput):
            accounts.confirm_enrolment(session, actor=OWN, code=code_of(seen, now=now), now=now, kept=owner)
        accounts.confirm_enrolment(session, actor=OWN, code=code_of(shown, now=now), now=now, kept=owner)
    with database.unit_of_work() as session, pytest.raises(Forbidden):
        accounts.start_enrolment(session, actor=replace(OWN, token_no="abc"), now=now)
