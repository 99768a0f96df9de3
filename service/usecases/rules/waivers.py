"""Waivers as an act of two people: an officer proposes, with reason and document; a leader signs or refuses."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.rules import Override
from matching.vocabulary import Text
from service.access import Actor, require, require_any
from service.db import allocate_ids
from service.errors import Conflict, Forbidden
from service.models.vacancies import Check
from service.models.waivers import Waiver, WaiverState
from service.queries.checks import WAIVED
from service.usecases.auditing import audit
from service.usecases.days import day_of
from service.usecases.pending.announcing import announce
from service.usecases.revisions import bump
from service.usecases.rules.checks import Matter, check_document, matter_of, refused, settled_until
from service.usecases.rules.waiver_records import get_waiver, list_waivers
from service.usecases.workflow.signing import signed_by_holder

__all__ = ["get_waiver", "list_waivers", "propose_waiver", "refuse_waiver", "sign_waiver", "withdraw_waiver"]


@dataclass(frozen=True)
class _Ending:
    """How a waiver may be closed, and by whom."""

    action: str
    state: WaiverState
    rights: tuple[str, ...]
    from_states: tuple[WaiverState, ...]


_REFUSAL = _Ending("refuse_waiver", WaiverState.REFUSED, ("sign_waivers",), (WaiverState.PROPOSED,))
_WITHDRAWAL = _Ending(
    "withdraw_waiver",
    WaiverState.WITHDRAWN,
    ("propose_waivers", "sign_waivers"),
    (WaiverState.PROPOSED, WaiverState.SIGNED),
)


def propose_waiver(
    session: Session,
    *,
    actor: Actor,
    person_no: str,
    vacancy_no: str,
    rule_id: str,
    reason: str,
    document: str,
    valid_until: date | None = None,
    now: datetime,
) -> Waiver:
    """Propose that a rule be waived for a person and a vacancy; nothing changes until somebody else signs.

    Parameters
    ----------
    session : Session
    actor : Actor
    person_no, vacancy_no : str
    rule_id : str
        A rule in force for the vacancy whose `override` lets the organization department waive it.
    reason : str
        Why, in the proposer's words; sealed.
    document : str
    valid_until : date, optional
        Last day; the end of the vacancy's term at the latest, and by default.
    now : datetime

    Raises
    ------
    NotFound
        If there is no such person or vacancy.
    InvalidInput
        If the rule is not in force for the vacancy or may not be waived, or reason, document or day cannot be taken.
    Conflict
        If a waiver of this rule for them waits or stands already.
    """
    require(actor, "propose_waivers")
    matter = matter_of(session, actor=actor, person_no=person_no, vacancy_no=vacancy_no, rule_id=rule_id, now=now)
    _refuse_unwaivable(matter)
    check_document(document)
    if not reason.strip():
        raise refused("reason", Text("须写明放宽理由。", "A waiver needs its reason."))
    until = settled_until(matter, valid_until, now=now)
    _refuse_second(session, matter, now=now)
    (waiver_id,) = allocate_ids(session, Waiver.__tablename__)
    waiver = Waiver(
        id=waiver_id,
        waiver_no=f"W{day_of(now):%Y}-{waiver_id:06d}",
        person_id=matter.person.id,
        vacancy_id=matter.vacancy.id,
        rule_id=rule_id,
        state=WaiverState.PROPOSED,
        document=document.strip(),
        valid_until=until,
        rulebook_version=matter.rulebook.version,
        proposed_by=actor.username,
        proposed_at=now,
    )
    waiver.person, waiver.vacancy = matter.person, matter.vacancy
    session.add(waiver)
    waiver.reason = reason.strip()
    _note(session, actor, "propose_waiver", waiver, now=now)
    announce(
        session, topic="waiver_proposed", subject_no=waiver.waiver_no, rights=["sign_waivers"], actor=actor, now=now,
        village_code=matter.vacancy.village.village_code,
    )  # fmt: skip
    return waiver


def sign_waiver(session: Session, *, actor: Actor, waiver_no: str, signed_name: str, now: datetime) -> Waiver:
    """Sign a proposed waiver in one's own name: from now on the rule is waived for that person and vacancy.

    Raises
    ------
    NotFound
        If there is no such waiver.
    Forbidden
        If the actor proposed it, or has no name to sign with.
    InvalidInput
        If it is signed with another name than that of the account's holder.
    Conflict
        If it does not wait for a signature, its last day has passed, or the rule may no longer be waived.
    """
    require(actor, "sign_waivers")
    waiver = get_waiver(session, actor=actor, waiver_no=waiver_no)
    _refuse_state(waiver, (WaiverState.PROPOSED,))
    _refuse_proposer(waiver, actor)
    own = signed_by_holder(actor, signed_name)
    if waiver.valid_until < day_of(now):
        raise _stale(waiver, Text("有效期已过", "its last day has passed"))
    matter = matter_of(
        session, actor=actor, person_no=waiver.person.person_no, vacancy_no=waiver.vacancy.vacancy_no,
        rule_id=waiver.rule_id, now=now,
    )  # fmt: skip
    if not matter.rule.is_waivable:
        raise _stale(waiver, Text("现行规则不再允许放宽", "the rule may no longer be waived"))
    waiver.state, waiver.decided_by, waiver.decided_at = WaiverState.SIGNED, actor.username, now
    waiver.signed_name = own
    (check_id,) = allocate_ids(session, Check.__tablename__)
    session.add(
        Check(
            id=check_id,
            person_id=waiver.person_id,
            vacancy_id=waiver.vacancy_id,
            rule_id=waiver.rule_id,
            result=WAIVED,
            signed_by=actor.username,
            document=waiver.document,
            checked_on=day_of(now),
            valid_until=waiver.valid_until,
            waiver_id=waiver.id,
            created_at=now,
        )
    )
    bump(session, "vacancies", people=[waiver.person_id])
    _note(session, actor, "sign_waiver", waiver, now=now)
    return waiver


def refuse_waiver(session: Session, *, actor: Actor, waiver_no: str, reason: str, now: datetime) -> Waiver:
    """Refuse a proposed waiver; errors as for `sign_waiver`, and InvalidInput without a reason."""
    waiver = _close(session, _REFUSAL, actor=actor, waiver_no=waiver_no, reason=reason)
    waiver.decided_by, waiver.decided_at = actor.username, now
    _note(session, actor, _REFUSAL.action, waiver, now=now)
    return waiver


def withdraw_waiver(session: Session, *, actor: Actor, waiver_no: str, reason: str, now: datetime) -> Waiver:
    """Take a waiver back, at once; before the signature its proposer, afterwards whoever may sign.

    Raises
    ------
    NotFound, Forbidden, Conflict, InvalidInput
        As for `refuse_waiver`.
    """
    waiver = _close(session, _WITHDRAWAL, actor=actor, waiver_no=waiver_no, reason=reason)
    waiver.withdrawn_by, waiver.withdrawn_at = actor.username, now
    for check in session.scalars(select(Check).where(Check.waiver_id == waiver.id)):
        check.ended_at = now
        bump(session, "vacancies", people=[waiver.person_id])
    _note(session, actor, _WITHDRAWAL.action, waiver, now=now)
    return waiver


def _close(session: Session, ending: _Ending, *, actor: Actor, waiver_no: str, reason: str) -> Waiver:
    require_any(actor, *ending.rights)
    waiver = get_waiver(session, actor=actor, waiver_no=waiver_no)
    _refuse_state(waiver, ending.from_states)
    if ending is _REFUSAL:
        _refuse_proposer(waiver, actor)
    elif waiver.state is WaiverState.SIGNED:
        require(actor, "sign_waivers")
    elif waiver.proposed_by != actor.username:
        raise Forbidden(
            Text("只有提出人可以撤回未签署的放宽。", "Only its proposer takes back an unsigned waiver."),
            remedy=Text("负责人可以退回。", "A leader may refuse it."), place=waiver.waiver_no,
        )  # fmt: skip
    if not reason.strip():
        raise refused("reason", Text("须写明理由。", "It needs a reason."))
    waiver.state, waiver.closing_reason = ending.state, reason.strip()
    return waiver


def _refuse_unwaivable(matter: Matter) -> None:
    if matter.rule.override is Override.NONE:
        raise refused(
            "rule_id", Text(f"规则 {matter.rule.id} 不得放宽。", f"The rule {matter.rule.id} may not be waived.")
        )


def _refuse_second(session: Session, matter: Matter, *, now: datetime) -> None:
    standing = select(Waiver).where(
        Waiver.person_id == matter.person.id,
        Waiver.vacancy_id == matter.vacancy.id,
        Waiver.rule_id == matter.rule.id,
        Waiver.state.in_((WaiverState.PROPOSED, WaiverState.SIGNED)),
        Waiver.valid_until >= day_of(now),
    )
    first = session.scalars(standing.limit(1)).first()
    if first is not None:
        raise Conflict(
            Text(f"已有同一事项的放宽 {first.waiver_no}。", f"There is a waiver of this already: {first.waiver_no}."),
            remedy=Text("请先撤回原放宽。", "Take that one back first."),
            place="rule_id",
            value=first.waiver_no,
        )


def _refuse_state(waiver: Waiver, allowed: tuple[WaiverState, ...]) -> None:
    if waiver.state not in allowed:
        raise _stale(waiver, Text(f"当前状态为 {waiver.state}", f"it is {waiver.state}"))


def _refuse_proposer(waiver: Waiver, actor: Actor) -> None:
    if waiver.proposed_by == actor.username:
        raise Forbidden(
            Text("提出人不能签署或退回自己的放宽。", "Who proposed a waiver neither signs nor refuses it."),
            remedy=Text("请由另一位有签署权的负责人办理。", "Let somebody else who may sign decide."),
            place=waiver.waiver_no,
        )


def _stale(waiver: Waiver, why: Text) -> Conflict:
    return Conflict(
        Text(f"放宽 {waiver.waiver_no} 不能办理：{why.zh}。", f"Not possible for {waiver.waiver_no}: {why.en}."),
        remedy=Text("请查看其现状，必要时重新提出。", "Look at it; propose it anew if need be."),
        place="waiver_no",
        value=waiver.waiver_no,
    )


def _note(session: Session, actor: Actor, action: str, waiver: Waiver, *, now: datetime) -> None:
    detail = {
        "waiver_no": waiver.waiver_no,
        "person_no": waiver.person.person_no,
        "rule_id": waiver.rule_id,
        "valid_until": waiver.valid_until.isoformat(),
    }
    audit.record(
        session, actor=actor, action=action, subject_kind="vacancy", subject_no=waiver.vacancy.vacancy_no, now=now,
        detail=detail,
    )  # fmt: skip
    session.flush()
