"""What was taken back: erased people, withdrawn consents, disabled accounts. A backup of before knows none of it.

It leaves the machine with the signed head of the audit log, and is done again where an older backup is brought back.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from matching.vocabulary import RecordStatus, Text
from service.access import Actor, require
from service.db import vault_of
from service.errors import InvalidInput
from service.models.accounts import Account, AccountSession, ApiToken
from service.models.credentials import AccountChange
from service.models.identity import WITH_ABSORBED
from service.models.people import Person
from service.models.privacy import Consent, ConsentText
from service.queries.merges import merged_into
from service.usecases.accounts.vocabulary import ChangeKind, Decision
from service.usecases.auditing import audit
from service.usecases.privacy.consents import withdraw_again
from service.usecases.privacy.erasing import finish_erasure
from service.usecases.privacy.withdrawals import MATCHING, has_withdrawn
from service.vault import Vault

__all__ = ["TakenAgain", "TakenBack", "end_all_access", "list_taken_back", "read_taken_back", "take_back_again"]

_SCHEMA = "talentpool.taken-back/1"
_AGAIN = "restored"  # the ground of an erasure that is done again


@dataclass(frozen=True, kw_only=True)
class TakenBack:
    """What a signed head says that was taken back until it was made.

    Parameters
    ----------
    made_at : datetime
    sequence : int
        Last line of the audit log at that moment.
    erased : sequence of str
        Numbers of people.
    withdrawn : mapping of str to date
        Days by the numbers of people who withdrew the consent to matching and gave no new one.
    accounts : mapping of str to str
        By the names of all accounts, "disabled", else a digest of what opens them and of what they may do.
    """

    made_at: datetime
    sequence: int
    erased: tuple[str, ...]
    withdrawn: Mapping[str, date]
    accounts: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class TakenAgain:
    """What was done again after a backup of before: numbers of people, and names of accounts.

    Parameters
    ----------
    erased, withdrawn, disabled : tuple of str
    changed : tuple of str
        Accounts whose password, second factor, roles, territory or holder's name are again what they were;
        somebody has to look.
    """

    erased: tuple[str, ...]
    withdrawn: tuple[str, ...]
    disabled: tuple[str, ...]
    changed: tuple[str, ...]


def list_taken_back(session: Session, *, actor: Actor, sequence: int, now: datetime) -> dict[str, Any]:
    """Return what was taken back, signed, to be kept with the head of the log; numbers only, no names of people."""
    require(actor, "export_audit_heads")
    vault = vault_of(session)
    told = {
        "schema": _SCHEMA,
        "installation": vault.keys.fingerprint,
        "made_at": now.isoformat(),
        "sequence": sequence,
        "erased": sorted(_erased(session)),
        "withdrawn": {number: day.isoformat() for number, day in sorted(_withdrawn(session, now).items())},
        "accounts": _accounts(session),
    }
    return told | {"signature": vault.sign(_message(told)).hex()}


def read_taken_back(document: str, *, vault: Vault, place: str) -> TakenBack | None:
    """Return what a head says was taken back; None of a head of a release that did not say it.

    Raises
    ------
    InvalidInput
        If it was changed, or is of another installation.
    """
    told = json.loads(document).get("taken_back")
    if told is None:
        return None
    try:
        signature = bytes.fromhex(told.pop("signature"))
        taken = TakenBack(
            made_at=datetime.fromisoformat(told["made_at"]),
            sequence=told["sequence"],
            erased=tuple(told["erased"]),
            withdrawn={number: date.fromisoformat(day) for number, day in told["withdrawn"].items()},
            accounts=told["accounts"],
        )
        is_ours = (told["schema"], told["installation"]) == (_SCHEMA, vault.keys.fingerprint)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _changed(place) from error
    if not is_ours or not vault.has_signed(_message(told), signature):
        raise _changed(place)
    return taken


def take_back_again(session: Session, *, actor: Actor, taken: TakenBack, now: datetime) -> TakenAgain:
    """Erase, withdraw and disable what a head says was, and is not in a backup of before; each is in the audit log."""
    require(actor, "restore_backups")
    document = f"audit head {taken.sequence}"
    standing = [number for number in taken.erased if (found := _person(session, number)) and not _is_erased(found)]
    for number in standing:
        found = _person(session, number)
        if found is not None and not _is_erased(found):  # not with a record that it was merged into
            ids = merged_into(session, found.id)
            finish_erasure(session, found, ids, actor=actor, document=document, ground=_AGAIN, now=now)
    withdrawn = [number for number, day in taken.withdrawn.items() if _withdraw(session, number, day, actor, now)]
    disabled, changed, standing_accounts = [], [], _accounts(session)
    for account in session.scalars(select(Account).order_by(Account.id)):
        told = taken.accounts.get(account.username)
        if told == "disabled" and not account.is_disabled:
            account.is_disabled = True
            disabled.append(account.username)
            audit.record(
                session, actor=actor, action="disable_account", subject_kind="account", subject_no=account.username,
                now=now, detail={"document": document},
            )  # fmt: skip
        elif told not in {None, standing_accounts[account.username]}:
            changed.append(account.username)
    session.flush()
    return TakenAgain(
        erased=tuple(standing), withdrawn=tuple(withdrawn), disabled=tuple(disabled), changed=tuple(changed)
    )


def end_all_access(session: Session, *, actor: Actor, now: datetime) -> None:
    """End all sessions and tokens of a database that was brought back: those that were ended since live in it."""
    require(actor, "restore_backups")
    session.execute(delete(AccountSession))
    session.execute(update(ApiToken).where(ApiToken.revoked_at.is_(None)).values(revoked_at=now))


def _changed(place: str) -> InvalidInput:
    return InvalidInput(
        Text("链尾文件中的撤回清单被改动。", "What the head says was taken back has been changed."),
        remedy=Text("请取回另行保存的原件。", "Fetch the original from where it is kept."),
        place=place,
    )


def _erased(session: Session) -> list[str]:
    erased = select(Person.person_no).where(Person.record_status == RecordStatus.ERASED)
    return list(session.scalars(erased, execution_options={WITH_ABSORBED: True}))


def _withdrawn(session: Session, now: datetime) -> dict[str, date]:
    day = (
        select(func.max(Consent.withdrawn_on))
        .join(Consent.text)
        .where(Consent.person_id == Person.id, ConsentText.purpose == MATCHING)
        .scalar_subquery()
    )
    refused = select(Person.id, Person.person_no, day).where(Person.consent_matching.is_(False))
    return {
        number: on or now.date()
        for person_id, number, on in session.execute(refused)
        if has_withdrawn(session, person_id)
    }


def _withdraw(session: Session, number: str, day: date, actor: Actor, now: datetime) -> bool:
    found = _person(session, number)
    if found is None or _is_erased(found) or has_withdrawn(session, found.id):
        return False
    withdraw_again(session, found, actor=actor, day=day, now=now)
    return True


def _person(session: Session, number: str) -> Person | None:
    return session.scalar(select(Person).where(Person.person_no == number), execution_options={WITH_ABSORBED: True})


def _is_erased(person: Person) -> bool:
    return person.record_status is RecordStatus.ERASED


def _accounts(session: Session) -> dict[str, str]:
    """Return what is told of every account; that a name was given and when, never the name."""
    named = (
        select(AccountChange.username, func.max(AccountChange.decided_at))
        .where(AccountChange.kind == ChangeKind.NAME, AccountChange.decision == Decision.CONFIRMED)
        .group_by(AccountChange.username)
    )
    named_at = {username: moment for username, moment in session.execute(named)}  # noqa: C416 - rows are not pairs
    accounts = session.scalars(select(Account).order_by(Account.id))
    return {one.username: _told_of(one, named_at.get(one.username)) for one in accounts}


def _told_of(account: Account, named_at: datetime | None) -> str:
    if account.is_disabled:
        return "disabled"
    moments = (account.password_changed_at, account.totp_confirmed_at)
    told = [
        *(moment.isoformat() if moment else None for moment in moments),
        sorted(account.roles), account.territory_kind, account.territory_code, account.sign_in_way,
        account.provider_subject,
        *([named_at.isoformat()] if named_at else []),  # heads of before know no such moment
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(told).encode("ascii", "backslashreplace")).hexdigest()[:16]


def _message(told: Mapping[str, Any]) -> bytes:
    return json.dumps(told, sort_keys=True, separators=(",", ":")).encode("ascii")
