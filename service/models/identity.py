"""Who is who: pairs of records that may speak of one person, and records merged into others."""

from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column, with_loader_criteria

from service.db import Model
from service.models.people import Person
from service.models.sealing import Sealed

__all__ = ["WITH_ABSORBED", "DuplicatePair", "Merge"]

#: Execution option of the few statements that have to see records which were merged into others.
WITH_ABSORBED = "with_absorbed_people"


class DuplicatePair(Model):
    """Two records that may speak of one person: surrogate ids, what was compared, and what somebody said of it."""

    __tablename__ = "duplicate_pairs"
    __table_args__ = (UniqueConstraint("first_id", "second_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    first_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)  # the smaller
    second_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    probability: Mapped[float]
    reasons: Mapped[list[str]] = mapped_column(JSON)  # codes of levels, never values
    state: Mapped[str] = mapped_column(String(10), index=True)  # open, same, different, later
    found_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(String(60))
    decided_at: Mapped[datetime | None]
    note = Sealed("note")
    note_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class Merge(Model):
    """One record merged into another, with all that is needed to part them again."""

    __tablename__ = "merges"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    survivor_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    absorbed_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    merged_by: Mapped[str] = mapped_column(String(60))
    merged_at: Mapped[datetime]
    undone_by: Mapped[str | None] = mapped_column(String(60))
    undone_at: Mapped[datetime | None]
    note = Sealed("note")
    note_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    # Fields of the survivor before and after, and which rows were moved: JSON.
    journal = Sealed("journal")
    journal_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


_NOT_ABSORBED = with_loader_criteria(Person, lambda cls: cls.merged_into_id.is_(None), include_aliases=True)


@event.listens_for(Session, "do_orm_execute")
def _leave_out_absorbed(state: ORMExecuteState) -> None:
    """Leave people who were merged into others out of every select that does not ask for them.

    It is done here, in one place, because a list, a frame or an export that forgot it would show somebody twice.
    """
    if state.is_select and not state.is_column_load and not state.execution_options.get(WITH_ABSORBED):
        statement = state.statement
        narrowed = _narrowed.get(statement)
        if narrowed is None:
            narrowed = _narrowed[statement] = statement.options(_NOT_ABSORBED)
        state.statement = narrowed


# A statement that is kept is asked again and again: its key in the cache of statements is worked out once then.
_narrowed: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()
