import pytest
from builders import a_person, a_village
from builders_registry import findings_of, save
from sqlalchemy import select

from service.access import Actor
from service.errors import Conflict, Forbidden, InvalidInput, NotFound, PreconditionFailed
from service.models.people import Person
from service.models.villages import Village
from service.queries.revisions import pool_revision
from service.usecases.incoming.reports import Severity
from service.usecases.records.villages import edit_village, get_village, list_counties, list_villages, register_village

GUEST = Actor("guest")
CODE = "239901100201"


@pytest.fixture
def register(any_database, actor, now):
    def run(**changes):
        with any_database.unit_of_work() as session:
            return register_village(session, actor=actor, record=a_village(**changes), now=now)

    return run


@pytest.fixture
def edit(any_database, actor, now):
    def run(record, version=1):
        with any_database.unit_of_work() as session:
            return edit_village(
                session, actor=actor, village_code=CODE, record=record, expected_version=version, now=now
            )

    return run


def test_a_village_is_registered_with_the_places_above(any_database, register, actor):
    village = register()
    assert (village.village_code, village.is_provisional, village.version) == (CODE, False, 1)
    assert (village.township.township_code, village.township.county.county_code) == ("239901100", "239901")
    with any_database.reading() as session:
        assert get_village(session, actor=actor, village_code=CODE).industries == ("水稻",)


def test_without_a_code_a_village_is_provisional(register):
    village = register(village_code=None)
    assert (village.village_code, village.is_provisional) == ("990000000001", True)


@pytest.mark.parametrize(("changes", "place"), [({}, "village_code"), ({"village_code": None}, "village")])
def test_a_village_is_registered_once(register, changes, place):
    register()
    with pytest.raises(Conflict) as refused:
        register(**changes)
    assert refused.value.place == place


@pytest.mark.parametrize("missing", ["county", "township", "village"])
def test_a_village_needs_its_names(register, missing):
    with pytest.raises(InvalidInput) as refused:
        register(**{missing: None})
    assert refused.value.place == missing


def test_an_edit_changes_the_named_fields(any_database, edit, register):
    register()
    with any_database.reading() as session:
        before = pool_revision(session), pool_revision(session, "vacancies")
    village = edit({"latitude": 46.7, "village": "东山村"})
    assert (village.latitude, village.name, village.longitude, village.version) == (46.7, "东山村", 127.0, 2)
    with any_database.reading() as session:
        assert (pool_revision(session), pool_revision(session, "vacancies")) == (before[0] + 1, before[1] + 1)


def test_an_edit_for_an_old_version_is_refused(edit, register):
    register()
    edit({"population": 900})
    with pytest.raises(PreconditionFailed) as refused:
        edit({"population": 901})
    assert "population" in refused.value.sentence("zh")


def test_a_village_does_not_move_and_its_code_stays(edit, register):
    register()
    for record, place in (({"township": "山口镇"}, "township"), ({"village_code": "239901100999"}, "village_code")):
        with pytest.raises(InvalidInput) as refused:
            edit(record)
        assert refused.value.place == place


def test_a_provisional_village_takes_its_code_and_keeps_its_people(any_database, actor, now):
    there = {"county": "示范县", "township": "清河镇", "village": "东岗村", "home_village_code": None}
    tied = a_person(person_no="P2", home_village_code=None, tie_villages=("东岗村",), willing_counties=("示范县",))
    save(any_database, actor, now, people=[a_person(**there), tied])
    report = save(any_database, actor, now, villages=[a_village()])
    assert report.records[0].changed[0] == "village_code"
    with any_database.reading() as session:
        village = session.scalars(select(Village)).one()
        assert (village.village_code, village.is_provisional) == (CODE, False)
        assert (village.township.township_code, village.township.is_provisional) == ("239901100", False)
        assert (village.township.county.county_code, village.township.county.is_provisional) == ("239901", False)
        people = {person.person_no: person for person in session.scalars(select(Person))}
        assert people["P1"].home_village_id == village.id
        assert people["P2"].tie_village_codes == (CODE,)
        assert people["P2"].willing_county_codes == ("239901",)


def test_a_registered_code_is_not_replaced(any_database, actor, now):
    save(any_database, actor, now, villages=[a_village()])
    report = save(any_database, actor, now, villages=[a_village(village_code="239901100999")])
    assert findings_of(report) == [("village_code", Severity.LEFT_OUT)]
    with any_database.reading() as session:
        assert session.scalars(select(Village.village_code)).all() == [CODE]


def test_the_same_village_again_changes_nothing(any_database, actor, now):
    save(any_database, actor, now, villages=[a_village()])
    report = save(any_database, actor, now, villages=[a_village(), a_village(village_code=None)])
    assert (report.n_new, report.n_changed, report.n_same) == (0, 0, 2)


def test_an_unknown_code_is_not_found(any_database, edit, actor):
    with any_database.reading() as session, pytest.raises(NotFound):
        get_village(session, actor=actor, village_code=CODE)
    with pytest.raises(NotFound):
        edit({})


def test_the_right_is_checked_before_anything_else(database, now):
    with database.reading() as session:
        for refused in (
            lambda: list_villages(session, actor=GUEST),
            lambda: list_counties(session, actor=GUEST),
            lambda: get_village(session, actor=GUEST, village_code=CODE),
            lambda: register_village(session, actor=GUEST, record={}, now=now),
            lambda: edit_village(session, actor=GUEST, village_code=CODE, record={}, expected_version=1, now=now),
        ):
            with pytest.raises(Forbidden):
                refused()
