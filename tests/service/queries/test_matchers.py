from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from builders import a_person, a_vacancy, a_village

from service.queries.matchers import matcher_for
from service.queries.revisions import pool_revision
from service.queries.vacancies import load_vacancy_facts
from service.usecases.incoming.registration import save_people, save_vacancies, save_villages
from service.usecases.records.people import edit_person, register_person

AS_OF = date(2026, 11, 23)


@pytest.fixture
def city(database, actor, now):
    with database.unit_of_work() as session:
        save_villages(session, actor=actor, records=[a_village()], now=now)
        save_people(session, actor=actor, records=[a_person()], now=now)
        save_vacancies(session, actor=actor, records=[a_vacancy()], now=now)
    return database


def kept(database, as_of=AS_OF):
    with database.reading() as session:
        return matcher_for(session, as_of=as_of)


def test_a_matcher_lists_who_is_registered(city):
    with city.reading() as session:
        (vacancy,) = load_vacancy_facts(session, as_of=AS_OF)
        listed = matcher_for(session, as_of=AS_OF).shortlist(vacancy, k=5)
    assert listed.sieve.n_pool == listed.sieve.n_listed == 1


def test_the_matcher_is_kept_while_the_pool_stands_still(city, actor, now):
    before = kept(city)
    with city.unit_of_work() as session:
        save_people(session, actor=actor, records=[a_person()], now=now)  # says nothing new
        save_vacancies(session, actor=actor, records=[a_vacancy(vacancy_no="V2")], now=now)
    assert kept(city) is before


def test_a_changed_pool_makes_a_new_matcher(city, actor, now):
    before = kept(city)
    with city.unit_of_work() as session:
        register_person(session, actor=actor, record=a_person(person_no="P2"), now=now)
    assert list(kept(city).person_ids) == [1, 2]
    assert kept(city) is not before


def test_an_edit_makes_a_new_matcher(city, actor, now):
    before = kept(city)
    with city.unit_of_work() as session:
        edit_person(session, actor=actor, person_no="P1", record={"rural_work_years": 9.0}, expected_version=1, now=now)
    assert kept(city) is not before


def test_a_moved_village_makes_a_new_matcher(city, actor, now):
    before = kept(city)
    with city.unit_of_work() as session:
        save_villages(session, actor=actor, records=[a_village(latitude=46.9)], now=now)
    assert kept(city) is not before


def test_another_day_makes_a_new_matcher(city):
    assert kept(city) is not kept(city, as_of=date(2026, 11, 24))


def test_what_was_rolled_back_never_reaches_others(city, actor, now):
    before = kept(city)
    with city.unit_of_work() as session:
        register_person(session, actor=actor, record=a_person(person_no="P2"), now=now)
        abandoned, revision = matcher_for(session, as_of=AS_OF), pool_revision(session)
        session.rollback()
    assert list(abandoned.person_ids) == [1, 2]
    assert kept(city) is before
    with city.unit_of_work() as session:
        register_person(session, actor=actor, record=a_person(person_no="P3"), now=now)
        assert pool_revision(session) == revision  # the same number, another person
    assert kept(city) is not abandoned


def test_threads_share_one_matcher(city):
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: kept(city), range(8)))
    assert len({id(matcher) for matcher in found}) == 1
