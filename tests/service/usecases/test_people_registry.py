from datetime import timedelta

import pytest
from builders import a_person, a_village
from builders_registry import save
from sqlalchemy import select, update

from matching.vocabulary import RecordStatus, Verdict
from service.access import Actor
from service.errors import Conflict, Forbidden, InvalidInput, NotFound, PreconditionFailed
from service.models.audit import AuditEntry
from service.models.people import Person
from service.queries.revisions import pool_revision
from service.usecases.records.people import edit_person, get_person, list_people, register_person

GUEST = Actor("guest")


@pytest.fixture
def city(any_database, actor, now):
    save(any_database, actor, now, villages=[a_village()])
    return any_database


@pytest.fixture
def register(city, actor, now):
    def run(**changes):
        with city.unit_of_work() as session:
            return register_person(session, actor=actor, record=a_person(**changes), now=now)

    return run


@pytest.fixture
def edit(city, actor, now):
    def run(record, version=1):
        with city.unit_of_work() as session:
            return edit_person(
                session,
                actor=actor,
                person_no="P1",
                record=record,
                expected_version=version,
                now=now + timedelta(hours=1),
            )

    return run


def test_a_registration_shows_the_person_and_the_admission_rules(register):
    done = register(fulltime_education="38")
    assert (done.person.person_no, done.person.version) == ("P1", 1)
    assert {outcome.rule_id: outcome.verdict for outcome in done.admission}["CV-02"] is Verdict.FAIL
    assert done.person.record_status is RecordStatus.VERIFIED  # a rule decides nothing


def test_a_registration_without_number_gets_one(register):
    assert register(person_no=None).person.person_no == "P00000001"


def test_the_home_comes_with_the_person(city, register, actor):
    register()
    with city.reading() as session:
        found = get_person(session, actor=actor, person_no="P1")
    assert found.home_village.township.county.name == "示范县"


@pytest.mark.parametrize(
    ("changes", "place"),
    [({}, "person_no"), ({"person_no": "P2", "id_number": "239901199005010011"}, "id_number")],
)
def test_a_known_number_or_id_number_is_a_conflict_with_its_place(register, changes, place):
    register(id_number="239901199005010011")
    with pytest.raises(Conflict) as refused:
        register(**changes)
    assert refused.value.place == place
    assert refused.value.remedy
    assert "239901199005010011" not in refused.value.sentence("zh")


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"attested_document": None}, "record_status"),
        ({"home_village_code": "000000000000"}, "home_village_code"),
        ({"home_village_code": None, "village": "无名村"}, "village"),
        ({"name": None}, "name"),
        ({"shoe_size": 43}, "shoe_size"),
    ],
)
def test_what_cannot_be_taken_is_refused_whole(city, register, changes, place):
    with pytest.raises(InvalidInput) as refused:
        register(**changes)
    assert refused.value.place == place
    with city.reading() as session:
        assert session.scalars(select(Person)).all() == []
        assert pool_revision(session) == 1  # the village


def test_an_edit_changes_the_named_fields_and_raises_the_version(edit, register):
    register(work_themes=("W1",))
    person = edit({"rural_work_years": 9.0, "work_themes": None})
    assert (person.rural_work_years, person.work_themes, person.version) == (9.0, None, 2)
    assert person.years_in_industry == 6.0


def test_an_edit_moves_the_home(edit, register):
    register()
    person = edit({"home_village_code": None, "county": "示范县", "township": "清河镇", "village": "新村"})
    assert person.home_village.name == "新村"


def test_an_edit_for_an_old_version_says_what_changed_since(edit, register):
    register()
    edit({"rural_work_years": 9.0})
    edit({"training_hours": 40.0}, version=2)
    with pytest.raises(PreconditionFailed) as refused:
        edit({"households_led": 3}, version=1)
    sentence = refused.value.sentence("en")
    assert "version is 3" in sentence
    assert "rural_work_years" in sentence
    assert "training_hours" in sentence


def test_a_lost_race_is_the_same_refusal(city, register, actor, now):
    register()
    with city.unit_of_work() as session:
        in_memory = get_person(session, actor=actor, person_no="P1")
        assert in_memory.version == 1
        session.connection().execute(update(Person.__table__).values(version=5))  # as another process would
        with pytest.raises(PreconditionFailed):
            edit_person(
                session, actor=actor, person_no="P1", record={"training_hours": 1.0}, expected_version=1, now=now
            )


def test_verified_needs_a_signature(edit, register):
    register(record_status=RecordStatus.DRAFT)
    with pytest.raises(InvalidInput) as refused:
        edit({"record_status": RecordStatus.VERIFIED, "attested_by": None})
    assert "record_status" in refused.value.fields
    signed = {"attested_by": "样例署名", "attested_document": "示组〔2026〕9号"}
    person = edit({"record_status": RecordStatus.VERIFIED, **signed})
    assert person.record_status is RecordStatus.VERIFIED
    assert person.verified_at


def test_a_number_does_not_change(edit, register):
    register()
    with pytest.raises(InvalidInput) as refused:
        edit({"person_no": "P2"})
    assert refused.value.place == "person_no"


def test_an_edit_that_says_nothing_new_keeps_the_version(city, edit, register):
    register()
    with city.reading() as session:
        before = pool_revision(session)
    assert edit({"rural_work_years": 4.0}).version == 1
    with city.reading() as session:
        assert pool_revision(session) == before


def test_an_unknown_number_is_not_found(city, edit, actor):
    with city.reading() as session, pytest.raises(NotFound) as refused:
        get_person(session, actor=actor, person_no="P404")
    assert (refused.value.place, refused.value.value) == ("person_no", "P404")
    with pytest.raises(NotFound):
        edit({})


def test_every_write_leaves_a_line_without_personal_data(city, edit, register):
    register(phone="00012345678")
    edit({"phone": "00087654321", "name": "样例丁"})
    with city.reading() as session:
        lines = session.scalars(select(AuditEntry).where(AuditEntry.subject_kind == "person")).all()
    assert {(line.action, line.subject_no, line.actor) for line in lines} == {
        ("register_person", "P1", "admin"),
        ("edit_person", "P1", "admin"),
    }
    edited = next(line for line in lines if line.action == "edit_person")
    assert edited.detail["version"] == 2
    assert set(edited.detail["fields"]) == {"phone", "name", "record_status"}


def test_the_right_is_checked_before_anything_else(city, now):
    with city.reading() as session:
        for refused in (
            lambda: list_people(session, actor=GUEST),
            lambda: get_person(session, actor=GUEST, person_no="P404"),
            lambda: register_person(session, actor=GUEST, record={"shoe_size": 43}, now=now),
            lambda: edit_person(session, actor=GUEST, person_no="P404", record={}, expected_version=1, now=now),
        ):
            with pytest.raises(Forbidden):
                refused()
