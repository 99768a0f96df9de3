"""What an account may not see, no answer of a search, a count or an import tells it."""

import pytest
from builders import a_person, a_village, an_actor
from builders_registry import findings_of, save

from service.access import Role, Territory, TerritoryKind
from service.errors import Forbidden
from service.usecases.privacy.masks import refuse_hidden_filters
from service.usecases.records.people import list_people
from service.usecases.records.people_facets import count_facets

AUDITOR = an_actor(Role.AUDITOR, username="auditor")
OPERATOR = an_actor(Role.OPERATOR, username="operator", territory=Territory(TerritoryKind.SYSTEM))
ID_NUMBERS = ("239901199005010011", "239901199105010013")
TELLING = {
    "education": "20",
    "industry": "玉米",
    "village_code": "239901100201",
    "township_code": "239901100",
    "county_code": "239901",
    "name": "样例甲",
    "id_number": ID_NUMBERS[0],
    "phone": "00000000001",
    "registered_from": "2026-01-01",
}


@pytest.fixture
def registered(any_database, actor, now):
    """P1 has an entry on the negative list, P2 has none."""
    p1 = a_person(education="20", id_number=ID_NUMBERS[0], negative_flags=("dishonest_debtor",))
    p2 = a_person(person_no="P2", name="样例乙", education="10", id_number=ID_NUMBERS[1], industries=("玉米",))
    save(any_database, actor, now, villages=[a_village()], people=[p1, p2])
    return any_database


@pytest.mark.parametrize("who", [AUDITOR, OPERATOR])
@pytest.mark.parametrize("name", TELLING)
def test_who_sees_numbers_only_finds_and_counts_nobody_by_what_is_masked(registered, who, name):
    asked = {name: TELLING[name]}
    for ask in (list_people, count_facets):
        with registered.reading() as session, pytest.raises(Forbidden) as refused:
            ask(session, actor=who, filters=asked)
        assert refused.value.place == name


@pytest.mark.parametrize("who", [AUDITOR, OPERATOR])
def test_they_may_ask_for_what_stands_beside_the_number(registered, who):
    asked = {"talent_source": "T1", "record_status": "verified", "consent_matching": True}
    with registered.reading() as session:
        for filters in (asked, {"person_no": "P1"}):
            assert list_people(session, actor=who, filters=filters, sort="-updated_at").total >= 1
        counted = count_facets(session, actor=who)
    assert {name for name, told in counted.items() if told} == {"talent_source", "record_status", "consent_matching"}


def test_a_second_role_that_sees_who_it_is_may_ask_again():
    for name, value in TELLING.items():
        refuse_hidden_filters({name: value}, actor=an_actor(Role.AUDITOR, Role.LEADER), sort="name")


@pytest.mark.parametrize("role", [Role.REGISTRAR, Role.TOWNSHIP, Role.OFFICER])
@pytest.mark.parametrize("key", ["person_no", "id_number"])
def test_a_file_gets_the_same_answer_of_everybody_known_whether_on_the_negative_list_or_not(registered, now, role, key):
    keys = {"person_no": ("P1", "P2"), "id_number": ID_NUMBERS}[key]
    names = ("样例甲", "样例乙")
    records = [
        {key: number, "name": name, "talent_source": a_person()["talent_source"], "negative_flags": ()}
        for number, name in zip(keys, names, strict=True)
    ]
    report = save(registered, an_actor(role), now, people=records)
    listed, clean = (findings_of(report, place) for place in (0, 1))
    assert listed == clean
    assert "negative_flags" in dict(clean)
    assert {record.changed for record in report.records} == {()}


def test_of_somebody_new_a_file_may_say_that_there_is_no_entry(registered, now):
    report = save(registered, an_actor(Role.REGISTRAR), now, people=[a_person(person_no="P3", name="样例丙")])
    assert "negative_flags" not in dict(findings_of(report))
