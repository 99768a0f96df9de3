import pytest
from builders import a_person, a_vacancy, a_village, an_actor
from builders_registry import findings_of, save
from sqlalchemy import select

from matching.vocabulary import ReviewDecision, RuleProfile, VacancyStatus
from service.access import Actor, Role
from service.errors import Conflict, Forbidden, InvalidInput, NotFound, PreconditionFailed
from service.models.reviews import Decision
from service.models.vacancies import Vacancy
from service.models.villages import Village
from service.queries.revisions import pool_revision
from service.usecases.incoming.registration import save_decisions, save_vacancies
from service.usecases.incoming.reports import SavedState, Severity
from service.usecases.records.attestation import Attestation
from service.usecases.records.vacancies import edit_vacancy, get_vacancy, list_vacancies, register_vacancy

GUEST = Actor("guest")
UNSIGNED = {"attested_by": None, "attested_document": None}


@pytest.fixture
def city(any_database, actor, now):
    save(any_database, actor, now, villages=[a_village(industries=None)])
    return any_database


@pytest.fixture
def register(city, actor, now):
    def run(**changes):
        with city.unit_of_work() as session:
            record = a_vacancy(**{"vacancy_status": VacancyStatus.SUBMITTED, **UNSIGNED, **changes})
            return register_vacancy(session, actor=actor, record=record, now=now)

    return run


@pytest.fixture
def edit(city, actor, now):
    def run(record, version=1, actor=actor):
        with city.unit_of_work() as session:
            return edit_vacancy(session, actor=actor, vacancy_no="V1", record=record, expected_version=version, now=now)

    return run


@pytest.fixture
def saved(city, actor, now):
    def run(*vacancies, attest=None):
        with city.unit_of_work() as session:
            return save_vacancies(session, actor=actor, records=vacancies, now=now, attest=attest)

    return run


def a_silent_vacancy(**changes):
    record = a_vacancy(**UNSIGNED, **changes)
    del record["vacancy_status"]
    return record


def test_a_vacancy_is_registered_with_its_village(city, register, actor):
    vacancy = register(contact="样例联系人 00012345678", themes=("W1", "W2"))
    assert (vacancy.village.name, vacancy.rule_profile, vacancy.version) == ("东岗村", RuleProfile.CITY_PLAN, 1)
    with city.reading() as session:
        found = get_vacancy(session, actor=actor, vacancy_no="V1")
        assert found.contact == "样例联系人 00012345678"
        assert b"00012345678" not in found.contact_sealed
        assert found.themes == ("W1", "W2")


def test_a_vacancy_without_number_gets_one_that_is_free(register):
    register(vacancy_no="V000002")
    assert register(vacancy_no=None).vacancy_no == "V000003"


def test_a_known_number_is_a_conflict(register):
    register()
    with pytest.raises(Conflict) as refused:
        register()
    assert (refused.value.place, refused.value.value) == ("vacancy_no", "V1")


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"village_code": None}, "village"),
        ({"village_code": "000000000000"}, "village_code"),
        ({"post_type": None}, "post_type"),
        ({"headcount": None}, "headcount"),
    ],
)
def test_what_cannot_be_taken_is_refused_whole(city, register, changes, place):
    with pytest.raises(InvalidInput) as refused:
        register(**changes)
    assert refused.value.place == place
    with city.reading() as session:
        assert session.scalars(select(Vacancy)).all() == []


def test_an_edit_changes_the_named_fields(city, edit, register):
    register(majors="农学", vacancy_status=VacancyStatus.DRAFT, **UNSIGNED)
    vacancy = edit({"headcount": 2, "majors": None, "vacancy_status": VacancyStatus.SUBMITTED})
    assert (vacancy.headcount, vacancy.majors, vacancy.vacancy_status) == (2, None, VacancyStatus.SUBMITTED)
    assert (vacancy.term_months, vacancy.version) == (24, 2)
    with city.reading() as session:
        assert pool_revision(session, "vacancies") == 3  # village, registration, edit
        assert pool_revision(session) == 1


def test_an_edit_for_an_old_version_is_refused(edit, register):
    register()
    edit({"headcount": 2})
    with pytest.raises(PreconditionFailed) as refused:
        edit({"headcount": 3})
    assert "headcount" in refused.value.sentence("en")


def test_an_approval_needs_a_signature(edit, register):
    register(vacancy_status=VacancyStatus.DRAFT, **UNSIGNED)
    with pytest.raises(InvalidInput) as refused:
        edit({"vacancy_status": VacancyStatus.APPROVED}, actor=an_actor(Role.OFFICER, username="second"))
    assert refused.value.place == "vacancy_status"


