"""Saving villages: found by code, else by name within the township."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from matching.vocabulary import Text
from service.db import allocate_ids
from service.models.people import Person
from service.models.villages import Village
from service.queries.subjects import people_in, vacancies_in
from service.usecases.incoming.reports import ProvisionalPlace, SavedRecord, SavedState, SaveReport, Severity
from service.usecases.records.industry_words import IndustryWords
from service.usecases.records.place_codes import replace_code
from service.usecases.records.places import PLACE_KEYS, Gazetteer
from service.usecases.records.provenance import Ledger
from service.usecases.records.record_fields import apply_changes, check_keys, insert_rows, plain_fields
from service.usecases.revisions import bump
from service.usecases.territory import refuse_village_elsewhere

__all__ = ["save"]

Record = Mapping[str, Any]

_NOT_NOTED = frozenset({"id", "version", "created_at", "updated_at"})
_SETTLED_ELSEWHERE = frozenset({"village_code", "name", "industries", *PLACE_KEYS})


@dataclass
class _Draft:
    record: Record
    saved: SavedRecord
    values: dict[str, Any]
    village_id: int | None = None
    row: dict[str, Any] | None = None  # of a new village


def save(session: Session, records: Sequence[Record], *, now: datetime, ledger: Ledger) -> SaveReport:
    """Save villages and report what became of each; the caller has checked the right and writes the audit line."""
    check_keys(records, model=Village, others=PLACE_KEYS)
    gazetteer, words = Gazetteer(session, now=now, ledger=ledger), IndustryWords()
    drafts = [_draft(record, SavedRecord(index), words) for index, record in enumerate(records)]
    for draft, new_id in zip(drafts, allocate_ids(session, Village.__tablename__, len(drafts)), strict=True):
        _find_or_enter(draft, gazetteer, new_id=new_id, now=now)
    gazetteer.write()
    for draft in drafts:
        _refuse_elsewhere(session, draft)
    insert_rows(session, Village, [draft.row for draft in drafts if draft.row])
    _change(session, [draft for draft in drafts if draft.village_id and not draft.row], now=now, ledger=ledger)
    words.write(session, now=now)
    session.flush()
    for draft in drafts:
        if draft.row:
            told = {key: value for key, value in draft.row.items() if key not in _NOT_NOTED}
            ledger.note_new("village", draft.row["id"], told, index=draft.saved.index)
    ledger.write()
    report = SaveReport([draft.saved for draft in drafts], unmapped_words=dict(words.unmapped))
    report.provisional_places = [*gazetteer.created, *(_provisional(draft) for draft in drafts if _is_unknown(draft))]
    if report.n_new or report.n_changed or report.provisional_places or gazetteer.has_adopted:
        _bump(session, drafts, has_new_codes=gazetteer.has_adopted)
    return report


def _refuse_elsewhere(session: Session, draft: _Draft) -> None:
    if draft.row:
        refuse_village_elsewhere(session, draft.saved, township_id=draft.row["township_id"])
    elif draft.village_id:
        refuse_village_elsewhere(session, draft.saved, village_id=draft.village_id)
    if draft.saved.state is SavedState.REFUSED:
        draft.row, draft.village_id = None, None


def _bump(session: Session, drafts: Sequence[_Draft], *, has_new_codes: bool) -> None:
    """Say who lives in the villages that changed; another code reaches everybody who is tied to it."""
    changed = {draft.village_id for draft in drafts if draft.village_id and draft.saved.changed}
    if has_new_codes or any("village_code" in draft.saved.changed for draft in drafts):
        bump(session, "people")
        bump(session, "vacancies")
    else:
        bump(session, "people", people=people_in(session, changed))
        bump(session, "vacancies", vacancies=vacancies_in(session, changed))


def _draft(record: Record, saved: SavedRecord, words: IndustryWords) -> _Draft:
    values = {key: value for key, value in record.items() if key not in _SETTLED_ELSEWHERE}
    return _Draft(record, saved, values | words.settle(record, saved=saved))


def _name(record: Record) -> str | None:
    name = record.get("village") or record.get("name")
    return name.strip() if name else None


def _find_or_enter(draft: _Draft, gazetteer: Gazetteer, *, new_id: int, now: datetime) -> None:
    record, saved, name = draft.record, draft.saved, _name(draft.record)
    code = record.get("village_code")
    draft.village_id = gazetteer.village_by_code(code) if code else None
    if draft.village_id is not None:
        return
    for key, value in (("county", record.get("county")), ("township", record.get("township")), ("village", name)):
        if not value:
            saved.find(key, _MISSING, Severity.REFUSED)
            return
    township_id = gazetteer.township(record["county"], record["township"], village_code=code, saved=saved)
    if township_id is None or name is None:
        saved.state = SavedState.REFUSED
        return
    draft.village_id = gazetteer.village_in(township_id, name)
    if draft.village_id is None:
        saved.number = gazetteer.add_village(new_id, township_id=township_id, name=name, code=code)
        saved.is_generated, saved.state = code is None, SavedState.NEW
        draft.village_id, draft.row = new_id, _row(draft, new_id, township_id=township_id, name=name, now=now)


def _row(draft: _Draft, village_id: int, *, township_id: int, name: str, now: datetime) -> dict[str, Any]:
    return {
        **dict.fromkeys(plain_fields(Village)),
        **draft.values,
        "id": village_id,
        "village_code": draft.saved.number,
        "township_id": township_id,
        "name": name,
        "is_provisional": draft.saved.is_generated,
        "version": 1,
        "created_at": now,
        "updated_at": now,
    }


def _change(session: Session, drafts: list[_Draft], *, now: datetime, ledger: Ledger) -> None:
    wanted = {draft.village_id for draft in drafts}
    found = select(Village).where(Village.id.in_(wanted)).options(joinedload(Village.township))
    villages = {village.id: village for village in session.scalars(found)}
    for draft in drafts:
        village = villages[cast("int", draft.village_id)]
        draft.saved.subject_id = village.id
        changes = _adopt_code(session, village, draft, ledger)
        changes |= apply_changes(village, draft.values | _new_name(draft))
        township = draft.record.get("township")
        if township and township.strip() != village.township.name:
            draft.saved.find("township", _elsewhere(village), Severity.LEFT_OUT)
        draft.saved.number, draft.saved.changes = village.village_code, changes
        if changes:
            draft.saved.state, village.updated_at = SavedState.CHANGED, now
            ledger.note_changed("village", village.id, changes, row=village, index=draft.saved.index)


def _new_name(draft: _Draft) -> dict[str, str]:
    name = _name(draft.record)
    return {"name": name} if name and draft.record.get("village_code") else {}


def _adopt_code(session: Session, village: Village, draft: _Draft, ledger: Ledger) -> dict[str, tuple[Any, Any]]:
    """Give a provisional village its real code, also where people are tied to it."""
    code = draft.record.get("village_code")
    if not code or code == village.village_code:
        return {}
    if not village.is_provisional:
        draft.saved.find("village_code", _other_code(village), Severity.LEFT_OUT)
        return {}
    former, village.village_code, village.is_provisional = village.village_code, code, False
    replace_code(session, Person.tie_village_codes, former, code, ledger=ledger)
    return {"village_code": (former, code), "is_provisional": (True, False)}


def _is_unknown(draft: _Draft) -> bool:
    return draft.row is not None and draft.saved.is_generated


def _provisional(draft: _Draft) -> ProvisionalPlace:
    names = (draft.record["county"], draft.record["township"], _name(draft.record))
    return ProvisionalPlace("village", draft.saved.number, " / ".join(map(str, names)))


_MISSING = Text("缺少必填内容。", "This is required.")


def _elsewhere(village: Village) -> Text:
    return Text(
        f"该村登记在“{village.township.name}”，乡镇未改动；请核对。",
        f"The village is registered in {village.township.name}; the township was not changed, please check.",
    )


def _other_code(village: Village) -> Text:
    return Text(
        f"该村已登记为代码 {village.village_code}，未改动；请核对。",
        f"The village has the code {village.village_code} already; it was not changed, please check.",
    )
