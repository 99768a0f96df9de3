"""The headcount of a vacancy holds over all its lists: whoever was decided on, is made public or is in post counts."""

import threading
from datetime import date, timedelta

import builders_workflow as b
import pytest
from sqlalchemy import select

from service.errors import Conflict
from service.models.appointments import Appointment
from service.models.candidacies import Candidacy
from service.models.vacancies import Vacancy
from service.usecases.lists import shortlists
from service.usecases.workflow import appointing, candidacies, rounds
from service.usecases.workflow.appointments import save_appointments

AFTER = timedelta(days=10)  # the notice of five working days is over
FULL = "over all its lists"


def lists_to_decide(session, *, actor, now, n_lists=2, **vacancy):
    """Propose lists of the same vacancy, each with another person ready for the decision; return who is."""
    numbers = [b.register_city(session, actor=actor, now=now, **vacancy)]
    numbers += [
        shortlists.request_shortlist(session, actor=b.OFFICER, vacancy_no="V1", k=4, now=now).shortlist_no
        for _ in range(n_lists - 1)
    ]
    return [ready(session, number, place=place, now=now) for place, number in enumerate(numbers)]


def ready(session, number, *, place, now):
    found = b.start_review(session, number, now=now)
    b.conclude_all(session, found, now=now, n_recommended=4)
    b.proposed(session, number, now=now)
    b.lead_to(session, found[place], "discipline_opinion", now=now)
    return number, found[place].candidacy_no


def decide(session, number, candidacy_no, *, now):
    step = b.asked(
        "decided", b.round_version(session, number), reason_codes=("R01",), reason="更懂当地产业",
        more={**b.DECISION, "chosen": [candidacy_no]},
    )  # fmt: skip
    rounds.move_shortlist(session, actor=b.LEADER, shortlist_no=number, asked=step, now=now)


def one_of(session, candidacy_no):
    return session.scalars(select(Candidacy).where(Candidacy.candidacy_no == candidacy_no)).one()


def begin(session, candidacy_no, *, now):
    version = one_of(session, candidacy_no).version
    return appointing.begin_appointment(
        session, actor=b.OFFICER, candidacy_no=candidacy_no, version=version, office="示范县委组织部",
        office_phone="0000-1234567", now=now,
    )  # fmt: skip


def move(session, made, to, *, now, actor=b.OFFICER, **given):
    step = b.asked(to, made.version, **given)
    return appointing.move_appointment(session, actor=actor, appointment_no=made.appointment_no, asked=step, now=now)


def withdraw(session, candidacy_no, *, now):
    step = b.asked("withdrawn", one_of(session, candidacy_no).version, reason="本人放弃")
    candidacies.move_candidacy(session, actor=b.OFFICER, candidacy_no=candidacy_no, asked=step, now=now)


def test_a_second_list_gives_no_post_that_the_first_has_given(database, actor, now):
    with database.unit_of_work() as session:
        first, second = lists_to_decide(session, actor=actor, now=now)
        decide(session, *first, now=now)
        with pytest.raises(Conflict, match="1 decided on and 0 in post, 1 more cannot be") as refused:
            decide(session, *second, now=now)
        assert (refused.value.place, refused.value.value) == ("headcount", 1)
        made = begin(session, first[1], now=now)
        with pytest.raises(Conflict, match=FULL):  # public now, and counted all the same
            decide(session, *second, now=now)
        move(session, made, "resigned", reason="本人放弃", now=now)
        decide(session, *second, now=now)


def test_of_two_posts_each_list_may_give_one_but_none_to_the_same_person_twice(database, actor, now):
    with database.unit_of_work() as session:
        first, second = lists_to_decide(session, actor=actor, now=now, headcount=2)
        decide(session, *first, now=now)
        again = next(
            one for one in b.all_of(session, second[0]) if one.person_id == one_of(session, first[1]).person_id
        )
        b.lead_to(session, again, "discipline_opinion", now=now)
        with pytest.raises(Conflict, match="1 of them have a post of V1 already"):
            decide(session, second[0], again.candidacy_no, now=now)
        decide(session, *second, now=now)


def test_who_holds_the_post_by_import_counts(database, actor, now):
    with database.unit_of_work() as session:
        (first,) = lists_to_decide(session, actor=actor, now=now, n_lists=1)
        record = {
            "person_no": "P4", "village_code": "239901100201", "vacancy_no": "V1", "post_type": "first_secretary",
            "started_on": date(2025, 3, 1), "ended_on": None,
        }  # fmt: skip
        save_appointments(session, actor=actor, records=[record], now=now)
        with pytest.raises(Conflict, match="0 decided on and 1 in post"):
            decide(session, *first, now=now)


def test_no_notice_and_no_first_day_for_whom_no_post_is_left(database, actor, now):
    with database.unit_of_work() as session:
        first, second = lists_to_decide(session, actor=actor, now=now, headcount=2)
        decide(session, *first, now=now)
        decide(session, *second, now=now)
        vacancy = session.scalars(select(Vacancy)).one()
        vacancy.headcount = 1
        with pytest.raises(Conflict, match=FULL):
            begin(session, second[1], now=now)
        vacancy.headcount = 2
        made = begin(session, second[1], now=now)
        move(session, made, "confirmed", now=now + AFTER)
        move(session, made, "handover", now=now + AFTER)
        vacancy.headcount = 1
        with pytest.raises(Conflict, match=FULL):
            move(session, made, "in_post", now=now + AFTER)
        withdraw(session, first[1], now=now)
        assert move(session, made, "in_post", now=now + AFTER).state == "in_post"
        assert session.scalars(select(Appointment)).one().state == "in_post"


def test_two_who_decide_at_once_do_not_both_give_the_last_post(any_database, actor, now):
    with any_database.unit_of_work() as session:
        ready_ones = lists_to_decide(session, actor=actor, now=now)
    met, told = threading.Barrier(2), []

    def give(number, candidacy_no):
        try:
            with any_database.unit_of_work() as session:
                met.wait()
                decide(session, number, candidacy_no, now=now)
            told.append("decided")
        except Conflict as refused:
            told.append(refused.place)

    both = [threading.Thread(target=give, args=one) for one in ready_ones]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(told) == ["decided", "headcount"]
    with any_database.reading() as session:
        states = session.scalars(select(Candidacy.state).where(Candidacy.state == "decided")).all()
        assert len(states) == 1
