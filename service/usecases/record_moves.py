"""A person's record from draft to verified, suspended, archived."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from matching.vocabulary import RecordStatus, Text
from schemas.identity import checksum_of
from service.access import Actor, require
from service.errors import Conflict, InvalidInput
from service.models.people import Person
from service.models.provenance import SourceKind
from service.usecases.claimed_states import require_right_to
from service.usecases.masks import seen_person
from service.usecases.move_histories import record_changes
from service.usecases.moving import Asked, Guard, Moving, Subject, check_version, lock_row, make_move
from service.usecases.people import find_person
from service.usecases.provenance import Ledger, Origin
from service.usecases.revisions import bump
from service.usecases.vacancy_moves import creator_of
from service.workflow import workflow_in_force

__all__ = ["RECORD_GUARDS", "move_record"]


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
        signed = {"attested_by": asked.signed_name, "attested_document": asked.document, "verified_at": now}
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


def _consent_recorded(moving: Moving) -> None:
    if moving.subject.row.consent_matching is not True:
        raise Conflict(
            Text("尚未登记本人同意参加匹配。", "The person's consent to matching is not recorded."),
            remedy=Text("请先登记本人同意。", "Record the consent first."),
            place="consent_matching",
        )


def _id_number_sound(moving: Moving) -> None:
    number = moving.subject.row.id_number
    if moving.asked.reason or (number and _is_sound(number)):
        return
    problem = (
        Text("身份证号校验不通过。", "The checksum of the id number is wrong.")
        if number
        else Text("尚未登记身份证号。", "There is no id number on record.")
    )
    remedy = Text("请更正，或写明例外理由。", "Correct it, or give the reason for the exception.")
    raise InvalidInput(problem, remedy=remedy, place="reason", fields={"reason": [problem]})


def _is_sound(id_number: str) -> bool:
    return re.fullmatch(r"\d{17}[\dX]", id_number) is not None and checksum_of(id_number[:17]) == id_number[17]


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
    "consent_recorded": _consent_recorded,
    "id_number_sound": _id_number_sound,
    "retention_over": _retention_over,
}
