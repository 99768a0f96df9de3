import pytest
from builders import a_person, a_vacancy, a_village
from builders_registry import findings_of, save
from sqlalchemy import select

from service.models.people import Person
from service.models.villages import County, Township, Village
from service.usecases.incoming.reports import Severity

HERE = {"county": "示范县", "township": "清河镇", "village": "东岗村"}
NAMESAKE = a_village(village_code="239902100201", county="样例县", township="山口镇")
NOWHERE = {"home_village_code": None}


def a_resident(**places):
    record = a_person(**places)
    if "home_village_code" not in places:
        del record["home_village_code"]
    return record


@pytest.fixture
def settle(any_database, actor, now):
    """Register people beside one village; return the report."""

    def run(*people):
        return save(any_database, actor, now, people=people)

    save(any_database, actor, now, villages=[a_village()])
    return run


@pytest.fixture
def home(any_database):
    """Read where a person lives: codes of village, township and county."""

    def read(number="P1"):
        with any_database.reading() as session:
            person = session.scalars(select(Person).where(Person.person_no == number)).one()
            places = (
                (person.home_village, "village_code"),
                (person.home_township, "township_code"),
                (person.home_county, "county_code"),
            )
            return tuple(getattr(place, code) if place else None for place, code in places)

    return read


def test_names_find_the_registered_place(settle, home):
    report = settle(a_resident(**HERE))
    assert home() == ("239901100201", "239901100", "239901")
    assert report.provisional_places == []


@pytest.mark.parametrize(
    "village", ["东岗村", " 东岗　村 ", "东岗村民委员会", "东岗村委会", "清河镇东岗村", "示范县清河镇东岗村"]
)
def test_a_village_is_known_by_the_ways_offices_write_it(settle, home, village):
    settle(a_resident(**HERE | {"village": village}))
    assert home()[0] == "239901100201"


@pytest.mark.parametrize("village", ["清河镇", "示范县清河镇", "样例县某镇某村"])
def test_a_township_or_a_place_of_another_county_is_no_new_village(any_database, actor, now, settle, home, village):
    save(any_database, actor, now, villages=[NAMESAKE])
    report = settle(a_resident(**HERE | {"village": village}))
    assert report.provisional_places == []
    assert home() == (None, "239901100", "239901")
    assert ("village", Severity.LEFT_OUT) in findings_of(report)


def test_a_name_that_is_unique_needs_no_place_above(settle, home):
    settle(a_resident(village="东岗村"))
    assert home() == ("239901100201", "239901100", "239901")


def test_unknown_places_are_registered_as_provisional_once_and_reported(any_database, settle, home):
    new = {"county": "新县", "township": "新镇", "village": "新村"}
    report = settle(a_resident(**new), a_resident(person_no="P2", **new))
    assert [(place.kind, place.code, place.path) for place in report.provisional_places] == [
        ("county", "990001", "新县"),
        ("township", "990000001", "新县 / 新镇"),
        ("village", "990000000001", "新县 / 新镇 / 新村"),
    ]
    assert home("P1") == home("P2") == ("990000000001", "990000001", "990001")
    assert settle(a_resident(person_no="P3", **new)).provisional_places == []


def test_provisional_codes_go_on_where_they_stopped(settle):
    settle(a_resident(county="新县"))
    assert settle(a_resident(county="另县")).provisional_places[0].code == "990002"


def test_an_ambiguous_village_is_a_finding_and_not_a_guess(any_database, actor, now, settle, home):
    save(any_database, actor, now, villages=[NAMESAKE])
    report = settle(a_resident(village="东岗村"), a_resident(person_no="P2", village="东岗村", county="样例县"))
    assert findings_of(report) == [("village", Severity.LEFT_OUT)]
    assert "示范县 / 清河镇 / 东岗村" in report.records[0].findings[0].text.zh
    assert home("P1") == (None, None, None)
    assert home("P2") == ("239902100201", "239902100", "239902")


def test_a_village_without_township_is_not_invented(settle, home):
    report = settle(a_resident(county="示范县", village="无名村"))
    assert findings_of(report) == [("village", Severity.LEFT_OUT)]
    assert home() == (None, None, "239901")


def test_a_township_without_county_is_not_invented(settle, home):
    assert findings_of(settle(a_resident(township="无名镇", village="东岗村"))) == [("township", Severity.LEFT_OUT)]
    assert home() == (None, None, None)


def test_an_unknown_village_code_is_a_finding(settle, home):
    assert findings_of(settle(a_resident(home_village_code="239901100999"))) == [
        ("home_village_code", Severity.LEFT_OUT)
    ]


def test_a_home_is_not_given_up_for_a_place_nobody_knows(settle, home):
    settle(a_resident(**HERE))
    settle({"person_no": "P1", "village": "无名村"})
    assert home()[0] == "239901100201"


def test_a_home_can_be_erased(settle, home):
    settle(a_resident(**HERE))
    settle({"person_no": "P1", "home_village_code": None})
    assert home() == (None, None, None)


def test_ties_are_found_near_the_home_first(any_database, actor, now, settle):
    save(any_database, actor, now, villages=[NAMESAKE])
    far = a_resident(person_no="P2", tie_villages=("东岗村", "样例县山口镇东岗村"), **NOWHERE)
    report = settle(a_resident(tie_villages=("东岗村",), **HERE), far)
    with any_database.reading() as session:
        ties = dict(session.execute(select(Person.person_no, Person.tie_village_codes)).all())
    assert ties == {"P1": ("239901100201",), "P2": ("239902100201",)}
    assert findings_of(report, 1) == [("tie_villages", Severity.LEFT_OUT)]


def test_a_tie_may_name_a_village_that_comes_later_in_the_file(any_database, settle):
    settle(
        a_resident(tie_villages=("新村",), **HERE),
        a_resident(person_no="P2", county="示范县", township="清河镇", village="新村"),
    )
    with any_database.reading() as session:
        assert session.scalar(select(Person.tie_village_codes).where(Person.person_no == "P1")) == ("990000000001",)


def test_wished_counties_become_codes(any_database, settle):
    report = settle(a_person(willing_counties=("示范县", "新县")))
    with any_database.reading() as session:
        assert session.scalar(select(Person.willing_county_codes)) == ("239901", "990001")
    assert [place.path for place in report.provisional_places] == ["新县"]


def test_codes_of_ties_and_wishes_must_be_registered(any_database, settle):
    report = settle(a_person(tie_village_codes=("239901100201", "000000000000"), willing_county_codes=("239901",)))
    with any_database.reading() as session:
        person = session.scalars(select(Person)).one()
    assert (person.tie_village_codes, person.willing_county_codes) == (("239901100201",), ("239901",))
    assert findings_of(report) == [("tie_village_codes", Severity.LEFT_OUT)]


def test_the_code_of_a_village_tells_those_of_the_places_above(any_database, settle):
    with any_database.reading() as session:
        assert session.execute(select(County.county_code, County.is_provisional)).all() == [("239901", False)]
        assert session.execute(select(Township.township_code, Township.is_provisional)).all() == [("239901100", False)]
        assert session.scalars(select(Village.is_provisional)).all() == [False]


def test_a_vacancy_registers_its_village_too(any_database, actor, now, settle):
    record = a_vacancy(county="示范县", township="清河镇", village="新村")
    del record["village_code"]
    report = save(any_database, actor, now, vacancies=[record])
    assert [place.path for place in report.provisional_places] == ["示范县 / 清河镇 / 新村"]
