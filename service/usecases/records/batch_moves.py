"""Leading many records to their next state at once; what becomes of each is told."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.vocabulary import RecordStatus, Text
from service.access import Actor, may, require
from service.errors import InvalidInput, ServiceError
from service.models.people import Person
from service.models.provenance import SourceKind
from service.usecases.auditing import audit
from service.usecases.records.batch_edits import MOST_EDITED, BatchOutcome
from service.usecases.records.claimed_states import require_right_to
from service.usecases.records.drafts import get_draft, keep_draft
from service.usecases.records.record_moves import move_record
from service.usecases.workflow.moving import Asked
from service.usecases.workflow.signing import signed_by_holder
from service.workflow import Transition, workflow_in_force

__all__ = ["OfferedMove", "move_records", "offered_moves", "told_outcome"]

_KIND = "people_moves"
_MACHINE = "talent_record"


class OfferedMove(NamedTuple):
    """A state that many records can be led to at once, and what has to be given.

    Parameters
    ----------
    to : str
    label : Text
    is_signed, needs_document, needs_reason : bool
    """

    to: str
    label: Text
    is_signed: bool
    needs_document: bool
    needs_reason: bool


def offered_moves(actor: Actor) -> list[OfferedMove]:
    """Return the states that somebody may lead many records to, in the order of the workflow.

    Who signs for many names the document that lists them, and may vouch for whole files; a signature alone is given for
    one person at a time.
    """
    if not may(actor, "move_records"):
        return []
    machine, roles = workflow_in_force().machines[_MACHINE], {str(role) for role in actor.roles}
    by_target: dict[str, list[Transition]] = {}
    for one in machine.transitions:
        if roles & {*one.roles} and _is_for_many(one, actor) and _is_allowed(one, actor):
            by_target.setdefault(one.target, []).append(one)
    return [
        OfferedMove(
            target,
            machine.label(target),
            is_signed=any(one.is_signed for one in steps),
            needs_document=any(one.needs_document for one in steps),
            needs_reason=any(one.needs_reason for one in steps),
        )
        for target, steps in by_target.items()
    ]


def move_records(
    session: Session,
    *,
    actor: Actor,
    numbers: Sequence[str],
    to: str,
    now: datetime,
    signed_name: str | None = None,
    document: str | None = None,
    reason: str | None = None,
) -> BatchOutcome:
    """Lead many records to one state; those that cannot go there stay, each with its reason, the others go.

    Parameters
    ----------
    session : Session
    actor : Actor
    numbers : sequence of str
    to : str
        Of `offered_moves`.
    now : datetime
    signed_name, document, reason : str, optional
        As the step asks for them, for all alike.

    Returns
    -------
    BatchOutcome
        ``same`` are those that were there already.

    Raises
    ------
    Forbidden
        If the actor leads no records anywhere.
    InvalidInput
        If nobody may be led there at once, something is not given, or there are too many people.
    """
    require(actor, "move_records")
    _check(actor, numbers, to, {"signed_name": signed_name, "document": document, "reason": reason})
    outcome = BatchOutcome()
    found = session.execute(select(Person.person_no, Person.version, Person.record_status).where(_among(numbers)))
    known = {number: (version, state) for number, version, state in found}
    for number in numbers:
        version, state = known.get(number, (0, None))
        if state is None:
            outcome.refused.append((number, _NOBODY))
        elif state == to:
            outcome.same.append(number)
        else:
            asked = Asked(to=to, version=version, signed_name=signed_name, document=document, reason=reason)
            _move(session, outcome, number, asked, actor=actor, now=now)
    _keep(session, outcome, to, actor=actor, now=now)
    return outcome


def told_outcome(session: Session, *, actor: Actor) -> tuple[str, BatchOutcome] | None:
    """Return where the actor led many records last, and what became of each; None if never."""
    require(actor, "move_records")
    kept = get_draft(session, actor=actor, kind=_KIND)
    if kept is None:
        return None
    refused = [(number, Text(zh, en)) for number, zh, en in kept.content["refused"]]
    return kept.content["to"], BatchOutcome(kept.content["changed"], kept.content["same"], refused)


_NOBODY = Text("没有这个人员编号。", "Nobody has this number.")


def _move(session: Session, outcome: BatchOutcome, number: str, asked: Asked, *, actor: Actor, now: datetime) -> None:
    try:
        with session.begin_nested():
            move_record(session, actor=actor, person_no=number, asked=asked, now=now, via=SourceKind.FORM)
    except ServiceError as error:
        outcome.refused.append((number, error.problem))
    else:
        outcome.changed.append(number)


def _check(actor: Actor, numbers: Sequence[str], to: str, given: dict[str, str | None]) -> None:
    offered = {one.to: one for one in offered_moves(actor)}
    if to not in offered:
        labels = [one.label for one in offered.values()]
        raise InvalidInput(
            Text("不能批量转为此状态。", "Records are not led to this state many at once."),
            remedy=Text(
                f"可批量转为：{'、'.join(one.zh for one in labels) or '无'}；其余请逐人办理。",
                f"At once: {', '.join(one.en for one in labels) or 'none'}; the others one by one.",
            ),
            place="to",
            value=to[:20],
        )
    if not 1 <= len(numbers) <= MOST_EDITED:
        raise InvalidInput(
            Text(f"一次可办理 1 至 {MOST_EDITED} 人。", f"1 to {MOST_EDITED} records are led on at once."),
            remedy=Text("请调整所选人员。", "Select fewer people."),
            place="selection",
            value=len(numbers),
        )
    step = offered[to]
    due = {"signed_name": step.is_signed, "document": step.needs_document, "reason": step.needs_reason}
    missing = [name for name, is_due in due.items() if is_due and not (given[name] or "").strip()]
    if missing:
        named = Text("、".join(_TERMS[name].zh for name in missing), ", ".join(_TERMS[name].en for name in missing))
        raise InvalidInput(
            Text(f"转为“{step.label.zh}”须写明：{named.zh}。", f"'{step.label.en}' asks for: {named.en}."),
            place=missing[0],
            fields={name: [_TERMS[name]] for name in missing},
        )
    if signed := (given["signed_name"] or "").strip():
        signed_by_holder(actor, signed)  # once for all, not a refusal for each


_TERMS = {
    "signed_name": Text("署名", "the full name of who signs"),
    "document": Text("依据文件", "the document"),
    "reason": Text("理由", "the reason"),
}


def _is_for_many(step: Transition, actor: Actor) -> bool:
    return not step.is_signed or (step.needs_document and may(actor, "attest_files"))


def _is_allowed(step: Transition, actor: Actor) -> bool:
    try:
        require_right_to(actor, machine=_MACHINE, state=step.target)
    except ServiceError:
        return False
    return step.target != RecordStatus.ERASED


def _keep(session: Session, outcome: BatchOutcome, to: str, *, actor: Actor, now: datetime) -> None:
    told = {
        "to": to,
        "changed": outcome.changed,
        "same": outcome.same,
        "refused": [(number, why.zh, why.en) for number, why in outcome.refused],
    }
    keep_draft(session, actor=actor, kind=_KIND, content=told, now=now)
    audit.record(
        session, actor=actor, action="move_people", subject_kind="people", subject_no="-", now=now,
        detail={"to": to, "n_changed": len(outcome.changed), "n_refused": len(outcome.refused)},
        subjects=[("person", number) for number in outcome.changed],
    )  # fmt: skip


def _among(numbers: Sequence[str]) -> Any:
    return Person.person_no.in_(list(numbers))
