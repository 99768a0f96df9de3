"""Showing hidden numbers in full, one or all of a file, for a reason that stays in the log."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import Actor, require
from service.access.masking import Shown
from service.errors import InvalidInput
from service.models.people import Person
from service.usecases.auditing import audit
from service.usecases.privacy.masks import refuse_hidden, seen_people
from service.usecases.records.people import find_person

__all__ = ["FIELDS", "check_unmasking", "people_to_take_away", "unmask_field"]

FIELDS = ("id_number", "phone")
_SHORTEST, _LONGEST = 4, 200  # characters of a reason
_SHORTEST_SECRET = 2  # characters: one of them may stand in any sentence


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
    Conflict
        If the person stands in a blind review of the actor's.
    """
    require(actor, "unmask_fields")
    if field not in FIELDS:
        raise InvalidInput(
            Text(f"“{field}”没有打码。", f"'{field}' is not hidden."),
            remedy=Text(f"可用：{'、'.join(FIELDS)}。", f"There are: {', '.join(FIELDS)}."),
            place="field",
        )
    person = find_person(session, actor=actor, person_no=person_no)
    refuse_hidden(session, person, actor=actor)
    value: str | None = getattr(person, field)
    why = check_unmasking(actor, reason=reason, secrets=[person.name, person.id_number, person.phone])
    audit.record(
        session,
        actor=actor,
        action="unmask_field",
        subject_kind="person",
        subject_no=person.person_no,
        now=now,
        detail={"field": field, "reason": why},
    )
    session.flush()
    return value


def people_to_take_away(
    session: Session, people: Sequence[Person], *, actor: Actor, reason: str | None
) -> list[Person]:
    """Return people as a file carries them: numbers in full for a reason, else with the middle hidden.

    Raises
    ------
    Forbidden, InvalidInput
        As `check_unmasking`, if there is a reason.
    """
    if reason is None:
        return seen_people(session, people, actor=actor, numbers=Shown.PART)
    secrets = (secret for one in people for secret in (one.name, one.id_number, one.phone))
    check_unmasking(actor, reason=reason, secrets=secrets)
    return seen_people(session, people, actor=actor, numbers=Shown.FULL)


def check_unmasking(actor: Actor, *, reason: str, secrets: Iterable[str | None]) -> str:
    """Let numbers be shown in full for a reason, and return it as the log keeps it.

    Parameters
    ----------
    actor : Actor
    reason : str
        4 to 200 characters; it stays readable in the log, so that nobody may be named in it.
    secrets : iterable of str or None
        Names and numbers of whom it is about.

    Raises
    ------
    Forbidden
        If the actor may not unmask.
    InvalidInput
        If the reason is missing, too long, or tells who somebody is.
    """
    require(actor, "unmask_fields")
    reason = reason.strip()
    if not _SHORTEST <= len(reason) <= _LONGEST:
        raise InvalidInput(
            Text("查看完整号码须写明理由。", "To see a number in full takes a reason."),
            remedy=Text(f"请写 {_SHORTEST} 至 {_LONGEST} 个字。", f"Give {_SHORTEST} to {_LONGEST} characters."),
            place="reason",
        )
    if any(secret and len(secret) >= _SHORTEST_SECRET and secret in reason for secret in secrets):
        raise InvalidInput(
            Text("理由中不得写姓名或号码。", "A reason holds no name and no number."),
            remedy=Text("请只写事由。", "Say only what it is for."),
            place="reason",
        )
    return reason
