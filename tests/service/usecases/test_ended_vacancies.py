"""A list goes on only while its vacancy is approved; what is on the way when one is cancelled ends with a reason."""

from datetime import timedelta

import builders_workflow as b
import pytest
from sqlalchemy import select

from matching.vocabulary import VacancyStatus
from service.errors import Conflict
from service.models.appointments import Appointment
from service.models.candidacies import Candidacy
from service.models.moves import Move
from service.models.vacancies import Vacancy
from service.usecases.lists import shortlists
from service.usecases.records import vacancy_moves
from service.usecases.workflow import appointing, candidacies, rounds
from service.usecases.workflow.round_records import round_of

AFTER = timedelta(days=10)  # the notice of five working days is over
NOT_OPEN = [one for one in VacancyStatus if one not in {VacancyStatus.APPROVED, VacancyStatus.SHORTLISTING}]


def put(session, status):
    """Let the vacancy stand in a state, however it came there."""
    vacancy = session.scalars(select(Vacancy)).one()
    vacancy.vacancy_status = status
    session.flush()
    return vacancy


def lead(session, shortlist_no, to, *, now, actor=b.OFFICER, **more):
    step = b.asked(to, b.round_version(session, shortlist_no), **more)
    return rounds.move_shortlist(session, actor=actor, shortlist_no=shortlist_no, asked=step, now=now)


def cancel(session, *, now, reason="县里不再需要"):
    vacancy = session.scalars(select(Vacancy)).one()
    step = b.asked("cancelled", vacancy.version, reason=reason)
    return vacancy_moves.move_vacancy(session, actor=b.LEADER, vacancy_no="V1", asked=step, now=now)


def state_of(session, shortlist_no):
    return round_of(session, shortlists.find_shortlist(session, actor=b.OFFICER, shortlist_no=shortlist_no)).state


def appoint(session, candidacy_no, *, now):
    one = session.scalars(select(Candidacy).where(Candidacy.candidacy_no == candidacy_no)).one()
    return appointing.begin_appointment(
        session, actor=b.OFFICER, candidacy_no=candidacy_no, version=one.version, office="示范县委组织部",
        office_phone="0000-1234567", now=now,
    )  # fmt: skip


def move(session, appointment, to, *, now, actor=b.OFFICER, **given):
    return appointing.move_appointment(
        session, actor=actor, appointment_no=appointment.appointment_no,
        asked=b.asked(to, appointment.version, **given), now=now,
    )  # fmt: skip


@pytest.mark.parametrize("status", NOT_OPEN)
def test_a_list_takes_no_step_towards_the_post_while_its_vacancy_is_not_approved(database, actor, now, status):
    with database.unit_of_work() as session:
        number = b.register_city(session, actor=actor, now=now)
        refused = pytest.raises(Conflict, match="neither its lists nor its people go on")
        put(session, status)
        with refused as told:
            lead(session, number, "under_review", now=now)
        assert (told.value.place, told.value.value) == ("vacancy_no", "V1")
        assert told.value.remedy is not None
        put(session, VacancyStatus.APPROVED)
        found = b.start_review(session, number, now=now)
        put(session, status)
        with refused:
            b.conclude_all(session, found, now=now)
        put(session, VacancyStatus.SHORTLISTING)
        b.conclude_all(session, found, now=now)
        b.settle_rules(session, found, now=now)  # so that nothing but the vacancy is in the way
        put(session, status)
        with refused:
            lead(session, number, "proposed", actor=b.SECOND, now=now)
        with refused:
            b.lead_to(session, found[0], "willingness_asked", now=now)
        put(session, VacancyStatus.SHORTLISTING)
        b.proposed(session, number, now=now)
        b.lead_to(session, found[0], "discipline_opinion", now=now)
        put(session, status)
        with refused:
            lead(session, number, "decided", actor=b.LEADER, now=now,
                 more={**b.DECISION, "chosen": [found[0].candidacy_no]})  # fmt: skip
        assert lead(session, number, "returned", actor=b.LEADER, reason="岗位未核定", now=now).to_state == "returned"


