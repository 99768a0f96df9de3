"""A state that a file or an edit says is taken only where a step leads there, by who may take it."""

import pytest
from builders import a_person, a_vacancy, a_village, an_actor
from builders_registry import findings_of, save
from sqlalchemy import select, update

from matching.vocabulary import RecordStatus, VacancyStatus
from service.access import Role
from service.errors import Conflict, Forbidden, InvalidInput, ServiceError
from service.models.people import Person
from service.models.vacancies import Vacancy
from service.usecases.incoming.imports import import_file
from service.usecases.incoming.registration import Attestation, save_people
from service.usecases.incoming.reports import Severity
from service.usecases.records.people import edit_person
from service.usecases.records.vacancies import edit_vacancy

OFFICER, SECOND = an_actor(Role.OFFICER, username="officer"), an_actor(Role.OFFICER, username="second")
TOWNSHIP, REGISTRAR = an_actor(Role.TOWNSHIP, username="township"), an_actor(Role.REGISTRAR, username="registrar")
SIGNED = {"attested_by": "样例署名", "attested_document": "示组〔2026〕9号"}
UNSIGNED = dict.fromkeys(SIGNED)
LEFT_OUT = Severity.LEFT_OUT


@pytest.fixture
def city(any_database, actor, now):
    save(any_database, actor, now, villages=[a_village()])
    return any_database


@pytest.fixture
def standing(city, now):
    """Let P1, whom the registrar registered, and V1, which the township did, stand in a state."""

    def stands(**states):
        save(city, REGISTRAR, now, people=[a_person(record_status=RecordStatus.SUBMITTED, **UNSIGNED)])
        save(city, TOWNSHIP, now, vacancies=[a_vacancy(vacancy_status=VacancyStatus.SUBMITTED, **UNSIGNED)])
        with city.unit_of_work() as session:
            for name, state in states.items():
                session.execute(update(Person if name == "record_status" else Vacancy).values({name: state}))

    return stands


@pytest.fixture
def state_of(city):
    def told(model=Person):
        with city.reading() as session:
            return (
                session.scalars(select(model))
                .one()
                .__getattribute__("record_status" if model is Person else "vacancy_status")
            )

    return told


def _file(city, who, now, state, **more):
    return save(city, who, now, people=[{"person_no": "P1", "record_status": RecordStatus(state), **more}])


@pytest.mark.parametrize("said", ["draft", "submitted", "township_checked", "archived", "verified"])
@pytest.mark.parametrize("who", [REGISTRAR, TOWNSHIP, OFFICER])
def test_no_file_without_a_paper_leads_anybody_out_of_a_suspension(city, standing, state_of, now, said, who):
    standing(record_status="suspended")
    report = _file(city, who, now, said, training_hours=9.0)
    assert findings_of(report) == [("record_status", LEFT_OUT)]
    assert report.records[0].changed == ("training_hours",)
    assert state_of() is RecordStatus.SUSPENDED


def test_a_suspension_is_lifted_by_a_file_that_the_department_vouches_for(city, standing, state_of, now):
    standing(record_status="suspended")
    _file(city, OFFICER, now, "verified", **SIGNED)
    assert state_of() is RecordStatus.VERIFIED


def test_cells_that_cannot_be_read_lead_nobody_out_of_a_suspension(city, standing, state_of, now):
    standing(record_status="suspended")
    _file(city, OFFICER, now, "verified", **SIGNED, unread_keys=("birth_date",))
    assert state_of() is RecordStatus.SUSPENDED


