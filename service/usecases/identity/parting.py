"""Parting two records that were merged: each field and each row is where it would be without the merge."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.vocabulary import RecordStatus, Text
from service.access import Actor, require
from service.errors import Conflict
from service.models.identity import WITH_ABSORBED, DuplicatePair, Merge
from service.models.people import Person
from service.models.territories import seeing_everywhere
from service.queries.merges import absorbing_merge, lock_people, merges_into
from service.usecases.auditing import audit
from service.usecases.identity.merge_fields import GROUPS, apply_values, settle
from service.usecases.identity.merge_references import move_references, return_references
from service.usecases.identity.merge_traces import note_in_histories, tell_readers
from service.usecases.records.provenance import SourceKind
from service.usecases.records.single_records import not_found, stale_as_precondition

__all__ = ["MergeUndone", "undo_merge"]


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
    # Another merge of the same people may be parted at this moment: both journals would be written from one state.
    lock_people(session, (merge.survivor_id, merge.absorbed_id))
    session.refresh(merge)
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
    note_in_histories(
        session, SourceKind.UNMERGE, survivor, before, absorbed, into=(ids[0], None), actor=actor, now=now
    )
    return_references(session, journal["moved"], source_id=ids[1], target_id=ids[0])
    _bring_left_rows(session, survivor.id)
    _reopen(session, journal.get("pair"))
    tell_readers(session, ids)
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


@seeing_everywhere
def _any_state(session: Session, person_id: int) -> Person:
    query = select(Person).where(Person.id == person_id)
    return session.scalars(query, execution_options={WITH_ABSORBED: True, "populate_existing": True}).one()


def _refuse_undoing(session: Session, merge: Merge, survivor: Person) -> None:
    if merge.undone_at is not None:
        raise Conflict(
            Text(
                f"合并 {merge.id} 已由 {merge.undone_by} 撤销。", f"{merge.undone_by} has undone the merge {merge.id}."
            ),
            place="merge_id",
            value=str(merge.id),
        )
    if survivor.record_status is RecordStatus.ERASED:
        raise Conflict(
            Text(f"{survivor.person_no} 已删除，不能再拆分。", f"{survivor.person_no} is erased and cannot be parted."),
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
