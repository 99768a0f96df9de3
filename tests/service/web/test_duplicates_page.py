"""The desk of duplicates: side by side, decided, merged field by field, parted again."""

import re
from zoneinfo import ZoneInfo

import pytest
from builders import a_person, an_actor
from sqlalchemy import select

from service.models.identity import DuplicatePair
from service.models.people import Person
from service.usecases.incoming import registration
from tests.service.web.builders_pages import page_of, post_form


@pytest.fixture
def pair(browser, database, now):
    """Register somebody twice, search, and return the address of the pair."""
    twice = [
        a_person(person_no="D1", name="样例双", id_number=None, phone="00099999999", employer="甲社", households_led=3),
        a_person(person_no="D2", name="样例双", id_number=None, phone="00099999999", employer="乙社", households_led=3),
    ]
    with database.unit_of_work() as session:
        registration.save_people(session, actor=an_actor(), records=twice, now=now)
    assert post_form(browser, "/duplicates/search", {}, seen="/duplicates").status_code == 303
    html = page_of(browser, "/duplicates")
    assert "D1 / D2" in html
    with database.reading() as session:
        twins = select(Person.id).where(Person.person_no.in_(("D1", "D2")))
        both = select(DuplicatePair.id).where(DuplicatePair.first_id.in_(twins), DuplicatePair.second_id.in_(twins))
        return f"/duplicates/{session.scalars(both).one()}"


def test_a_pair_shows_why_and_what_differs_first(browser, pair):
    html = page_of(browser, pair)
    assert "姓名相同" in html
    assert html.index("甲社") < html.index('class="alike"')
    assert "00099999999" not in html


def test_when_a_record_was_verified_is_told_in_the_style_of_the_house(browser, database, pair, now):
    with database.unit_of_work() as session:
        session.scalars(select(Person).where(Person.person_no == "D1")).one().verified_at = now
        session.scalars(select(Person).where(Person.person_no == "D1")).one().birth_date_is_month = False
    html = page_of(browser, pair)
    assert f"{now.astimezone(ZoneInfo('Asia/Shanghai')):%Y-%m-%d %H:%M}" in html
    assert not re.search(r"\d{4}-\d\d-\d\dT\d", html)
    assert " · 否" not in html


def test_two_people_are_remembered_and_leave_the_open_pairs(browser, pair):
    answer = post_form(browser, f"{pair}/decision", {"decision": "different"}, seen=pair)
    assert answer.status_code == 303
    assert "D1 / D2" not in page_of(browser, "/duplicates")
    assert "D1 / D2" in page_of(browser, "/duplicates?state=different")
    refused = post_form(browser, f"{pair}/merge", {"keep": "D1"}, seen=pair)
    assert refused.status_code == 409
    assert 'id="esum"' in refused.text


def test_one_person_is_merged_as_picked_and_parted_again(browser, pair):
    answer = post_form(browser, f"{pair}/decision", {"decision": "same"}, seen=pair)
    assert answer.headers["Location"] == f"{pair}?merge=1"
    html = page_of(browser, f"{pair}?merge=1&keep=D1", "en")
    assert 'name="keep" value="D1"' in html
    assert 'name="pick:employer" value="absorbed"' in html
    picked = post_form(browser, f"{pair}/merge", {"keep": "D1", "pick:employer": "absorbed"}, seen=pair)
    assert picked.status_code == 303
    assert "乙社" in page_of(browser, "/people/D1")
    merges = page_of(browser, "/duplicates/merges")
    undo = merges.split('action="/duplicates/merges/')[1].split('"')[0]
    assert post_form(browser, f"/duplicates/merges/{undo}", {}, seen="/duplicates/merges").status_code == 303
    assert "甲社" in page_of(browser, "/people/D1")
    again = post_form(browser, f"/duplicates/merges/{undo}", {}, seen="/duplicates/merges")
    assert again.status_code == 409


def test_an_unknown_decision_and_an_unknown_pair_are_refused(browser, pair):
    assert post_form(browser, f"{pair}/decision", {"decision": "x"}, seen=pair).status_code == 422
    assert browser.get("/duplicates/999999").status_code == 404


def test_without_pairs_the_desk_says_what_to_do(client):
    assert "Search the registry after an import" in page_of(client, "/duplicates", "en")
    assert "Nothing has been merged" in page_of(client, "/duplicates/merges", "en")
