"""Reviewing a candidacy: each reviewer's own opinion, then the office's conclusion, and taking either back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from matching.vocabulary import ReviewDecision, Text
from matching.vocabulary.codes import code_table
from service.access import Actor, require
from service.db import allocate_ids
from service.errors import Conflict, InvalidInput
from service.models.candidacies import Candidacy, Opinion
from service.usecases.auditing import audit
from service.usecases.workflow.against_rank import says_why, turned_by
from service.usecases.workflow.candidacies import lock_candidacy, touch
from service.usecases.workflow.candidacy_moves import CANDIDACY_GUARDS, candidacy_subject
from service.usecases.workflow.moving import Asked, check_entry, check_version, make_move, role_with
from service.usecases.workflow.review_labels import OFFICE, reviewer_no_of, sync_labels
from service.usecases.workflow.review_reasons import check_reasons, check_set_aside

__all__ = ["conclude", "give_opinion", "refuse_overtaken", "undo_review"]

_REVIEWABLE = frozenset({"suggested", "added_manually", "reviewed"})
#: States of a round in which what was said can be taken back: nobody decides on it, or nobody will.
_UNDOABLE = frozenset({"under_review", "returned"})
_REVIEW_WHEN = Text("审阅只在名单“审阅中”时进行。", "Reviews happen while the list is under review.")
_UNDO_WHEN = Text(
    "名单审阅中或退回后才能撤回。",
    "What was said is taken back while the list is under review, or once it is returned.",
)


def give_opinion(
    session: Session,
    *,
    actor: Actor,
    candidacy_no: str,
    decision: ReviewDecision,
    reason_codes: Sequence[str] = (),
    reason: str | None = None,
    document: str | None = None,
    version: int,
    now: datetime,
) -> Candidacy:
    """Say one's own opinion of a candidacy; a later one takes the place of an earlier one.

    Parameters
    ----------
    session : Session
    actor : Actor
    candidacy_no : str
    decision : ReviewDecision
    reason_codes : sequence of str
        Needed for ``not_suitable``.
    reason : str or None
    document : str, optional
        Title and number of the paper behind it.
    version : int
        Of the candidacy, as it was read.
    now : datetime

    Raises
    ------
    NotFound
        If there is no such candidacy.
    VersionConflict
        If somebody else changed it since; tells what.
    Conflict
        If the round is no longer under review.
    InvalidInput
        If a reason is missing or unknown.
    """
    require(actor, "review_candidacies")
    candidacy = _reviewable(session, candidacy_no=candidacy_no, version=version, now=now)
    check_reasons(decision, reason_codes, reason)
    touch(session, candidacy, now=now)
    opinion = _add(
        session, candidacy, actor=actor, decision=decision, reason_codes=reason_codes, reason=reason,
        document=document, is_conclusion=False, now=now,
    )  # fmt: skip
    return _finish(session, candidacy, actor=actor, action="give_opinion", opinion=opinion, now=now)


def conclude(
    session: Session,
    *,
    actor: Actor,
    candidacy_no: str,
    decision: ReviewDecision,
    reason_codes: Sequence[str] = (),
    reason: str | None = None,
    document: str | None = None,
    version: int,
    now: datetime,
) -> Candidacy:
    """Say the office's conclusion on a candidacy; parameters and refusals as for `give_opinion`.

    Recommending somebody while a person in a better place is passed over, or passing over a person while one in a
    worse place is recommended, needs a reason code and the reason in words. Setting somebody aside as declined, refused
    by the unit, to be avoided, or disqualified needs both and the document as well: the rank is not evaded by a word.
    """
    require(actor, "conclude_reviews")
    candidacy = _reviewable(session, candidacy_no=candidacy_no, version=version, now=now)
    check_reasons(decision, reason_codes, reason)
    check_set_aside(decision, reason_codes, reason, document)
    candidacy.conclusion, candidacy.updated_at = decision, now
    flag_modified(candidacy, "updated_at")  # two acts may share a moment
    _check_rank(session, candidacy, reason_codes=reason_codes, reason=reason)
    asked = Asked(to="reviewed", version=candidacy.version, reason_codes=tuple(reason_codes), reason=reason)
    subject = candidacy_subject(session, candidacy)
    if candidacy.state != "reviewed":
        make_move(session, actor=actor, subject=subject, asked=asked, guards=CANDIDACY_GUARDS, now=now)
    else:
        check_entry(
            session, actor=actor, subject=subject, asked=asked, guards=CANDIDACY_GUARDS, source=_origin(candidacy),
            now=now,
        )  # fmt: skip
        session.flush()
    opinion = _add(
        session, candidacy, actor=actor, decision=decision, reason_codes=reason_codes, reason=reason,
        document=document, is_conclusion=True, now=now,
    )  # fmt: skip
    return _finish(session, candidacy, actor=actor, action="conclude_review", opinion=opinion, now=now)


def undo_review(
    session: Session,
    *,
    actor: Actor,
    candidacy_no: str,
    is_conclusion: bool,
    version: int,
    now: datetime,
) -> Candidacy:
    """Take back one's last standing opinion, or the office's last conclusion; again and again, until none stands.

    What was said stays on record with who took it back and when. From the proposal on a meeting relies on what was
    said; of a list that was returned all of it can be taken back again.

    Raises
    ------
    Conflict
        If nothing stands that could be taken back, or the round is neither under review nor returned.
    NotFound, VersionConflict
        As for `give_opinion`.
    """
    require(actor, "conclude_reviews" if is_conclusion else "review_candidacies")
    candidacy = _reviewable(session, candidacy_no=candidacy_no, version=version, now=now, states=_UNDOABLE)
    standing = [
        one
        for one in candidacy.opinions
        if one.undone_at is None
        and one.is_conclusion == is_conclusion
        and (is_conclusion or one.username == actor.username)
    ]
    if not standing:
        raise Conflict(
            Text("没有可撤回的结论。", "There is nothing to take back."),
            remedy=Text("请刷新后查看当前意见。", "Read the candidacy again."),
            place=candidacy_no,
        )
    last = standing[-1]
    last.undone_by, last.undone_at = actor.username, now
    if is_conclusion:
        before = standing[-2] if len(standing) > 1 else None
        candidacy.conclusion = before.decision if before else None
    touch(session, candidacy, now=now)
    if is_conclusion and candidacy.conclusion is None:
        asked = Asked(to=_origin(candidacy), version=candidacy.version)
        subject = candidacy_subject(session, candidacy)
        make_move(session, actor=actor, subject=subject, asked=asked, guards=CANDIDACY_GUARDS, now=now)
    last.undone_version = candidacy.version
    return _finish(session, candidacy, actor=actor, action="undo_review", opinion=last, now=now)


def refuse_overtaken(session: Session, *, actor: Actor, candidacy_no: str, version: int, now: datetime) -> None:
    """Refuse what was written about a candidacy that has changed since.

    Raises
    ------
    VersionConflict
        Says who did what since.
    NotFound
        If there is no such candidacy.
    """
    require(actor, "review_candidacies")
    candidacy, _round = lock_candidacy(session, candidacy_no=candidacy_no, now=now)
    check_version(candidacy_subject(session, candidacy), version)


def _origin(candidacy: Candidacy) -> str:
    return "added_manually" if candidacy.shown_rank is None else "suggested"


def _reviewable(
    session: Session, *, candidacy_no: str, version: int, now: datetime,
    states: frozenset[str] = frozenset({"under_review"}),
) -> Candidacy:  # fmt: skip
    candidacy, round_ = lock_candidacy(session, candidacy_no=candidacy_no, now=now)
    check_version(candidacy_subject(session, candidacy), version)
    if round_.state not in states or candidacy.state not in _REVIEWABLE:
        state = code_table("shortlist_state").label(round_.state)
        raise Conflict(
            Text(
                f"名单处于“{state.zh}”，人选已不在审阅中。",
                f"The list is in the state '{state.en}': this candidacy is no longer under review.",
            ),
            remedy=_UNDO_WHEN if "returned" in states else _REVIEW_WHEN,
            place=candidacy_no,
        )
    return candidacy


def _add(
    session: Session,
    candidacy: Candidacy,
    *,
    actor: Actor,
    decision: ReviewDecision,
    reason_codes: Sequence[str],
    reason: str | None,
    document: str | None,
    is_conclusion: bool,
    now: datetime,
) -> Opinion:
    """Write down what was said, under the version that the candidacy has by now."""
    (row_id,) = allocate_ids(session, Opinion.__tablename__)
    opinion = Opinion(
        id=row_id,
        candidacy_id=candidacy.id,
        is_conclusion=is_conclusion,
        username=actor.username,
        role=role_with(actor, "conclude_reviews" if is_conclusion else "review_candidacies"),
        reviewer_no=OFFICE if is_conclusion else reviewer_no_of(actor),
        decision=decision,
        reason_codes=tuple(reason_codes) or None,
        version=candidacy.version,
        at=now,
    )
    session.add(opinion)
    opinion.reason, opinion.document = reason, (document or "").strip() or None
    session.flush()
    session.expire(candidacy, ["opinions"])
    return opinion


def _check_rank(session: Session, candidacy: Candidacy, *, reason_codes: Sequence[str], reason: str | None) -> None:
    """Refuse a conclusion that turns the order of the list around without saying why."""
    turned = None if says_why(reason_codes, reason) else turned_by(session, candidacy)
    if turned is None:
        return
    lower, higher = turned
    problem = Text(
        f"{lower.candidacy_no}（位次 {lower.shown_rank or '增补'}）拟推荐，而位次更前的 {higher.candidacy_no}"
        f"（位次 {higher.shown_rank}）未推荐，须写明理由代码和理由，说明后者为何未推荐。",
        f"{lower.candidacy_no} (place {lower.shown_rank or 'added'}) is recommended while {higher.candidacy_no} "
        f"(place {higher.shown_rank}) is not: give a reason code and the reason in words, about the latter.",
    )
    fields: dict[str, list[Text]] = {"reason_codes": [problem], "reason": [problem]}
    raise InvalidInput(problem, place="reason", fields=fields)


def _finish(
    session: Session, candidacy: Candidacy, *, actor: Actor, action: str, opinion: Opinion, now: datetime
) -> Candidacy:
    sync_labels(session, candidacy, actor=actor, now=now)
    detail: dict[str, Any] = {
        "decision": str(opinion.decision.value),
        "is_conclusion": opinion.is_conclusion,
        "reason_codes": list(opinion.reason_codes or ()),
        "version": candidacy.version,
        "person_no": candidacy.person.person_no,
    }
    audit.record(
        session, actor=actor, action=action, subject_kind="candidacy", subject_no=candidacy.candidacy_no, now=now,
        detail=detail,
    )  # fmt: skip
    session.flush()
    return candidacy
