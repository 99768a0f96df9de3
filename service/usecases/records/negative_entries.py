"""The negative list of a territory: who has which entry, on which document and until when; discipline officers alone.

That somebody has an entry stands in the record, where rules read it; what it rests on stands beside it. Nothing ends by
itself: whose last day has passed waits for a discipline officer, who looks and ends it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, String, exists, func, select, type_coerce
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from matching.vocabulary.codes import code_table
from service.access import Actor, require
from service.db import allocate_ids
from service.errors import Change, InvalidInput, VersionConflict
from service.models.negative_entries import NegativeEntry
from service.models.people import Person
from service.models.villages import Village
from service.queries.merges import merged_into
from service.usecases.auditing import audit
from service.usecases.days import day_of
from service.usecases.paging import Page
from service.usecases.pending.work_counts import Pending, counted, within
from service.usecases.privacy.masks import seen_person
from service.usecases.records.negative_list import FIELD
from service.usecases.records.people import edit_person, get_person
from service.usecases.records.provenance import SourceKind

__all__ = ["EntryRow", "Listed", "add_entry", "count_due", "end_entry", "list_entries"]

_LONGEST = 120
_FLAGS = type_coerce(Person.negative_flags, String())


@dataclass(frozen=True, kw_only=True)
class EntryRow:
    """One entry: what is not known of it (it was written into the record as a code) is None."""

    code: str
    document: str | None
    until_on: date | None
    entered_by: str | None
    entered_at: datetime | None
    is_due: bool


@dataclass(frozen=True, kw_only=True)
class Listed:
    """Somebody on the negative list."""

    person: Person
    entries: list[EntryRow]


def list_entries(
    session: Session, *, actor: Actor, only_due: bool = False, page: int = 1, page_size: int = 50, now: datetime
) -> Page[Listed]:
    """Return who is on the negative list, by number; each look is in the audit log.

    Parameters
    ----------
    session : Session
    actor : Actor
    only_due : bool
        Those only who have an entry whose last day has passed.
    page, page_size : int
    now : datetime

    Raises
    ------
    Forbidden
        If the actor is no discipline officer.
    """
    require(actor, "edit_negative_flags")
    today = day_of(now)
    query = (
        select(Person)
        .outerjoin(Village, Village.id == Person.home_village_id)
        .where(_FLAGS.is_not(None), _FLAGS != "", Person.merged_into_id.is_(None), within(actor))
    )
    if only_due:
        query = query.where(exists(_due(today)))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    people = list(session.scalars(query.order_by(Person.person_no).offset((page - 1) * page_size).limit(page_size)))
    audit.record_views(session, actor=actor, numbers=[one.person_no for one in people], action="list_negative_entries")
    items = [
        Listed(person=seen_person(session, one, actor=actor), entries=_rows(session, one, today=today))
        for one in people
    ]
    return Page(items, total, page, page_size)


def add_entry(
    session: Session,
    *,
    actor: Actor,
    person_no: str,
    code: str,
    document: str,
    until_on: date | None,
    now: datetime,
    via: SourceKind = SourceKind.FORM,
) -> NegativeEntry:
    """Enter somebody on the negative list; whoever is on it drops out of matching where the rules say so.

    Parameters
    ----------
    session : Session
    actor : Actor
    person_no : str
    code : str
        Of the code table ``negative_list``.
    document : str
        On which paper it rests.
    until_on : date or None
        Its last day, if there is one; it is not ended by itself.
    now : datetime
    via : SourceKind

    Raises
    ------
    Forbidden
        If the actor is no discipline officer, or the person lives elsewhere.
    NotFound
        If nobody has this number.
    Conflict
        If the person has this entry with its document already.
    InvalidInput
        If the code is unknown, the document is missing, or the last day is past.
    """
    require(actor, "edit_negative_flags")
    _check(code, document, until_on, today=day_of(now))
    person = get_person(session, actor=actor, person_no=person_no)
    flags = set(person.negative_flags or ())
    known = _open(session, person.id, [code])
    if code in flags and known:
        label = code_table("negative_list").label(code)
        raise VersionConflict(
            Text(f"{person_no} 已登记“{label.zh}”。", f"{person_no} has the entry '{label.en}' already."),
            remedy=Text("如依据或期限有变，请先终止原条目。", "End that one first if document or day have changed."),
            place="code",
            value=code,
            changes=[_entered(one) for one in known],
        )
    for stale in known:  # the record lost the code by another way
        stale.ended_by, stale.ended_at = actor.username, now
    if code not in flags:
        _write(session, actor, person, flags | {code}, now=now, via=via)
    (entry_id,) = allocate_ids(session, NegativeEntry.__tablename__)
    entry = NegativeEntry(
        id=entry_id, person_id=person.id, code=code, until_on=until_on, entered_by=actor.username, entered_at=now
    )
    session.add(entry)
    entry.document = document.strip()
    _record(session, actor, "add_negative_entry", person_no, entry=entry_id, now=now)
    return entry


def end_entry(
    session: Session,
    *,
    actor: Actor,
    person_no: str,
    code: str,
    reason: str,
    now: datetime,
    via: SourceKind = SourceKind.FORM,
) -> None:
    """Take an entry away because its time is over, or because it was wrong.

    Raises
    ------
    Forbidden, NotFound
        As for `add_entry`.
    Conflict
        If the person has no such entry (any more).
    InvalidInput
        If no reason is given.
    """
    require(actor, "edit_negative_flags")
    if not 0 < len(reason.strip()) <= _LONGEST:
        raise _wanting("reason", Text(f"请写明终止理由（至多 {_LONGEST} 字）。", f"Say why, in {_LONGEST} characters."))
    person = get_person(session, actor=actor, person_no=person_no)
    flags = set(person.negative_flags or ())
    if code not in flags:
        raise VersionConflict(
            Text(f"{person_no} 没有该条目，可能已经终止。", f"{person_no} has no such entry: it may be ended already."),
            remedy=Text("请刷新清单。", "Reload the list."),
            place="code",
            value=code[:10],
            changes=_ended(session, person.id, code),
        )
    _write(session, actor, person, flags - {code}, now=now, via=via)
    for entry in _open(session, person.id, [code]):
        entry.ended_by, entry.ended_at, entry.ending_reason = actor.username, now, reason.strip()
    _record(session, actor, "end_negative_entry", person_no, entry=None, now=now)


def count_due(session: Session, actor: Actor, now: datetime) -> Pending:
    """Count the people with an entry whose last day has passed."""
    today = day_of(now)
    query = (
        select(Person.id)
        .outerjoin(Village, Village.id == Person.home_village_id)
        .where(_FLAGS.is_not(None), Person.merged_into_id.is_(None), within(actor), exists(_due(today)))
    )
    return counted(session, query, exists(_due(today)))


def _due(today: date) -> Select[Any]:
    """Select the open entries of the person of the outer query whose last day has passed."""
    return select(NegativeEntry.id).where(
        NegativeEntry.person_id == Person.id,
        NegativeEntry.ended_at.is_(None),
        NegativeEntry.until_on < today,
        _FLAGS.contains(NegativeEntry.code),
    )


def _rows(session: Session, person: Person, *, today: date) -> list[EntryRow]:
    flags = person.negative_flags or ()
    known = {entry.code: entry for entry in _open(session, person.id, flags)}
    rows = []
    for code in flags:
        entry = known.get(code)
        until = entry.until_on if entry else None
        rows.append(
            EntryRow(
                code=code,
                document=entry.document if entry else None,
                until_on=until,
                entered_by=entry.entered_by if entry else None,
                entered_at=entry.entered_at if entry else None,
                is_due=until is not None and until < today,
            )
        )
    return rows


def _open(session: Session, person_id: int, codes: Collection[str]) -> list[NegativeEntry]:
    """Return the open entries of a person and of the records merged into it."""
    wanted = select(NegativeEntry).where(
        NegativeEntry.person_id.in_(merged_into(session, person_id)),
        NegativeEntry.code.in_(codes),
        NegativeEntry.ended_at.is_(None),
    )
    return list(session.scalars(wanted.order_by(NegativeEntry.id)))


def _entered(entry: NegativeEntry) -> Change:
    told = {"document": entry.document, "until_on": entry.until_on.isoformat() if entry.until_on else None}
    fields = {name: (None, value) for name, value in told.items() if value}
    return Change(at=entry.entered_at, username=entry.entered_by, fields=fields)


def _ended(session: Session, person_id: int, code: str) -> list[Change]:
    """Return who ended the entry last and why; nothing where there never was one."""
    theirs = NegativeEntry.person_id.in_(merged_into(session, person_id)), NegativeEntry.code == code
    ended = select(NegativeEntry).where(*theirs, NegativeEntry.ended_at.is_not(None))
    last = session.scalars(ended.order_by(NegativeEntry.ended_at.desc())).first()
    if last is None or last.ended_at is None or last.ended_by is None:
        return []
    return [Change(at=last.ended_at, username=last.ended_by, fields={"reason": (None, last.ending_reason)})]


def _write(
    session: Session, actor: Actor, person: Person, flags: Collection[str], *, now: datetime, via: SourceKind
) -> None:
    edit_person(
        session, actor=actor, person_no=person.person_no, record={FIELD: tuple(sorted(flags))},
        expected_version=person.version, now=now, via=via,
    )  # fmt: skip


def _record(session: Session, actor: Actor, action: str, person_no: str, *, entry: int | None, now: datetime) -> None:
    # Which entry it is does not stand here: whoever reads the log sees at most that there is one.
    audit.record(
        session, actor=actor, action=action, subject_kind="person", subject_no=person_no, now=now,
        detail={"entry": entry} if entry is not None else {},
    )  # fmt: skip
    session.flush()


def _check(code: str, document: str, until_on: date | None, *, today: date) -> None:
    if code not in code_table("negative_list").codes:
        raise _wanting("code", Text("请选择清单条目。", "Choose an entry of the list."))
    if not 0 < len(document.strip()) <= _LONGEST:
        problem = Text(f"请写明依据文件（至多 {_LONGEST} 字）。", f"Name the document, in {_LONGEST} characters.")
        raise _wanting("document", problem)
    if until_on is not None and until_on < today:
        raise _wanting("until_on", Text("截止日期已过，请改为今天或以后。", "The last day is past: give a later one."))


def _wanting(place: str, problem: Text) -> InvalidInput:
    return InvalidInput(problem, place=place, fields={place: [problem]})
