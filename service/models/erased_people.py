"""No words are written about somebody who is erased, also not by who looked a moment before and waited for the erasure.

Nobody would empty them any more. A row that names a person waits, on PostgreSQL, for an erasure at work by its foreign
key; so it is looked at after the row is written, for every table that holds words about people.
"""

from functools import cache

from sqlalchemy import event, select
from sqlalchemy.orm import Session, UOWTransaction

from matching.vocabulary import RecordStatus, Text
from service.db import Model
from service.errors import Conflict
from service.models.identity import WITH_ABSORBED
from service.models.people import Person
from service.models.sealing import sealed_places
from service.models.territories import everywhere

__all__: list[str] = []


@event.listens_for(Session, "after_flush")
def _refuse_rows_of_erased(session: Session, _context: UOWTransaction) -> None:
    columns = _columns()
    ids = {getattr(row, name) for row in session.new for name in columns.get(type(row).__tablename__, ())} - {None}
    if not ids:
        return
    erased = select(Person.person_no).where(Person.id.in_(ids), Person.record_status == RecordStatus.ERASED)
    with everywhere(session):
        number = session.scalars(erased, execution_options={WITH_ABSORBED: True}).first()
    if number is not None:
        raise Conflict(
            Text(f"{number} 的档案已删除，不再登记任何内容。", f"The record {number} is erased: nothing is written."),
            remedy=Text(
                "本人重新报名的，请以新编号登记，并签署新的同意书。",
                "Register somebody who comes again under a new number, with a new consent.",
            ),
            place="person_no",
            value=number,
        )


@cache
def _columns() -> dict[str, tuple[str, ...]]:
    """Return the columns that name a person, by the tables that hold words about people."""
    sealed = [places[0].table for name, places in sealed_places(Model).items() if places and name != "people"]
    named = {
        table.name: tuple(
            column.name
            for column in table.columns
            if any(key.column.table.name == "people" for key in column.foreign_keys)
        )
        for table in sealed
    }
    return {name: columns for name, columns in named.items() if columns}
