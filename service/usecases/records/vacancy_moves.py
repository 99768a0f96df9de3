"""A vacancy from draft to filled: submitted, approved, compared, filled, cancelled."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.vocabulary import Text, VacancyStatus
from service.access import Actor, require
from service.errors import Conflict
from service.models.candidacies import Round
from service.models.shortlists import Shortlist
from service.models.vacancies import Vacancy
from service.usecases.days import day_of
from service.usecases.privacy.blind_reviews import end_blind_review
from service.usecases.records.claimed_states import creator_of
from service.usecases.records.provenance import Ledger, Origin, SourceKind
from service.usecases.records.submission_guards import VACANCY_SUBMISSION
from service.usecases.records.vacancies import get_vacancy
from service.usecases.records.vacancy_guards import OPEN, n_in_post
from service.usecases.revisions import bump
from service.usecases.workflow.ending_rounds import end_rounds
from service.usecases.workflow.move_histories import record_changes
from service.usecases.workflow.moving import Asked, Guard, Moving, Subject, check_version, follow, lock_row, make_move
from service.workflow import workflow_in_force

__all__ = ["VACANCY_GUARDS", "expire_overdue", "fill_if_complete", "move_vacancy", "start_shortlisting"]

_UNDER_REVIEW = ("under_review", "proposed", "decided")


def move_vacancy(
    session: Session,
    *,
    actor: Actor,
    vacancy_no: str,
    asked: Asked,
    now: datetime,
    via: SourceKind = SourceKind.API,
) -> Vacancy:
    """Lead a vacancy to its next state.

    Raises
    ------
    NotFound
        If there is no such vacancy.
    VersionConflict, Conflict, Forbidden, InvalidInput
        As in `make_move`.
    """
    require(actor, "move_vacancies")
    vacancy = _locked(session, get_vacancy(session, actor=actor, vacancy_no=vacancy_no).id)
    subject = _subject(session, vacancy)
    check_version(subject, asked.version)
    _move(session, vacancy, subject, actor=actor, asked=asked, now=now, via=via)
    if asked.to == "cancelled":
        end_blind_review(session, vacancy, actor=actor, reason=asked.reason or "", now=now)
        end_rounds(session, vacancy_id=vacancy.id, reason=asked.reason, now=now)
    return vacancy


def start_shortlisting(session: Session, *, actor: Actor, vacancy_id: int, now: datetime) -> None:
    """With the review of a list begins the comparison of people for an approved vacancy."""
    vacancy = _locked(session, vacancy_id)
    if vacancy.vacancy_status is VacancyStatus.APPROVED:
        asked = Asked(to="shortlisting", version=vacancy.version)
        _move(session, vacancy, _subject(session, vacancy), actor=actor, asked=asked, now=now, via=SourceKind.API)


def fill_if_complete(session: Session, *, vacancy_id: int, now: datetime) -> None:
    """Close a vacancy once as many people are in post as it asked for."""
    vacancy = _locked(session, vacancy_id)
    if vacancy.vacancy_status not in OPEN or n_in_post(session, vacancy_id) < vacancy.headcount:
        return
    if vacancy.vacancy_status is VacancyStatus.APPROVED:  # anew, while people were on their way
        follow(session, subject=_subject(session, vacancy), to="shortlisting", guards=VACANCY_GUARDS, now=now)
    follow(session, subject=_subject(session, vacancy), to="filled", guards=VACANCY_GUARDS, now=now)
    vacancy.updated_at = now
    bump(session, "vacancies", vacancies=[vacancy.id])
    end_rounds(session, vacancy_id=vacancy_id, now=now)


def expire_overdue(session: Session, *, now: datetime) -> tuple[list[str], int]:
    """Close the vacancies whose deadline has passed, except those that people are being compared for.

    Returns
    -------
    (list of str, int)
        Numbers of those that were closed, and how many a review keeps open.
    """
    machine = workflow_in_force().machines["vacancy"]
    states = [VacancyStatus(one.source) for one in machine.transitions if one.target == VacancyStatus.EXPIRED]
    overdue = select(Vacancy.id).where(Vacancy.deadline_on < day_of(now), Vacancy.vacancy_status.in_(states))
    reviewed = set(
        session.scalars(
            select(Shortlist.vacancy_id)
            .join(Round, Round.shortlist_id == Shortlist.id)
            .where(Round.state.in_(_UNDER_REVIEW), Shortlist.vacancy_id.in_(overdue))
        )
    )
    expired = []
    for vacancy_id in session.scalars(overdue.order_by(Vacancy.id)).all():
        vacancy = _locked(session, vacancy_id)
        if vacancy_id in reviewed or vacancy.vacancy_status not in states:
            continue
        follow(session, subject=_subject(session, vacancy), to="expired", guards=VACANCY_GUARDS, now=now)
        vacancy.updated_at = now
        expired.append(vacancy)
    if expired:
        bump(session, "vacancies", vacancies=[one.id for one in expired])
        session.flush()
    return [one.vacancy_no for one in expired], len(reviewed)


def _move(
    session: Session,
    vacancy: Vacancy,
    subject: Subject,
    *,
    actor: Actor,
    asked: Asked,
    now: datetime,
    via: SourceKind,
) -> None:
    ledger = Ledger(session, Origin.of(actor, via), now)
    changes = {"vacancy_status": (subject.state, asked.to)}
    if asked.to == "approved":
        signed = {"attested_by": actor.holder_name, "attested_document": asked.document}
        changes |= {name: (getattr(vacancy, name), value) for name, value in signed.items()}  # type: ignore[misc]  # a list that is approved is signed with both
        vacancy.attested_by, vacancy.attested_document = actor.holder_name, asked.document
    vacancy.updated_at = now
    make_move(session, actor=actor, subject=subject, asked=asked, guards=VACANCY_GUARDS, now=now)
    ledger.note_changed("vacancy", vacancy.id, changes, row=vacancy)
    ledger.write()
    bump(session, "vacancies", vacancies=[vacancy.id])
    session.flush()


def _locked(session: Session, vacancy_id: int) -> Vacancy:
    return lock_row(session, Vacancy, vacancy_id)


def _subject(session: Session, vacancy: Vacancy) -> Subject:
    return Subject(
        machine=workflow_in_force().machines["vacancy"],
        id=vacancy.id,
        number=vacancy.vacancy_no,
        row=vacancy,
        state=str(vacancy.vacancy_status.value),
        state_field="vacancy_status",
        convert=VacancyStatus,
        changes_since=lambda version: record_changes(session, "vacancy", "vacancy", vacancy.id, version=version),
        apart={"creator": creator_of(session, "vacancy", vacancy.id)},
    )


def _headcount_in_post(moving: Moving) -> None:
    vacancy = moving.subject.row
    n = n_in_post(moving.session, vacancy.id)
    if n < vacancy.headcount:
        raise Conflict(
            Text(f"到岗 {n} 人，职数 {vacancy.headcount}。", f"{n} in post of {vacancy.headcount}."),
            place="headcount",
        )


def _deadline_over(moving: Moving) -> None:
    deadline = moving.subject.row.deadline_on
    if deadline is None or deadline >= day_of(moving.now):
        raise Conflict(Text("岗位尚未到期。", "The deadline has not passed."), place="deadline_on")


VACANCY_GUARDS: Mapping[str, Guard] = {
    **VACANCY_SUBMISSION,
    "headcount_in_post": _headcount_in_post,
    "deadline_over": _deadline_over,
}