@pytest.mark.parametrize(
    ("current", "said", "who"),
    [
        ("submitted", "township_checked", REGISTRAR),  # no right to check
        ("submitted", "township_checked", TOWNSHIP),  # a check is signed
        ("submitted", "draft", REGISTRAR),  # the township sends back
        ("draft", "submitted", TOWNSHIP),  # who registers submits
        ("draft", "township_checked", OFFICER),
        ("verified", "submitted", OFFICER),  # no such step
        ("verified", "suspended", OFFICER),  # asks for a reason
        ("archived", "verified", OFFICER),
    ],
)
def test_a_file_takes_no_step_that_is_not_declared_or_not_of_who_brings_it(
    city, standing, state_of, now, current, said, who
):
    standing(record_status=current)
    report = _file(city, who, now, said)
    assert findings_of(report) == [("record_status", LEFT_OUT)]
    assert report.records[0].findings[0].remedy
    assert state_of() == current


def test_no_paper_leads_an_archived_record_back(city, standing, state_of, now):
    standing(record_status="archived")
    _file(city, OFFICER, now, "verified", **SIGNED)
    assert state_of() is RecordStatus.ARCHIVED


def test_who_registered_a_record_does_not_check_it_by_file(city, state_of, now):
    both = an_actor(Role.REGISTRAR, Role.TOWNSHIP, Role.OFFICER, username="both")
    save(city, both, now, people=[a_person(record_status=RecordStatus.SUBMITTED, **UNSIGNED)])
    report = _file(city, both, now, "township_checked", **SIGNED)
    assert "Who registered it" in report.records[0].findings[0].text.en
    assert state_of() is RecordStatus.SUBMITTED


def test_a_step_that_is_the_own_is_taken_by_file(city, standing, state_of, now):
    standing(record_status="draft")
    assert _file(city, REGISTRAR, now, "submitted").n_changed == 1
    assert state_of() is RecordStatus.SUBMITTED


@pytest.mark.parametrize(
    ("who", "said", "became"),
    [
        (REGISTRAR, "township_checked", "submitted"),
        (TOWNSHIP, "township_checked", "submitted"),  # the own entry
        (REGISTRAR, "archived", "submitted"),
        (REGISTRAR, "draft", "draft"),
    ],
)
def test_somebody_new_begins_by_file_in_no_state_that_others_lead_to(city, state_of, now, who, said, became):
    report = save(city, who, now, people=[a_person(record_status=RecordStatus(said), **UNSIGNED)])
    assert findings_of(report) == ([] if became == said else [("record_status", LEFT_OUT)])
    assert state_of() == became


def test_an_office_takes_over_what_it_has_by_a_paper(city, state_of, now):
    with city.unit_of_work() as session:
        save_people(
            session, actor=OFFICER, records=[a_person(record_status=RecordStatus.TOWNSHIP_CHECKED, **UNSIGNED)],
            now=now, attest=Attestation("样例署名", "示组〔2026〕9号"),
        )  # fmt: skip
    assert state_of() is RecordStatus.TOWNSHIP_CHECKED


@pytest.mark.parametrize("word", ["出库归档", "已提交", "乡镇初审", "草稿"])
def test_the_words_of_a_real_file_move_no_suspended_record_and_say_so_in_the_cell(
    city, standing, state_of, now, tmp_path, word
):
    standing(record_status="suspended")
    path = tmp_path / "x.csv"
    path.write_text(f"人员编号,姓名,人才类别,核验状态\nP1,样例甲,大学生村官,{word}\n", encoding="utf-8")
    with city.unit_of_work() as session:
        report = import_file(session, actor=REGISTRAR, kind="people", path=path, now=now)
    assert "核验状态" in {one.column for one in report.findings}
    assert state_of() is RecordStatus.SUSPENDED


@pytest.mark.parametrize(
    ("said", "kind"),
    [("draft", Conflict), ("submitted", Conflict), ("township_checked", Conflict), ("archived", Conflict),
     ("verified", Forbidden)],
)  # fmt: skip
def test_no_edit_leads_anybody_out_of_a_suspension(city, standing, state_of, now, said, kind):
    standing(record_status="suspended")
    with pytest.raises(kind) as refused, city.unit_of_work() as session:
        edit_person(
            session, actor=REGISTRAR, person_no="P1", record={"record_status": RecordStatus(said)},
            expected_version=1, now=now,
        )  # fmt: skip
    assert refused.value.place == "record_status"
    assert state_of() is RecordStatus.SUSPENDED


