"""Merging two records of one person, field by field, with a journal of all that is needed to part them again."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from matching.vocabulary import RecordStatus, Text
from service.access import Actor, may, require
from service.db import allocate_ids
from service.errors import Conflict, InvalidInput, VersionConflict
from service.models.identity import WITH_ABSORBED, DuplicatePair, Merge
from service.models.people import Person
from service.queries.merges import lock_people, merged_into
from service.queries.people_pages import person_by_number
from service.usecases.auditing import audit
from service.usecases.identity.merge_fields import apply_values, as_json, merged_values, settle, values_of
from service.usecases.identity.merge_references import move_references
from service.usecases.identity.merge_traces import note_in_histories, tell_readers
from service.usecases.paging import Page
from service.usecases.records.provenance import SourceKind
from service.usecases.records.single_records import person_not_found, stale_as_precondition
from service.usecases.territory import require_at_home

__all__ = ["MergeDone", "MergeListed", "list_merges", "merge_people"]

_MEMORY = "updated_at"  # kept in the journal beside the groups of fields


@dataclass(frozen=True, kw_only=True)
class MergeDone:
    """What a merge did.

    Parameters
    ----------
    merge : Merge
    survivor_no, absorbed_no : str
    changed : tuple of str
        Groups of fields that the survivor took from the other record.
    n_moved : int
        Rows that point to the survivor now.
    n_left : int
        Rows about matters of which the survivor had a row already; they stay with the absorbed record.
    """

    merge: Merge
    survivor_no: str
    absorbed_no: str
    changed: tuple[str, ...]
    n_moved: int
    n_left: int


@dataclass(frozen=True, kw_only=True)
class MergeListed:
    """A merge as it is listed: what is needed to part the two again.

    Parameters
    ----------
    merge : Merge
    survivor_no, absorbed_no : str
    """

    merge: Merge
    survivor_no: str
    absorbed_no: str


def merge_people(
    session: Session,
    *,
    actor: Actor,
    survivor_no: str,
    absorbed_no: str,
    now: datetime,
    picks: Mapping[str, str] | None = None,
    note: str | None = None,
    seen: Mapping[str, int] | None = None,
) -> MergeDone:
    """Merge one record into another; everything that points to it follows.

    Parameters
    ----------
    session : Session
    actor : Actor
    survivor_no, absorbed_no : str
        Numbers of the record that stays and of the one that is merged into it.
    now : datetime
    picks : mapping of str to {"survivor", "absorbed", "both"}, optional
        Which record a field is taken from; see `merge_fields.merged_values` for what is not named.
    note : str, optional
    seen : mapping of str to int, optional
        Versions of the two records as the actor has seen them, by number; not asked for unless given.

    Raises
    ------
    NotFound
        If nobody has one of the numbers.
    InvalidInput
        If it is one and the same record, a pick is unknown, or it would drop a suspension, a withdrawn consent or,
        without the right to write it, an entry of the negative list.
    Conflict
        If a record is merged or erased already, or the two were said to be different people.
    VersionConflict
        If one of the records has been changed since it was seen.
    """
    require(actor, "merge_people")
    survivor, absorbed = (_standing(session, number) for number in (survivor_no, absorbed_no))
    pair = _pair_of(session, survivor.id, absorbed.id)
    _refuse(survivor, absorbed)
    _refuse_different(session, survivor, absorbed)
    # Rows that others write about the two at this moment are waited for, so that they follow as well.
    lock_people(session, (survivor.id, absorbed.id))
    _refuse_unseen((survivor, absorbed), seen or {})
    may_drop = may(actor, "edit_negative_flags")
    values = merged_values(survivor, absorbed, picks=picks or {}, may_drop_entries=may_drop)
    journal = _journal_of(survivor, values, now=now, pair=pair)
    with stale_as_precondition(survivor_no):
        for changed in values.values():
            apply_values(survivor, changed)
        survivor.updated_at, absorbed.merged_into_id = now, survivor.id
        session.flush()
    ids = survivor.id, absorbed.id
    before = {name: value for group in values for name, value in settle(journal["fields"][group][0]).items()}
    note_in_histories(session, SourceKind.MERGE, survivor, before, absorbed, into=(None, ids[0]), actor=actor, now=now)
    journal["moved"], journal["left"] = move_references(session, source_id=ids[1], target_id=ids[0])
    merge = _written(session, ids, journal, actor=actor, note=note, now=now)
    if pair is not None:
        pair.state, pair.decided_by, pair.decided_at = "same", actor.username, now
    tell_readers(session, ids)
    audit.record(
        session, actor=actor, action="merge_people", subject_kind="person", subject_no=survivor_no, now=now,
        detail={"absorbed": absorbed_no, "merge": merge.id, "fields": sorted(values), "n_moved": len(journal["moved"])},
    )  # fmt: skip
    session.flush()
    return MergeDone(
        merge=merge,
        survivor_no=survivor_no,
        absorbed_no=absorbed_no,
        changed=tuple(sorted(values)),
        n_moved=len(journal["moved"]),
        n_left=len(journal["left"]),
    )


def list_merges(
    session: Session, *, actor: Actor, person_no: str | None = None, page: int = 1, page_size: int = 20
) -> Page[MergeListed]:
    """Return the merges, the newest first, undone ones among them; only those of one record where asked."""
    require(actor, "read_duplicates")
    query = select(Merge)
    if person_no is not None:
        own = select(Person.id).where(Person.person_no == person_no)
        ids = list(session.scalars(own, execution_options={WITH_ABSORBED: True}))
        query = query.where(or_(Merge.survivor_id.in_(ids), Merge.absorbed_id.in_(ids)))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    newest_first = query.order_by(Merge.id.desc())
    merges = list(session.scalars(newest_first.offset((page - 1) * page_size).limit(page_size)))
    wanted = {person_id for merge in merges for person_id in (merge.survivor_id, merge.absorbed_id)}
    rows = session.execute(
        select(Person.id, Person.person_no).where(Person.id.in_(wanted)), execution_options={WITH_ABSORBED: True}
    )
    numbers = {row.id: row.person_no for row in rows}
    items = [
        MergeListed(merge=merge, survivor_no=numbers[merge.survivor_id], absorbed_no=numbers[merge.absorbed_id])
        for merge in merges
    ]
    audit.record_views(session, actor=actor, numbers=numbers.values(), action="list_merges")
    return Page(items=items, total=total, page=page, page_size=page_size)


def _standing(session: Session, number: str) -> Person:
    person = person_by_number(session, number)
    if person is None:
        raise person_not_found(session, number)
    if person.person_no != number:
        raise Conflict(
            Text(f"{number} 已并入 {person.person_no}。", f"{number} has been merged into {person.person_no}."),
            remedy=Text(f"请改用 {person.person_no}。", f"Use {person.person_no}."),
            place="person_no",
            value=number,
        )
    require_at_home(session, person)
    return person


def _pair_of(session: Session, one: int, other: int) -> DuplicatePair | None:
    first, second = sorted((one, other))
    query = select(DuplicatePair).where(DuplicatePair.first_id == first, DuplicatePair.second_id == second)
    return session.scalars(query).first()


def _refuse(survivor: Person, absorbed: Person) -> None:
    if survivor.id == absorbed.id:
        raise InvalidInput(
            Text("两个编号是同一条记录。", "Both numbers are of one record."),
            remedy=Text("请给出另一条记录的编号。", "Give the number of the other record."),
            place="absorbed_no",
            value=absorbed.person_no,
        )
    for person in (survivor, absorbed):
        if person.record_status is RecordStatus.ERASED:
            raise Conflict(
                Text(f"{person.person_no} 已删除，不能合并。", f"{person.person_no} is erased and cannot be merged."),
                place="person_no",
                value=person.person_no,
            )


def _refuse_unseen(people: Iterable[Person], seen: Mapping[str, int]) -> None:
    """Refuse what was picked from values that are no longer those of the records."""
    for person in people:
        if seen.get(person.person_no, person.version) != person.version:
            raise VersionConflict(
                Text(f"{person.person_no} 已被改动，尚未合并。", f"{person.person_no} has been changed meanwhile."),
                remedy=Text("请查看改动后再合并。", "Look at what was changed, then merge."),
                place="version",
                value=person.person_no,
            )


def _refuse_different(session: Session, survivor: Person, absorbed: Person) -> None:
    """Refuse two of whom somebody said that they are two people, also of records that they stand for by now."""
    ones, others = (merged_into(session, person.id) for person in (survivor, absorbed))
    query = select(DuplicatePair).where(
        DuplicatePair.state == "different",
        or_(
            DuplicatePair.first_id.in_(ones) & DuplicatePair.second_id.in_(others),
            DuplicatePair.first_id.in_(others) & DuplicatePair.second_id.in_(ones),
        ),
    )
    pair = session.scalars(query.order_by(DuplicatePair.id)).first()
    if pair is not None:
        raise Conflict(
            Text(
                f"{pair.decided_by} 已认定两条记录不是同一人。", f"{pair.decided_by} has said that they are two people."
            ),
            remedy=Text("请先更改该对记录的结论，再合并。", "Change that decision first."),
            place="duplicates",
            value=str(pair.id),
        )


def _journal_of(
    survivor: Person, values: Mapping[str, Mapping[str, Any]], *, now: datetime, pair: DuplicatePair | None
) -> dict[str, Any]:
    fields = {group: [as_json(values_of(survivor, group)), as_json(dict(changed))] for group, changed in values.items()}
    fields[_MEMORY] = [as_json({_MEMORY: survivor.updated_at}), as_json({_MEMORY: now})]
    decided = None
    if pair is not None:
        decided = [pair.id, pair.state, pair.decided_by, pair.decided_at.isoformat() if pair.decided_at else None]
    return {"fields": fields, "pair": decided}


def _written(
    session: Session, ids: tuple[int, int], journal: Mapping[str, Any], *, actor: Actor, note: str | None, now: datetime
) -> Merge:
    (merge_id,) = allocate_ids(session, Merge.__tablename__)
    merge = Merge(id=merge_id, survivor_id=ids[0], absorbed_id=ids[1], merged_by=actor.username, merged_at=now)
    session.add(merge)
    merge.note, merge.journal = note, json.dumps(journal, ensure_ascii=False, default=str)
    session.flush()
    return merge
