"""What every file of a list has in common: who may take it away, and what is written down of it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import Actor, may, require_any
from service.errors import Forbidden
from service.files.marks import Mark
from service.models.shortlists import Shortlist
from service.usecases.lists.shortlists import find_shortlist
from service.usecases.outgoing.exporting import Content, ExportedFile, check_format, record_export
from service.usecases.workflow.round_records import round_of

__all__ = ["list_to_take_away", "record_list_export"]

_APPROVED = frozenset({"decided", "closed"})


def list_to_take_away(
    session: Session,
    *,
    actor: Actor,
    shortlist_no: str,
    file_format: str,
    known: tuple[str, ...],
    right: str = "export_lists",
) -> Shortlist:
    """Return the list that a file is made of, if the actor may take it away.

    Parameters
    ----------
    session : Session
    actor : Actor
        Without the right it takes away lists that were decided on, if it may those.
    shortlist_no : str
    file_format : str
    known : tuple of str
        Formats that there are.
    right : str

    Raises
    ------
    NotFound
        If there is no such list.
    Forbidden, InvalidInput
    """
    require_any(actor, right, "export_approved_lists")
    check_format(file_format, known=known)
    shortlist = find_shortlist(session, actor=actor, shortlist_no=shortlist_no)
    if not may(actor, right) and round_of(session, shortlist).state not in _APPROVED:
        raise Forbidden(
            Text("本账号只能导出已研究决定的名单。", "This account takes away lists that were decided on only."),
            remedy=Text("请待研究决定后导出，或请组织员导出。", "Wait for the decision, or ask a county officer."),
            place="subject_no",
            value=shortlist.shortlist_no,
        )
    return shortlist


def record_list_export(
    session: Session,
    shortlist: Shortlist,
    *,
    actor: Actor,
    kind: str,
    title: Text,
    file_format: str,
    selection: Mapping[str, Any],
    person_nos: Sequence[str | None],
    render: Callable[[Mark], bytes],
    now: datetime,
) -> ExportedFile:
    """Make the file of a list, and write down who took it.

    Parameters
    ----------
    session : Session
    shortlist : Shortlist
    actor : Actor
    kind : str
        Of `schemas.exports.KINDS`.
    title : Text
        Before the number of the list.
    file_format : str
    selection : mapping
    person_nos : sequence of str or None
        Of each row, which is one person; None for who was erased.
    render : callable
        Makes the file from its mark.
    now : datetime
    """
    number = shortlist.shortlist_no
    content = Content(
        kind=kind,
        file_format=file_format,
        title=Text(f"{title.zh}{number}", f"{title.en} {number}"),
        subject_no=number,
        selection=selection,
        n_people=len(person_nos),
        person_nos=[known for known in person_nos if known],
        n_rows=len(person_nos),
        render=render,
    )
    return record_export(session, content, actor=actor, now=now)
