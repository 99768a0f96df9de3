"""Saving people: a known number updates what differs, a new one is sealed and inserted in bulk."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy.orm import Session

from matching.vocabulary import RecordStatus, TalentSource
from service.access import Actor
from service.db import allocate_ids, vault_of
from service.models.people import Person
from service.models.sealing import sealed_columns
from service.queries.name_search import write_first_name_tokens
from service.usecases.days import day_of
from service.usecases.incoming import people_findings
from service.usecases.incoming.held_drafts import held_back
from service.usecases.incoming.incoming_people import Incoming, identify, refuse_elsewhere
from service.usecases.incoming.reports import SavedRecord, SavedState, SaveReport
from service.usecases.privacy.withdrawals import without_withdrawn
from service.usecases.records.admission import Admissions, judge_admissions
from service.usecases.records.attestation import UNREAD_KEYS, Attestation, settle_record_status, signature_of
from service.usecases.records.claimed_states import without_claim
from service.usecases.records.homes import PLACE_CODES, home_of, known_home, wishes_and_ties
from service.usecases.records.industry_words import IndustryWords
from service.usecases.records.joining_days import completed_day, tell_kept_day
from service.usecases.records.past_days import without_impossible_days
from service.usecases.records.places import PLACE_KEYS, Gazetteer
from service.usecases.records.provenance import Changes, Ledger, SourceKind
from service.usecases.records.record_fields import apply_changes, check_keys, insert_rows, plain_fields, sealed_fields
from service.usecases.revisions import bump
from service.usecases.territory import taken_numbers

__all__ = ["PEOPLE_KEYS", "save"]

Record = Mapping[str, Any]

#: Keys of a person's record beside the attributes of `Person`.
PEOPLE_KEYS = (*PLACE_KEYS, "home_village_code", "tie_villages", "willing_counties", "registered_on")

_FROM_FILES = frozenset({SourceKind.IMPORT, SourceKind.DEMO})
_SETTLED_ELSEWHERE = frozenset(
    {"record_status", "attested_by", "attested_document", "industries", "person_no", UNREAD_KEYS}
)


def save(
    session: Session,
    records: Sequence[Record],
    *,
    actor: Actor,
    now: datetime,
    attestation: Attestation | None,
    ledger: Ledger,
    hidden: frozenset[int] = frozenset(),
) -> tuple[SaveReport, Admissions]:
    """Save people but `hidden` ones; say what became of each. The caller checked the right, and writes the audit."""
    check_keys(records, model=Person, others=(*PEOPLE_KEYS, UNREAD_KEYS))
    drafts = [Incoming(record, SavedRecord(index)) for index, record in enumerate(records)]
    identify(session, drafts, hidden=hidden)
    gazetteer, words = Gazetteer(session, now=now, ledger=ledger), IndustryWords()
    kept = [draft for draft in drafts if draft.saved.state is not SavedState.REFUSED]
    for draft in kept:
        draft.record = without_impossible_days(draft.record, today=day_of(now), saved=draft.saved)
        draft.record = without_withdrawn(session, draft.record, person=draft.person, saved=draft.saved)
        draft.home = home_of(draft.record, person=draft.person, gazetteer=gazetteer, saved=draft.saved)
    refuse_elsewhere(session, kept)
    for draft in kept:
        if ledger.origin.kind is not SourceKind.DEMO:  # its records have never been led anywhere
            _leave_out_claim(session, draft, actor=actor, attestation=attestation)
        draft.values = _settle(draft, gazetteer, words, attestation=attestation, now=now)
        if ledger.origin.kind in _FROM_FILES:  # one record by hand is refused with what it lacks
            draft.values |= held_back(draft.values, person=draft.person, saved=draft.saved)
    gazetteer.write()
    kept = [draft for draft in kept if draft.saved.state is not SavedState.REFUSED]
    _insert(session, [draft for draft in kept if draft.person is None], now=now, is_trial=ledger.origin.is_trial)
    _update([draft for draft in kept if draft.person is not None], attestation=attestation, now=now)
    words.write(session, now=now)
    session.flush()
    _note(kept, ledger)
    touched = [draft for draft in kept if draft.saved.state is not SavedState.SAME]
    if touched or gazetteer.created:
        bump(session, "people", people=[draft.person_id for draft in touched])
    admissions = judge_admissions(session, people=_sources(touched), as_of=day_of(now))
    return _report(drafts, touched, gazetteer, words, admissions), admissions


def _leave_out_claim(session: Session, draft: Incoming, *, actor: Actor, attestation: Attestation | None) -> None:
    draft.record = without_claim(
        session, draft.record, actor=actor, machine="talent_record", place="record_status", row=draft.person,
        is_signed=signature_of(draft.record, attestation) is not None, saved=draft.saved,
    )  # fmt: skip


def _settle(
    draft: Incoming, gazetteer: Gazetteer, words: IndustryWords, *, attestation: Attestation | None, now: datetime
) -> dict[str, Any]:
    record, saved = draft.record, draft.saved
    current = draft.person.record_status if draft.person else None
    values = {key: value for key, value in record.items() if key not in _NO_VALUES}
    values |= words.settle(record, saved=saved)
    values |= wishes_and_ties(record, near=draft.home or known_home(draft.person), gazetteer=gazetteer, saved=saved)
    values |= completed_day(record, draft.person)
    if draft.home is not None:
        values |= {f"home_{key}": value for key, value in vars(draft.home).items()}
    # Last, for what could not be taken counts against a verification.
    values |= settle_record_status(record, current=current, attestation=attestation, now=now, saved=saved)
    tell_kept_day(record, draft.person, saved=saved)
    return values


_NO_VALUES = _SETTLED_ELSEWHERE | frozenset(PEOPLE_KEYS) | PLACE_CODES


def _insert(session: Session, drafts: list[Incoming], *, now: datetime, is_trial: bool) -> None:
    if not drafts:
        return
    ids = allocate_ids(session, Person.__tablename__, len(drafts))
    for draft, person_id in zip(drafts, ids, strict=True):
        draft.person_id = person_id
    _number(session, drafts)
    insert_rows(session, Person, [_row(session, draft, now=now) for draft in drafts])
    if not is_trial:  # nobody looks for them before they are taken back
        write_first_name_tokens(session, {draft.person_id: (draft.values or {}).get("name") for draft in drafts})


def _number(session: Session, drafts: list[Incoming]) -> None:
    """Give a number to everybody without one; a number that somebody took by hand is passed over."""
    unnumbered = [draft for draft in drafts if not draft.saved.number]
    taken = {draft.saved.number for draft in drafts}
    generated = [_number_of(draft.person_id) for draft in unnumbered]
    taken |= taken_numbers(session, Person.person_no, generated)
    for draft in unnumbered:
        while _number_of(draft.person_id) in taken:
            (draft.person_id,) = allocate_ids(session, Person.__tablename__)
        draft.saved.number, draft.saved.is_generated = _number_of(draft.person_id), True


def _number_of(person_id: int) -> str:
    return f"P{person_id:08d}"


def _row(session: Session, draft: Incoming, *, now: datetime) -> dict[str, Any]:
    values, sealed = draft.values or {}, sealed_fields(Person)
    draft.saved.state = SavedState.NEW
    return {
        **_EMPTY_ROW,
        **{key: value for key, value in values.items() if key not in sealed},
        **sealed_columns(Person, vault_of(session), draft.person_id, values),
        "id": draft.person_id,
        "person_no": draft.saved.number,
        "version": 1,
        "registered_on": draft.record.get("registered_on") or day_of(now),
        "created_at": now,
        "updated_at": now,
    }


_EMPTY_ROW: dict[str, Any] = {
    **dict.fromkeys((*plain_fields(Person), "verified_at", "home_village_id", "home_township_id", "home_county_id")),
    "merged_into_id": None,
    "birth_date_is_month": False,
    "record_status": RecordStatus.DRAFT,
}


def _update(drafts: list[Incoming], *, attestation: Attestation | None, now: datetime) -> None:
    for draft in drafts:
        person = cast("Person", draft.person)
        draft.person_id = draft.saved.subject_id = person.id
        was_verified = person.record_status is RecordStatus.VERIFIED
        changes = draft.saved.changes = apply_changes(person, draft.values or {})
        is_vouched_for = attestation is not None or "attested_by" in draft.record
        if was_verified and not is_vouched_for and any(changes.get(key, (None,))[0] for key in _WHO_IT_IS):
            # The signature was about the person as registered before.
            person.record_status = RecordStatus.SUBMITTED
            changes["record_status"] = (RecordStatus.VERIFIED, RecordStatus.SUBMITTED)
            people_findings.note_somebody_else(draft.saved)
        if was_verified and draft.record.get("record_status") is RecordStatus.VERIFIED:
            changes |= _verified_again(person, draft, changes, attestation, now=now)
        if changes:
            draft.saved.state, person.updated_at = SavedState.CHANGED, now


def _verified_again(
    person: Person, draft: Incoming, changes: Changes, attestation: Attestation | None, *, now: datetime
) -> dict[str, tuple[Any, Any]]:
    """Renew the signature of a verified record whose new values, or all of it by another document, are vouched for."""
    signature = signature_of(draft.record, attestation)
    is_other = signature is not None and signature["attested_document"] != person.attested_document
    if signature is None or person.record_status is not RecordStatus.VERIFIED or not (changes or is_other):
        return {}
    return apply_changes(person, {"verified_at": now, **signature})


def _note(drafts: list[Incoming], ledger: Ledger) -> None:
    for draft in drafts:
        if draft.person is None:
            values = {"record_status": RecordStatus.DRAFT, **(draft.values or {}), "person_no": draft.saved.number}
            ledger.note_new("person", draft.person_id, values, index=draft.saved.index)
        else:
            ledger.note_changed(
                "person", draft.person_id, draft.saved.changes, row=draft.person, index=draft.saved.index
            )
    ledger.write()


_WHO_IT_IS = ("name", "id_number", "birth_date", "talent_source")


def _sources(drafts: list[Incoming]) -> dict[int, TalentSource]:
    return {
        draft.person_id: draft.person.talent_source if draft.person else (draft.values or {})["talent_source"]
        for draft in drafts
    }


def _report(
    drafts: list[Incoming], touched: list[Incoming], gazetteer: Gazetteer, words: IndustryWords, admissions: Admissions
) -> SaveReport:
    counts = admissions.note_in({draft.person_id: draft.saved for draft in touched})
    return SaveReport([d.saved for d in drafts], gazetteer.created, dict(words.unmapped), counts)