@pytest.mark.parametrize("status", NOT_OPEN)
def test_nobody_comes_to_a_post_of_a_vacancy_that_is_not_approved(database, now, status):
    candidacy_no = b.decide(database, now=now)
    refused = pytest.raises(Conflict, match="neither its lists nor its people go on")
    with database.unit_of_work() as session:
        put(session, status)
        with refused:
            appoint(session, candidacy_no, now=now)
        put(session, VacancyStatus.SHORTLISTING)
        made = appoint(session, candidacy_no, now=now)
        for to in ("confirmed", "handover", "in_post"):
            put(session, status)
            with refused:
                move(session, made, to, now=now + AFTER)
            put(session, VacancyStatus.SHORTLISTING)
            move(session, made, to, now=now + AFTER)


def test_lists_before_their_decision_end_with_a_cancelled_vacancy_for_its_reason(database, actor, now):
    with database.unit_of_work() as session:
        first = b.register_city(session, actor=actor, now=now)
        second, third = (
            shortlists.request_shortlist(session, actor=b.OFFICER, vacancy_no="V1", k=4, now=now).shortlist_no
            for _ in range(2)
        )
        b.conclude_all(session, b.start_review(session, first, now=now), now=now)
        b.proposed(session, first, now=now)
        b.start_review(session, second, now=now)
        cancel(session, now=now)
        assert [state_of(session, one) for one in (first, second, third)] == ["ended", "ended", "generated"]
        ends = session.scalars(select(Move).where(Move.to_state == "ended")).all()
        assert {(one.subject_no, one.username, one.reason) for one in ends} == {
            (first, "system", "县里不再需要"), (second, "system", "县里不再需要"),
        }  # fmt: skip
        with pytest.raises(Conflict, match="does not lead to"):
            lead(session, first, "decided", actor=b.LEADER, now=now, more={**b.DECISION, "chosen": []})


def test_a_vacancy_is_not_cancelled_over_the_head_of_who_was_decided_on(database, now):
    candidacy_no = b.decide(database, now=now)
    refused = pytest.raises(Conflict, match="1 decided on for the vacancy V1, and not in post yet")
    with database.unit_of_work() as session:
        with refused:
            cancel(session, now=now)
        made = appoint(session, candidacy_no, now=now)
        with refused:
            cancel(session, now=now)
        one = session.scalars(select(Candidacy).where(Candidacy.candidacy_no == candidacy_no)).one()
        with pytest.raises(Conflict, match="is under way"):
            candidacies.move_candidacy(
                session, actor=b.OFFICER, candidacy_no=candidacy_no, now=now,
                asked=b.asked("withdrawn", one.version, reason="岗位撤销"),
            )  # fmt: skip
        move(session, made, "recalled", actor=b.LEADER, reason="岗位撤销", now=now)
        assert (made.state, made.started_on, one.state) == ("recalled", None, "withdrawn")
        left = session.scalars(select(Move).where(Move.subject_no == candidacy_no, Move.to_state == "withdrawn")).one()
        assert (left.username, left.reason) == ("leader", "岗位撤销")
        assert cancel(session, now=now).vacancy_status is VacancyStatus.CANCELLED


def test_other_lists_end_when_their_vacancy_is_filled_also_if_it_was_approved_anew_meanwhile(database, now):
    candidacy_no = b.decide(database, now=now)
    with database.unit_of_work() as session:
        other = shortlists.request_shortlist(session, actor=b.OFFICER, vacancy_no="V1", k=4, now=now).shortlist_no
        b.start_review(session, other, now=now)
        put(session, VacancyStatus.APPROVED)
        made = appoint(session, candidacy_no, now=now)
        for to in ("confirmed", "handover", "in_post"):
            move(session, made, to, now=now + AFTER)
        assert session.scalars(select(Appointment)).one().state == "in_post"
        assert session.scalars(select(Vacancy)).one().vacancy_status is VacancyStatus.FILLED
        assert state_of(session, other) == "ended"
