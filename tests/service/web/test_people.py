"""People: list, search, one record."""

import re

import pytest
from builders_offices import reader_of

from service.access import Role
from tests.service.web.builders_pages import page_of, post_form, requested_shortlist


def _numbers(html: str) -> list[str]:
    return re.findall(r'href="/people/(P\d+)"', html)


def test_the_list_shows_one_page_and_how_many_there_are(browser):
    first = page_of(browser, "/people")
    assert len(_numbers(first)) == 20
    assert "共\u200925\u2009人符合查询条件" in first
    assert 'href="/people?page=2"' in first
    assert len(_numbers(page_of(browser, "/people?page=2"))) == 5


def test_the_order_stands_in_the_address_and_is_told_to_everybody(browser):
    html = page_of(browser, "/people?sort=-person_no")
    assert _numbers(html)[0] == "P99"
    assert 'aria-sort="descending"' in html
    assert 'href="/people?page=2' not in html
    assert "sort=-person_no&amp;page=2" in html


@pytest.mark.parametrize("query", ["sort=password_hash", "page=0", "page=x", "page=-1", "unknown=1", "page=٣"])
def test_what_an_address_says_wrongly_is_left_out(browser, query):
    assert _numbers(page_of(browser, f"/people?{query}"))[0] == "P01"


def test_filters_narrow_the_list_and_stay_in_its_choices(browser):
    html = page_of(browser, "/people?record_status=submitted&talent_source=T1")
    assert set(_numbers(html)) == {"P99"}
    assert re.search(r'aria-current="true">已提交<', html)
    assert '<input type="hidden" name="record_status" value="submitted">' in html
    assert set(_numbers(page_of(browser, "/people?consent_matching=no"))) == {"P97"}


def test_nobody_found_says_what_to_do(browser):
    html = page_of(browser, "/people?talent_source=T7")
    assert "没有符合条件的人员。" in html
    assert "<table" not in html


@pytest.mark.parametrize("words", ["样例未同意", "P97"])
def test_a_search_is_answered_by_an_address_that_does_not_tell_it(browser, words):
    answer = post_form(browser, "/people/search", {"q": words}, seen="/people")
    address = answer.headers["Location"]
    assert answer.status_code == 303
    assert re.fullmatch(r"/people\?find=[\w-]+", address)
    found = browser.get(address).text
    assert set(_numbers(found)) == {"P97"}
    assert words in found
    other = browser.get(f"{address}&sort=-updated_at").text
    assert set(_numbers(other)) == {"P97"}


def test_a_key_that_nobody_made_says_to_search_again(browser):
    answer = browser.get("/people?find=abc")
    assert answer.status_code == 404
    assert "这次查询已失效" in answer.text


def test_a_record_shows_numbers_in_part_only(browser, app, database, now):
    html = reader_of(app, database, Role.LEADER, now=now).get("/people/P01").text
    assert "239901********001X" in html
    assert "000****0001" in html
    assert "23990119900501001X" not in html
    assert "00000000001" not in html


def test_a_record_shows_understandings_admission_and_who_attested(browser):
    html = page_of(browser, "/people/P01", "en")
    assert 'aria-label="Five understandings, 0 to 5: Agriculture 1, Industry —' in html
    assert "样例署名" in html
    assert "Admission to the pool" in html
    assert "Not on any list yet." in html


def test_a_record_leads_to_the_lists_that_the_person_is_on(browser):
    address = requested_shortlist(browser)
    listed = _numbers(page_of(browser, address))[0]
    assert f"{address}?person={listed}" in page_of(browser, f"/people/{listed}")


def test_an_unknown_number_is_a_page_that_says_so(browser):
    answer = browser.get("/people/P-nobody")
    assert answer.status_code == 404
    assert "P-nobody" in answer.text
    assert 'href="/people"' in answer.text


def test_what_people_write_is_never_taken_for_markup(browser, database, now):
    from builders import an_actor

    from service.usecases.incoming import registration
    from tests.builders import a_person

    with database.unit_of_work() as session:
        record = a_person(person_no="P50", name="<i>样", current_post="<script>x</script>", resume="<b>")
        registration.save_people(session, actor=an_actor(), records=[record], now=now)
    html = page_of(browser, "/people/P50")
    assert "<script>x" not in html
    assert "&lt;i&gt;样" in html
