"""An approval is of what a vacancy asked for: other conditions are approved anew, and forbidden ones never stand."""

from datetime import date

import pytest
from builders import a_vacancy, a_village, an_actor
from builders_registry import findings_of, save
from builders_workflow import asked
from sqlalchemy import select, update

from matching.vocabulary import VacancyStatus
from service.access import Role
from service.errors import Conflict
from service.models.vacancies import Vacancy
from service.usecases.incoming.reports import Severity
from service.usecases.records.vacancies import edit_vacancy
from service.usecases.records.vacancy_moves import move_vacancy

TOWNSHIP, OFFICER = an_actor(Role.TOWNSHIP, username="township"), an_actor(Role.OFFICER, username="officer")
SIGNED = {"attested_by": "样例署名", "attested_document": "示组〔2026〕9号"}
UNSIGNED = dict.fromkeys(SIGNED)
CHANGES = [
    {"headcount": 5},
    {"age_max": 30, "requirement_basis": "示组〔2026〕3号"},
    {"experience": "两年以上工作经历"},
    {"majors": "农学"},
    {"education_min": 4},
    {"political_req": "01"},
    {"start_date": date(2027, 1, 1)},
]


@pytest.fixture
def approved(any_database, actor, now):
    """Let the township's vacancy V1 be approved by an officer."""
    record = a_vacancy(vacancy_status=VacancyStatus.SUBMITTED, **UNSIGNED)
    save(any_database, actor, now, villages=[a_village()])
    save(any_database, TOWNSHIP, now, vacancies=[record])
    _approve(any_database, now)
    return any_database


def _approve(database, now):
    with database.unit_of_work() as session:
        version = session.scalar(select(Vacancy.version))
        move_vacancy(session, actor=OFFICER, vacancy_no="V1", asked=asked("approved", version), now=now)


def _edit(database, now, record, *, actor=TOWNSHIP):
    with database.unit_of_work() as session:
        version = session.scalar(select(Vacancy.version))
        edit_vacancy(session, actor=actor, vacancy_no="V1", record=record, expected_version=version, now=now)


def _state(database):
    with database.reading() as session:
        return session.scalar(select(Vacancy.vacancy_status))


@pytest.mark.parametrize("change", CHANGES)
def test_what_an_approved_vacancy_asks_for_is_not_rewritten_without_a_new_approval(approved, now, change):
    _edit(approved, now, change)
    assert _state(approved) is VacancyStatus.SUBMITTED
    _approve(approved, now)
    assert _state(approved) is VacancyStatus.APPROVED


@pytest.mark.parametrize("change", CHANGES)
def test_nor_is_it_by_a_file_which_says_so(approved, now, change):
    report = save(approved, TOWNSHIP, now, vacancies=[{"vacancy_no": "V1", **change}])
    assert findings_of(report) == [("vacancy_status", Severity.NOTE)]
    assert _state(approved) is VacancyStatus.SUBMITTED


def test_so_it_is_while_people_are_compared(approved, now):
    with approved.unit_of_work() as session:
        session.execute(update(Vacancy).values(vacancy_status=VacancyStatus.SHORTLISTING))
    _edit(approved, now, {"headcount": 5})
    assert _state(approved) is VacancyStatus.SUBMITTED


@pytest.mark.parametrize("change", [{"note": "样例"}, {"contact": "0000-1234567"}, {"headcount": 1}])
def test_what_was_not_approved_may_change_and_what_stands_may_be_said_again(approved, now, change):
    _edit(approved, now, change)
    assert _state(approved) is VacancyStatus.APPROVED


def test_an_officer_who_did_not_register_it_vouches_for_the_change_by_file(approved, now):
    save(approved, OFFICER, now, vacancies=[{"vacancy_no": "V1", "headcount": 2, **SIGNED}])
    assert _state(approved) is VacancyStatus.APPROVED


@pytest.mark.parametrize("field", ["experience", "majors", "industry_need", "requirement_basis"])
def test_forbidden_conditions_enter_no_vacancy_that_is_more_than_a_draft(approved, now, field):
    for state in ("approved", "submitted", "shortlisting"):
        with approved.unit_of_work() as session:
            session.execute(update(Vacancy).values(vacancy_status=VacancyStatus(state)))
        with pytest.raises(Conflict, match="which may never be one"):
            _edit(approved, now, {field: "限男性，汉族"})


def test_a_file_leaves_forbidden_conditions_out_and_says_so(approved, now):
    records = [{"vacancy_no": "V1", "experience": "限男性"}, a_vacancy(vacancy_no="V2", majors="限汉族", **UNSIGNED)]
    report = save(approved, TOWNSHIP, now, vacancies=records)
    assert findings_of(report) == [("experience", Severity.LEFT_OUT)]
    assert ("majors", Severity.LEFT_OUT) in findings_of(report, 1)
    with approved.reading() as session:
        assert {tuple(row) for row in session.execute(select(Vacancy.experience, Vacancy.majors))} == {(None, None)}


def test_nobody_approves_forbidden_conditions_whatever_way_they_came_in(approved, now):
    with approved.unit_of_work() as session:
        session.execute(update(Vacancy).values(vacancy_status=VacancyStatus.SUBMITTED, experience="限男性"))
    with pytest.raises(Conflict, match="which may never be one"):
        _approve(approved, now)
