"""Saving review decisions: one line a vacancy, person and reviewer, with the list that the reviewer was shown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from matching.vocabulary import Text
from service.db import allocate_ids
from service.models.candidacies import Candidacy, Opinion
from service.models.people import Person
from service.models.reviews import Decision
from service.models.shortlists import Shortlist, ShortlistEntry
from service.models.territories import seeing_everywhere
from service.models.vacancies import Vacancy
from service.queries.merges import ids_by_number
from service.usecases.incoming.reports import SavedRecord, SavedState, SaveReport, Severity
from service.usecases.records.provenance import Ledger
from service.usecases.records.record_fields import apply_changes, check_keys, insert_rows, plain_fields

__all__ = ["ShownPlace", "save", "save_words"]

Record = Mapping[str, Any]
Key = tuple[int, int, str]

_IN_ONE_QUERY = 500
_NUMBERS = ("vacancy_no", "person_no")
_SHORTLIST = "shortlist_no"


def save(session: Session, records: Sequence[Record], *, now: datetime, ledger: Ledger) -> SaveReport:
    """Save decisions and report what became of each; the caller has checked the right and writes the audit line."""
    check_keys(records, model=Decision, others=(*_NUMBERS, _SHORTLIST))
    report = SaveReport([SavedRecord(index) for index in range(len(records))])
    vacancies = _ids(session, Vacancy.vacancy_no, Vacancy.id, {r.get("vacancy_no") for r in records})
    numbers = {r["person_no"] for r in records if r.get("person_no")}
    people = ids_by_number(session, numbers) | _ids(session, Person.person_no, Person.id, numbers)
    known = _known(session, set(vacancies.values()), set(people.values()))
    shown = _shown_lists(session, {record.get(_SHORTLIST) for record in records})
    said_here = _said_in_rounds(session, set(vacancies.values()))
    new: dict[Key, dict[str, Any]] = {}
    told_by: dict[Key, int] = {}
    for record, saved in zip(records, report.records, strict=True):
        key = _key(record, saved, vacancies, people)
        if key is None:
            continue
        if key[:2] in said_here:
            saved.find("person_no", _OF_A_ROUND, Severity.REFUSED)
            continue
        values = {name: record[name] for name in _DECIDED & record.keys()}
        values |= _as_shown(record, saved, key, shown=shown, known=known.get(key))
        if saved.state is SavedState.REFUSED:
            continue
        if key in known:
            saved.subject_id = known[key].id
            saved.changes = apply_changes(known[key], values)
            saved.state = SavedState.CHANGED if saved.changes else SavedState.SAME
            ledger.note_changed("decision", known[key].id, saved.changes, index=saved.index)
        elif key in new:
            saved.find("person_no", _SAID_TWICE, Severity.REFUSED)
        else:
            saved.state = SavedState.NEW
            new[key] = values
            told_by[key] = saved.index
    ids = _insert(session, new, now=now)
    session.flush()
    for key, decision_id in ids.items():
        ledger.note_new("decision", decision_id, new[key], index=told_by[key])
    ledger.write()
    return report


@dataclass(frozen=True)
class ShownPlace:
    """Where reviewers found somebody: the frozen list, the card that made it, and the place on it (from 1)."""

    shortlist_id: int
    card_version: str
    shown_rank: int


def save_words(
    session: Session,
    words: Mapping[str, Record],
    *,
    about: tuple[int, int],
    place: ShownPlace | None,
    known: Mapping[str, Decision],
    now: datetime,
    ledger: Ledger,
) -> None:
    """Save what reviewers say of one person whom the caller has found already; as `save` does with a file.

    Parameters
    ----------
    session : Session
    words : mapping of str to mapping
        Values of a decision by reviewer.
    about : (int, int)
        Ids of the vacancy and the person.
    place : ShownPlace or None
        None for somebody who was on no list: a place that is known stays.
    known : mapping of str to Decision
        What is registered about the two, by reviewer.
    now : datetime
    ledger : Ledger
    """
    shown = {} if place is None else vars(place)
    new: dict[Key, dict[str, Any]] = {}
    for reviewer_no, record in words.items():
        values = {name: record[name] for name in _DECIDED & record.keys()} | shown
        row = known.get(reviewer_no)
        if row is None:
            new[*about, reviewer_no] = values
        else:
            ledger.note_changed("decision", row.id, apply_changes(row, values))
    ids = _insert(session, new, now=now)
    session.flush()
    for key, decision_id in ids.items():
        ledger.note_new("decision", decision_id, new[key])
    ledger.write()


_DECIDED = plain_fields(Decision) - {"reviewer_no"}
_OF_LIST = ("shortlist_id", "card_version")


@dataclass(frozen=True)
class _ShownList:
    """A frozen list as far as decisions refer to it."""

    shortlist_id: int
    vacancy_id: int
    card_version: str
    rank_of: Mapping[int, int]


def _as_shown(
    record: Record, saved: SavedRecord, key: Key, *, shown: Mapping[str, _ShownList], known: Decision | None
) -> dict[str, Any]:
    """Return place, list and card as the named list supplies them; what contradicts the list refuses the record."""
    vacancy_id, person_id, _ = key
    number, told = record.get(_SHORTLIST), record.get("shown_rank")
    if number is None:
        if known is not None and known.shortlist_id is not None and told not in {None, known.shown_rank}:
            saved.find("shown_rank", _other_rank(told, known.shown_rank), Severity.REFUSED)
        return {"shown_rank": known.shown_rank} if known is not None and known.shortlist_id is not None else {}
    found = shown.get(number)
    if found is None:
        saved.find(_SHORTLIST, _unknown(number), Severity.REFUSED, value=number)
    elif found.vacancy_id != vacancy_id:
        saved.find(_SHORTLIST, _of_another_vacancy(number), Severity.REFUSED, value=number)
    elif person_id not in found.rank_of:
        saved.find("person_no", _not_listed(number), Severity.REFUSED)
    elif told not in {None, found.rank_of[person_id]}:
        saved.find("shown_rank", _other_rank(told, found.rank_of[person_id]), Severity.REFUSED)
    else:
        return {
            "shown_rank": found.rank_of[person_id],
            "shortlist_id": found.shortlist_id,
            "card_version": found.card_version,
        }
    return {}


def _shown_lists(session: Session, wanted: Iterable[str | None]) -> dict[str, _ShownList]:
    ids = _ids(session, Shortlist.shortlist_no, Shortlist.id, wanted)
    found: dict[str, _ShownList] = {}
    for number, shortlist_id in ids.items():
        columns = select(Shortlist.vacancy_id, Shortlist.card_version).where(Shortlist.id == shortlist_id)
        vacancy_id, card_version = session.execute(columns).one()
        ranks = (
            select(ShortlistEntry.person_id, ShortlistEntry.rank)
            .where(ShortlistEntry.shortlist_id == shortlist_id)
            .order_by(ShortlistEntry.rank.desc())  # of two records that are one today, the better place counts
        )
        rank_of = dict(session.execute(ranks).all())
        found[number] = _ShownList(shortlist_id, vacancy_id, card_version, rank_of)
    return found


def _key(record: Record, saved: SavedRecord, vacancies: Mapping[str, int], people: Mapping[str, int]) -> Key | None:
    saved.number = " / ".join(str(record.get(name) or "") for name in _NUMBERS)
    for name, known in zip(_NUMBERS, (vacancies, people), strict=True):
        if record.get(name) not in known:
            saved.find(name, _unknown(record.get(name)), Severity.REFUSED)
    if record.get("decision") is None:
        saved.find("decision", _MISSING, Severity.REFUSED)
    if saved.state is SavedState.REFUSED:
        return None
    return vacancies[record["vacancy_no"]], people[record["person_no"]], record.get("reviewer_no") or ""


def _ids(
    session: Session,
    number: InstrumentedAttribute[str],
    row_id: InstrumentedAttribute[int],
    wanted: Iterable[str | None],
) -> dict[str, int]:
    numbers = sorted(filter(None, wanted))
    found: dict[str, int] = {}
    for start in range(0, len(numbers), _IN_ONE_QUERY):
        rows = session.execute(select(number, row_id).where(number.in_(numbers[start : start + _IN_ONE_QUERY])))
        found.update((name, id_) for name, id_ in rows)
    return found


def _known(session: Session, vacancy_ids: set[int], person_ids: set[int]) -> dict[Key, Decision]:
    ids = sorted(vacancy_ids)
    known: dict[Key, Decision] = {}
    about = select(Decision)
    if len(person_ids) <= _IN_ONE_QUERY:  # a file names many, a word of a reviewer one
        about = about.where(Decision.person_id.in_(sorted(person_ids)))
    for start in range(0, len(ids), _IN_ONE_QUERY):
        part = session.scalars(about.where(Decision.vacancy_id.in_(ids[start : start + _IN_ONE_QUERY])))
        known.update(((d.vacancy_id, d.person_id, d.reviewer_no), d) for d in part)
    return known


@seeing_everywhere
def _said_in_rounds(session: Session, vacancy_ids: set[int]) -> set[tuple[int, int]]:
    """Return vacancy and person of everybody of whom something was said on a list of this service."""
    said = (
        select(Shortlist.vacancy_id, Candidacy.person_id)
        .join(Shortlist, Shortlist.id == Candidacy.shortlist_id)
        .join(Opinion, Opinion.candidacy_id == Candidacy.id)
        .distinct()
    )
    ids, found = sorted(vacancy_ids), set[tuple[int, int]]()
    for start in range(0, len(ids), _IN_ONE_QUERY):
        rows = session.execute(said.where(Shortlist.vacancy_id.in_(ids[start : start + _IN_ONE_QUERY])))
        found.update((vacancy_id, person_id) for vacancy_id, person_id in rows)
    return found


def _insert(session: Session, new: Mapping[Key, dict[str, Any]], *, now: datetime) -> dict[Key, int]:
    ids = allocate_ids(session, Decision.__tablename__, len(new)) if new else range(0)
    rows = [
        {
            **dict.fromkeys((*_DECIDED, *_OF_LIST)),
            **values,
            "id": decision_id,
            "vacancy_id": vacancy_id,
            "person_id": person_id,
            "reviewer_no": reviewer_no,
            "created_at": now,
        }
        for decision_id, ((vacancy_id, person_id, reviewer_no), values) in zip(ids, new.items(), strict=True)
    ]
    insert_rows(session, Decision, rows)
    return dict(zip(new, ids, strict=True))


_MISSING = Text("缺少必填内容。", "This is required.")
_OF_A_ROUND = Text(
    "此人在本系统的名单上已有审阅意见，其结论由名单办理，文件不得改写。",
    "This person was reviewed on a list of this service; what the list concluded is not rewritten by a file.",
)
_SAID_TWICE = Text(
    "同一岗位、人员和审阅人的结论重复，未登记。", "The same vacancy, person and reviewer stands twice; not registered."
)


def _unknown(number: object) -> Text:
    return Text(f"没有编号为“{number or ''}”的记录。", f"There is no record with the number '{number or ''}'.")


def _of_another_vacancy(number: str) -> Text:
    return Text(
        f"名单 {number} 属于另一个岗位；请核对岗位编号与名单编号。",
        f"The shortlist {number} is of another vacancy; check both numbers.",
    )


def _not_listed(number: str) -> Text:
    return Text(
        f"名单 {number} 上没有此人；请核对编号，未在名单上的人员请不填名单编号和位次。",
        f"This person is not on the shortlist {number}; check the numbers, and leave list and rank empty for "
        "somebody who was not on it.",
    )


def _other_rank(told: object, frozen: object) -> Text:
    return Text(
        f"所填位次为 {told}，留存名单上为 {frozen}；请改正位次，或留空由名单补入。",
        f"The rank is given as {told}, on the frozen list it is {frozen}; correct it, or leave it empty.",
    )
