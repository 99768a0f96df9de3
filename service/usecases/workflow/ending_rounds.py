"""Lists of a vacancy that has ended: the service ends their rounds with it, for the reason that was given for it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models.candidacies import Round
from service.models.shortlists import Shortlist
from service.usecases.workflow.moving import follow
from service.usecases.workflow.round_guards import ROUND_GUARDS
from service.usecases.workflow.round_records import lock_round, round_subject

__all__ = ["end_rounds"]

_BEFORE_DECISION = ("under_review", "proposed")


def end_rounds(session: Session, *, vacancy_id: int, reason: str | None = None, now: datetime) -> None:
    """End every round of a vacancy that is still before its decision; the vacancy is locked and has ended.

    Parameters
    ----------
    session : Session
    vacancy_id : int
    reason : str, optional
        Why the vacancy ended, where somebody said it.
    now : datetime
    """
    running = (
        select(Shortlist)
        .join(Round, Round.shortlist_id == Shortlist.id)
        .where(Shortlist.vacancy_id == vacancy_id, Round.state.in_(_BEFORE_DECISION))
    )
    for shortlist in session.scalars(running.order_by(Shortlist.id)).all():
        round_ = lock_round(session, shortlist, now=now)
        if round_.state in _BEFORE_DECISION:
            subject = round_subject(session, round_, shortlist)
            follow(session, subject=subject, to="ended", guards=ROUND_GUARDS, reason=reason, now=now)
            round_.updated_at = now
    session.flush()