def test_a_blank_state_is_approved_only_when_attested(saved, city):
    saved(a_silent_vacancy())
    saved(a_silent_vacancy(vacancy_no="V2"), attest=Attestation("样例署名", "示组〔2026〕9号"))
    with city.reading() as session:
        states = dict(session.execute(select(Vacancy.vacancy_no, Vacancy.vacancy_status)).all())
    assert states == {"V1": VacancyStatus.SUBMITTED, "V2": VacancyStatus.APPROVED}


def test_an_unsigned_approval_comes_in_as_submitted_and_is_reported(saved, city):
    report = saved(a_vacancy(**UNSIGNED))
    assert findings_of(report) == [("vacancy_status", Severity.LEFT_OUT)]
    with city.reading() as session:
        assert session.scalar(select(Vacancy.vacancy_status)) is VacancyStatus.SUBMITTED


def test_closed_vacancies_of_the_past_come_in_as_they_are(saved, city):
    saved(a_vacancy(vacancy_status=VacancyStatus.FILLED, **UNSIGNED))
    with city.reading() as session:
        assert session.scalar(select(Vacancy.vacancy_status)) is VacancyStatus.FILLED


def test_saying_the_same_again_changes_nothing(saved):
    saved(a_vacancy())
    assert saved(a_vacancy()).n_same == 1
    assert saved(a_vacancy(note="样例")).records[0].changed == ("note",)


def test_a_number_said_twice_is_saved_once(saved):
    report = saved(a_vacancy(), a_vacancy(headcount=2))
    assert [record.state for record in report.records] == [SavedState.NEW, SavedState.REFUSED]


def test_facts_of_the_village_fill_gaps_and_never_overwrite(saved, city):
    saved(a_vacancy(population=900, village_needs=("N1",)))
    saved(a_vacancy(vacancy_no="V2", population=1, industries=("玉米",)))
    with city.reading() as session:
        village = session.scalars(select(Village)).one()
    assert (village.population, village.village_needs, village.industries) == (900, ("N1",), ("水稻",))


def test_decisions_are_saved_once_for_each_reviewer(city, actor, now, saved):
    save(city, actor, now, people=[a_person()])
    saved(a_vacancy())
    one = {"vacancy_no": "V1", "person_no": "P1", "decision": ReviewDecision.RECOMMEND, "reviewer_no": "R1"}
    other = one | {"reviewer_no": "R2", "shown_rank": 3, "reason_codes": ("R01", "R02")}
    unknown = one | {"person_no": "P404"}

    def decide(*records):
        with city.unit_of_work() as session:
            return save_decisions(session, actor=actor, records=records, now=now)

    report = decide(one, other, unknown, one)
    assert [record.state for record in report.records] == [
        SavedState.NEW,
        SavedState.NEW,
        SavedState.REFUSED,
        SavedState.REFUSED,
    ]
    assert findings_of(report, 2) == [("person_no", Severity.REFUSED)]
    again = decide(one | {"decision": ReviewDecision.RESERVE}, other)
    assert [record.state for record in again.records] == [SavedState.CHANGED, SavedState.SAME]
    with city.reading() as session:
        found = session.scalars(select(Decision).order_by(Decision.reviewer_no)).all()
    assert [decision.decision for decision in found] == [ReviewDecision.RESERVE, ReviewDecision.RECOMMEND]
    assert found[1].reason_codes == ("R01", "R02")


def test_an_unknown_number_is_not_found(city, edit, actor):
    with city.reading() as session, pytest.raises(NotFound):
        get_vacancy(session, actor=actor, vacancy_no="V404")
    with pytest.raises(NotFound):
        edit({})


def test_the_right_is_checked_before_anything_else(database, now):
    with database.reading() as session:
        for refused in (
            lambda: list_vacancies(session, actor=GUEST),
            lambda: get_vacancy(session, actor=GUEST, vacancy_no="V404"),
            lambda: register_vacancy(session, actor=GUEST, record={}, now=now),
            lambda: edit_vacancy(session, actor=GUEST, vacancy_no="V1", record={}, expected_version=1, now=now),
            lambda: save_vacancies(session, actor=GUEST, records=[], now=now),
            lambda: save_decisions(session, actor=GUEST, records=[], now=now),
        ):
            with pytest.raises(Forbidden):
                refused()
