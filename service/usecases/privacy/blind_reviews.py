"""Blind review: for a vacancy, people are shown without what tells who they are until the round is closed.

What is hidden, and where, is in `service.queries.veils`: one function for every face and every file.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import Actor, Territory, TerritoryKind, holds, require
from service.db import allocate_ids
from service.errors import Change, Conflict, InvalidInput, VersionConflict
from service.models.accounts import Account
from service.models.candidacies import Round
from service.models.privacy import BlindLift, BlindReview
from service.models.shortlists import Shortlist
from service.models.territories import seeing_everywhere
from service.models.vacancies import Vacancy
from service.queries.veils import OVER, blind_review_of, hidden_from
from service.usecases.accounts.registry import actor_of, territory_of
from service.usecases.auditing import audit
from service.usecases.records.vacancies import get_vacancy

__all__ = [
    "BlindState",
    "LiftCount",
    "blind_state",
    "close_blind_review",
    "count_lifts",
    "end_blind_review",
    "lift_blind",
    "open_blind_review",
]

#: States of a round in which it is known who is chosen.
_DECIDED = frozenset({"decided", "closed"})


@dataclass(frozen=True, kw_only=True)
class LiftCount:
    """How often one reviewer looked behind blind reviews, and for how many vacancies."""

    username: str
    n_lifts: int
    n_vacancies: int
    last_at: datetime


@dataclass(frozen=True, kw_only=True)
class BlindState:
    """Where the blind review of a vacancy stands for one reader.

    Parameters
    ----------
    review : BlindReview or None
        The one that runs.
    is_hidden : bool
        Whether the reader does not see who the people are.
    needs_reason : bool
        Whether closing it now would be before the end of the round.
    """

    review: BlindReview | None
    is_hidden: bool
    needs_reason: bool


def blind_state(session: Session, *, actor: Actor, vacancy_id: int) -> BlindState:
    """Return whether people of a vacancy are reviewed blind, and whether the reader looked behind it."""
    review = blind_review_of(session, vacancy_id)
    is_over = review is None or review.closed_at is not None or review.vacancy.vacancy_status in OVER
    is_hidden = not is_over and hidden_from(session, actor=actor, vacancy_id=vacancy_id)
    needs_reason = not is_over and not _is_decided(session, vacancy_id)
    return BlindState(review=None if is_over else review, is_hidden=is_hidden, needs_reason=needs_reason)


def open_blind_review(session: Session, *, actor: Actor, vacancy_no: str, now: datetime) -> BlindReview:
    """Hide who the people are for a vacancy, from now until the round is closed.

    Raises
    ------
    NotFound
        If there is no such vacancy.
    Conflict
        If its review is blind already, or the vacancy is no longer open.
    """
    require(actor, "blind_reviews")
    vacancy = get_vacancy(session, actor=actor, vacancy_no=vacancy_no)
    review = session.get(BlindReview, vacancy.id)
    if vacancy.vacancy_status in OVER:
        raise Conflict(
            Text("该岗位已结束，无须盲审。", "The vacancy is closed; there is nothing to review."),
            place="vacancy_no",
            value=vacancy_no,
        )
    if review is not None and review.closed_at is None:
        opened = Change(at=review.opened_at, username=review.opened_by, fields={"blind": (False, True)})
        problem = Text("该岗位已是盲审。", "The review is blind already.")
        raise VersionConflict(problem, place="vacancy_no", value=vacancy_no, changes=[opened])
    if review is None:
        review = BlindReview(vacancy_id=vacancy.id)
        session.add(review)
    review.opened_by, review.opened_at, review.closed_by, review.closed_at = actor.username, now, None, None
    _record(session, "open_blind_review", vacancy, actor=actor, now=now)
    return review


def close_blind_review(
    session: Session, *, actor: Actor, vacancy_no: str, reason: str | None = None, now: datetime
) -> BlindReview:
    """Show who the people are again, for everybody.

    It belongs to the end of the round: once the vacancy's lists are decided on. Before, it takes a reason, and as it
    shows the people to every reviewer, it counts as if each of them had looked behind the review.

    Raises
    ------
    InvalidInput
        If a list is not decided on yet and there is no reason.
    Conflict
        If the review is not blind.
    """
    require(actor, "blind_reviews")
    vacancy = get_vacancy(session, actor=actor, vacancy_no=vacancy_no)
    review = _running(session, vacancy)
    detail: dict[str, int] = {}
    if not _is_decided(session, vacancy.id):
        if not (reason and reason.strip()):
            raise InvalidInput(
                Text("该岗位的名单尚未研究决定，提前结束盲审须说明理由。",
                     "The lists of this vacancy are not decided on yet: closing the review early needs a reason."),
                remedy=Text("请写明理由，或待研究决定后再结束。", "Give the reason, or close it after the decision."),
                place="reason",
            )  # fmt: skip
        detail = _shown_early(session, vacancy, actor=actor, reason=reason, now=now)
    review.closed_by, review.closed_at = actor.username, now
    _record(session, "close_blind_review", vacancy, actor=actor, detail=detail, now=now)
    return review


def end_blind_review(session: Session, vacancy: Vacancy, *, actor: Actor, reason: str, now: datetime) -> None:
    """End the blind review of a vacancy that is cancelled, before its lists are: it shows who the people are.

    Where no list was decided on, that counts as closing it early does, so that cancelling is no way to look unseen.
    """
    review = session.get(BlindReview, vacancy.id)
    if review is None or review.closed_at is not None:
        return
    detail: dict[str, int] = {}
    if not _is_decided(session, vacancy.id):
        detail = _shown_early(session, vacancy, actor=actor, reason=reason, now=now)
    review.closed_by, review.closed_at = actor.username, now
    _record(session, "close_blind_review", vacancy, actor=actor, detail=detail, now=now)


def _shown_early(session: Session, vacancy: Vacancy, *, actor: Actor, reason: str, now: datetime) -> dict[str, int]:
    reviewers = _reviewers(session, vacancy) | {actor.username}
    for username in sorted(reviewers):
        _add_lift(session, vacancy, username=username, reason=reason, now=now)
    return {"n_reviewers": len(reviewers)}


def lift_blind(session: Session, *, actor: Actor, vacancy_no: str, reason: str, now: datetime) -> BlindLift:
    """Let one reviewer see who the people are before the round is closed; it is counted.

    Raises
    ------
    InvalidInput
        If there is no reason.
    Conflict
        If the review is not blind.
    """
    require(actor, "lift_blind")
    if not reason.strip():
        raise InvalidInput(
            Text("解除盲审须说明理由。", "Looking behind a blind review needs a reason."),
            remedy=Text("请写明理由。", "Give the reason."),
            place="reason",
        )
    vacancy = get_vacancy(session, actor=actor, vacancy_no=vacancy_no)
    _running(session, vacancy)
    lift = _add_lift(session, vacancy, username=actor.username, reason=reason, now=now)
    _record(session, "lift_blind", vacancy, actor=actor, now=now)
    return lift


def count_lifts(session: Session, *, actor: Actor) -> list[LiftCount]:
    """Return who looked behind blind reviews how often, the most often first."""
    require(actor, "read_retention")
    n = func.count()
    query = (
        select(BlindLift.username, n, func.count(BlindLift.vacancy_id.distinct()), func.max(BlindLift.lifted_at))
        .group_by(BlindLift.username)
        .order_by(n.desc(), BlindLift.username)
    )
    return [
        LiftCount(username=username, n_lifts=n_lifts, n_vacancies=n_vacancies, last_at=last_at)
        for username, n_lifts, n_vacancies, last_at in session.execute(query)
    ]


def _running(session: Session, vacancy: Vacancy) -> BlindReview:
    review = session.get(BlindReview, vacancy.id)
    if review is None or review.closed_at is not None:
        raise VersionConflict(
            Text(f"{vacancy.vacancy_no} 不是盲审。", f"The review for {vacancy.vacancy_no} is not blind."),
            place="vacancy_no",
            value=vacancy.vacancy_no,
            changes=_closed(review),
        )
    return review


def _closed(review: BlindReview | None) -> list[Change]:
    """Return who closed it; nobody did where it was never opened."""
    if review is None or review.closed_at is None or review.closed_by is None:
        return []
    return [Change(at=review.closed_at, username=review.closed_by, fields={"blind": (True, False)})]


def _is_decided(session: Session, vacancy_id: int) -> bool:
    """Whether the round is at its end: a list was decided on, and none is still before its decision."""
    of_vacancy = select(Round.state).join(Shortlist, Shortlist.id == Round.shortlist_id)
    states = set(session.scalars(of_vacancy.where(Shortlist.vacancy_id == vacancy_id)))
    return bool(states & _DECIDED) and states <= _DECIDED | {"returned", "ended"}


@seeing_everywhere
def _reviewers(session: Session, vacancy: Vacancy) -> set[str]:
    """Return the accounts whose roles review and whose territory holds the vacancy: from them its people are hidden."""
    accounts = session.scalars(select(Account).where(Account.is_disabled.is_(False)))
    code = vacancy.village.village_code
    return {
        one.username
        for one in accounts
        if holds(actor_of(one), "review_candidacies") and _holds_village(territory_of(one), code)
    }


def _holds_village(territory: Territory, village_code: str) -> bool:
    return territory.kind.is_everything or (
        territory.kind in {TerritoryKind.COUNTY, TerritoryKind.TOWNSHIP, TerritoryKind.VILLAGE}
        and village_code.startswith(territory.code)
    )


def _add_lift(session: Session, vacancy: Vacancy, *, username: str, reason: str, now: datetime) -> BlindLift:
    (lift_id,) = allocate_ids(session, BlindLift.__tablename__)
    lift = BlindLift(id=lift_id, vacancy_id=vacancy.id, username=username, lifted_at=now)
    session.add(lift)
    lift.reason = reason
    return lift


def _record(
    session: Session,
    action: str,
    vacancy: Vacancy,
    *,
    actor: Actor,
    detail: dict[str, int] | None = None,
    now: datetime,
) -> None:
    number = vacancy.vacancy_no
    audit.record(
        session, actor=actor, action=action, subject_kind="vacancy", subject_no=number, detail=detail or None, now=now
    )
    session.flush()
