"""A party that is asked about a candidacy says over its own account what it thinks; its consent is its signature."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from matching.vocabulary import Text
from matching.vocabulary.replies import ReplyKind
from service.access import Actor, Role, require
from service.db import allocate_ids
from service.errors import InvalidInput, NotFound, VersionConflict
from service.models.candidacies import Candidacy, Reply, Signature
from service.models.territories import everywhere
from service.usecases.auditing import audit
from service.usecases.days import day_of
from service.usecases.records.single_records import not_found
from service.usecases.workflow.candidacies import lock_candidacy, touch
from service.usecases.workflow.post_paths import path_of
from service.usecases.workflow.questions import Question, asked_of
from service.usecases.workflow.signing import signed_by_holder
from service.workflow import workflow_in_force

__all__ = ["VOTES", "give_reply"]

VOTES = ("n_entitled", "n_present", "n_for", "n_against", "n_abstained")
#: Stands where a paper would be named, if the person consents without one.
_BY_ACCOUNT = "本人账号答复"


def give_reply(
    session: Session,
    *,
    actor: Actor,
    candidacy_no: str,
    reply: ReplyKind,
    signed_name: str,
    version: int,
    document: str | None = None,
    reason: str | None = None,
    replied_on: date | None = None,
    votes: Mapping[str, int] | None = None,
    now: datetime,
) -> Question:
    """Say as a sending unit, a village or the person oneself what one thinks; a later reply stands for an earlier one.

    Parameters
    ----------
    session : Session
    actor : Actor
    candidacy_no : str
    reply : ReplyKind
    signed_name : str
        Full name of who signs: the holder of the account.
    version : int
        Of the candidacy, as it was read.
    document : str, optional
        The paper; needed of units and villages.
    reason : str, optional
        Needed for everything but a consent.
    replied_on : date, optional
        Day of the paper or of the meeting; today unless said.
    votes : mapping of str to int, optional
        Needed of villages: how many were entitled, present, for, against, abstained.
    now : datetime

    Raises
    ------
    NotFound
        If the account is not asked about such a candidacy.
    VersionConflict
        If it has changed since it was read.
    InvalidInput
        If something is missing, or the vote does not say the same.
    """
    require(actor, "consent_to_candidacies")
    _find(session, actor, candidacy_no)
    with everywhere(session):
        candidacy, _ = lock_candidacy(session, candidacy_no=candidacy_no, now=now)
    question = _find(session, actor, candidacy_no)  # as it stands now that nobody else can change it
    _check_version(question, version)
    today = day_of(now)
    on = replied_on or today
    _check(question, reply, signed_name=signed_name, document=document, reason=reason)
    signed_name = signed_by_holder(actor, signed_name)
    if not day_of(candidacy.created_at) <= on <= today:
        raise _wrong("replied_on", Text("日期应在列入名单之后、今天之前。", "The day lies between the list and today."))
    if question.needs_vote:
        _check_votes(reply, votes)
    with everywhere(session):
        touch(session, candidacy, now=now)
        said = _write(session, candidacy, question, actor=actor, now=now, reply=reply, document=document, on=on)
        said.signed_name, said.reason = signed_name, reason
        for name in VOTES if question.needs_vote and votes else ():
            setattr(said, name, votes[name] if votes else None)
        if reply.is_consent:
            _sign(session, candidacy, said)
        session.flush()
        session.expire(candidacy, ["replies", "signatures"])
    audit.record(
        session, actor=actor, action="give_reply", subject_kind="candidacy", subject_no=candidacy_no, now=now,
        detail={"party": question.party.value, "reply": reply.value, "version": candidacy.version},
        subjects=[("person", question.person_no)],
    )  # fmt: skip
    session.flush()
    return _find(session, actor, candidacy_no)


def _find(session: Session, actor: Actor, candidacy_no: str) -> Question:
    found = asked_of(session, actor, candidacy_no=candidacy_no)
    if not found:
        raise _unknown(candidacy_no)
    return found[0]


def _unknown(candidacy_no: str) -> NotFound:
    return not_found(Text("征求意见的人选", "candidacy that you are asked about"), candidacy_no, place="candidacy_no")


def _check_version(question: Question, version: int) -> None:
    """Refuse what was said of an older version; what others did since is none of the party's business."""
    if question.version != version:
        raise VersionConflict(
            Text(f"{question.candidacy_no} 已有变化。", f"{question.candidacy_no} has changed meanwhile."),
            remedy=Text("请重新打开后再提交。", "Open it again and repeat."),
            place="version",
            value=version,
        )


