"""What every export has in common: a number, a mark in the file, a row of its own, and a line in the audit log."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import Actor
from service.db import allocate_ids
from service.errors import check_choice
from service.files.marks import Mark
from service.models.exports import Export
from service.usecases.auditing import audit
from service.usecases.days import day_of

__all__ = ["MEDIA_TYPES", "Content", "ExportedFile", "check_format", "record_export"]

_OPEN_XML = "application/vnd.openxmlformats-officedocument"
MEDIA_TYPES = {
    "xlsx": f"{_OPEN_XML}.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "lrmx": "application/xml",
    "docx": f"{_OPEN_XML}.wordprocessingml.document",
    "pdf": "application/pdf",
}


@dataclass(frozen=True, kw_only=True)
class Content:
    """What is to be exported, before it has a number.

    Parameters
    ----------
    kind : str
        Of `schemas.exports.KINDS`.
    file_format : str
        Ending of the file.
    title : Text
    subject_no : str or None
        External number of the list or person, or the table of a roster.
    selection : mapping
        Filters, columns and order.
    n_people, n_rows : int
    person_nos : iterable of str
        Whose data are in it: they are told of the export when they ask who saw them.
    reason : str or None
        Why id numbers, phones and contacts are in it in full; None: they are not.
    render : callable
        Makes the file from its mark.
    """

    kind: str
    file_format: str
    title: Text
    render: Callable[[Mark], bytes]
    n_people: int
    n_rows: int
    person_nos: Iterable[str] = ()
    reason: str | None = None
    subject_no: str | None = None
    selection: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class ExportedFile:
    """A file for somebody to take away.

    Parameters
    ----------
    export_no, name, media_type : str
        `name` is Chinese; a download needs it encoded.
    content : bytes
    sha256 : str
    n_people, n_rows : int
    """

    export_no: str
    name: str
    media_type: str
    content: bytes
    sha256: str
    n_people: int
    n_rows: int


def record_export(session: Session, content: Content, *, actor: Actor, now: datetime) -> ExportedFile:
    """Make a file, and write down who took what; the caller has checked the right.

    Parameters
    ----------
    session : Session
        The number is used up only if it is committed.
    content : Content
    actor : Actor
    now : datetime
    """
    (export_id,) = allocate_ids(session, Export.__tablename__)
    export_no = f"E{day_of(now):%Y}-{export_id:06d}"
    mark = Mark(
        export_no=export_no,
        exported_by=actor.username,
        exported_at=now,
        title=content.title,
        n_people=content.n_people,
    )
    made = content.render(mark)
    digest = hashlib.sha256(made).hexdigest()
    _write_down(session, content, mark, export_id=export_id, n_bytes=len(made), digest=digest)
    audit.record(
        session,
        actor=actor,
        action="export",
        subject_kind=content.kind,
        subject_no=export_no,
        now=now,
        detail={
            "format": content.file_format,
            "subject_no": content.subject_no,
            "n_people": content.n_people,
            "n_rows": content.n_rows,
            "is_unmasked": content.reason is not None,
            **({"reason": content.reason} if content.reason is not None else {}),
            "sha256": digest,
        },
        subjects=[("person", number) for number in content.person_nos],
    )
    session.flush()
    return ExportedFile(
        export_no=export_no,
        name=f"{content.title.zh.replace('/', '-')}_{day_of(now):%Y%m%d}_{export_no}.{content.file_format}",
        media_type=MEDIA_TYPES[content.file_format],
        content=made,
        sha256=digest,
        n_people=content.n_people,
        n_rows=content.n_rows,
    )


def _write_down(session: Session, content: Content, mark: Mark, *, export_id: int, n_bytes: int, digest: str) -> None:
    row = Export(
        id=export_id,
        export_no=mark.export_no,
        kind=content.kind,
        file_format=content.file_format,
        subject_no=content.subject_no,
        is_unmasked=content.reason is not None,
        n_people=content.n_people,
        n_rows=content.n_rows,
        n_bytes=n_bytes,
        sha256=digest,
        exported_by=mark.exported_by,
        exported_at=mark.exported_at,
    )
    session.add(row)
    told = {**(content.selection or {}), **({"reason": content.reason} if content.reason is not None else {})}
    row.selection = json.dumps(told, ensure_ascii=False, default=_plain, sort_keys=True)


def check_format(file_format: str, *, known: tuple[str, ...]) -> None:
    """Refuse a format in which something is not exported.

    Raises
    ------
    InvalidInput
        Naming those that there are.
    """
    problem = Text(f"不能导出为“{file_format}”。", f"It is not exported as '{file_format}'.")
    check_choice(file_format, known, problem=problem, place="format")


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
