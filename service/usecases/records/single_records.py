"""One record at a time: what a list of many reports as a finding is refused here, with its field."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from matching.vocabulary import Text
from schemas.problems import Problem
from service.access import Actor
from service.audit_lines import AuditLine
from service.db import actor_of
from service.errors import Conflict, InvalidInput, NotFound, PreconditionFailed
from service.models.audit import AuditEntry
from service.models.identity import WITH_ABSORBED
from service.models.people import Person
from service.models.territories import everywhere
from service.usecases.auditing import audit
from service.usecases.incoming.reports import Finding, SavedRecord, Severity

__all__ = [
    "check_number",
    "check_version",
    "not_found",
    "person_not_found",
    "record_edit",
    "refuse_findings",
    "stale_as_precondition",
    "taken",
]


def refuse_findings(saved: SavedRecord) -> None:
    """Refuse a record of which a value, or all of it, could not be taken.

    Raises
    ------
    InvalidInput
        With the sentences by field.
    """
    fields: dict[str, list[Text]] = {}
    first: Finding | None = None
    for finding in saved.findings:
        if finding.severity is not Severity.NOTE:
            fields.setdefault(finding.place, []).append(Problem(finding.text, finding.remedy).sentence())
            first = first or finding
    if first is not None:
        raise InvalidInput(first.text, remedy=first.remedy, place=first.place, value=first.value or None, fields=fields)


def taken(label: Text, number: str, *, place: str) -> Conflict:
    """Return the refusal of a number that exists already."""
    return Conflict(
        Text(f"{label.zh} {number} 已登记。", f"The {label.en} {number} is registered already."),
        remedy=Text(
            "如需更正，请修改已有记录；否则请换一个编号。", "Change the existing record, or use another number."
        ),
        place=place,
        value=number,
    )


def not_found(label: Text, number: str, *, place: str) -> NotFound:
    """Return the answer to a number that nobody knows."""
    return NotFound(
        Text(f"没有编号为 {number} 的{label.zh}。", f"There is no {label.en} {number}."),
        remedy=Text("请核对编号，或从列表中选择。", "Check the number, or choose from the list."),
        place=place,
        value=number,
    )


def person_not_found(session: Session, number: str) -> NotFound:
    """Return the answer to a number that nobody has, or that is outside the territory of who asks.

    Both are told alike, take alike long, and leave a line in the audit log in a transaction of its own: with the
    number where somebody elsewhere has it, without where a number, or anything else, was made up.
    """
    refusal = not_found(Text("人员", "person"), number, place="person_no")
    actor = actor_of(session)
    if actor is None:
        return refusal
    with everywhere(session):
        asked = select(Person.person_no).where(Person.person_no == number)
        known = session.scalar(asked, execution_options={WITH_ABSORBED: True})
    refusal.audit_line = AuditLine(
        actor=actor.username,
        role=actor.role_names,
        action="refused",
        subject_kind="person",
        subject_no=known or "-",
    )
    return refusal


def check_number(record: Any, *, key: str, number: str) -> None:
    """Refuse an edit that would change the number of its record.

    Raises
    ------
    InvalidInput
        If the record names another number.
    """
    if record.get(key, number) != number:
        raise InvalidInput(
            Text("编号不能修改。", "The number of a record does not change."),
            remedy=Text("请去掉编号，或登记为新记录。", "Leave the number out, or register a new record."),
            place=key,
            value=record[key],
        )


def check_version(session: Session, row: Any, *, kind: str, number: str, expected: int) -> None:
    """Refuse an edit made for a version that is no longer current.

    Raises
    ------
    PreconditionFailed
        Naming the current version and, as far as it is known, the fields that were changed since.
    """
    if row.version == expected:
        return
    since = sorted(_fields_changed_since(session, kind=kind, number=number, version=expected))
    names = Text(f"，已改动：{'、'.join(since)}", f"; changed: {', '.join(since)}") if since else Text("", "")
    raise PreconditionFailed(
        Text(
            f"记录已被改动，当前版本为 {row.version}{names.zh}。",
            f"The record has changed since; its version is {row.version}{names.en}.",
        ),
        remedy=Text("请重新读取后再修改。", "Read it again and repeat the change."),
        place=number,
        value=expected,
    )


@contextmanager
def stale_as_precondition(number: str) -> Iterator[None]:
    """Turn the loss of a race between two edits into the refusal that the slower one gets.

    Raises
    ------
    PreconditionFailed
        If another transaction changed the row in between.
    """
    try:
        yield
    except StaleDataError as error:
        raise PreconditionFailed(
            Text("记录刚刚被他人改动。", "Somebody else has just changed the record."),
            remedy=Text("请重新读取后再修改。", "Read it again and repeat the change."),
            place=number,
        ) from error


def record_edit(
    session: Session, *, actor: Actor, kind: str, number: str, version: int, changed: Sequence[str], now: datetime
) -> None:
    """Write the audit line of an edit: which fields, never their values."""
    audit.record(
        session,
        actor=actor,
        action=f"edit_{kind}",
        subject_kind=kind,
        subject_no=number,
        now=now,
        detail={"version": version, "fields": list(changed)},
    )
    session.flush()


def _fields_changed_since(session: Session, *, kind: str, number: str, version: int) -> set[str]:
    edits = select(AuditEntry.detail).where(
        AuditEntry.subject_kind == kind, AuditEntry.subject_no == number, AuditEntry.action == f"edit_{kind}"
    )
    details = session.scalars(edits)
    return {name for detail in details if detail["version"] > version for name in detail["fields"]}
