"""Undoing a whole import: what it entered goes, what it changed comes back, as long as nothing else depends on it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, joinedload

from matching.vocabulary import Text
from service.access import Actor, require
from service.db import Model
from service.errors import Conflict
from service.models.exports import FormRemainder
from service.models.identity import WITH_ABSORBED, DuplicatePair, Merge
from service.models.imports import Import, ImportState
from service.models.name_tokens import NameToken
from service.models.people import Person
from service.models.provenance import RecordChange, Source, SourceKind
from service.models.runs import Ranking, RankingHead
from service.models.territories import everywhere
from service.models.vacancies import Vacancy
from service.queries.dependents import DEPENDENTS, dependents_of
from service.queries.merges import standing_merges
from service.usecases.auditing import audit
from service.usecases.incoming.imports_kept import called, find_import
from service.usecases.privacy.withdrawals import stays_withdrawn
from service.usecases.records.provenance import Ledger, Origin
from service.usecases.records.record_values import SUBJECTS, stored_value
from service.usecases.revisions import bump

__all__ = ["UndoneImport", "undo_import"]

_MOST_NAMED = 5
#: Places that a file of people or vacancies registered on the way stay if others live there by now.
_ON_THE_WAY = frozenset({"village", "township", "county"})
_ORDER = ("training", "decision", "vacancy", "person", "village", "township", "county")


@dataclass(frozen=True)
class UndoneImport:
    """What the undoing of an import did.

    Parameters
    ----------
    import_id : int
    n_deleted, n_restored : int
        Records that went, and records that got their values of before.
    n_places_kept : int
        Places that were registered on the way and are used by others now.
    """

    import_id: int
    n_deleted: int
    n_restored: int
    n_places_kept: int


@dataclass
class _Plan:
    new: dict[str, dict[int, dict[str, Any]]] = field(default_factory=dict)
    changed: dict[str, dict[int, dict[str, tuple[Any, Any]]]] = field(default_factory=dict)


def undo_import(session: Session, *, actor: Actor, import_id: int, now: datetime) -> UndoneImport:
    """Undo an import, all of it or nothing.

    Parameters
    ----------
    session : Session
    actor : Actor
    import_id : int
    now : datetime

    Raises
    ------
    NotFound
        If there is no such import.
    Conflict
        If it is undone already, or something depends on it: later changes of the same records, lists, decisions,
        checks, appointments, people and vacancies of its villages. The first ones are named.
    Forbidden
        If the actor may not import.
    """
    require(actor, "import_files")
    imported = find_import(session, import_id)
    if imported.state is ImportState.UNDONE:
        raise Conflict(
            Text(f"导入 {import_id} 已经撤销。", f"Import {import_id} is undone already."),
            remedy=Text("如需恢复，请重新导入原文件。", "Import the file again to have it back."),
            place="import_id",
            value=import_id,
        )
    with everywhere(session):
        return _undo(session, imported, actor=actor, now=now)


def _undo(session: Session, imported: Import, *, actor: Actor, now: datetime) -> UndoneImport:
    import_id = imported.id
    _refuse_merged(session, plan := _plan(session, import_id))
    _refuse_later_changes(session, import_id, plan)
    ledger = Ledger(session, Origin(kind=SourceKind.UNDO, username=actor.username, import_id=import_id), now)
    n_restored = _restore(session, plan, ledger, now=now)
    session.flush()
    n_kept = _check_dependents(session, imported, plan)  # who moved out again is no dependent
    n_deleted = _delete(session, plan, ledger)
    ledger.write()
    imported.state, imported.undone_by, imported.undone_at = ImportState.UNDONE, actor.username, now
    bump(session, "people")
    bump(session, "vacancies")
    done = UndoneImport(import_id, n_deleted, n_restored, n_kept)
    audit.record(
        session,
        actor=actor,
        action="undo_import",
        subject_kind=imported.kind,
        subject_no=imported.sha256[:16],
        now=now,
        detail={"import_id": import_id, "n_deleted": n_deleted, "n_restored": n_restored},
    )
    session.flush()
    session.expire_all()
    return done


def _of_import(import_id: int) -> Any:
    return select(Source.id).where(Source.import_id == import_id, Source.kind == SourceKind.IMPORT)


def _plan(session: Session, import_id: int) -> _Plan:
    plan = _Plan()
    found = select(RecordChange).where(RecordChange.source_id.in_(_of_import(import_id))).order_by(RecordChange.id)
    for change in session.scalars(found):
        values: dict[str, list[Any]] = json.loads(change.changes)
        number = SUBJECTS[change.subject_kind].number
        if number in values and values[number][0] is None:
            plan.new.setdefault(change.subject_kind, {})[change.subject_id] = {number: values[number][1]}
        else:
            pairs = {name: (before, after) for name, (before, after) in values.items()}
            plan.changed.setdefault(change.subject_kind, {})[change.subject_id] = pairs
    return plan


def _refuse_merged(session: Session, plan: _Plan) -> None:
    """Refuse while a record of the import stands for another, or another for it: that merge has to be undone first."""
    new, changed = (set(records.get("person", {})) for records in (plan.new, plan.changed))
    merges = [
        one
        for one in standing_merges(session, new | changed)
        if one.absorbed_id in new | changed or one.survivor_id in new
    ]
    if merges:
        ids = [one.absorbed_id for one in merges[:_MOST_NAMED]]
        query = select(Person.person_no).where(Person.id.in_(ids)).order_by(Person.person_no)
        named = session.scalars(query, execution_options={WITH_ABSORBED: True}).all()
        listed = ", ".join(str(one.id) for one in merges[:_MOST_NAMED])
        raise _depends(
            Text(f"有 {len(merges):,} 条记录已并入其他记录", f"{len(merges):,} records have been merged since"),
            named,
            remedy=Text(f"请先撤销合并 {listed}。", f"Undo the merges first: {listed}."),
        )


def _refuse_later_changes(session: Session, import_id: int, plan: _Plan) -> None:
    """Refuse if somebody changed what this import entered, or a field that it changed, and that still counts."""
    last = session.scalar(select(func.max(RecordChange.id)).where(RecordChange.source_id.in_(_of_import(import_id))))
    undone = select(Import.id).where(Import.state == ImportState.UNDONE)
    later = (
        select(RecordChange)
        .join(RecordChange.source)
        .where(
            RecordChange.id > (last or 0),
            Source.kind != SourceKind.UNDO,
            Source.import_id.is_(None) | Source.import_id.not_in(undone),
        )
        .options(joinedload(RecordChange.source))
        .order_by(RecordChange.id)
    )
    named: list[str] = []
    newer, n_found = set[int](), 0
    changed = set(plan.changed.get("person", {}))
    merged = {
        person_id for one in standing_merges(session, changed) for person_id in (one.survivor_id, one.absorbed_id)
    }
    for change in session.scalars(later):
        kind, subject_id = change.subject_kind, change.subject_id
        if change.source.kind in _OF_MERGES and subject_id not in merged:
            continue  # what has been parted again is as it was
        fields = json.loads(change.changes).keys()
        is_new = subject_id in plan.new.get(kind, {}) and kind not in _ON_THE_WAY
        touched = is_new or fields & plan.changed.get(kind, {}).get(subject_id, {}).keys()
        if touched:
            n_found += 1
            if change.source.kind is SourceKind.IMPORT and change.source.import_id is not None:
                newer.add(change.source.import_id)
            if len(named) < _MOST_NAMED:
                row = session.get_one(SUBJECTS[kind].model, subject_id)
                number = getattr(row, SUBJECTS[kind].number)
                named.append(f"{number} ({change.source.username} {change.source.at:%Y-%m-%d})")
    if n_found:
        what = Text(f"有 {n_found:,} 条记录之后又被改动", f"{n_found:,} records were changed afterwards")
        raise _depends(what, named, remedy=_UNDO_FIRST.filled(listed=called(session, newer)) if newer else None)


def _check_dependents(session: Session, imported: Import, plan: _Plan) -> int:
    """Refuse if something refers to a new record; a place that was registered on the way stays instead."""
    n_kept = 0
    for kind in _ORDER:
        new = plan.new.get(kind, {})
        for reference, subject_id in dependents_of(session, kind, set(new), without=_going(plan)):
            if kind in _ON_THE_WAY and imported.kind != "villages":
                n_kept += new.pop(subject_id, None) is not None
                continue
            number = next(iter(new[subject_id].values()))
            label = DEPENDENTS[reference]
            raise _depends(Text(f"已有{label.zh}用到它", f"{label.en} refer to it"), [str(number)])
    return n_kept


def _going(plan: _Plan) -> Mapping[str, set[int]]:
    return {SUBJECTS[kind].model.__tablename__: set(new) for kind, new in plan.new.items()}


def _restore(session: Session, plan: _Plan, ledger: Ledger, *, now: datetime) -> int:
    n_restored = 0
    for kind, rows in plan.changed.items():
        for row, pairs in _rows(session, SUBJECTS[kind].model, rows):
            changes = {}
            for name, (before, _) in pairs.items():
                current, former = getattr(row, name), stored_value(SUBJECTS[kind].model, name, before)
                if current != former and not stays_withdrawn(session, row, name):
                    setattr(row, name, former)
                    changes[name] = (current, former)
            if changes:
                n_restored += 1
                if hasattr(row, "updated_at"):
                    row.updated_at = now
                ledger.note_changed(kind, row.id, changes, row=row)
    return n_restored


def _rows(session: Session, model: type[Model], wanted: Mapping[int, Any]) -> Iterator[tuple[Any, Any]]:
    key: Any = model.__table__.c.id
    ids = sorted(wanted)
    for start in range(0, len(ids), _IN_ONE_QUERY):
        for row in session.scalars(select(model).where(key.in_(ids[start : start + _IN_ONE_QUERY]))):
            yield row, wanted[row.id]  # type: ignore[attr-defined]  # every subject has an id


def _delete(session: Session, plan: _Plan, ledger: Ledger) -> int:
    n_deleted = 0
    for kind in _ORDER:
        new, model = plan.new.get(kind, {}), SUBJECTS[kind].model
        ids = sorted(new)
        for start in range(0, len(ids), _IN_ONE_QUERY):
            part = ids[start : start + _IN_ONE_QUERY]
            _drop_rankings(session, model, part)
            key: Any = model.__table__.c.id
            session.execute(delete(model).where(key.in_(part)).execution_options(synchronize_session=False))
        for subject_id, numbers in new.items():
            ledger.note_changed(kind, subject_id, {name: (value, None) for name, value in numbers.items()}, version=0)
        n_deleted += len(new)
    return n_deleted


def _drop_rankings(session: Session, model: type[Model], ids: Sequence[int]) -> None:
    """Take out of the replaceable rankings who is going; they are made anew by the next rescoring."""
    if model is Person:
        session.execute(delete(Ranking).where(Ranking.person_id.in_(ids)))
        _drop_traces(session, ids)
    elif model is Vacancy:
        session.execute(delete(Ranking).where(Ranking.vacancy_id.in_(ids)))
        session.execute(delete(RankingHead).where(RankingHead.vacancy_id.in_(ids)))


_OF_MERGES = frozenset({SourceKind.MERGE, SourceKind.UNMERGE})


def _drop_traces(session: Session, ids: Sequence[int]) -> None:
    """Drop what is about nobody else than who is going: pairs to look at, merges that were undone, rests of forms."""
    for column in (
        DuplicatePair.first_id, DuplicatePair.second_id, Merge.survivor_id, Merge.absorbed_id, FormRemainder.person_id,
        NameToken.person_id,
    ):  # fmt: skip
        session.execute(delete(column.class_).where(column.in_(ids)).execution_options(synchronize_session=False))


def _depends(what: Text, named: Sequence[str], *, remedy: Text | None = None) -> Conflict:
    listed = "、".join(named)
    return Conflict(
        Text(f"不能撤销：{what.zh}：{listed}。", f"It cannot be undone: {what.en}: {', '.join(named)}."),
        remedy=remedy or Text("请先处理这些记录，或逐条更正。", "Settle these first, or correct record by record."),
        place="import_id",
    )


_IN_ONE_QUERY = 500
_UNDO_FIRST = Text("请先撤销之后的导入：{listed}。", "Undo the newer imports first: {listed}.")
