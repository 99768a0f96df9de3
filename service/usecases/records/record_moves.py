"""A person's record from draft to verified, suspended, archived."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.vocabulary import RecordStatus, Text
from service.access import Actor, require
from service.errors import Conflict
from service.models.appointments import Appointment
from service.models.people import Person
from service.models.provenance import SourceKind
from service.settings.retention import RetentionSettings
from service.usecases.days import day_of
from service.usecases.privacy.masks import seen_person
from service.usecases.privacy.retention import clocks_of
from service.usecases.records.claimed_states import creator_of, require_right_to
from service.usecases.records.people import find_person
from service.usecases.records.provenance import Ledger, Origin
from service.usecases.records.submission_guards import RECORD_SUBMISSION
from service.usecases.revisions import bump
from service.usecases.workflow.move_histories import record_changes
from service.usecases.workflow.moving import (
    SYSTEM,
    Asked,
    Guard,
    Moving,
    Subject,
    check_version,
    follow,
    lock_row,
    make_move,
)
from service.workflow import workflow_in_force

__all__ = ["RECORD_GUARDS", "archive_due", "move_record"]

# Reasons are written as people write them, in Chinese.
_KEPT_LONG_ENOUGH = {
    "withdrawn": "撤回同意后保存期限届满",
    "archived": "归档后保存期限届满",
    "term_ended": "任期结束后保存期限届满",
}


def move_record(
    session: Session,
    *,
    actor: Actor,
    person_no: str,
    asked: Asked,
    now: datetime,
    via: SourceKind = SourceKind.API,
) -> Person:
    """Lead a person's record to its next state; a suspended one leaves the matching at once.

    Raises
    ------
    NotFound
        If nobody has this number.
    VersionConflict, Conflict, Forbidden, InvalidInput
        As in `make_move`.
    """
    require(actor, "move_records")
    require_right_to(actor, machine="talent_record", state=str(asked.to))
    found = find_person(session, actor=actor, person_no=person_no)
    person = lock_row(session, Person, found.id)
    subject = _subject(session, person)
    check_version(subject, asked.version)
    ledger = Ledger(session, Origin.of(actor, via), now)
    changes: dict[str, tuple[Any, Any]] = {"record_status": (subject.state, asked.to)}
    if asked.to == RecordStatus.VERIFIED:
        signed = {"attested_by": actor.holder_name, "attested_document": asked.document, "verified_at": now}
        changes |= {name: (getattr(person, name), value) for name, value in signed.items()}
        for name, value in signed.items():
            setattr(person, name, value)
    person.updated_at = now
    make_move(session, actor=actor, subject=subject, asked=asked, guards=RECORD_GUARDS, now=now)
    ledger.note_changed("person", person.id, changes, row=person)
    ledger.write()
    bump(session, "people", people=[person.id])
    session.flush()
    return seen_person(session, person, actor=actor)


def archive_due(session: Session, *, settings: RetentionSettings, now: datetime) -> tuple[list[str], int]:
    """Archive the verified records that may no longer be kept: nobody in post, and no order to keep them.

    Returns
    -------
    (list of str, int)
        Numbers of those that were archived, and how many records are due, for a named person to erase.
    """
    today = day_of(now)
    due = [one for one in clocks_of(session, settings=settings, today=today) if one.due_on <= today and not one.is_held]
    in_post = set(session.scalars(select(Appointment.person_id).where(Appointment.ended_on.is_(None))))
    archived = []
    for clock in sorted(due, key=lambda one: one.person.id):
        person = lock_row(session, Person, clock.person.id)
        if person.record_status is not RecordStatus.VERIFIED or person.id in in_post:
            continue
        ledger = Ledger(session, Origin.of(SYSTEM, SourceKind.CLI), now)
        before = str(person.record_status.value)
        person.updated_at = now
        reason = f"{_KEPT_LONG_ENOUGH[clock.ground]}（{clock.due_on}）"
        follow(session, subject=_subject(session, person), to="archived", guards=RECORD_GUARDS, reason=reason, now=now)
        ledger.note_changed("person", person.id, {"record_status": (before, "archived")}, row=person)
        ledger.write()
        archived.append(person)
    if archived:
        bump(session, "people", people=[one.id for one in archived])
        session.flush()
    return [one.person_no for one in archived], len(due)


def _subject(session: Session, person: Person) -> Subject:
    return Subject(
        machine=workflow_in_force().machines["talent_record"],
        id=person.id,
        number=person.person_no,
        row=person,
        state=str(person.record_status.value),
        state_field="record_status",
        convert=RecordStatus,
        changes_since=lambda version: record_changes(session, "talent_record", "person", person.id, version=version),
        apart={"creator": creator_of(session, "person", person.id)},
    )


def _retention_over(moving: Moving) -> None:
    """Erasing is done by the procedure that keeps the retention clock; it says so, and nobody else can."""
    if not moving.asked.more.get("retention_is_over"):
        raise Conflict(
            Text("保存期限未满，或仍有保全要求。", "The record has to be kept still."),
            remedy=Text("到期后由系统删除。", "The service erases it when the time has come."),
            place="to",
            value=moving.asked.to,
        )


RECORD_GUARDS: Mapping[str, Guard] = {
    **RECORD_SUBMISSION,
    "retention_over": _retention_over,
}
