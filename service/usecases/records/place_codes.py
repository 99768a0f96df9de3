"""A place got another code: the lists of codes that people have follow."""

from typing import Any

from sqlalchemy import String, func, select, type_coerce, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from service.models.people import Person
from service.usecases.records.provenance import Ledger

__all__ = ["replace_code"]


def replace_code(
    session: Session, column: InstrumentedAttribute[Any], former: str, code: str, *, ledger: Ledger
) -> None:
    """Replace the code of a place in a list of codes of all people; codes of a kind have one length, so none is cut."""
    text = type_coerce(column, String())
    holds = text.contains(former, autoescape=True)
    tied = session.execute(select(Person.id, Person.version, column).where(holds)).all()
    for person_id, version, codes in tied:
        changes = {column.key: (codes, tuple(code if one == former else one for one in codes))}
        ledger.note_changed("person", person_id, changes, version=version)
    replaced = func.replace(text, former, code)
    session.execute(update(Person).where(holds).values({column: replaced}).execution_options(synchronize_session=False))
