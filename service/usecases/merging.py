"""Merging two records of one person, field by field, and parting them again exactly."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from matching.vocabulary import RecordStatus, Text
from service.access import Actor, require
from service.db import allocate_ids
from service.errors import Conflict, InvalidInput
from service.models.identity import WITH_ABSORBED, DuplicatePair, Merge
from service.models.people import Person
from service.queries.merges import absorbing_merge, merges_into
from service.queries.people_pages import person_by_number
from service.usecases import audit
from service.usecases.merge_fields import GROUPS, apply_values, as_json, merged_values, settle, values_of
from service.usecases.merge_references import move_references, return_references
from service.usecases.provenance import Ledger, Origin, SourceKind
from service.usecases.revisions import bump
from service.usecases.single_records import not_found, stale_as_precondition

__all__ = ["MergeDone", "MergeUndone", "list_merges", "merge_people", "undo_merge"]

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
class MergeUndone:
    """What parting two records did.

    Parameters
    ----------
    merge : Merge
    survivor_no, absorbed_no : str
    returned : tuple of str
        Groups of fields of the survivor that are again as before the merge.
    kept : tuple of str
        Groups that were changed since and keep what was written later.
    n_returned : int
        Rows that point to the other record again.
    """

    merge: Merge
    survivor_no: str
    absorbed_no: str
    returned: tuple[str, ...]
    kept: tuple[str, ...]
    n_returned: int


def merge_people(
    session: Session,
    *,
    actor: Actor,
    survivor_no: str,
    absorbed_no: str,
    now: datetime,
    picks: Mapping[str, str] | None = None,
    note: str | None = None,
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

    Raises
    ------
    NotFound
        If nobody has one of the numbers.
    InvalidInput
        If it is one and the same record, or a pick is unknown.
    Conflict
        If a record is merged or erased already, or the two were said to be different people.
    """
    require(actor, "merge_people")
    survivor, absorbed = (_standing(session, number) for number in (survivor_no, absorbed_no))
    pair = _pair_of(session, survivor.id, absorbed.id)
    _refuse(survivor, absorbed, pair)
    values = merged_values(survivor, absorbed, picks=picks or {})
    journal = _journal_of(survivor, values, now=now, pair=pair)
    with stale_as_precondition(survivor_no):
        for changed in values.values():
            apply_values(survivor, changed)
        survivor.updated_at, absorbed.merged_into_id = now, survivor.id
        session.flush()
    ids = survivor.id, absorbed.id
    before = {name: value for group in values for name, value in settle(journal["fields"][group][0]).items()}
    _note(session, SourceKind.MERGE, survivor, before, absorbed, into=(None, ids[0]), actor=actor, now=now)
    journal["moved"], journal["left"] = move_references(session, source_id=ids[1], target_id=ids[0])
    merge = _written(session, ids, journal, actor=actor, note=note, now=now)
    if pair is not None:
        pair.state, pair.decided_by, pair.decided_at = "same", actor.username, now
    _tell(session, ids)
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


def undo_merge(session: Session, *, actor: Actor, merge_id: int, now: datetime) -> MergeUndone:
    """Part two records again: each field and each row is where it would be without the merge.

    A field of the survivor that was changed after the merge keeps the later value.

    Raises
    ------
    NotFound
        If there is no such merge.
    Conflict
        If it is undone already, or the survivor has itself been merged since: that merge has to be undone first.
    """
    require(actor, "merge_people")
    merge = session.get(Merge, merge_id)
    if merge is None:
        raise not_found(Text("合并", "merge"), str(merge_id), place="merge_id")
    survivor, absorbed = (_any_state(session, person_id) for person_id in (merge.survivor_id, merge.absorbed_id))
    _refuse_undoing(session, merge, survivor)
    journal: dict[str, Any] = json.loads(merge.journal or "{}")
    ids = survivor.id, absorbed.id
    before = {name: getattr(survivor, name) for group in journal["fields"] for name in GROUPS.get(group, ())}
    with stale_as_precondition(survivor.person_no):
        returned, kept = _part_fields(session, merge, survivor, journal["fields"])
        absorbed.merged_into_id = None
        merge.undone_by, merge.undone_at = actor.username, now
        session.flush()
    _note(session, SourceKind.UNMERGE, survivor, before, absorbed, into=(ids[0], None), actor=actor, now=now)
    return_references(session, journal["moved"], source_id=ids[1], target_id=ids[0])
    _bring_left_rows(session, survivor.id)
    _reopen(session, journal.get("pair"))
    _tell(session, ids)
    audit.record(
        session, actor=actor, action="undo_merge", subject_kind="person", subject_no=survivor.person_no, now=now,
        detail={"absorbed": absorbed.person_no, "merge": merge.id, "kept": sorted(kept)},
    )  # fmt: skip
    session.flush()
    return MergeUndone(
        merge=merge,
        survivor_no=survivor.person_no,
        absorbed_no=absorbed.person_no,
        returned=tuple(sorted(returned)),
        kept=tuple(sorted(kept)),
        n_returned=len(journal["moved"]),
    )


