"""Saving vacancies: a known number updates what differs, a new one is entered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.vocabulary import RuleProfile, Text, VacancyStatus
from service.access import Actor
from service.db import actor_of, allocate_ids, vault_of
from service.models.sealing import sealed_columns
from service.models.vacancies import Vacancy
from service.models.villages import Village
from service.queries.subjects import vacancies_in
from service.usecases.incoming.reports import SavedRecord, SavedState, SaveReport, Severity
from service.usecases.records.attestation import (
    REQUIREMENTS,
    UNREAD_KEYS,
    Attestation,
    settle_vacancy_status,
    signature_of,
)
from service.usecases.records.claimed_states import creator_of, without_claim
from service.usecases.records.industry_words import IndustryWords
from service.usecases.records.places import PLACE_KEYS, Gazetteer
from service.usecases.records.provenance import Ledger, SourceKind
from service.usecases.records.record_fields import apply_changes, check_keys, insert_rows, plain_fields, sealed_fields
from service.usecases.records.vacancy_guards import OPEN
from service.usecases.revisions import bump
from service.usecases.territory import refuse_taken_numbers, refuse_village_elsewhere, taken_numbers

__all__ = ["save"]

Record = Mapping[str, Any]

#: Facts of the village that stand in the table of vacancies; they fill gaps of the village.
_VILLAGE_FACTS = ("settlement_type", "village_needs", "population", "n_party_members", "collective_income_wan")
_OTHER_KEYS = (*PLACE_KEYS, "village_code", *_VILLAGE_FACTS)
_SETTLED_ELSEWHERE = frozenset(
    {*_OTHER_KEYS, "vacancy_no", "industries", "vacancy_status", "attested_by", "attested_document", UNREAD_KEYS}
)
_IN_ONE_QUERY = 500


@dataclass
class _Draft:
    record: Record
    saved: SavedRecord
    vacancy: Vacancy | None = None
    values: dict[str, Any] = field(default_factory=dict)
    vacancy_id: int = 0


def save(
    session: Session,
    records: Sequence[Record],
    *,
    actor: Actor,
    now: datetime,
    attestation: Attestation | None,
    ledger: Ledger,
) -> SaveReport:
    """Save vacancies and report what became of each; the caller has checked the right and writes the audit line."""
    check_keys(records, model=Vacancy, others=(*_OTHER_KEYS, UNREAD_KEYS))
    drafts = [_Draft(record, SavedRecord(index)) for index, record in enumerate(records)]
    _identify(session, drafts)
    gazetteer, words = Gazetteer(session, now=now, ledger=ledger), IndustryWords()
    for draft in drafts:
        if draft.saved.state is not SavedState.REFUSED:
            if ledger.origin.kind is not SourceKind.DEMO:  # its vacancies have never been led anywhere
                _leave_out_claim(session, draft, actor=actor, attestation=attestation)
            _settle(draft, gazetteer, words, attestation=attestation)
    gazetteer.write()
    _refuse_elsewhere(session, [draft for draft in drafts if draft.saved.state is not SavedState.REFUSED])
    kept = [draft for draft in drafts if draft.saved.state is not SavedState.REFUSED]
    _insert(session, [draft for draft in kept if draft.vacancy is None], now=now)
    known = [draft for draft in kept if draft.vacancy is not None]
    _update(session, known, actor=actor, attestation=attestation, now=now)
    completed = _complete_villages(session, kept, now=now, ledger=ledger)
    words.write(session, now=now)
    session.flush()
    _note(kept, ledger)
    report = SaveReport([draft.saved for draft in drafts], gazetteer.created, dict(words.unmapped))
    if report.n_new or report.n_changed or gazetteer.created or completed:
        touched = {draft.vacancy_id for draft in kept if draft.saved.state is not SavedState.SAME}
        bump(session, "vacancies", vacancies=touched | vacancies_in(session, completed))
    return report


def _identify(session: Session, drafts: list[_Draft]) -> None:
    numbers = [draft.record["vacancy_no"] for draft in drafts if draft.record.get("vacancy_no")]
    known = {vacancy.vacancy_no: vacancy for vacancy in _read(session, numbers)}
    first: dict[str, int] = {}
    for draft in drafts:
        number = draft.saved.number = draft.record.get("vacancy_no") or ""
        if number and first.setdefault(number, draft.saved.index) != draft.saved.index:
            draft.saved.find("vacancy_no", _said_twice(first[number]), Severity.REFUSED)
        draft.vacancy = known.get(number)
        for key in ("post_type", "headcount"):
            if draft.record.get(key) is None and (draft.vacancy is None or key in draft.record):
                draft.saved.find(key, _MISSING, Severity.REFUSED)


def _refuse_elsewhere(session: Session, drafts: Sequence[_Draft]) -> None:
    """Refuse vacancies of villages outside the actor's territory, and numbers that another territory has taken."""
    if actor_of(session) is None:
        return
    wanted: dict[str, list[SavedRecord]] = {}
    for draft in drafts:
        refuse_village_elsewhere(session, draft.saved, village_id=draft.values.get("village_id"))
        if draft.vacancy is None and draft.saved.number:
            wanted.setdefault(draft.saved.number, []).append(draft.saved)
    refuse_taken_numbers(session, Vacancy.vacancy_no, wanted, place="vacancy_no")


