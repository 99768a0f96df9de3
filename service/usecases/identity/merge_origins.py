"""Where a value came from that a merge took over: the record that had it, and its file and cell there."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models.identity import WITH_ABSORBED, Merge
from service.models.people import Person
from service.models.provenance import SourceKind

if TYPE_CHECKING:
    from service.usecases.records.histories import ValueChange

__all__ = ["with_origins"]

History = dict[str, "list[ValueChange]"]


def with_origins(session: Session, survivor_id: int, history: History, *, read: Callable[[str], History]) -> History:
    """Add to what merges took over from which record it was, and the file, sheet and cell that had told it.

    Parameters
    ----------
    session : Session
    survivor_id : int
    history : dict of str to list of ValueChange
        Of the survivor, by field.
    read : callable
        Returns the history of another record by its number.
    """
    if not any(change.source is SourceKind.MERGE for changes in history.values() for change in changes):
        return history
    absorbed = _absorbed(session, survivor_id)
    known: dict[str, History] = {}

    def told(field: str, change: "ValueChange") -> "ValueChange":
        number = absorbed.get(change.at) if change.source is SourceKind.MERGE and field != _INTO else None
        if number is None:
            return change
        if number not in known:
            known[number] = read(number)
        before = [one for one in known[number].get(field, ()) if one.at <= change.at and one.after == change.after]
        if not before:
            return replace(change, taken_from=number)
        first = before[-1]
        return replace(
            change, taken_from=number, import_id=first.import_id, file_name=first.file_name, sheet=first.sheet,
            cell=first.cell,
        )  # fmt: skip

    return {field: [told(field, change) for change in changes] for field, changes in history.items()}


_INTO = "merged_into_id"


def _absorbed(session: Session, survivor_id: int) -> Mapping[datetime, str]:
    query = (
        select(Merge.merged_at, Person.person_no)
        .join(Person, Person.id == Merge.absorbed_id)
        .where(Merge.survivor_id == survivor_id)
    )
    return {row.merged_at: row.person_no for row in session.execute(query, execution_options={WITH_ABSORBED: True})}