def _check(question: Question, reply: ReplyKind, *, signed_name: str, document: str | None, reason: str | None) -> None:
    if reply not in question.choices:
        raise _wrong("reply", Text("没有这个选项。", "There is no such choice."))
    wanting: dict[str, list[Text]] = {}
    if not signed_name.strip():
        wanting["signed_name"] = [Text("须由本人署名。", "It is signed with a full name.")]
    if question.party is not Role.CANDIDATE and not (document or "").strip():
        wanting["document"] = [Text("须写明文件号或会议记录。", "The paper or the minutes are named.")]
    if not reply.is_consent and not (reason or "").strip():
        wanting["reason"] = [Text("不同意或有异议的，须写明理由。", "Without consent a reason is needed.")]
    if wanting:
        place, (problem,) = next(iter(wanting.items()))
        raise InvalidInput(problem, place=place, fields=wanting)


def _check_votes(reply: ReplyKind, votes: Mapping[str, int] | None) -> None:
    if votes is None or not set(VOTES) <= votes.keys():
        raise _wrong("n_entitled", Text("须填写表决情况。", "The vote is missing."))
    entitled, present, agreed, against, abstained = (votes[name] for name in VOTES)
    least = workflow_in_force().least_entitled
    if entitled < least:
        raise _wrong(
            "n_entitled",
            Text(
                f"应到 {entitled} 人，少于本系统要求的至少 {least} 人。",
                f"{entitled} were entitled; this service asks for a meeting of {least} at least.",
            ),
        )
    if min(votes[name] for name in VOTES) < 0 or not 0 < present <= entitled:
        raise _wrong("n_present", Text("实到人数应在 1 与应到人数之间。", "Those present are 1 to all entitled."))
    if agreed + against + abstained != present:
        raise _wrong(
            "n_for",
            Text(
                f"同意、不同意、弃权合计 {agreed + against + abstained}，与实到 {present} 不符。",
                f"For, against and abstained make {agreed + against + abstained}, but {present} were present.",
            ),
        )
    if (2 * agreed > present) is not reply.is_consent:
        raise _wrong(
            "n_for",
            Text(
                f"实到 {present} 人中 {agreed} 人同意，与答复不一致（过半数为同意）。",
                f"{agreed} of {present} present agreed, which is not what the reply says (more than half agree).",
            ),
        )


def _write(session: Session, candidacy: Candidacy, question: Question, *, actor: Actor, now: datetime,
           reply: ReplyKind, document: str | None, on: date) -> Reply:  # fmt: skip
    (row_id,) = allocate_ids(session, Reply.__tablename__)
    said = Reply(
        id=row_id,
        candidacy_id=candidacy.id,
        party=question.party.value,
        reply=reply,
        document=(document or "").strip() or None,
        replied_on=on,
        username=actor.username,
        version=candidacy.version,
        at=now,
    )
    session.add(said)
    return said


def _sign(session: Session, candidacy: Candidacy, said: Reply) -> None:
    """Write the signature that a consent is, unless its paper was recorded before."""
    signatory = path_of(candidacy).signatory_of(said.party)
    if signatory is None or signatory.key in {one.signatory for one in candidacy.signatures}:
        return
    (row_id,) = allocate_ids(session, Signature.__tablename__)
    signature = Signature(
        id=row_id,
        candidacy_id=candidacy.id,
        signatory=signatory.key,
        document=said.document or _BY_ACCOUNT,
        signed_on=said.replied_on,
        recorded_by=said.username,
        version=candidacy.version,
        at=said.at,
    )
    session.add(signature)
    signature.signed_name = said.signed_name


def _wrong(place: str, problem: Text) -> InvalidInput:
    return InvalidInput(problem, place=place, fields={place: [problem]})
