from datetime import timedelta

import pytest
from builders import a_person, a_vacancy, a_village
from builders_registry import findings_of, save
from sqlalchemy import select

from service.access import Actor
from service.errors import Forbidden
from service.models.people import Person
from service.usecases.incoming.reports import Severity
from service.usecases.pending.work_lists import list_unmapped_terms


@pytest.fixture
def people(any_database, actor, now):
    save(any_database, actor, now, villages=[a_village()])

    def run(*texts, at=now):
        records = [
            a_person(person_no=f"P{n}", industries=None, industry_text=text) for n, text in enumerate(texts, start=1)
        ]
        return save(any_database, actor, at, people=records)

    return run


@pytest.fixture
def listed(any_database, actor):
    def read(**page):
        with any_database.reading() as session:
            return [(term.word, term.n_uses) for term in list_unmapped_terms(session, actor=actor, **page).items]

    return read


def industries_of(database, number="P1"):
    with database.reading() as session:
        return session.scalar(select(Person.industries).where(Person.person_no == number))


def test_known_words_become_terms_and_unknown_ones_wait(any_database, people, listed):
    report = people("水稻、星际采矿", "星际采矿；玉米", "量子捕梦", "水稻")
    assert industries_of(any_database) == ("水稻",)
    assert industries_of(any_database, "P3") is None  # a word nobody knows is unknown, not none
    assert report.unmapped_words == {"星际采矿": 2, "量子捕梦": 1}
    assert findings_of(report) == [("industry_text", Severity.NOTE)]
    assert listed() == [("星际采矿", 2), ("量子捕梦", 1)]


def test_later_uses_are_added(people, listed, now, any_database, actor):
    people("星际采矿")
    people("水稻", "星际采矿", at=now + timedelta(days=1))
    assert listed() == [("星际采矿", 2)]
    with any_database.reading() as session:
        (term,) = list_unmapped_terms(session, actor=actor).items
    assert (term.first_seen_at, term.last_seen_at) == (now, now + timedelta(days=1))


def test_vacancies_and_villages_add_their_words(any_database, actor, now, listed):
    village = a_village(industries=None, industry_text="星际采矿")
    vacancy = a_vacancy(industries=None, industry_text="星际采矿")
    save(any_database, actor, now, villages=[village], vacancies=[vacancy])
    assert listed() == [("星际采矿", 2)]


def test_named_terms_are_checked_like_words(any_database, actor, now, listed, people):
    save(any_database, actor, now, people=[a_person(industries=("玉米", "星际采矿"))])
    assert industries_of(any_database) == ("玉米",)
    assert listed() == [("星际采矿", 1)]


def test_an_erased_text_takes_its_terms_along(any_database, actor, now, people):
    people("水稻")
    save(any_database, actor, now, people=[{"person_no": "P1", "industry_text": None}])
    assert industries_of(any_database) is None


def test_the_list_is_paged(people, listed):
    people("星际采矿、量子捕梦", "量子捕梦")
    assert listed(page_size=1) == [("量子捕梦", 2)]
    assert listed(page=2, page_size=1) == [("星际采矿", 1)]


def test_only_who_may_read_work_lists_reads_them(database):
    with database.reading() as session, pytest.raises(Forbidden):
        list_unmapped_terms(session, actor=Actor("guest"))