def _read(session: Session, numbers: Sequence[str]) -> list[Vacancy]:
    found: list[Vacancy] = []
    for start in range(0, len(numbers), _IN_ONE_QUERY):
        part = numbers[start : start + _IN_ONE_QUERY]
        found += session.scalars(select(Vacancy).where(Vacancy.vacancy_no.in_(part)))
    return found


def _leave_out_claim(session: Session, draft: _Draft, *, actor: Actor, attestation: Attestation | None) -> None:
    draft.record = without_claim(
        session, draft.record, actor=actor, machine="vacancy", place="vacancy_status", row=draft.vacancy,
        is_signed=signature_of(draft.record, attestation) is not None, saved=draft.saved,
    )  # fmt: skip


def _settle(draft: _Draft, gazetteer: Gazetteer, words: IndustryWords, *, attestation: Attestation | None) -> None:
    record, saved = draft.record, draft.saved
    values = {key: value for key, value in record.items() if key not in _SETTLED_ELSEWHERE}
    if values.get("rule_profile", RuleProfile.CITY_PLAN) is None:
        del values["rule_profile"]
    current = draft.vacancy.vacancy_status if draft.vacancy else None
    values |= settle_vacancy_status(record, current=current, attestation=attestation, saved=saved)
    values |= words.settle(record, saved=saved)
    village_id = _village_of(draft, gazetteer)
    if village_id is not None:
        values["village_id"] = village_id
    elif draft.vacancy is None:
        saved.find("village", _NO_VILLAGE, Severity.REFUSED)
    draft.values = values


def _village_of(draft: _Draft, gazetteer: Gazetteer) -> int | None:
    if not any(draft.record.get(key) for key in ("village", "village_code")):
        return None
    return gazetteer.locate(draft.record, code_key="village_code", saved=draft.saved).village_id


def _insert(session: Session, drafts: list[_Draft], *, now: datetime) -> None:
    for draft, vacancy_id in zip(drafts, allocate_ids(session, Vacancy.__tablename__, len(drafts)), strict=True):
        draft.vacancy_id = vacancy_id
    _number(session, drafts)
    insert_rows(session, Vacancy, [_row(session, draft, now=now) for draft in drafts])


def _number(session: Session, drafts: list[_Draft]) -> None:
    """Give a number to every vacancy without one; a number that somebody took by hand is passed over."""
    unnumbered = [draft for draft in drafts if not draft.saved.number]
    taken = {draft.saved.number for draft in drafts}
    taken |= taken_numbers(session, Vacancy.vacancy_no, [_number_of(draft.vacancy_id) for draft in unnumbered])
    for draft in unnumbered:
        while _number_of(draft.vacancy_id) in taken:
            (draft.vacancy_id,) = allocate_ids(session, Vacancy.__tablename__)
        draft.saved.number, draft.saved.is_generated = _number_of(draft.vacancy_id), True


