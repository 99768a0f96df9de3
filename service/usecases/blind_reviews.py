"""Blind review: for a vacancy, people are shown without what tells who they are until the round is closed.

What is hidden, and where, is in `service.queries.veils`: one function for every face and every file.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import Actor, require
from service.db import allocate_ids
from service.errors import Conflict, InvalidInput
from service.models.privacy import BlindLift, BlindReview
from service.models.vacancies import Vacancy
from service.queries.veils import OVER, hidden_from
from service.usecases import audit
from service.usecases.vacancies import get_vacancy

__all__ = [
    "BlindState",
    "LiftCount",
    "blind_state",
    "close_blind_review",
    "count_lifts",
    "lift_blind",
    "open_blind_review",
]


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
    """

    review: BlindReview | None
    is_hidden: bool


def blind_state(session: Session, *, actor: Actor, vacancy_id: int) -> BlindState:
    """Return whether people of a vacancy are reviewed blind, and whether the reader looked behind it."""
    review = session.get(BlindReview, vacancy_id)
    is_over = review is None or review.closed_at is not None or review.vacancy.vacancy_status in OVER
    is_hidden = not is_over and hidden_from(session, actor=actor, vacancy_id=vacancy_id)
    return BlindState(review=None if is_over else review, is_hidden=is_hidden)


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
        raise Conflict(Text("该岗位已是盲审。", "The review is blind already."), place="vacancy_no", value=vacancy_no)
    if review is None:
        review = BlindReview(vacancy_id=vacancy.id)
        session.add(review)
    review.opened_by, review.opened_at, review.closed_by, review.closed_at = actor.username, now, None, None
    _record(session, "open_blind_review", vacancy, actor=actor, now=now)
    return review


def close_blind_review(session: Session, *, actor: Actor, vacancy_no: str, now: datetime) -> BlindReview:
    """Show who the people are again, for everybody: the round is closed.

    Raises
    ------
    Conflict
        If the review is not blind.
    """
    require(actor, "blind_reviews")
    vacancy = get_vacancy(session, actor=actor, vacancy_no=vacancy_no)
    review = _running(session, vacancy)
    review.closed_by, review.closed_at = actor.username, now
    _record(session, "close_blind_review", vacancy, actor=actor, now=now)
    return review


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
    (lift_id,) = allocate_ids(session, BlindLift.__tablename__)
    lift = BlindLift(id=lift_id, vacancy_id=vacancy.id, username=actor.username, lifted_at=now)
    session.add(lift)
    lift.reason = reason
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
        raise Conflict(
            Text(f"{vacancy.vacancy_no} 不是盲审。", f"The review for {vacancy.vacancy_no} is not blind."),
            place="vacancy_no",
            value=vacancy.vacancy_no,
        )
    return review


def _record(session: Session, action: str, vacancy: Vacancy, *, actor: Actor, now: datetime) -> None:
    audit.record(session, actor=actor, action=action, subject_kind="vacancy", subject_no=vacancy.vacancy_no, now=now)
    session.flush()
