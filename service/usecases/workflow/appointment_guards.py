"""What has to hold before an appointment goes on."""

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from matching.vocabulary.codes import code_table
from service.errors import Conflict, InvalidInput
from service.models.appointments import Appointment, PublicityNotice
from service.models.candidacies import Candidacy
from service.usecases.days import day_of, term_end
from service.usecases.records.vacancy_guards import check_headcount, check_open
from service.usecases.workflow.admissibility import check_admissible
from service.usecases.workflow.candidacy_moves import missing_signatures
from service.usecases.workflow.move_histories import move_changes
from service.usecases.workflow.moving import Guard, Moving, Subject
from service.workflow import workflow_in_force

__all__ = ["APPOINTMENT_GUARDS", "appointment_subject"]


def appointment_subject(session: Session, appointment: Appointment) -> Subject:
    """Return an appointment as what is moved."""
    return Subject(
        machine=workflow_in_force().machines["appointment"],
        id=appointment.id,
        number=appointment.appointment_no or str(appointment.id),
        row=appointment,
        state=appointment.state,
        state_field="state",
        changes_since=lambda version: move_changes(session, "appointment", appointment.id, version=version),
    )


def _vacancy_open(moving: Moving) -> None:
    appointment: Appointment = moving.subject.row
    if appointment.vacancy is not None:
        check_open(appointment.vacancy)


def _post_free(moving: Moving) -> None:
    one: Appointment = moving.subject.row
    if one.vacancy is not None:
        own = [one.candidacy_id] if one.candidacy_id is not None else []
        check_headcount(moving.session, one.vacancy, people=[one.person_id], besides=own)


def _publicity_over(moving: Moving) -> None:
    notice = _last_notice(moving)
    if notice is None:
        raise Conflict(
            Text("尚未公示。", "There has been no public notice."),
            remedy=Text("请先公示。", "Publish one first."),
            place="publicity",
        )
    if day_of(moving.now) <= notice.ends_on:
        raise Conflict(
            Text(f"公示至 {notice.ends_on} 止，尚未期满。", f"The notice runs until {notice.ends_on}."),
            remedy=Text("请在期满后办理。", "Come back when it is over."),
            place="publicity",
            value=notice.notice_no,
        )


def _signatures_complete(moving: Moving) -> None:
    candidacy_id = moving.subject.row.candidacy_id
    missing = missing_signatures(moving.session.get_one(Candidacy, candidacy_id)) if candidacy_id else ()
    if missing:
        raise Conflict(
            Text(
                f"缺少签署：{'、'.join(one.label.zh for one in missing)}。",
                f"Signatures are missing: {', '.join(one.label.en for one in missing)}.",
            ),
            remedy=Text("请先登记签署和依据文件。", "Record them with their documents first."),
            place="signatures",
        )


def _still_admissible(moving: Moving) -> None:
    appointment: Appointment = moving.subject.row
    if appointment.vacancy is not None:
        people = {appointment.person_id: moving.subject.number}
        check_admissible(moving.session, vacancy=appointment.vacancy, people=people, now=moving.now)


def _started(moving: Moving) -> None:
    """The first day lies between the end of the notice and today, as the order of the states does."""
    appointment: Appointment = moving.subject.row
    today, notice = day_of(moving.now), _last_notice(moving)
    started = moving.asked.more.get("started_on") or today
    if started > today:
        problem = Text(
            f"到岗日期 {started} 在今天（{today}）之后。",
            f"The first day, {started}, lies in the future: it is {today}.",
        )
        raise _wrong(
            "started_on",
            problem,
            value=started,
            remedy=Text("请在到岗后登记。", "Record it once the post is taken up."),
        )
    if notice is not None and started <= notice.ends_on:
        problem = Text(
            f"到岗日期 {started} 不晚于公示期满日 {notice.ends_on}。",
            f"The first day, {started}, is not after the end of the public notice, {notice.ends_on}.",
        )
        remedy = Text(
            f"请填写公示期满之后至今天（{today}）之间的日期。", f"Give a day after the notice, {today} at the latest."
        )
        raise _wrong("started_on", problem, value=started, remedy=remedy)
    _check_term(moving, appointment, since=started)


