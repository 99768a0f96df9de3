"""Candidacies: the people of a list on their way, added by hand, signed for, and led from stage to stage."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.attributes import flag_modified, set_committed_value

from matching.vocabulary import Text
from service.access import Actor, require
from service.db import allocate_ids
from service.errors import Change, Conflict, InvalidInput, VersionConflict
from service.models.candidacies import Candidacy, Round, Signature
from service.models.people import Person
from service.models.shortlists import Shortlist
from service.models.vacancies import Vacancy
from service.queries.people_pages import person_by_number
from service.usecases.auditing import audit
from service.usecases.days import day_of
from service.usecases.lists.shortlists import find_shortlist
from service.usecases.privacy.hidden_words import hides_identity
from service.usecases.records.single_records import person_not_found
from service.usecases.workflow.candidacy_moves import CANDIDACY_GUARDS, candidacy_subject
from service.usecases.workflow.candidacy_views import find_candidacy, one_candidacy
from service.usecases.workflow.moving import (
    Asked,
    check_entry,
    check_version,
    lock_row,
    make_move,
    role_with,
    write_move,
)
from service.usecases.workflow.post_paths import path_of
from service.usecases.workflow.recorders import check_recorder
from service.usecases.workflow.review_labels import sync_labels
from service.usecases.workflow.round_guards import LEFT
from service.usecases.workflow.round_records import lock_round, round_subject
from service.usecases.workflow.rounds import close_if_settled

__all__ = [
    "add_candidacy",
    "lock_candidacy",
    "move_candidacy",
    "record_signature",
    "touch",
]

_ELSEWHERE = {
    "reviewed": Text("请给出结论。", "Conclude on it."),
    "suggested": Text("请撤回结论。", "Undo the conclusion."),
    "added_manually": Text("请撤回结论。", "Undo the conclusion."),
    "decided": Text("人选随名单一并研究决定。", "People are decided on with their list."),
    "publicised": Text("请发起任职。", "Begin the appointment."),
}


def add_candidacy(
    session: Session, *, actor: Actor, shortlist_no: str, person_no: str, reason: str, version: int, now: datetime
) -> Candidacy:
    """Add a person who is not on the list, with a reason; they stand behind everybody on it.

    Parameters
    ----------
    version : int
        Of the round, as it was read.

    Raises
    ------
    NotFound
        If there is no such list or person.
    Conflict
        If the list is not under review, the person is a candidate already, or could not be listed today.
    InvalidInput
        If there is no reason.
    """
    require(actor, "add_candidacies")
    shortlist = find_shortlist(session, actor=actor, shortlist_no=shortlist_no)
    round_ = lock_round(session, shortlist, now=now)
    check_version(round_subject(session, round_, shortlist), version)
    person = person_by_number(session, person_no)
    if person is None:
        raise person_not_found(session, person_no)
    _check_addition(session, shortlist, round_, person, actor=actor, person_no=person_no, reason=reason)
    (row_id,) = allocate_ids(session, Candidacy.__tablename__)
    candidacy = Candidacy(
        id=row_id,
        candidacy_no=f"C{day_of(now):%Y}-{row_id:06d}",
        shortlist_id=shortlist.id,
        person_id=person.id,
        state="added_manually",
        added_by=actor.username,
        created_at=now,
        updated_at=now,
    )
    session.add(candidacy)
    candidacy.added_reason = reason
    session.flush()
    asked = Asked(to="added_manually", version=1, reason=reason)
    subject = candidacy_subject(session, candidacy)
    check_entry(session, actor=actor, subject=subject, asked=asked, guards=CANDIDACY_GUARDS, now=now)
    write_move(
        session,
        actor=actor,
        role=role_with(actor, "add_candidacies"),
        subject=subject,
        asked=asked,
        before=None,
        now=now,
    )
    return candidacy


def record_signature(
    session: Session,
    *,
    actor: Actor,
    candidacy_no: str,
    signatory: str,
    signed_name: str,
    document: str,
    signed_on: date,
    version: int,
    now: datetime,
) -> Candidacy:
    """Record a signature that the post asks for, with the paper that bears it.

    Raises
    ------
    NotFound
        If there is no such candidacy.
    InvalidInput
        If the post asks for no such signature, or the day lies before the list or in the future.
    Forbidden
        If no role of the actor may record this signature.
    Conflict
        If it was recorded already, or whose it is has said over an own account what it thinks.
    """
    require(actor, "record_signatures")
    candidacy, _ = lock_candidacy(session, candidacy_no=candidacy_no, now=now)
    check_version(candidacy_subject(session, candidacy), version)
    _check_signature(candidacy, actor=actor, signatory=signatory, signed_on=signed_on, now=now)
    touch(session, candidacy, now=now)
    (row_id,) = allocate_ids(session, Signature.__tablename__)
    signature = Signature(
        id=row_id,
        candidacy_id=candidacy.id,
        signatory=signatory,
        document=document,
        signed_on=signed_on,
        recorded_by=actor.username,
        version=candidacy.version,
        at=now,
    )
    session.add(signature)
    signature.signed_name = signed_name
    session.flush()
    session.expire(candidacy, ["signatures"])
    audit.record(
        session, actor=actor, action="record_signature", subject_kind="candidacy", subject_no=candidacy_no, now=now,
        detail={"signatory": signatory, "version": candidacy.version},
    )  # fmt: skip
    session.flush()
    return candidacy


def move_candidacy(session: Session, *, actor: Actor, candidacy_no: str, asked: Asked, now: datetime) -> Candidacy:
    """Lead a candidacy to its next stage, or out.

    Raises
    ------
    NotFound
        If there is no such candidacy.
    VersionConflict, Conflict, Forbidden, InvalidInput
        As in `make_move`.
    """
    require(actor, "move_candidacies")
    is_leaving = asked.to in LEFT  # which may settle the round: of two who share its lock neither would get it alone
    candidacy, _ = lock_candidacy(session, candidacy_no=candidacy_no, is_alone=is_leaving, now=now)
    subject = candidacy_subject(session, candidacy)
    check_version(subject, asked.version)
    if asked.to in _ELSEWHERE:
        raise Conflict(
            Text("这一步不能单独办理。", "This step is not taken by itself."),
            remedy=_ELSEWHERE[asked.to],
            place="to",
            value=asked.to,
        )
    make_move(session, actor=actor, subject=subject, asked=asked, guards=CANDIDACY_GUARDS, now=now)
    candidacy.updated_at = now
    session.flush()
    sync_labels(session, candidacy, actor=actor, now=now)
    if is_leaving:
        close_if_settled(session, shortlist_id=candidacy.shortlist_id, now=now)
    return candidacy


def lock_candidacy(
    session: Session, *, candidacy_no: str, with_vacancy: bool = False, is_alone: bool = False, now: datetime
) -> tuple[Candidacy, Round]:
    """Return a candidacy locked until the transaction ends, with its round, which cannot move meanwhile.

    Parameters
    ----------
    with_vacancy : bool
        Lock the vacancy before, for who takes one of its posts.
    is_alone : bool
        Nobody else may work in the round meanwhile: for who may move it.
    """
    candidacy = find_candidacy(session, candidacy_no, wanted=_WITH_LIST)
    shortlist = candidacy.shortlist
    if with_vacancy:
        lock_row(session, Vacancy, shortlist.vacancy_id)
    round_ = lock_round(session, shortlist, is_shared=not is_alone, now=now)
    locked = lock_row(session, Candidacy, candidacy.id)
    set_committed_value(locked, "shortlist", shortlist)  # a list never changes, and is long to read
    session.expire(locked, ["opinions", "replies", "signatures"])
    return locked, round_


_WITH_LIST = one_candidacy(joinedload(Candidacy.shortlist).joinedload(Shortlist.vacancy), joinedload(Candidacy.person))


def touch(session: Session, candidacy: Candidacy, *, now: datetime) -> None:
    """Make a new version of a candidacy, also where two acts share a moment."""
    candidacy.updated_at = now
    flag_modified(candidacy, "updated_at")
    session.flush()


def _check_addition(
    session: Session, shortlist: Shortlist, round_: Round, person: Person, *, actor: Actor, person_no: str, reason: str
) -> None:
    if round_.state != "under_review":
        raise Conflict(
            Text("名单不在审阅中，不能增补。", "The list is not under review: nobody is added."),
            place=shortlist.shortlist_no,
        )
    if not reason.strip():
        problem = Text("增补人选须写明理由。", "Adding somebody needs a reason.")
        raise InvalidInput(problem, place="reason", fields={"reason": [problem]})
    wanted = select(Candidacy).where(Candidacy.shortlist_id == shortlist.id, Candidacy.person_id == person.id)
    if (known := session.scalar(wanted)) is not None:
        number = known.candidacy_no
        problem = Text(f"{person_no} 已是人选 {number}。", f"{person_no} is the candidacy {number} already.")
        if known.added_by is None:
            raise Conflict(problem, place="person_no", value=person_no)
        words = None if hides_identity(session, person, actor=actor) else known.added_reason
        added = Change(at=known.created_at, username=known.added_by, fields={"reason": (None, words)})
        raise VersionConflict(problem, place="person_no", value=person_no, changes=[added])


def _check_signature(candidacy: Candidacy, *, actor: Actor, signatory: str, signed_on: date, now: datetime) -> None:
    known = {one.key: one.label for one in path_of(candidacy).signatories}
    if signatory not in known:
        problem = Text(f"该岗位不需要“{signatory}”的签署。", f"The post asks for no signature of '{signatory}'.")
        remedy = Text(f"可登记：{'、'.join(known)}。", f"There are: {', '.join(known)}.")
        raise InvalidInput(problem, remedy=remedy, place="signatory", value=signatory)
    check_recorder(actor, signatory, label=known[signatory])
    first, today = day_of(candidacy.shortlist.requested_at), day_of(now)
    if not first <= signed_on <= today:
        problem = Text(
            f"签署日期 {signed_on} 应在名单生成之日（{first}）至今天（{today}）之间。",
            f"The signature of {signed_on} lies between the day of the list, {first}, and today, {today}.",
        )
        raise InvalidInput(problem, place="signed_on", fields={"signed_on": [problem]})
    given_by = {one.party for one in path_of(candidacy).signatories if one.key == signatory}
    if given_by & candidacy.standing_replies.keys():
        raise Conflict(
            Text(
                f"“{known[signatory].zh}”已由其本账号答复，不能代为登记。",
                f"'{known[signatory].en}' was answered over its own account; nobody records it in its place.",
            ),
            remedy=Text("如有变化，请其重新答复。", "If that has changed, it replies again."),
            place="signatory",
            value=signatory,
        )
    if signatory in {one.signatory for one in candidacy.signatures}:
        raise Conflict(
            Text(f"“{known[signatory].zh}”已登记。", f"'{known[signatory].en}' is recorded already."),
            place="signatory",
            value=signatory,
        )