def list_merges(session: Session, *, actor: Actor, person_no: str | None = None) -> list[tuple[Merge, str, str]]:
    """Return the merges, the newest first, with the numbers of survivor and absorbed; of one record where asked."""
    require(actor, "read_people")
    query = select(Merge).order_by(Merge.id.desc())
    if person_no is not None:
        own = select(Person.id).where(Person.person_no == person_no)
        ids = list(session.scalars(own, execution_options={WITH_ABSORBED: True}))
        query = query.where(or_(Merge.survivor_id.in_(ids), Merge.absorbed_id.in_(ids)))
    merges = list(session.scalars(query))
    wanted = {person_id for merge in merges for person_id in (merge.survivor_id, merge.absorbed_id)}
    rows = session.execute(
        select(Person.id, Person.person_no).where(Person.id.in_(wanted)), execution_options={WITH_ABSORBED: True}
    )
    numbers = {row.id: row.person_no for row in rows}
    return [(merge, numbers[merge.survivor_id], numbers[merge.absorbed_id]) for merge in merges]


def _standing(session: Session, number: str) -> Person:
    person = person_by_number(session, number)
    if person is None:
        raise not_found(Text("人员", "person"), number, place="person_no")
    if person.person_no != number:
        raise Conflict(
            Text(f"{number} 已并入 {person.person_no}。", f"{number} has been merged into {person.person_no}."),
            remedy=Text(f"请改用 {person.person_no}。", f"Use {person.person_no}."),
            place="person_no",
            value=number,
        )
    return person


def _any_state(session: Session, person_id: int) -> Person:
    query = select(Person).where(Person.id == person_id)
    return session.scalars(query, execution_options={WITH_ABSORBED: True}).one()


def _pair_of(session: Session, one: int, other: int) -> DuplicatePair | None:
    first, second = sorted((one, other))
    query = select(DuplicatePair).where(DuplicatePair.first_id == first, DuplicatePair.second_id == second)
    return session.scalars(query).first()


def _refuse(survivor: Person, absorbed: Person, pair: DuplicatePair | None) -> None:
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
    if pair is not None and pair.state == "different":
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


def _note(
    session: Session,
    kind: SourceKind,
    survivor: Person,
    before: Mapping[str, Any],
    absorbed: Person,
    *,
    into: tuple[int | None, int | None],
    actor: Actor,
    now: datetime,
) -> None:
    """Write what the survivor took over or gave back into the history of both records."""
    ledger = Ledger(session, Origin.of(actor, kind), now)
    changes = {name: (value, getattr(survivor, name)) for name, value in before.items()}
    ledger.note_changed(
        "person", survivor.id, {name: pair for name, pair in changes.items() if pair[0] != pair[1]}, row=survivor
    )
    ledger.note_changed("person", absorbed.id, {"merged_into_id": into}, row=absorbed)
    ledger.write()


def _refuse_undoing(session: Session, merge: Merge, survivor: Person) -> None:
    if merge.undone_at is not None:
        raise Conflict(
            Text(
                f"合并 {merge.id} 已由 {merge.undone_by} 撤销。", f"{merge.undone_by} has undone the merge {merge.id}."
            ),
            place="merge_id",
            value=str(merge.id),
        )
    later = absorbing_merge(session, survivor.id)
    if later is not None:
        raise Conflict(
            Text(
                f"{survivor.person_no} 后来又经合并 {later.id} 并入其他记录。",
                f"{survivor.person_no} has since been merged itself, by the merge {later.id}.",
            ),
            remedy=Text(f"请先撤销合并 {later.id}。", f"Undo the merge {later.id} first."),
            place="merge_id",
            value=str(later.id),
        )


def _part_fields(
    session: Session, merge: Merge, survivor: Person, fields: Mapping[str, list[dict[str, Any]]]
) -> tuple[list[str], list[str]]:
    """Give the survivor back what it had; where a later merge built on it, that merge remembers it instead."""
    later = [one for one in merges_into(session, survivor.id) if one.id > merge.id]
    returned, kept = [], []
    for group, (before, after) in fields.items():
        if _hand_on(later, group, before, after):
            returned.append(group)
            continue
        now = {name: getattr(survivor, name) for name in after}
        if now == settle(after):
            apply_values(survivor, settle(before))
            returned.append(group)
        else:
            kept.append(group)
    return [g for g in returned if g in GROUPS], [g for g in kept if g in GROUPS]


def _hand_on(later: list[Merge], group: str, before: dict[str, Any], after: dict[str, Any]) -> bool:
    """Let the next merge that changed the group return to what was before; whether there is one."""
    for merge in later:
        journal = json.loads(merge.journal or "{}")
        found = journal["fields"].get(group)
        if found is not None:
            if found[0] == after:
                found[0] = before
                merge.journal = json.dumps(journal, ensure_ascii=False)
            return True
    return False


def _bring_left_rows(session: Session, survivor_id: int) -> None:
    """Let rows follow that a merge had left behind for the sake of rows which have gone now."""
    for merge in merges_into(session, survivor_id):
        journal = json.loads(merge.journal or "{}")
        if journal["left"]:
            moved, journal["left"] = move_references(session, source_id=merge.absorbed_id, target_id=survivor_id)
            journal["moved"] += moved
            merge.journal = json.dumps(journal, ensure_ascii=False)


def _reopen(session: Session, decided: list[Any] | None) -> None:
    pair = session.get(DuplicatePair, decided[0]) if decided else None
    if pair is not None and decided is not None and pair.state == "same":
        pair.state, pair.decided_by = decided[1], decided[2]
        pair.decided_at = datetime.fromisoformat(decided[3]) if decided[3] else None


def _tell(session: Session, ids: tuple[int, int]) -> None:
    """Frames and rankings of both are out of date, and so are the checks and posts that moved."""
    bump(session, "people", people=ids)
    bump(session, "vacancies", people=ids)
