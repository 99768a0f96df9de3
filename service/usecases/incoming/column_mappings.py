"""What the headers of an office mean: confirmed once, used by every later import of that office."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import Actor, require
from service.db import allocate_ids
from service.errors import InvalidInput, NotFound
from service.files.columns import column_table
from service.models.column_mappings import ColumnMapping
from service.sent_texts import check_text
from service.usecases.auditing import audit

__all__ = [
    "delete_column_mapping",
    "list_column_mappings",
    "remember_columns",
    "save_column_mapping",
    "use_column_mapping",
]

_LONGEST_OFFICE, _LONGEST_HEADER = 60, 120
_MOST_HEADERS = 200


def save_column_mapping(
    session: Session, *, actor: Actor, office: str, kind: str, columns: Mapping[str, str], now: datetime
) -> int:
    """Save what the headers of an office mean; a header that is known already gets its new field.

    Parameters
    ----------
    session : Session
    actor : Actor
    office : str
        Name under which it is used again.
    kind : {"people", "vacancies", "villages", "decisions", "training"}
    columns : mapping of str to str
        Fields by header.
    now : datetime

    Returns
    -------
    int
        Headers saved.

    Raises
    ------
    Forbidden
        If the actor may not import.
    InvalidInput
        If a name is blank or too long, there is no such field, or a header must not come in.
    """
    require(actor, "import_files")
    office = _office(office)
    column_table(kind).with_mapping(columns)
    if not columns or len(columns) > _MOST_HEADERS or any(len(header) > _LONGEST_HEADER for header in columns):
        raise InvalidInput(
            Text("没有要保存的列名，或列名过多、过长。", "There is no header to save, or too many or too long ones."),
            remedy=Text(
                f"一次保存 1 至 {_MOST_HEADERS} 个列名，每个不超过 {_LONGEST_HEADER} 字。",
                f"Save 1 to {_MOST_HEADERS} headers of at most {_LONGEST_HEADER} characters.",
            ),
            place="columns",
        )
    for header in columns:
        check_text(header, place="columns")
    known = {row.header: row for row in _rows(session, office, kind)}
    ids = iter(allocate_ids(session, ColumnMapping.__tablename__, len(columns)))
    for header, field in columns.items():
        row = known.get(header)
        if row is None:
            row = ColumnMapping(id=next(ids), office=office, kind=kind, header=header)
            session.add(row)
        row.field, row.saved_by, row.saved_at = field, actor.username, now
    _record(session, actor, "save_column_mapping", office, kind, now, len(columns))
    return len(columns)


def remember_columns(
    session: Session, *, actor: Actor, office: str, kind: str, confirmed: Mapping[str, str], now: datetime
) -> int:
    """Save what was confirmed with an import of an office, so that it is not asked again.

    Parameters and errors as in `save_column_mapping`; headers that are known to mean just that are left alone.

    Returns
    -------
    int
        Headers that were new or mean something else now.
    """
    require(actor, "import_files")
    known = {row.header: row.field for row in _rows(session, _office(office), kind)}
    new = {header: field for header, field in confirmed.items() if known.get(header) != field}
    return save_column_mapping(session, actor=actor, office=office, kind=kind, columns=new, now=now) if new else 0


def list_column_mappings(session: Session, *, actor: Actor, office: str | None = None) -> Sequence[ColumnMapping]:
    """Return saved mappings in the order of office, kind and header.

    Raises
    ------
    Forbidden
        If the actor may not import.
    """
    require(actor, "import_files")
    order = (ColumnMapping.office, ColumnMapping.kind, ColumnMapping.header)
    found = select(ColumnMapping).order_by(*order)
    if office is not None:
        found = found.where(ColumnMapping.office == _office(office))
    return session.scalars(found).all()


def use_column_mapping(session: Session, *, actor: Actor, office: str, kind: str, now: datetime) -> dict[str, str]:
    """Return the fields by header that were saved for an office, to import one of its tables with.

    Raises
    ------
    Forbidden
        If the actor may not import.
    NotFound
        If nothing was saved for this office and kind.
    """
    require(actor, "import_files")
    office = _office(office)
    columns = {row.header: row.field for row in _rows(session, office, kind)}
    if not columns:
        raise _nothing_saved(session, office, kind)
    _record(session, actor, "use_column_mapping", office, kind, now, len(columns))
    return columns


def delete_column_mapping(session: Session, *, actor: Actor, office: str, kind: str, now: datetime) -> int:
    """Forget what was saved for an office and kind, and return the number of headers.

    Raises
    ------
    Forbidden
        If the actor may not import.
    NotFound
        If nothing was saved.
    """
    require(actor, "import_files")
    office = _office(office)
    n_headers = len(_rows(session, office, kind))
    if not n_headers:
        raise _nothing_saved(session, office, kind)
    session.execute(delete(ColumnMapping).where(ColumnMapping.office == office, ColumnMapping.kind == kind))
    _record(session, actor, "delete_column_mapping", office, kind, now, n_headers)
    return n_headers


def _office(name: str) -> str:
    office = " ".join(name.split())
    if not office or len(office) > _LONGEST_OFFICE or not office.isprintable():
        raise InvalidInput(
            Text("单位名称为空或过长。", "The name of the office is blank or too long."),
            remedy=Text(
                f"请填写不超过 {_LONGEST_OFFICE} 字的单位名称。",
                f"Give a name of at most {_LONGEST_OFFICE} characters.",
            ),
            place="office",
        )
    return office


def _rows(session: Session, office: str, kind: str) -> Sequence[ColumnMapping]:
    wanted = ColumnMapping.office == office, ColumnMapping.kind == kind
    return session.scalars(select(ColumnMapping).where(*wanted).order_by(ColumnMapping.header)).all()


def _nothing_saved(session: Session, office: str, kind: str) -> NotFound:
    known = session.scalars(select(ColumnMapping.office).where(ColumnMapping.kind == kind).distinct()).all()
    listed = "、".join(sorted(known)[:10])
    remedy = Text(f"已保存：{listed}。", f"Saved are: {listed}.") if known else _SAVE_FIRST
    return NotFound(
        Text(f"没有保存过“{office}”的列名对应。", f"No mapping was saved for '{office}'."),
        remedy=remedy,
        place="office",
    )


def _record(session: Session, actor: Actor, action: str, office: str, kind: str, now: datetime, n_headers: int) -> None:
    detail = {"kind": kind, "n_headers": n_headers}
    audit.record(
        session, actor=actor, action=action, subject_kind="column_mappings", subject_no=office, now=now, detail=detail
    )
    session.flush()


_SAVE_FIRST = Text("请先用 talentpool mapping save 保存。", "Save one with talentpool mapping save.")