def _number_of(vacancy_id: int) -> str:
    return f"V{vacancy_id:06d}"


def _row(session: Session, draft: _Draft, *, now: datetime) -> dict[str, Any]:
    draft.saved.state = SavedState.NEW
    return {
        **dict.fromkeys(plain_fields(Vacancy)),
        "rule_profile": RuleProfile.CITY_PLAN,
        **{key: value for key, value in draft.values.items() if key not in sealed_fields(Vacancy)},
        **sealed_columns(Vacancy, vault_of(session), draft.vacancy_id, draft.values),
        "id": draft.vacancy_id,
        "vacancy_no": draft.saved.number,
        "version": 1,
        "created_at": now,
        "updated_at": now,
    }


def _update(
    session: Session, drafts: list[_Draft], *, actor: Actor, attestation: Attestation | None, now: datetime
) -> None:
    for draft in drafts:
        vacancy = cast("Vacancy", draft.vacancy)
        draft.vacancy_id = draft.saved.subject_id = vacancy.id
        before = vacancy.vacancy_status
        changes = draft.saved.changes = apply_changes(vacancy, draft.values)
        if before in OPEN and vacancy.vacancy_status in OPEN and changes.keys() & _APPROVED:
            is_signed = signature_of(draft.record, attestation) is not None
            if not is_signed or creator_of(session, "vacancy", vacancy.id) == actor.username:
                # The approval was of what the vacancy asked for before.
                vacancy.vacancy_status = VacancyStatus.SUBMITTED
                changes["vacancy_status"] = (before, VacancyStatus.SUBMITTED)
                draft.saved.find("vacancy_status", _APPROVE_AGAIN, Severity.NOTE, remedy=_BY_THE_OFFICE)
        if changes:
            draft.saved.state, vacancy.updated_at = SavedState.CHANGED, now


#: What is approved with a vacancy.
_APPROVED = (REQUIREMENTS - {"village_needs"}) | {"headcount", "post_type", "village_id"}
_APPROVE_AGAIN = Text(
    "职数或岗位条件与已核定的不同，岗位改为待核定。",
    "Headcount or conditions differ from what was approved: the vacancy has to be approved again.",
)
_BY_THE_OFFICE = Text("请由组织部门重新核定。", "Let the organisation department approve it again.")


def _note(drafts: list[_Draft], ledger: Ledger) -> None:
    for draft in drafts:
        index, vacancy = draft.saved.index, draft.vacancy
        if vacancy is None:
            values = {"rule_profile": RuleProfile.CITY_PLAN, **draft.values, "vacancy_no": draft.saved.number}
            ledger.note_new("vacancy", draft.vacancy_id, values, index=index)
        else:
            ledger.note_changed("vacancy", draft.vacancy_id, draft.saved.changes, row=vacancy, index=index)
    ledger.write()


def _complete_villages(session: Session, drafts: list[_Draft], *, now: datetime, ledger: Ledger) -> set[int]:
    """Fill what is not known of a village from the rows of its vacancies; what is known stays.

    Return the villages that got something.
    """
    completed = set()
    for draft in drafts:
        facts = {key: draft.record[key] for key in _VILLAGE_FACTS if draft.record.get(key) is not None}
        village_id = draft.values.get("village_id") or (draft.vacancy.village_id if draft.vacancy else None)
        if draft.values.get("industries"):
            facts["industries"] = draft.values["industries"]
        if not facts or village_id is None:
            continue
        village = session.get_one(Village, village_id)
        gaps = {key: value for key, value in facts.items() if getattr(village, key) is None}
        if changes := apply_changes(village, gaps):
            ledger.note_changed("village", village_id, changes, row=village, index=draft.saved.index)
            village.updated_at = now
            completed.add(village_id)
    return completed


_MISSING = Text("缺少必填内容。", "This is required.")
_NO_VILLAGE = Text(
    "岗位必须写明所在村，且能确定是哪个村；请补充县、乡镇和村名。",
    "A vacancy needs a village that can be told for certain; give county, township and village.",
)


def _said_twice(index: int) -> Text:
    return Text(f"与第{index + 1}条记录的编号相同。", f"The same number as record {index + 1}.")
