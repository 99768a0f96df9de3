from datetime import timedelta

import pytest
from builders import a_person, a_vacancy, a_village
from sqlalchemy import event

from matching.vocabulary import PostType, RecordStatus, TalentSource, VacancyStatus
from service.access import Actor
from service.errors import Forbidden, InvalidInput
from service.usecases.incoming.registration import save_people, save_vacancies, save_villages
from service.usecases.records.people import list_people
from service.usecases.records.vacancies import list_vacancies
from service.usecases.records.villages import list_counties, list_villages

WEST = a_village(village_code="239902100201", county="样例县", township="山口镇", village="西岗村", industries=None)
PEOPLE = [
    a_person(person_no="P1", name="样例甲", phone="00012345671", id_number="239901199005010011"),
    a_person(person_no="P2", name="样例乙", talent_source=TalentSource.RICH_LEADER, industries=("玉米", "水稻")),
    a_person(person_no="p3", name="样例丙", home_village_code="239902100201", consent_matching=False),
    a_person(person_no="P10", name="样例甲", record_status=RecordStatus.DRAFT, industries=None),
]
VACANCIES = [
    a_vacancy(vacancy_no="V1"),
    a_vacancy(vacancy_no="V2", vacancy_status=VacancyStatus.FILLED),
    a_vacancy(vacancy_no="V3", village_code="239902100201", post_type=PostType.HONORARY_VILLAGE_HEAD),
]


@pytest.fixture
def city(any_database, actor, now):
    with any_database.unit_of_work() as session:
        save_villages(session, actor=actor, records=[a_village(), WEST], now=now)
        for minutes, person in enumerate(PEOPLE):
            save_people(session, actor=actor, records=[person], now=now + timedelta(minutes=minutes))
        save_vacancies(session, actor=actor, records=VACANCIES, now=now)
    return any_database


@pytest.fixture
def numbers(city, actor, now):
    def listed(sort=None, page=1, page_size=20, **filters):
        with city.reading() as session:
            found = list_people(
                session, actor=actor, filters=filters, sort=sort, page=page, page_size=page_size, now=now
            )
            return [person.person_no for person in found.items]

    return listed


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["P1", "P10", "P2", "p3"]),
        ({"talent_source": "T3"}, ["P2"]),
        ({"talent_source": ["T1", "T3"]}, ["P1", "P10", "P2", "p3"]),
        ({"record_status": RecordStatus.DRAFT}, ["P10"]),
        ({"county_code": "239902"}, ["p3"]),
        ({"township_code": "239901100"}, ["P1", "P10", "P2"]),
        ({"village_code": "000000000000"}, []),
        ({"industry": "玉米"}, ["P2"]),
        ({"industry": "米"}, []),  # a term, not a part of one
        ({"industry": "%"}, []),
        ({"name": "样例 甲"}, ["P1", "P10"]),
        ({"name": "样例"}, ["P1", "P10", "P2", "p3"]),  # encrypted, and found by its first characters
        ({"id_number": "239901199005010011"}, ["P1"]),
        ({"phone": "00012345671"}, ["P1"]),
        ({"consent_matching": False}, ["p3"]),
        ({"person_no": "P2", "consent_matching": True}, ["P2"]),
        ({"talent_source": None}, ["P1", "P10", "P2", "p3"]),
    ],
)
def test_people_are_found_by(numbers, filters, expected):
    assert numbers(**filters) == expected


def test_orders_end_with_the_number(numbers):
    assert numbers(sort="-person_no") == ["p3", "P2", "P10", "P1"]
    assert numbers(sort="-updated_at") == ["P10", "p3", "P2", "P1"]
    assert numbers(sort="talent_source") == ["P1", "P10", "p3", "P2"]


def test_pages_cut_the_list_without_loss_or_repetition(city, numbers, actor):
    assert [numbers(page=page, page_size=3) for page in (1, 2, 3)] == [["P1", "P10", "P2"], ["p3"], []]
    with city.reading() as session:
        found = list_people(session, actor=actor, page_size=3)
    assert (found.total, found.n_pages) == (4, 2)