def _check_term(moving: Moving, appointment: Appointment, *, since: date) -> None:
    """A term that somebody sets ends after it began, and no later than the vacancy says, unless there is a reason."""
    ends_on = moving.asked.more.get("term_ends_on")
    if ends_on is None:
        return
    if ends_on <= since:
        problem = Text(
            f"任期期满日 {ends_on} 不晚于起始日 {since}。", f"The term would end on {ends_on}, not after {since}."
        )
        raise _wrong(
            "term_ends_on", problem, value=ends_on, remedy=Text("请更正期满日。", "Correct the last day of the term.")
        )
    n_months = appointment.vacancy.term_months if appointment.vacancy is not None else None
    latest = term_end(since, n_months) if n_months else None
    if latest is not None and ends_on > latest and not _said(moving.asked.reason):
        problem = Text(
            f"任期期满日 {ends_on} 晚于岗位任期 {n_months} 个月的期满日 {latest}，须写明理由。",
            f"The term would end on {ends_on}, one of the vacancy, {n_months} months, ends on {latest}: give a reason.",
        )
        remedy = Text("请更正期满日，或写明理由。", "Correct the last day, or give a reason.")
        raise _wrong("reason", problem, value=ends_on, remedy=remedy)


def _last_notice(moving: Moving) -> PublicityNotice | None:
    wanted = select(PublicityNotice).where(PublicityNotice.appointment_id == moving.subject.id)
    return moving.session.scalars(wanted.order_by(PublicityNotice.id.desc())).first()


def _said(reason: str | None) -> bool:
    return bool((reason or "").strip())


def _appraisal_given(moving: Moving) -> None:
    known = code_table("appraisal").codes
    if moving.asked.more.get("appraisal") not in known:
        raise _wrong("appraisal", Text("须填写考核结果。", "The result of the appraisal is missing."))


def _not_retiring(moving: Moving) -> None:
    appointment: Appointment = moving.subject.row
    ends_on = moving.asked.more.get("term_ends_on")
    if ends_on is None or (appointment.term_ends_on is not None and ends_on <= appointment.term_ends_on):
        raise _wrong("term_ends_on", Text("须填写晚于原任期的新期满日。", "The new last day is after the old one."))
    before = appointment.term_ends_on or day_of(moving.now)
    _check_term(moving, appointment, since=before + timedelta(days=1))
    retires = appointment.person.retirement_month
    if (
        retires is not None
        and (retires.year, retires.month) < (ends_on.year, ends_on.month)
        and not moving.asked.reason
    ):
        raise _wrong(
            "reason",
            Text(
                f"本人 {retires:%Y-%m} 退休，早于新任期期满，续任须写明理由。",
                f"The person retires in {retires:%Y-%m}, before the new term ends: give a reason.",
            ),
        )


def _term_over(moving: Moving) -> None:
    ends_on = moving.subject.row.term_ends_on
    if (ends_on is None or ends_on > day_of(moving.now)) and not moving.asked.reason:
        raise _wrong("reason", Text("任期未满，须写明理由。", "The term is not over: give a reason."))


def _wrong(place: str, problem: Text, *, value: object = None, remedy: Text | None = None) -> InvalidInput:
    return InvalidInput(problem, remedy=remedy, place=place, value=value, fields={place: [problem]})


APPOINTMENT_GUARDS: Mapping[str, Guard] = {
    "vacancy_open": _vacancy_open,
    "post_free": _post_free,
    "publicity_over": _publicity_over,
    "signatures_complete": _signatures_complete,
    "still_admissible": _still_admissible,
    "started": _started,
    "appraisal_given": _appraisal_given,
    "not_retiring": _not_retiring,
    "term_over": _term_over,
}
