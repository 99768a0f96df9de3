"""Reading the audit log: who saw a person, what a user did, all of it, and taking it away as a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import Actor, require
from service.errors import InvalidInput, NotFound
from service.files.exported_tables import Cell, ExportedTable, table_file, table_json
from service.files.marks import Mark
from service.models.audit import AuditEntry
from service.queries.audit import lines_about, lines_of, newest_lines
from service.queries.people_pages import person_by_number
from service.usecases.auditing import audit
from service.usecases.outgoing.exporting import Content, ExportedFile, check_format, record_export
from service.usecases.records.people import get_person

__all__ = ["LogQuery", "check_is_registered", "export_log", "read_log"]

MOST_LINES = 500
_EXPORTED_AT_ONCE = 5_000
_TITLE = Text("审计日志", "audit log")
_COLUMNS = {
    "id": Text("序号", "No."),
    "at": Text("时间", "At"),
    "actor": Text("账号", "Account"),
    "role": Text("角色", "Role"),
    "action": Text("操作", "Action"),
    "subject_kind": Text("对象类型", "Kind"),
    "subject_no": Text("对象编号", "Number"),
    "detail": Text("说明", "Detail"),
    "request_id": Text("请求编号", "Request"),
    "address": Text("来源地址", "Address"),
    "chain_hash": Text("链哈希", "Chain hash"),
}


@dataclass(frozen=True, kw_only=True)
class LogQuery:
    """Which lines of the log; all of them unless something is given.

    Parameters
    ----------
    person_no : str, optional
        Only lines that name this person.
    username : str, optional
        Only what this account did.
    before : int, optional
        Only lines with a smaller number.
    limit : int
        1 to 500.
    """

    person_no: str | None = None
    username: str | None = None
    before: int | None = None
    limit: int = 50

    @classmethod
    def checked(cls, **wanted: Any) -> Self:
        """Return a query.

        Raises
        ------
        InvalidInput
            If the limit is out of range, or both a person and an account are given.
        """
        query = cls(**wanted)
        if not 1 <= query.limit <= MOST_LINES:
            raise InvalidInput(
                Text(f"每次 1 至 {MOST_LINES} 条。", f"1 to {MOST_LINES} lines at a time."),
                place="limit",
                value=query.limit,
            )
        if query.person_no and query.username:
            raise InvalidInput(
                Text("人员和账号只能选一项。", "Ask for a person or for an account, not for both."), place="username"
            )
        return query


def read_log(session: Session, query: LogQuery, *, actor: Actor) -> Sequence[AuditEntry]:
    """Return lines of the log, the newest first; that they were read is a line too.

    Everybody may read what the own account did. Who looks after a part of the city sees only who saw its people.

    Raises
    ------
    Forbidden
        If the actor may not read the log.
    NotFound
        If the person is not one of the actor's part of the city.
    """
    _check_right(session, query, actor=actor)
    lines = _lines(session, query)
    _record(session, query, actor=actor, action="read_audit", n_lines=len(lines))
    return lines


def export_log(
    session: Session, query: LogQuery, *, actor: Actor, file_format: str, language: str = "zh", now: datetime
) -> ExportedFile:
    """Make a file of all lines that a query finds, the oldest last; recorded as every export.

    Raises
    ------
    Forbidden
        If the actor may not read the log.
    InvalidInput
        If the format is none of ``xlsx``, ``csv`` and ``json``.
    """
    _check_right(session, query, actor=actor)
    check_format(file_format, known=("xlsx", "csv", "json"))
    rows = [_row(line) for line in _walk(session, query)]

    def render(mark: Mark) -> bytes:
        if file_format == "json":
            return table_json({"items": [dict(zip(_COLUMNS, row, strict=True)) for row in rows]}, mark=mark)
        headers = [label.in_(language) for label in _COLUMNS.values()]
        table = ExportedTable(name=_TITLE.in_(language), keys=tuple(_COLUMNS), headers=headers, rows=rows)
        return table_file(table, file_format=file_format, mark=mark, language=language)

    content = Content(
        kind="audit",
        file_format=file_format,
        title=_TITLE,
        subject_no=query.person_no or query.username,
        n_people=0,
        n_rows=len(rows),
        render=render,
    )
    return record_export(session, content, actor=actor, now=now)


def _check_right(session: Session, query: LogQuery, *, actor: Actor) -> None:
    if query.username is not None and query.username == actor.username:
        return
    if query.person_no is None:
        require(actor, "read_whole_audit")
        return
    require(actor, "read_audit")
    if not actor.territory.kind.is_everything:
        get_person(session, actor=actor, person_no=query.person_no)


def _lines(session: Session, query: LogQuery) -> Sequence[AuditEntry]:
    if query.person_no is not None:
        return lines_about(session, kind="person", number=query.person_no, before=query.before, limit=query.limit)
    if query.username is not None:
        return lines_of(session, username=query.username, before=query.before, limit=query.limit)
    return newest_lines(session, before=query.before, limit=query.limit)


def _walk(session: Session, query: LogQuery) -> Iterator[AuditEntry]:
    before = query.before
    while lines := _lines(session, LogQuery(**{**vars(query), "before": before, "limit": _EXPORTED_AT_ONCE})):
        yield from lines
        before = lines[-1].id


def _row(line: AuditEntry) -> list[Cell]:
    values = {name: getattr(line, name) for name in _COLUMNS}
    told = ", ".join(f"{name}: {value}" for name, value in line.detail.items())
    chain_hash = line.chain_hash.hex() if line.chain_hash else None
    return list((values | {"at": line.at.isoformat(), "detail": told, "chain_hash": chain_hash}).values())


def _record(session: Session, query: LogQuery, *, actor: Actor, action: str, n_lines: int) -> None:
    audit.record(
        session,
        actor=actor,
        action=action,
        subject_kind="audit_log",
        subject_no=query.person_no or query.username or "-",
        now=None,
        detail={"n_lines": n_lines},
    )


def check_is_registered(session: Session, person_no: str) -> None:
    """Tell a number that nobody has from somebody whom nobody saw.

    Raises
    ------
    NotFound
        If no record ever had the number.
    """
    if person_by_number(session, person_no) is None:
        raise NotFound(
            Text(f"没有人员编号 {person_no}。", f"Nobody has the number {person_no}."),
            remedy=Text("请核对编号。", "Check the number."),
            place="person_no",
            value=person_no,
        )
