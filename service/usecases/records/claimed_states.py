"""States that somebody writes into a record instead of leading it there: only who may take such a step may claim it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import Actor, Role, require
from service.errors import Conflict, Forbidden, InvalidInput, ServiceError
from service.models.provenance import RecordChange, Source
from service.usecases.incoming.reports import SavedRecord, Severity
from service.usecases.records.attestation import SIGNATURE
from service.usecases.workflow.moving import Asked, Guard, Subject, check_entry
from service.workflow import workflow_in_force
from service.workflow.machines import SYSTEM_ROLE, Machine, Transition

__all__ = ["check_claim", "check_start", "creator_of", "require_right_to", "without_claim"]

#: States of a record that have a right of their own, beside the role that the machine asks for.
_RIGHTS = {
    ("talent_record", "township_checked"): "check_people",
    ("talent_record", "verified"): "verify_people",
}

_KINDS = {"talent_record": "person", "vacancy": "vacancy"}
#: States that a paper vouches for, and those from which it does.
_ATTESTED: Mapping[str, Mapping[str, frozenset[str]]] = {
    "talent_record": {"verified": frozenset({"draft", "submitted", "township_checked"})},
    "vacancy": {
        "approved": frozenset({"draft", "submitted"}),
        "shortlisting": frozenset({"draft", "submitted", "approved"}),
    },
}


def require_right_to(actor: Actor, *, machine: str, state: str) -> None:
    """Refuse to lead a record to a state, or to claim it, without the right that the state has.

    Raises
    ------
    Forbidden
    """
    right = _RIGHTS.get((machine, state))
    if right is not None:
        require(actor, right)


def check_claim(
    actor: Actor,
    *,
    machine: str,
    place: str,
    state: object,
    current: object = None,
    creator: str | None = None,
    is_signed: bool = False,
) -> None:
    """Refuse a state that no step leads to from the present one, or whose step is somebody else's.

    Parameters
    ----------
    actor : Actor
    machine : str
        ``talent_record`` or ``vacancy``.
    place : str
        The field.
    state, current : object
        As claimed, and as it stands; None where nothing is said, or nothing stands yet.
    creator : str or None
        Who registered the subject; of a new one the actor.
    is_signed : bool
        Whether who vouches for the state, and by which document, is said by somebody who may.

    Raises
    ------
    Forbidden
        Naming the roles.
    Conflict
        If no step leads there from the present state, or the service itself concludes it.
    InvalidInput
        If the step asks for a signature, a document or a reason, and none of it is said.
    """
    refusal = _judge(
        actor, machine=machine, place=place, claimed=_word(state), current=_word(current), creator=lambda: creator,
        is_signed=is_signed,
    )  # fmt: skip
    if refusal is not None:
        raise refusal


def without_claim(
    session: Session,
    record: Mapping[str, Any],
    *,
    actor: Actor,
    machine: str,
    place: str,
    row: Any,
    is_signed: bool,
    saved: SavedRecord,
) -> Mapping[str, Any]:
    """Return a record without a state that may not be claimed for it; see `check_claim`.

    Parameters
    ----------
    record : mapping
    row : Person, Vacancy or None
        The known record it is about.
    is_signed : bool
        Whether somebody vouches for it; a new record may then say any state: so an office takes over what it has.
    saved : SavedRecord
        Takes the finding.
    """
    claimed, current = _word(record.get(place)), _word(getattr(row, place)) if row is not None else None
    if claimed in {None, current, "erased"} or (row is None and is_signed):
        return record  # a record that says it is erased is refused whole where states are settled

    def creator() -> str | None:
        return actor.username if row is None else creator_of(session, _KINDS[machine], row.id)

    refusal = _judge(
        actor, machine=machine, place=place, claimed=claimed, current=current, creator=creator, is_signed=is_signed
    )
    if refusal is None:
        return record
    saved.find(place, refusal.problem, Severity.LEFT_OUT, remedy=refusal.remedy)
    # Who vouches goes with the state: else a name would stand beside one that it was never said of.
    kept = {key: value for key, value in record.items() if key not in {place, *SIGNATURE}}
    return kept if row is not None else {**kept, place: type(record[place])("submitted")}


def _word(state: object) -> str | None:
    return None if state is None else str(state.value if isinstance(state, StrEnum) else state)


def _judge(
    actor: Actor,
    *,
    machine: str,
    place: str,
    claimed: str | None,
    current: str | None,
    creator: Callable[[], str | None],
    is_signed: bool,
) -> ServiceError | None:
    declared = workflow_in_force().machines[machine]
    if claimed is None or claimed == current or (current is None and claimed in declared.starts):
        return None
    ways = _ways(declared, current, claimed)
    if not ways:
        return _no_way(declared, place, current, claimed) if current is not None else None
    # An office may take over what had come to its end; what stands here already, the service concludes itself.
    takes_over = {SYSTEM_ROLE: str(Role.OFFICER)} if current is None else {}
    roles = {takes_over.get(role, role) for one in ways for role in one.roles}
    if not roles & {str(role) for role in actor.roles}:
        return _others(place, claimed, roles) if roles != {SYSTEM_ROLE} else _concluded(declared, place, claimed)
    if machine == "vacancy" and current is not None and claimed in declared.ends:
        return _unsigned(declared, place, claimed)  # its blind review and its rounds end with it, and are counted
    try:
        require_right_to(actor, machine=machine, state=claimed)
    except Forbidden as refusal:
        return refusal
    if any(one.apart == "creator" for one in ways) and creator() == actor.username:
        return _own(place, claimed)
    is_attested = claimed in _ATTESTED[machine]  # what is missing there is said where it is settled
    if current is not None and not is_signed and not is_attested and any(_asks_for_more(one) for one in ways):
        return _unsigned(declared, place, claimed)
    return None


def _ways(declared: Machine, current: str | None, claimed: str) -> list[Transition]:
    """Return the steps that a claim stands for: that from the present state, else all that lead there.

    A paper that vouches for a state covers the steps before it; it leads nobody out of a suspension or an end.
    """
    way = declared.find(current, claimed) if current is not None else None
    if way is not None:
        return [way]
    if current is None or current in _ATTESTED[declared.key].get(claimed, ()):
        return [one for one in declared.transitions if one.target == claimed]
    return []


def _asks_for_more(way: Transition) -> bool:
    return way.is_signed or way.needs_document or way.needs_reason or way.needs_codes


def _no_way(declared: Machine, place: str, current: str, claimed: str) -> ServiceError:
    now, then = declared.label(current), declared.label(claimed)
    problem = Text(f"“{now.zh}”不能改为“{then.zh}”。", f"No step leads from '{now.en}' to '{then.en}'.")
    return _refused(Conflict, problem, _STEP_BY_STEP, place=place, claimed=claimed)


def _others(place: str, claimed: str, roles: set[str]) -> ServiceError:
    named = ", ".join(sorted(roles))
    problem = Text(f"此状态须由以下角色办理：{named}。", f"This state is for the roles: {named}.")
    return _refused(Forbidden, problem, _ASK_THEM, place=place, claimed=claimed)


def _concluded(declared: Machine, place: str, claimed: str) -> ServiceError:
    then = declared.label(claimed)
    problem = Text(f"“{then.zh}”由系统根据实际情况得出。", f"'{then.en}' is what the service itself concludes.")
    return _refused(Conflict, problem, _COMES_BY_ITSELF, place=place, claimed=claimed)


def _own(place: str, claimed: str) -> ServiceError:
    problem = Text("登记人不能自行核定或审核。", "Who registered it cannot approve or check it.")
    return _refused(Forbidden, problem, _SOMEBODY_ELSE, place=place, claimed=claimed)


def _unsigned(declared: Machine, place: str, claimed: str) -> ServiceError:
    then = declared.label(claimed)
    problem = Text(
        f"改为“{then.zh}”须有签字、文件或理由。", f"'{then.en}' asks for a signature, a document or a reason."
    )
    return _refused(InvalidInput, problem, _WHERE_GIVEN, place=place, claimed=claimed)


def _refused(kind: type[ServiceError], problem: Text, remedy: Text, *, place: str, claimed: str) -> ServiceError:
    return kind(problem, remedy=remedy, place=place, value=claimed)


_STEP_BY_STEP = Text("请在该记录中按流程推进状态。", "Lead the record there step by step.")
_ASK_THEM = Text("请交由有权人员推进状态。", "Ask somebody who holds one of them to lead it there.")
_COMES_BY_ITSELF = Text("请办理使其成立的事项，不必填写此状态。", "Do what it follows from; the state comes by itself.")
_SOMEBODY_ELSE = Text("请由另一人推进状态。", "Somebody else leads it there.")
_WHERE_GIVEN = Text("请在该记录中按流程推进状态并填写。", "Lead the record there, where they are given.")


def check_start(
    session: Session,
    *,
    actor: Actor,
    machine: str,
    row: Any,
    number: str,
    state: StrEnum,
    before: StrEnum | None,
    guards: Mapping[str, Guard],
    now: datetime,
) -> None:
    """Look at the conditions of a state that was just written: those of beginning there, or of the step from before.

    Raises
    ------
    Conflict, InvalidInput
        What the conditions raise.
    """
    declared = workflow_in_force().machines[machine]
    way = declared.find(before.value, state.value) if before else None
    if state is before or (before is not None and (way is None or way.is_by_system)):
        return
    subject = Subject(
        machine=declared, id=row.id, number=number, row=row, state=state.value, state_field="", changes_since=_nothing
    )
    asked = Asked(to=state.value, version=row.version)
    source = before.value if before else None
    check_entry(session, actor=actor, subject=subject, asked=asked, guards=guards, source=source, now=now)


def _nothing(_version: int) -> tuple[()]:
    return ()


def creator_of(session: Session, kind: str, subject_id: int) -> str | None:
    """Return who registered a person or vacancy; None where nobody wrote it down."""
    first = (
        select(Source.username)
        .join(RecordChange, RecordChange.source_id == Source.id)
        .where(RecordChange.subject_kind == kind, RecordChange.subject_id == subject_id)
        .order_by(RecordChange.id)
    )
    return session.scalars(first).first()
