"""Requests for correction: the person or anybody who knows better proposes a value, an officer decides."""

import json
from datetime import datetime
from typing import Any

from marshmallow import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from matching.vocabulary import Text
from schemas.people import PersonSchema
from schemas.problems import problems_by_path
from service.access import Actor, require, require_any
from service.db import allocate_ids
from service.errors import Conflict, InvalidInput, VersionConflict
from service.models.people import Person
from service.models.privacy import Correction
from service.usecases.auditing import audit
from service.usecases.identity.merge_fields import GROUPS
from service.usecases.incoming import saving_people
from service.usecases.privacy.hidden_words import hide_words, hides_identity
from service.usecases.privacy.masks import seen_fields
from service.usecases.records.negative_list import FIELD
from service.usecases.records.people import find_person
from service.usecases.records.provenance import Ledger, Origin, SourceKind
from service.usecases.records.single_records import not_found, refuse_findings
from service.usecases.workflow.move_histories import record_changes

__all__ = ["decide_correction", "list_corrections", "propose_correction"]

#: What is settled by other acts than a correction.
_NOT_CORRECTED = frozenset({"person_no", "record_status", "attested_by", "attested_document", "consent_matching"})


def propose_correction(
    session: Session, *, actor: Actor, person_no: str, field: str, value: Any, reason: str,
    seen_version: int | None = None, now: datetime,
) -> Correction:  # fmt: skip
    """Ask to have one value corrected; nothing changes until somebody decides.

    Parameters
    ----------
    session : Session
    actor : Actor
    person_no, field : str
    value : JSON value
        As it would be sent in a record; None to have it removed.
    reason : str
    seen_version : int, optional
        Of the record as the actor has seen it; not asked for unless given.
    now : datetime

    Raises
    ------
    InvalidInput
        If the field cannot be corrected, or the value cannot be taken.
    VersionConflict
        If somebody else has changed this field since it was seen.
    """
    require(actor, "propose_corrections")
    _checked(field, value)
    person = find_person(session, actor=actor, person_no=person_no)
    if seen_version is not None:
        _refuse_unseen(session, person, field, seen_version=seen_version)
    (correction_id,) = allocate_ids(session, Correction.__tablename__)
    correction = Correction(
        id=correction_id, person_id=person.id, field=field, proposed_by=actor.username, proposed_at=now, state="open"
    )
    session.add(correction)
    correction.proposed, correction.reason = json.dumps(value, ensure_ascii=False), reason
    _record(session, correction, "propose_correction", person.person_no, actor=actor, now=now)
    return correction


def decide_correction(
    session: Session, *, actor: Actor, correction_id: int, accept: bool, reason: str, now: datetime
) -> Correction:
    """Accept a proposed value, which enters the record with its history, or refuse it with a reason.

    Raises
    ------
    NotFound
        If there is no such request.
    Conflict
        If it is decided already, or by whom it was proposed.
    InvalidInput
        If a refusal has no reason.
    """
    require_any(actor, "decide_corrections", "edit_negative_flags")
    correction = session.get(Correction, correction_id, with_for_update=True)
    if correction is None:
        raise not_found(Text("更正申请", "request for correction"), str(correction_id), place="correction_id")
    require(actor, "edit_negative_flags" if correction.field == FIELD else "decide_corrections")
    person = find_person(session, actor=actor, person_no=correction.person.person_no)
    _refuse(correction, actor=actor, accept=accept, reason=reason)
    if accept:
        record = _checked(correction.field, json.loads(correction.proposed or "null"))
        ledger = Ledger(session, Origin.of(actor, SourceKind.FORM), now)
        own = {**record, "person_no": person.person_no}
        report, _ = saving_people.save(session, [own], actor=actor, now=now, attestation=None, ledger=ledger)
        refuse_findings(report.records[0])
    correction.state = "accepted" if accept else "refused"
    correction.decided_by, correction.decided_at, correction.decision_reason = actor.username, now, reason or None
    _record(session, correction, "decide_correction", person.person_no, actor=actor, now=now)
    return correction


def list_corrections(
    session: Session, *, actor: Actor, person_no: str | None = None, state: str | None = "open"
) -> list[Correction]:
    """Return requests for correction, the oldest first."""
    require(actor, "read_people")
    query = select(Correction).options(joinedload(Correction.person)).order_by(Correction.id)
    if person_no is not None:
        query = query.where(Correction.person_id == find_person(session, actor=actor, person_no=person_no).id)
    if state is not None:
        query = query.where(Correction.state == state)
    found = list(session.scalars(query))
    hide_words(one for one in found if _is_told_to_nobody(session, one, actor=actor))
    return found


def _refuse_unseen(session: Session, person: Person, field: str, *, seen_version: int) -> None:
    names = {field, *(GROUPS["home"] if field.startswith("home_") else ())}
    changes = record_changes(session, "talent_record", "person", person.id, version=seen_version)
    later = [one for one in changes if names & one.fields.keys()]
    if later:
        raise VersionConflict(
            Text(f"{later[-1].username} 已改动此项。", f"{later[-1].username} has changed this field meanwhile."),
            remedy=Text("请查看现值后再申请更正。", "Look at its value now, then ask if it is still wrong."),
            place="version",
            value=seen_version,
            changes=later,
        )


def _is_told_to_nobody(session: Session, correction: Correction, *, actor: Actor) -> bool:
    """Whether the words of a request may tell who somebody is, or a value that the actor may not see."""
    is_hidden = correction.field not in seen_fields({correction.field: None}, actor=actor)
    return is_hidden or hides_identity(session, correction.person, actor=actor)


def _refuse(correction: Correction, *, actor: Actor, accept: bool, reason: str) -> None:
    if correction.state != "open":
        raise Conflict(
            Text(f"已由 {correction.decided_by} 处理。", f"{correction.decided_by} has decided it already."),
            place="correction_id",
            value=str(correction.id),
        )
    if correction.proposed_by == actor.username:
        raise Conflict(
            Text("申请人不能处理自己的申请。", "Who proposed a correction does not decide it."),
            remedy=Text("请由另一名干部处理。", "Another officer has to."),
            place="decided_by",
        )
    if not accept and not reason.strip():
        raise InvalidInput(
            Text("不予更正须说明理由。", "A refusal needs a reason."),
            remedy=Text("请写明理由。", "Give the reason."),
            place="reason",
        )


def _checked(field: str, value: Any) -> dict[str, Any]:
    schema = PersonSchema(partial=True)
    if field not in schema.load_fields or field in _NOT_CORRECTED:
        raise InvalidInput(
            Text(f"“{field}”不能申请更正。", f"'{field}' is not corrected in this way."),
            remedy=Text("请核对字段名。", "Check the name of the field."),
            place="field",
            value=field,
        )
    try:
        loaded: dict[str, Any] = schema.load({field: value})
    except ValidationError as error:
        problems = next(iter(problems_by_path(error.messages).values()))
        raise InvalidInput(problems[0].problem, remedy=problems[0].remedy, place=field) from error
    return loaded


def _record(session: Session, correction: Correction, action: str, number: str, *, actor: Actor, now: datetime) -> None:
    audit.record(
        session, actor=actor, action=action, subject_kind="person", subject_no=number, now=now,
        detail={"correction": correction.id, "field": correction.field, "state": correction.state},
    )  # fmt: skip
    session.flush()
