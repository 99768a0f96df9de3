"""The pages of people in a real browser: all of it without a script, and nothing typed is lost with the session."""

from datetime import timedelta

from builders import an_actor

from service.models.accounts import AccountSession
from service.usecases.people import edit_person
from tests.service.web.builders_browser import MARKS

pytestmark = MARKS


def test_people_are_found_read_and_changed_without_a_script(window, database, now):
    opened = window(script=False)
    page = opened.open("/people")
    page.fill("#q2", "样例未同意")
    opened.follow(".duo form[method=post] .btn")
    assert "样例" not in page.url
    assert page.locator("tbody tr").count() == 1
    opened.open("/people")
    page.select_option("#f-consent_matching", "no")
    opened.follow(".query .btn.main")
    assert "consent_matching=no" in page.url
    opened.follow("tbody th a")
    assert page.url.endswith("/people/P97")
    opened.follow("a[href='/people/P97/fields/current_post']")
    page.fill("#f-current_post", "本人所填")
    with database.unit_of_work() as session:
        edit_person(
            session, actor=an_actor(), person_no="P97", record={"current_post": "他人所填"}, expected_version=1, now=now
        )
    opened.follow(".inplace .btn.main")
    assert "他人所填" in page.inner_text(".conflict")
    assert page.input_value("#f-current_post") == "本人所填"
    opened.follow(".inplace .btn.main")
    assert page.url.endswith("/people/P97#r-current_post")
    assert "本人所填" in page.inner_text("#r-current_post")


def test_a_session_that_ends_in_the_middle_of_a_form_loses_nothing_typed(window, database, admin, now):
    opened = window()
    page = opened.open("/people/new")
    page.fill("#f-name", "样例超时")
    page.fill("#f-employer", "样例合作社")
    page.select_option("#f-talent_source", "T2")
    with database.unit_of_work() as session:
        for one in session.query(AccountSession):
            one.expires_at = now - timedelta(minutes=5)
    opened.follow("form .btn.main[type=submit], .endbar .btn.main, .record-form .btn.main")
    assert "/login" in page.url
    page.fill("#username", "admin")
    page.fill("#password", admin[1])
    opened.follow(".btn.main")
    assert page.url.endswith("/people/new")
    assert page.input_value("#f-name") == "样例超时"
    assert page.input_value("#f-employer") == "样例合作社"
    assert page.input_value("#f-talent_source") == "T2"