@pytest.mark.parametrize("current", ["cancelled", "filled", "expired", "approved"])
@pytest.mark.parametrize("said", ["draft", "submitted"])
def test_a_vacancy_comes_back_from_no_end_and_from_no_approval_by_file_or_edit(
    city, standing, state_of, now, current, said
):
    standing(vacancy_status=current)
    report = save(city, TOWNSHIP, now, vacancies=[{"vacancy_no": "V1", "vacancy_status": VacancyStatus(said)}])
    assert findings_of(report) == [("vacancy_status", LEFT_OUT)]
    with pytest.raises(Conflict), city.unit_of_work() as session:
        edit_vacancy(
            session, actor=TOWNSHIP, vacancy_no="V1", record={"vacancy_status": VacancyStatus(said)},
            expected_version=1, now=now,
        )  # fmt: skip
    assert state_of(Vacancy) == current


@pytest.mark.parametrize(
    ("who", "said", "kind"),
    [
        (TOWNSHIP, "filled", Conflict),
        (TOWNSHIP, "cancelled", Forbidden),
        (OFFICER, "cancelled", Forbidden),
        (an_actor(Role.OFFICER, Role.LEADER), "cancelled", InvalidInput),  # asks for a reason
        (OFFICER, "approved", InvalidInput),  # asks for who approved it
    ],
)
def test_a_vacancy_ends_and_is_approved_by_no_word(city, standing, state_of, now, who, said, kind):
    standing()
    record = {"vacancy_no": "V1", "vacancy_status": VacancyStatus(said)}
    assert findings_of(save(city, who, now, vacancies=[record])) == [("vacancy_status", LEFT_OUT)]
    with pytest.raises(ServiceError) as refused, city.unit_of_work() as session:
        edit_vacancy(session, actor=who, vacancy_no="V1", record=record, expected_version=1, now=now)
    assert type(refused.value) is kind
    assert state_of(Vacancy) is VacancyStatus.SUBMITTED


@pytest.mark.parametrize("said", ["filled", "expired"])
def test_nobody_writes_what_the_service_concludes(city, standing, state_of, now, said):
    standing(vacancy_status="shortlisting")
    record = {"vacancy_no": "V1", "vacancy_status": VacancyStatus(said), **SIGNED}
    assert findings_of(save(city, OFFICER, now, vacancies=[record])) == [("vacancy_status", LEFT_OUT)]
    with pytest.raises(Conflict, match="the service itself concludes"), city.unit_of_work() as session:
        edit_vacancy(session, actor=OFFICER, vacancy_no="V1", record=record, expected_version=1, now=now)
    assert state_of(Vacancy) is VacancyStatus.SHORTLISTING


def test_who_registered_a_vacancy_approves_it_by_no_file_and_another_does(city, state_of, now):
    save(city, OFFICER, now, vacancies=[a_vacancy(vacancy_status=VacancyStatus.SUBMITTED, **UNSIGNED)])
    record = {"vacancy_no": "V1", "vacancy_status": VacancyStatus.APPROVED, **SIGNED}
    save(city, OFFICER, now, vacancies=[record])
    assert state_of(Vacancy) is VacancyStatus.SUBMITTED
    save(city, SECOND, now, vacancies=[record])
    assert state_of(Vacancy) is VacancyStatus.APPROVED


def test_a_new_vacancy_of_a_township_has_not_ended(city, state_of, now):
    report = save(city, TOWNSHIP, now, vacancies=[a_vacancy(vacancy_status=VacancyStatus.FILLED, **UNSIGNED)])
    assert findings_of(report) == [("vacancy_status", LEFT_OUT)]
    assert state_of(Vacancy) is VacancyStatus.SUBMITTED