@pytest.mark.parametrize(
    ("asked", "place", "named"),
    [
        ({"shoe_size": 43}, "shoe_size", "talent_source"),
        ({"sort": "birth_date"}, "sort", "updated_at"),
        ({"record_status": "lost"}, "record_status", "verified"),
        ({"page": 0}, "page", "1"),
        ({"page_size": 201}, "page_size", "200"),
    ],
)
def test_what_a_list_does_not_know_is_refused_by_name(numbers, asked, place, named):
    with pytest.raises(InvalidInput) as refused:
        numbers(**asked)
    assert refused.value.place == place
    assert named in refused.value.sentence("en")


def test_only_who_may_read_people_lists_them(city):
    with city.reading() as session, pytest.raises(Forbidden):
        list_people(session, actor=Actor("guest"))


def test_vacancies_are_found_by_state_and_place(city, actor):
    def listed(**filters):
        with city.reading() as session:
            return [vacancy.vacancy_no for vacancy in list_vacancies(session, actor=actor, filters=filters).items]

    assert listed(is_open=True) == ["V1", "V3"]
    assert listed(is_open=False) == ["V2"]
    assert listed(post_type="honorary_village_head", county_code="239902") == ["V3"]
    assert listed(industry="水稻", vacancy_status=VacancyStatus.APPROVED) == ["V1", "V3"]
    assert listed(village_code="239901100201") == ["V1", "V2"]


def test_open_vacancies_come_first_when_asked_and_last_in_the_other_direction(city, actor):
    with city.reading() as session:
        for sort, expected in (("is_open", ["V1", "V3", "V2"]), ("-is_open", ["V2", "V1", "V3"])):
            found = list_vacancies(session, actor=actor, sort=sort).items
            assert [vacancy.vacancy_no for vacancy in found] == expected


def test_undated_vacancies_come_last_in_both_directions(city, actor, now):
    dated = [a_vacancy(vacancy_no=f"V{n}", deadline_on=now.date() + timedelta(days=n)) for n in (1, 2)]
    with city.unit_of_work() as session:
        save_vacancies(session, actor=actor, records=dated, now=now)
    with city.reading() as session:
        for sort, expected in (("deadline_on", ["V1", "V2", "V3"]), ("-deadline_on", ["V2", "V1", "V3"])):
            found = list_vacancies(session, actor=actor, sort=sort).items
            assert [vacancy.vacancy_no for vacancy in found] == expected


def test_villages_and_counties_are_listed(city, actor):
    with city.reading() as session:
        found = list_villages(session, actor=actor, filters={"county_code": "239902"}).items
        assert [village.name for village in found] == ["西岗村"]
        assert [county.name for county in list_counties(session, actor=actor)] == ["示范县", "样例县"]


def test_a_page_opens_only_the_people_on_it(city, actor, monkeypatch):
    opened = []
    vault = city.vault
    monkeypatch.setattr(type(vault), "open", _counting(type(vault).open, opened))
    with city.reading() as session:
        found = list_people(session, actor=actor, page_size=2)
        assert opened == []
        assert [person.name for person in found.items] == ["样例甲", "样例甲"]
    assert len(opened) == 2


def _counting(open_field, opened):
    def counted(vault, place, row_id, sealed):
        opened.append((place, row_id))
        return open_field(vault, place, row_id, sealed)

    return counted


def test_texts_are_ordered_by_code_point_whatever_the_database_was_made_with(city, actor):
    statements = []
    event.listen(city.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    with city.reading() as session:
        list_people(session, actor=actor, sort="person_no")
    (ordered,) = [text for text in statements if "ORDER BY" in text and "FROM people" in text]
    assert ('COLLATE "C"' in ordered) == (city.engine.dialect.name == "postgresql")  # SQLite compares bytes anyway
