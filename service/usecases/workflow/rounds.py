"""The round of a shortlist: under review, returned or proposed, decided, closed; the list itself never changes."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.access import Actor, require
from service.db import allocate_ids
from service.models.candidacies import Candidacy
from service.models.moves import Move, Vote
from service.models.shortlists import Shortlist, ShortlistEntry
from service.models.vacancies import Vacancy
from service.usecases.days import day_of
from service.usecases.lists.shortlists import find_shortlist
from service.usecases.records.record_fields import insert_rows
from service.usecases.records.vacancy_moves import start_shortlisting
from service.usecases.workflow.candidacy_moves import decide_candidacies
from service.usecases.workflow.moving import Asked, Subject, check_version, follow, lock_row, make_move
from service.usecases.workflow.round_guards import ROUND_GUARDS, chosen_of
from service.usecases.workflow.round_records import lock_round, round_subject

__all__ = ["close_if_settled", "move_shortlist"]


def move_shortlist(session: Session, *, actor: Actor, shortlist_no: str, asked: Asked, now: datetime) -> Move:
    """Lead the round of a list on: to its review, to the proposal, to the decision.

    Parameters
    ----------
    session : Session
    actor : Actor
    shortlist_no : str
    asked : Asked
        A decision has ``votes`` (meeting, held_on, n_entitled, n_present, n_for, n_against, n_abstained) and
        ``chosen`` (numbers of candidacies) as `more`.
    now : datetime

    Raises
    ------
    NotFound
        If there is no such list.
    VersionConflict, Conflict, Forbidden, InvalidInput
        As in `make_move`.
    """
    require(actor, "move_shortlists")
    shortlist = find_shortlist(session, actor=actor, shortlist_no=shortlist_no)
    # the vacancy first, as whoever ends or fills it does: what its lists may do is counted over all of them
    lock_row(session, Vacancy, shortlist.vacancy_id)
    round_ = lock_round(session, shortlist, now=now)
    subject = round_subject(session, round_, shortlist)
    check_version(subject, asked.version)
    if asked.to == "decided":
        # the vote is looked at by the guards, the candidacies by theirs; all of it or nothing
        return _decide(session, actor=actor, subject=subject, shortlist=shortlist, asked=asked, now=now)
    move = make_move(session, actor=actor, subject=subject, asked=asked, guards=ROUND_GUARDS, now=now)
    round_.updated_at = now
    if asked.to == "under_review":
        _open_candidacies(session, shortlist, now=now)
        start_shortlisting(session, actor=actor, vacancy_id=shortlist.vacancy_id, now=now)
    return move


def close_if_settled(session: Session, *, shortlist_id: int, now: datetime) -> None:
    """Close a decided round once everybody who was decided on is in post or has left."""
    shortlist = session.get_one(Shortlist, shortlist_id)
    round_ = lock_round(session, shortlist, now=now)
    states = session.scalars(select(Candidacy.state).where(Candidacy.shortlist_id == shortlist_id)).all()
    if round_.state == "decided" and not any(state in {"decided", "publicised"} for state in states):
        subject = round_subject(session, round_, shortlist)
        follow(session, subject=subject, to="closed", guards=ROUND_GUARDS, now=now)
        round_.updated_at = now


def _decide(
    session: Session, *, actor: Actor, subject: Subject, shortlist: Shortlist, asked: Asked, now: datetime
) -> Move:
    move = make_move(session, actor=actor, subject=subject, asked=asked, guards=ROUND_GUARDS, now=now)
    subject.row.updated_at = now
    votes: dict[str, Any] = asked.more["votes"]
    session.add(Vote(move_id=move.id, **votes))
    session.flush()
    chosen = chosen_of(session, shortlist.id, asked)
    decide_candidacies(session, actor=actor, chosen=chosen, asked=asked, now=now)
    close_if_settled(session, shortlist_id=shortlist.id, now=now)
    return move


def _open_candidacies(session: Session, shortlist: Shortlist, *, now: datetime) -> None:
    entries = session.execute(
        select(ShortlistEntry.person_id, ShortlistEntry.rank)
        .where(ShortlistEntry.shortlist_id == shortlist.id)
        .order_by(ShortlistEntry.rank)
    )
    best: dict[int, int] = {}
    for person_id, rank in entries:
        best.setdefault(person_id, rank)  # of two records that are one today, the better place counts
    ids = allocate_ids(session, Candidacy.__tablename__, len(best)) if best else range(0)
    rows = [
        {
            "id": row_id,
            "candidacy_no": f"C{day_of(now):%Y}-{row_id:06d}",
            "shortlist_id": shortlist.id,
            "person_id": person_id,
            "shown_rank": rank,
            "state": "suggested",
            "version": 1,
            "created_at": now,
            "updated_at": now,
        }
        for row_id, (person_id, rank) in zip(ids, best.items(), strict=True)
    ]
    insert_rows(session, Candidacy, rows)
