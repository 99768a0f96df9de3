"""What falls due with the day is done once, by the service itself, and nobody is judged or erased by it."""

from datetime import timedelta

import builders_workflow as b
import pytest
from builders import a_person, a_vacancy, a_village, an_actor
from builders_registry import save
from sqlalchemy import func, select

from matching.vocabulary import PostType, RecordStatus, Text, VacancyStatus
from service import jobs
from service.access import Role
from service.errors import Forbidden, WorkLocked
from service.models.appointments import Appointment
from service.models.audit import AuditEntry
from service.models.outbox import OutboxMessage
from service.models.people import Person
from service.models.vacancies import Vacancy
from service.models.villages import Village
from service.settings.retention import RetentionSettings
from service.usecases.days import day_of
from service.usecases.pending.daily import do_daily_work
from service.usecases.privacy.consents import give_consent, publish_consent_text, withdraw_consent
from service.usecases.privacy.legal_holds import place_hold

SETTINGS = RetentionSettings(withdrawn_months=3, archived_months=24, term_months=60)
OPERATOR = an_actor(Role.OPERATOR, username="operator")
LATER = timedelta(days=100)
PAPER = "示组〔2026〕30号"


def daily(database, now, **changes):
    given = {"actor": OPERATOR, "settings": SETTINGS, "owner": "one", "now": now, **changes}
    return do_daily_work(database, **given)


def n_lines(database):
    """Count the lines of the log."""
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(AuditEntry))


def test_vacancies_expire_the_day_after_their_deadline_and_only_once(any_database, actor, now):
    today = day_of(now)
    vacancies = [
        a_vacancy(vacancy_no="V1", deadline_on=today),
        a_vacancy(vacancy_no="V2", deadline_on=today - timedelta(days=1)),
        a_vacancy(vacancy_no="V3", deadline_on=today - timedelta(days=9), vacancy_status=VacancyStatus.CANCELLED),
        a_vacancy(vacancy_no="V4"),
    ]
    save(any_database, actor, now, villages=[a_village()], vacancies=vacancies)
    before = n_lines(any_database)
    assert daily(any_database, now).expired == ("V2",)
    with any_database.reading() as session:
        states = dict(session.execute(select(Vacancy.vacancy_no, Vacancy.vacancy_status)).all())
        line = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (states["V1"], states["V2"], states["V4"]) == ("approved", "expired", "approved")
    assert (line.action, line.subject_no, line.actor, line.detail["to"]) == ("move_vacancy", "V2", "system", "expired")
    assert daily(any_database, now).expired == ()
    assert n_lines(any_database) == before + 1
    assert daily(any_database, now + timedelta(days=1)).expired == ("V1",)


def test_a_vacancy_that_people_are_compared_for_stays_open_and_is_told(database, actor, now):
    with database.unit_of_work() as session:
        number = b.register_city(session, actor=actor, now=now, deadline_on=day_of(now))
        b.start_review(session, number, now=now)
    done = daily(database, now + timedelta(days=2))
    assert (done.expired, done.n_under_review) == ((), 1)


def test_each_reminder_of_a_term_is_given_once_for_each_end(any_database, actor, now):
    save(any_database, actor, now, villages=[a_village()], people=[a_person()])
    with any_database.unit_of_work() as session:
        session.add(
            Appointment(
                id=901, appointment_no="R1", person_id=session.scalar(select(Person.id)),
                village_id=session.scalar(select(Village.id)), post_type=PostType.FIRST_SECRETARY, state="in_post",
                started_on=day_of(now) - timedelta(days=700), term_ends_on=day_of(now) + timedelta(days=80),
            )
        )  # fmt: skip
    given = [daily(any_database, now + timedelta(days=n)).reminded for n in (-11, 0, 0, 1, 50, 51, 90)]
    assert given == [(), ("R1",), (), (), ("R1",), (), ()]
    with any_database.unit_of_work() as session:
        session.get_one(Appointment, 901).term_ends_on = day_of(now) + timedelta(days=300)  # renewed
    assert [daily(any_database, now + timedelta(days=n)).reminded for n in (200, 215, 216)] == [(), ("R1",), ()]
    with any_database.reading() as session:
        topics = session.scalars(select(OutboxMessage.topic).order_by(OutboxMessage.id)).all()
        assert topics == ["term_ends_in_90_days", "term_ends_in_30_days", "term_ends_in_90_days"]
        lines = session.scalars(select(AuditEntry.detail).where(AuditEntry.action == "remind_of_term")).all()
        assert [line["n_days"] for line in lines] == [90, 30, 90]


def test_records_that_may_no_longer_be_kept_are_archived_unless_held_or_in_post(any_database, actor, now):
    people = [a_person(person_no=f"P{n}", id_number=None, record_status=RecordStatus.VERIFIED) for n in range(1, 5)]
    save(any_database, actor, now, villages=[a_village()], people=people)
    with any_database.unit_of_work() as session:
        signed = {"signed_by": "样例甲", "document": PAPER, "purpose": "matching", "now": now}
        publish_consent_text(session, actor=actor, purpose="matching", text=Text("同意。", "Yes."), now=now)
        for number in ("P1", "P2", "P3"):
            give_consent(session, actor=actor, person_no=number, given_on=now.date(), **signed)
            withdraw_consent(session, actor=actor, person_no=number, withdrawn_on=now.date(), **signed)
        place_hold(session, actor=actor, person_no="P2", reason="申诉未结", document=PAPER, until_on=None, now=now)
        holder = session.scalar(select(Person.id).where(Person.person_no == "P3"))
        session.add(
            Appointment(
                id=901, person_id=holder, village_id=session.scalar(select(Village.id)), started_on=day_of(now),
                post_type=PostType.FIRST_SECRETARY, state="in_post",
            )
        )  # fmt: skip
    assert daily(any_database, now + timedelta(days=60)).archived == ()
    done = daily(any_database, now + LATER)
    assert (done.archived, done.n_to_erase) == (("P1",), 2)
    again = daily(any_database, now + LATER)
    assert (again.archived, again.n_to_erase) == ((), 2)
    with any_database.reading() as session:
        states = dict(session.execute(select(Person.person_no, Person.record_status)).all())
        (line,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "move_talent_record"))
    assert states == {"P1": "archived", "P2": "verified", "P3": "verified", "P4": "verified"}
    assert (line.actor, line.subject_no, line.detail["to"]) == ("system", "P1", "archived")


def test_only_an_operator_starts_it_and_two_do_not_run_at_once(database, now):
    with pytest.raises(Forbidden):
        daily(database, now, actor=an_actor(Role.OFFICER, username="officer"))
    with database.unit_of_work() as session:
        jobs.take(session, name="daily", owner=jobs.this_process(), now=now)
    with pytest.raises(WorkLocked):
        daily(database, now)
