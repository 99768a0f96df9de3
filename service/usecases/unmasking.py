"""Showing one hidden number in full, for a reason that stays in the log."""

from datetime import datetime

from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import Actor, require
from service.errors import InvalidInput
from service.usecases import audit
from service.usecases.people import find_person

__all__ = ["FIELDS", "unmask_field"]

FIELDS = ("id_number", "phone")
_SHORTEST, _LONGEST = 4, 200  # characters of a reason


def unmask_field(
    session: Session, *, actor: Actor, person_no: str, field: str, reason: str, now: datetime
) -> str | None:
    """Return an id number or a phone in full, None where none is registered; who, whose, what and why is logged.

    Parameters
    ----------
    session : Session
    actor : Actor
    person_no : str
    field : {"id_number", "phone"}
    reason : str
        4 to 200 characters; it stays readable in the log, so that nobody may be named in it.
    now : datetime

    Raises
    ------
    Forbidden
        If the actor may not unmask.
    NotFound
        If nobody has this number, or the actor may not look where they live.
    InvalidInput
        If the field is another, or the reason is missing or tells who the person is.
    """
    require(actor, "unmask_fields")
    if field not in FIELDS:
        raise InvalidInput(
            Text(f"“{field}”没有打码。", f"'{field}' is not hidden."),
            remedy=Text(f"可用：{'、'.join(FIELDS)}。", f"There are: {', '.join(FIELDS)}."),
            place="field",
        )
    person = find_person(session, actor=actor, person_no=person_no)
    value: str | None = getattr(person, field)
    _check_reason(reason.strip(), secrets=[person.name, person.id_number, person.phone])
    audit.record(
        session,
        actor=actor,
        action="unmask_field",
        subject_kind="person",
        subject_no=person.person_no,
        now=now,
        detail={"field": field, "reason": reason.strip()},
    )
    session.flush()
    return value


def _check_reason(reason: str, *, secrets: list[str | None]) -> None:
    if not _SHORTEST <= len(reason) <= _LONGEST:
        raise InvalidInput(
            Text("查看完整号码须写明理由。", "To see a number in full takes a reason."),
            remedy=Text(f"请写 {_SHORTEST} 至 {_LONGEST} 个字。", f"Give {_SHORTEST} to {_LONGEST} characters."),
            place="reason",
        )
    if any(secret and secret in reason for secret in secrets):
        raise InvalidInput(
            Text("理由中不得写姓名或号码。", "A reason holds no name and no number."),
            remedy=Text("请只写事由。", "Say only what it is for."),
            place="reason",
        )
