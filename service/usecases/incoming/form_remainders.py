"""Parts of imported forms that no field holds: kept sealed, and given back with the next form of the person."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.db import allocate_ids
from service.files.archives import read_archive
from service.files.form_parts import Remainder, remainder_of
from service.files.forms import is_form
from service.models.exports import FormRemainder
from service.queries.merges import merged_into
from service.queries.people_pages import person_by_number
from service.usecases.days import day_of

__all__ = ["keep_remainder", "keep_remainders", "remainder_for"]


def keep_remainders(session: Session, *, path: Path, forms: Sequence[tuple[str, str]], now: datetime) -> None:
    """Keep what the import of one form, or of a zip of forms, leaves out.

    Called by the import once the people are saved; family members and the photo are never kept.

    Parameters
    ----------
    session : Session
    path : Path
    forms : sequence of (str, str)
        Name of the member of the zip ("" for a form that is a file of its own), and number of the person.
    now : datetime
    """
    if not forms:
        return
    data = path.read_bytes()
    members = {"": data} if is_form(path) else {one.name: one.data for one in read_archive(path.name, data)}
    for name, person_no in forms:
        if person_no and name in members:
            keep_remainder(session, person_no=person_no, content=members[name], now=now)


def keep_remainder(session: Session, *, person_no: str, content: bytes, now: datetime) -> None:
    """Keep what the import of a form leaves out, in place of what an earlier form left.

    Parameters
    ----------
    session : Session
    person_no : str
        Nobody has it: nothing is kept.
    content : bytes
        The form.
    now : datetime
    """
    person = person_by_number(session, person_no)
    if person is None:
        return
    found = remainder_of(content, person, today=day_of(now))
    row = session.scalar(select(FormRemainder).where(FormRemainder.person_id == person.id))
    if found is None:
        session.execute(delete(FormRemainder).where(FormRemainder.person_id == person.id))
        return
    if row is None:
        (row_id,) = allocate_ids(session, FormRemainder.__tablename__)
        row = FormRemainder(id=row_id, person_id=person.id, kept_at=now)
        session.add(row)
    text = json.dumps(asdict(found), ensure_ascii=False, sort_keys=True)
    if row.content != text:
        row.content, row.kept_at = text, now
    session.flush()


def remainder_for(session: Session, person_id: int, *, has_numbers: bool) -> Remainder | None:
    """Return what is kept of a person's form; without one, of the form of a record that was merged into theirs.

    Parameters
    ----------
    session : Session
    person_id : int
    has_numbers : bool
        Whether parts in which an id number or a phone stands are in it.
    """
    stands_for = merged_into(session, person_id)
    rows = session.scalars(select(FormRemainder).where(FormRemainder.person_id.in_(stands_for)))
    row = min(rows, key=lambda one: stands_for.index(one.person_id), default=None)
    if row is None or row.content is None:
        return None
    kept = json.loads(row.content)
    found = Remainder(
        attributes=kept["attributes"],
        unknown=[(after, xml) for after, xml in kept["unknown"]],
        texts=kept["texts"],
    )
    return found.without_others() if has_numbers else found.without_others().without_numbers()
