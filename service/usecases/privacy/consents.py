"""Consent: versions of the texts, who agreed to which, and withdrawals, which end the matching at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from matching.vocabulary import Text
from service.access import Actor, require, require_any
from service.db import allocate_ids
from service.errors import Conflict, InvalidInput, check_choice
from service.models.people import Person
from service.models.privacy import Consent, ConsentText
from service.queries.merges import merged_into
from service.usecases.auditing import audit
from service.usecases.privacy.hidden_words import hide_words, hides_identity
from service.usecases.privacy.own_consents import signature_of
from service.usecases.privacy.withdrawals import MATCHING
from service.usecases.records.people import find_person
from service.usecases.records.provenance import Ledger, Origin, SourceKind
from service.usecases.revisions import bump

__all__ = [
    "MATCHING",
    "ConsentChoice",
    "consent_choices",
    "give_consent",
    "list_consents",
    "publish_consent_text",
    "withdraw_again",
    "withdraw_consent",
]

PURPOSES = (MATCHING, "sensitive_information", "publicity")


@dataclass(frozen=True)
class ConsentChoice:
    """What somebody can do about one purpose.

    Parameters
    ----------
    purpose : str
    text : ConsentText or None
        The newest that was published.
    can_give, can_withdraw : bool
    """

    purpose: str
    text: ConsentText | None
    can_give: bool
    can_withdraw: bool


def publish_consent_text(session: Session, *, actor: Actor, purpose: str, text: Text, now: datetime) -> ConsentText:
    """Publish the next version of what people are asked to agree to; earlier versions stay as they were signed.

    Raises
    ------
    InvalidInput
        If the purpose is unknown, or a wording is missing.
    """
    require(actor, "publish_consent_texts")
    _check_purpose(purpose)
    if not (text.zh.strip() and text.en.strip()):
        raise InvalidInput(
            Text("同意书缺少文字。", "The text of the consent is missing."),
            remedy=Text("请提供中文和英文。", "Give both the Chinese and the English wording."),
            place="text",
        )
    newest = session.scalar(select(func.max(ConsentText.version)).where(ConsentText.purpose == purpose)) or 0
    (text_id,) = allocate_ids(session, ConsentText.__tablename__)
    published = ConsentText(
        id=text_id, purpose=purpose, version=newest + 1, zh=text.zh, en=text.en, published_by=actor.username,
        published_at=now,
    )  # fmt: skip
    session.add(published)
    audit.record(
        session, actor=actor, action="publish_consent_text", subject_kind="consent_text",
        subject_no=f"{purpose}/{published.version}", now=now,
    )  # fmt: skip
    session.flush()
    return published


def give_consent(
    session: Session,
    *,
    actor: Actor,
    person_no: str,
    purpose: str,
    signed_by: str | None = None,
    document: str | None = None,
    given_on: date | None = None,
    now: datetime,
    via: SourceKind = SourceKind.API,
) -> Consent:
    """Record that a person agreed to the newest text of a purpose.

    Parameters
    ----------
    session : Session
    actor : Actor
    person_no, purpose : str
    signed_by : str, optional
        Who signed: the person, or who signs for them. The account of the own record signs by itself.
    document : str, optional
        The paper that bears the signature; the account of the own record needs none.
    given_on : date, optional
        Not after today; with the account of the own record today.
    now : datetime
    via : SourceKind

    Raises
    ------
    InvalidInput
        If signature, document or day are missing, the day is to come, or an own account signs as somebody else.
    Conflict
        If no text of this purpose was published, its newest one is agreed to already, or the signature is older than
        the last withdrawal.
    """
    require_any(actor, "record_consents", "sign_own_consents")
    _check_purpose(purpose)
    person = find_person(session, actor=actor, person_no=person_no)
    signature = signature_of(person, actor=actor, signed_by=signed_by, document=document, day=given_on, now=now)
    text = _newest_text(session, purpose)
    if text is None:
        raise Conflict(
            Text("尚未发布这一用途的同意书。", "No text of this purpose has been published."),
            remedy=Text("请先运行 talentpool person consent-text。", "Publish one: talentpool person consent-text."),
            place="purpose",
            value=purpose,
        )
    _refuse_older(session, person.id, purpose, signature.day)
    # A record merged with one whose consent was withdrawn has a standing consent, and is matched by none.
    counts = purpose != MATCHING or person.consent_matching is True
    if counts and any(one.text_id == text.id for one in _standing(session, person.id, purpose)):
        raise Conflict(
            Text("本人已同意最新文本。", "The newest text is agreed to already."), place="purpose", value=purpose
        )
    (consent_id,) = allocate_ids(session, Consent.__tablename__)
    consent = Consent(
        id=consent_id, person_id=person.id, text=text, given_on=signature.day, recorded_by=actor.username,
        recorded_at=now,
    )  # fmt: skip
    session.add(consent)
    consent.signed_by, consent.document = signature.signed_by, signature.document
    if purpose == MATCHING:
        _set_matching(session, person, value=True, actor=actor, now=now, via=via)
    _record(session, "give_consent", person, purpose, text.version, actor=actor, now=now)
    return consent


def withdraw_consent(
    session: Session,
    *,
    actor: Actor,
    person_no: str,
    purpose: str,
    signed_by: str | None = None,
    document: str | None = None,
    withdrawn_on: date | None = None,
    now: datetime,
    via: SourceKind = SourceKind.API,
) -> list[Consent]:
    """Record that a person withdrew; for the purpose of matching they leave it in this very transaction.

    Also a consent that was only ever noted in the record can be withdrawn; then no signed one is returned.
    Parameters and errors as in `give_consent`.

    Raises
    ------
    Conflict
        If there is nothing to withdraw.
    """
    require_any(actor, "record_consents", "sign_own_consents")
    _check_purpose(purpose)
    person = find_person(session, actor=actor, person_no=person_no)
    signature = signature_of(person, actor=actor, signed_by=signed_by, document=document, day=withdrawn_on, now=now)
    standing = _standing(session, person.id, purpose)
    if not standing and not (purpose == MATCHING and person.consent_matching is not False):
        raise Conflict(
            Text("没有可撤回的同意。", "There is no consent to withdraw."),
            remedy=Text("请核对用途。", "Check the purpose."),
            place="purpose",
            value=purpose,
        )
    for consent in standing:
        consent.withdrawn_on, consent.withdrawal_recorded_by = signature.day, actor.username
        consent.withdrawn_by, consent.withdrawal_document = signature.signed_by, signature.document
    if purpose == MATCHING:
        _set_matching(session, person, value=False, actor=actor, now=now, via=via)
    _record(session, "withdraw_consent", person, purpose, None, actor=actor, now=now)
    return standing


def withdraw_again(session: Session, person: Person, *, actor: Actor, day: date, now: datetime) -> None:
    """Withdraw the consent to matching of somebody who did, and whose older state a backup has brought back."""
    for consent in _standing(session, person.id, MATCHING):
        consent.withdrawn_on, consent.withdrawal_recorded_by = day, actor.username
    _set_matching(session, person, value=False, actor=actor, now=now, via=SourceKind.CLI)
    _record(session, "withdraw_consent", person, MATCHING, None, actor=actor, now=now)


def consent_choices(session: Session, *, actor: Actor, person_no: str) -> list[ConsentChoice]:
    """Return what somebody can agree to and take back now, one for each purpose that has a text or a consent."""
    require(actor, "read_people")
    person = find_person(session, actor=actor, person_no=person_no)
    choices = []
    for purpose in PURPOSES:
        text, standing = _newest_text(session, purpose), _standing(session, person.id, purpose)
        counts = purpose != MATCHING or person.consent_matching is True
        is_noted = purpose == MATCHING and person.consent_matching is not False
        choice = ConsentChoice(
            purpose=purpose,
            text=text,
            can_give=text is not None and not (counts and any(one.text_id == text.id for one in standing)),
            can_withdraw=bool(standing) or is_noted,
        )
        if choice.can_give or choice.can_withdraw:
            choices.append(choice)
    return choices


def list_consents(session: Session, *, actor: Actor, person_no: str) -> list[Consent]:
    """Return what a person agreed to and withdrew, the oldest first, also under records merged into theirs."""
    require(actor, "read_people")
    person = find_person(session, actor=actor, person_no=person_no)
    ids = merged_into(session, person.id)
    wanted = select(Consent).where(Consent.person_id.in_(ids)).options(joinedload(Consent.text)).order_by(Consent.id)
    found = list(session.scalars(wanted))
    if hides_identity(session, person, actor=actor):
        hide_words(found)  # who signed is the person, or somebody of theirs
    return found


def _newest_text(session: Session, purpose: str) -> ConsentText | None:
    newest = select(ConsentText).where(ConsentText.purpose == purpose).order_by(ConsentText.version.desc())
    return session.scalars(newest).first()


def _standing(session: Session, person_id: int, purpose: str) -> list[Consent]:
    wanted = (
        select(Consent)
        .join(Consent.text)
        .where(Consent.person_id == person_id, ConsentText.purpose == purpose, Consent.withdrawn_on.is_(None))
        .order_by(Consent.id)
    )
    return list(session.scalars(wanted))


def _refuse_older(session: Session, person_id: int, purpose: str, given_on: date) -> None:
    """Refuse a paper from before the last withdrawal: that is what was taken back."""
    withdrawn = select(func.max(Consent.withdrawn_on)).join(Consent.text).where(ConsentText.purpose == purpose)
    last = session.scalar(withdrawn.where(Consent.person_id.in_(merged_into(session, person_id))))
    if last is not None and given_on < last:
        raise Conflict(
            Text(f"本人已于 {last} 撤回同意。", f"The person withdrew on {last}, after this signature."),
            remedy=Text("请登记撤回之后新签的同意书。", "Record a consent that was signed after that."),
            place="given_on",
            value=str(given_on),
        )


def _set_matching(
    session: Session, person: Person, *, value: bool, actor: Actor, now: datetime, via: SourceKind
) -> None:
    if person.consent_matching is value:
        return
    ledger = Ledger(session, Origin.of(actor, via), now)
    before, person.consent_matching, person.updated_at = person.consent_matching, value, now
    session.flush()
    ledger.note_changed("person", person.id, {"consent_matching": (before, value)}, row=person)
    ledger.write()
    bump(session, "people", people=[person.id])


def _record(
    session: Session, action: str, person: Person, purpose: str, version: int | None, *, actor: Actor, now: datetime
) -> None:
    audit.record(
        session, actor=actor, action=action, subject_kind="person", subject_no=person.person_no, now=now,
        detail={"purpose": purpose, **({"version": version} if version else {})},
    )  # fmt: skip
    session.flush()


def _check_purpose(purpose: str, known: Sequence[str] = PURPOSES) -> None:
    problem = Text(f"没有用途“{purpose}”。", f"There is no purpose '{purpose}'.")
    check_choice(purpose, known, problem=problem, place="purpose")
