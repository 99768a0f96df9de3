"""One value for many people at once, and the way back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from marshmallow import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from schemas.people import PersonSchema
from schemas.problems import problems_by_path
from service.access import Actor, require
from service.errors import InvalidInput, NotFound, ServiceError
from service.models.people import Person
from service.usecases.auditing import audit
from service.usecases.records.drafts import drop_draft, get_draft, keep_draft
from service.usecases.records.people import edit_person
from service.usecases.records.provenance import SourceKind

__all__ = ["BATCH_FIELDS", "BatchOutcome", "edit_people", "undo_last_edit"]

#: Facts that people share; who somebody is, and what a signature vouches for, is settled one by one.
BATCH_FIELDS = (
    *("talent_source", "employer_type", "education", "political_status", "return_intention", "willing_posts"),
    *("resources_offered", "work_themes", "market_channels", "training_hours", "industry_text"),
)
MOST_EDITED = 200
_KIND = "people_batch"


@dataclass
class BatchOutcome:
    """What became of a batch.

    Parameters
    ----------
    changed : list of str
        Numbers of whose records changed.
    same : list of str
        Whose records had the value already.
    refused : list of (str, Text)
        Whose records could not be changed, and why.
    """

    changed: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    refused: list[tuple[str, Text]] = field(default_factory=list)


def edit_people(
    session: Session, *, actor: Actor, numbers: Sequence[str], name: str, value: Any, now: datetime
) -> BatchOutcome:
    """Give one field of many people one value; those who cannot take it are told with the reason, the others change.

    Parameters
    ----------
    session : Session
    actor : Actor
    numbers : sequence of str
    name : str
        Of `BATCH_FIELDS`.
    value : JSON value
        As it would be sent in a record.
    now : datetime

    Raises
    ------
    InvalidInput
        If the field is not changed in this way, the value cannot be taken, or there are too many people.
    """
    require(actor, "edit_people")
    record = _checked(name, value)
    _check_number(numbers)
    outcome, before = BatchOutcome(), {}
    people = {person.person_no: person for person in session.scalars(select(Person).where(_among(numbers)))}
    for number in numbers:
        if number not in people:
            outcome.refused.append((number, _NOBODY))
            continue
        old, version = getattr(people[number], name), people[number].version
        _edit(session, outcome, number, record, version=version, actor=actor, now=now)
        if number in outcome.changed:
            before[number] = [_plain(old), people[number].version]
    if before:
        keep_draft(session, actor=actor, kind=_KIND, content={"field": name, "before": before}, now=now)
    _record(session, "edit_people", name, outcome, actor=actor, now=now)
    return outcome


def undo_last_edit(session: Session, *, actor: Actor, now: datetime) -> BatchOutcome:
    """Give everybody of the last batch the value of before; who was changed since keeps what they have.

    Raises
    ------
    NotFound
        If there is no batch to undo.
    """
    require(actor, "edit_people")
    kept = get_draft(session, actor=actor, kind=_KIND)
    if kept is None:
        raise NotFound(
            Text("没有可撤销的批量修改。", "There is no batch to undo."),
            remedy=Text("请逐人修改。", "Change the records one by one."),
        )
    outcome, name = BatchOutcome(), str(kept.content["field"])
    for number, (value, version) in kept.content["before"].items():
        record = {name: None if value is None else PersonSchema(partial=True).load({name: value})[name]}
        _edit(session, outcome, number, record, version=version, actor=actor, now=now)
    drop_draft(session, actor=actor, kind=_KIND)
    _record(session, "undo_edit_people", name, outcome, actor=actor, now=now)
    return outcome


_NOBODY = Text("没有这个人员编号。", "Nobody has this number.")


def _edit(
    session: Session,
    outcome: BatchOutcome,
    number: str,
    record: Mapping[str, Any],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> None:
    try:
        with session.begin_nested():
            person = edit_person(
                session, actor=actor, person_no=number, record=record, expected_version=version, now=now,
                via=SourceKind.FORM,
            )  # fmt: skip
    except ServiceError as error:
        outcome.refused.append((number, error.problem))
    else:
        (outcome.changed if person.version != version else outcome.same).append(number)


def _checked(name: str, value: Any) -> dict[str, Any]:
    if name not in BATCH_FIELDS:
        raise InvalidInput(
            Text("此项不能批量修改。", "This is not changed for many people at once."),
            remedy=Text("请逐人修改。", "Change the records one by one."),
            place="field",
            value=name,
        )
    try:
        loaded: dict[str, Any] = PersonSchema(partial=True).load({name: value})
    except ValidationError as error:
        problem = next(iter(problems_by_path(error.messages).values()))[0]
        told = problem.sentence()
        raise InvalidInput(problem.problem, remedy=problem.remedy, place="value", fields={"value": [told]}) from error
    return loaded


def _check_number(numbers: Sequence[str]) -> None:
    if not 1 <= len(numbers) <= MOST_EDITED:
        raise InvalidInput(
            Text(f"一次可修改 1 至 {MOST_EDITED} 人。", f"1 to {MOST_EDITED} people are changed at once."),
            remedy=Text("请调整所选人员；更多人请用批量导入。", "Select fewer people, or import a file."),
            place="selection",
            value=len(numbers),
        )


def _among(numbers: Iterable[str]) -> Any:
    return Person.person_no.in_(list(numbers))


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _record(session: Session, action: str, name: str, outcome: BatchOutcome, *, actor: Actor, now: datetime) -> None:
    audit.record(
        session, actor=actor, action=action, subject_kind="people", subject_no="-", now=now,
        detail={"field": name, "n_changed": len(outcome.changed), "n_refused": len(outcome.refused)},
        subjects=[("person", number) for number in outcome.changed],
    )  # fmt: skip
