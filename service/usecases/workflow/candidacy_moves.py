"""A candidacy from stage to stage, in the order of its post and with the signatures that each stage needs."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.vocabulary import ReviewDecision, Text
from service.access import Actor
from service.db import allocate_ids
from service.errors import Conflict
from service.models.appointments import Appointment
from service.models.candidacies import DECIDING, Candidacy, Round, Signature
from service.usecases.days import day_of
from service.usecases.records.vacancy_guards import check_headcount, check_open
from service.usecases.workflow.admissibility import check_admissible
from service.usecases.workflow.move_histories import candidacy_changes
from service.usecases.workflow.moving import Asked, Guard, Moving, Subject, make_move
from service.usecases.workflow.post_paths import path_of
from service.usecases.workflow.round_guards import CONSIDERED
from service.workflow import Signatory, workflow_in_force

__all__ = ["CANDIDACY_GUARDS", "candidacy_subject", "decide_candidacies", "missing_signatures"]

LEADER_SIGNS = DECIDING
_ON_THE_WAY = ("publicity", "objection", "confirmed", "handover")


def missing_signatures(candidacy: Candidacy, *, stage: str | None = None) -> tuple[Signatory, ...]:
    """Return whose signatures are missing: all that the post asks for, or those due before a stage.

    A signature does not count while what its party said last is no consent.
    """
    path, replies = path_of(candidacy), candidacy.standing_replies
    refused = {one.key for one in path.signatories if one.party in replies and not replies[one.party].reply.is_consent}
    return path.missing({one.signatory for one in candidacy.signatures} - refused, stage=stage)


def candidacy_subject(session: Session, candidacy: Candidacy) -> Subject:
    """Return a candidacy as what is moved."""
    return Subject(
        machine=workflow_in_force().machines["candidacy"],
        id=candidacy.id,
        number=candidacy.candidacy_no,
        row=candidacy,
        state=candidacy.state,
        state_field="state",
        changes_since=lambda version: candidacy_changes(session, candidacy, version=version),
    )


def decide_candidacies(
    session: Session, *, actor: Actor, chosen: Sequence[Candidacy], asked: Asked, now: datetime
) -> None:
    """Lead those whom a meeting chose to decided, each signed like the decision itself.

    Raises
    ------
    Conflict
        If one of them has not gone through the stages of the post, or lacks a signature.
    """
    for candidacy in chosen:
        decided = Asked(to="decided", version=candidacy.version, signed_name=asked.signed_name, document=asked.document)
        subject = candidacy_subject(session, candidacy)
        make_move(session, actor=actor, subject=subject, asked=decided, guards=CANDIDACY_GUARDS, now=now)
        candidacy.updated_at = now
        if any(one.key == LEADER_SIGNS for one in path_of(candidacy).signatories):
            _sign(session, candidacy, actor=actor, asked=decided, now=now)


def _sign(session: Session, candidacy: Candidacy, *, actor: Actor, asked: Asked, now: datetime) -> None:
    # One that somebody recorded before only deciding signed gives way to the leader's own.
    signature = next((one for one in candidacy.signatures if one.signatory == LEADER_SIGNS), None)
    if signature is None:
        (row_id,) = allocate_ids(session, Signature.__tablename__)
        signature = Signature(id=row_id, candidacy_id=candidacy.id, signatory=LEADER_SIGNS)
        session.add(signature)
    signature.document, signature.signed_on = asked.document or "", day_of(now)
    signature.recorded_by, signature.version, signature.at = actor.username, candidacy.version, now
    signature.signed_name = actor.holder_name
    session.flush()
    session.expire(candidacy, ["signatures"])


def _candidacy(moving: Moving) -> Candidacy:
    return moving.session.get_one(Candidacy, moving.subject.id)


def _vacancy_open(moving: Moving) -> None:
    check_open(_candidacy(moving).shortlist.vacancy)


def _post_free(moving: Moving) -> None:
    one = _candidacy(moving)
    check_headcount(moving.session, one.shortlist.vacancy, people=[one.person_id], besides=[one.id])


def _conclusion_given(moving: Moving) -> None:
    if _candidacy(moving).conclusion is None:
        raise Conflict(
            Text("尚无审阅结论。", "There is no conclusion yet."),
            remedy=Text("请先给出结论。", "Conclude first."),
            place="conclusion",
        )


def _conclusion_undone(moving: Moving) -> None:
    candidacy = _candidacy(moving)
    origin = "added_manually" if candidacy.shown_rank is None else "suggested"
    if candidacy.conclusion is not None or moving.asked.to != origin:
        raise Conflict(
            Text("只有撤回结论才会回到这一状态。", "Only undoing the conclusion leads back to this state."),
            remedy=Text("请撤回结论。", "Undo the conclusion."),
            place="to",
            value=moving.asked.to,
        )


def _still_considered(moving: Moving) -> None:
    conclusion = _candidacy(moving).conclusion
    if conclusion not in CONSIDERED:
        said = conclusion.value if isinstance(conclusion, ReviewDecision) else "—"
        raise Conflict(
            Text(f"结论为“{said}”，不进入下一环节。", f"With the conclusion '{said}' it does not go on."),
            remedy=Text("只有拟推荐和备选的人选进入下一环节。", "Only recommended people and reserves go on."),
            place="conclusion",
        )


def _still_admissible(moving: Moving) -> None:
    candidacy = _candidacy(moving)
    if moving.asked.to == "reviewed" and candidacy.conclusion not in CONSIDERED:
        return  # whoever does not go on is concluded on all the same
    vacancy, people = candidacy.shortlist.vacancy, {candidacy.person_id: candidacy.candidacy_no}
    check_admissible(moving.session, vacancy=vacancy, people=people, now=moving.now)


def _next_of_post(moving: Moving) -> None:
    candidacy, target = _candidacy(moving), moving.asked.to
    path = path_of(candidacy)
    due = path.next_after(candidacy.state)
    labels = moving.subject.machine.label
    if due != target:
        wanted = labels(due) if due else Text("无", "nothing")
        raise Conflict(
            Text(
                f"{candidacy.candidacy_no}：该岗位此后的环节是“{wanted.zh}”，不是“{labels(target).zh}”。",
                f"{candidacy.candidacy_no}: for this post '{wanted.en}' comes next, not '{labels(target).en}'.",
            ),
            place="to",
            value=target,
        )
    missing = missing_signatures(candidacy, stage=target)
    if missing:
        raise Conflict(
            Text(
                f"{candidacy.candidacy_no} 缺少签署：{'、'.join(one.label.zh for one in missing)}。",
                f"{candidacy.candidacy_no} lacks signatures: {', '.join(one.label.en for one in missing)}.",
            ),
            remedy=Text("请先登记签署和依据文件。", "Record them with their documents first."),
            place="signatures",
        )


def _round_decided(moving: Moving) -> None:
    round_ = moving.session.get(Round, _candidacy(moving).shortlist_id)
    if round_ is None or round_.state != "decided":
        raise Conflict(
            Text("名单尚未研究决定。", "The list has not been decided on."),
            remedy=Text("人选随名单一并研究决定。", "People are decided on with their list."),
            place="to",
            value="decided",
        )


def _round_open(moving: Moving) -> None:
    round_ = moving.session.get(Round, _candidacy(moving).shortlist_id)
    if round_ is None or round_.state not in {"under_review", "proposed"}:
        raise Conflict(
            Text("名单已退回、决定或办结。", "The list has been returned, decided on or closed."),
            remedy=Text("请在新的名单上办理。", "Go on with a new list."),
            place="to",
            value=moving.asked.to,
        )


def _appointment_over(moving: Moving) -> None:
    """Who was made public leaves with the appointment, so that none is left without its candidacy."""
    wanted = select(Appointment.appointment_no).where(
        Appointment.candidacy_id == moving.subject.id, Appointment.state.in_(_ON_THE_WAY)
    )
    number = moving.session.scalars(wanted).first()
    if number is not None:
        raise Conflict(
            Text(f"任职 {number} 正在办理。", f"The appointment {number} is under way."),
            remedy=Text(
                "请在任职中办理：辞任、召回，或由纪检监察查核反映。",
                "End the appointment: resigned, recalled, or an objection that stands.",
            ),
            place="to",
            value=moving.asked.to,
        )


def _in_post(moving: Moving) -> None:
    wanted = select(Appointment.id).where(Appointment.candidacy_id == moving.subject.id, Appointment.state == "in_post")
    if moving.session.scalars(wanted).first() is None:
        raise Conflict(Text("尚未到岗。", "Nobody is in post yet."), place="to", value="appointed")


CANDIDACY_GUARDS: Mapping[str, Guard] = {
    "vacancy_open": _vacancy_open,
    "post_free": _post_free,
    "conclusion_given": _conclusion_given,
    "conclusion_undone": _conclusion_undone,
    "still_considered": _still_considered,
    "still_admissible": _still_admissible,
    "next_of_post": _next_of_post,
    "round_decided": _round_decided,
    "round_open": _round_open,
    "appointment_over": _appointment_over,
    "in_post": _in_post,
}
