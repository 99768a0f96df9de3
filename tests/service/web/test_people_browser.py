"""The pages of people in a real browser: all of it without a script, and nothing typed is lost with the session."""

from datetime import timedelta

from builders import an_actor

from service.models.accounts import AccountSession
from service.usecases.records.people import edit_person
from tests.service.web.builders_browser import MARKS, violations_of

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


def _end_sessions(database, now) -> None:
    with database.unit_of_work() as session:
        for one in session.query(AccountSession):
            one.expires_at = now - timedelta(minutes=5)


def test_a_field_that_cannot_be_saved_says_so_and_keeps_what_was_typed(window, database, now):
    opened = window()
    page = opened.open("/people/P97")
    page.click("#r-current_post .more-of")
    page.fill("#f-current_post", "本人所填")
    page.route("**/fields/current_post", lambda route: route.abort(), times=1)
    page.click(".inplace .btn.main")
    page.wait_for_selector("#trouble:not([hidden])")
    assert "未收到" in page.inner_text("#trouble") or "没有" in page.inner_text("#trouble")
    page.route("**/fields/current_post", lambda route: route.fulfill(status=403, body="<h1>本账号无权</h1>"), times=1)
    page.click("#trouble .btn.main")
    page.wait_for_function("() => document.querySelector('#trouble').innerText.includes('本账号无权')")
    whole = "<!doctype html><h1>该记录已并入</h1>"
    page.route("**/fields/current_post", lambda route: route.fulfill(status=409, body=whole), times=1)
    page.click("#trouble .btn.main")
    page.wait_for_function("() => document.querySelector('#trouble').innerText.includes('该记录已并入')")
    _end_sessions(database, now)
    page.click("#trouble .btn.main")
    page.wait_for_selector("#trouble a[href^='/login?next=']")
    assert page.evaluate("document.activeElement.id") == "trouble"
    assert page.input_value("#f-current_post") == "本人所填"
    assert violations_of(page) == []


def test_a_draft_that_is_no_longer_kept_says_since_when_and_lets_one_type_on(window):
    page = window().open("/people/new")
    page.fill("#f-name", "样例断网")
    page.wait_for_selector("#known .kept[data-at]")
    page.route("**/people/new/draft", lambda route: route.abort(), times=1)
    page.fill("#f-employer", "样例合作社")
    page.wait_for_selector("#trouble:not([hidden])")
    told = page.inner_text("#known")
    assert "之后填写的内容未保存" in told
    assert "草稿已保存" not in told
    assert page.evaluate("document.activeElement.id") == "f-employer"
    assert violations_of(page) == []
    page.fill("#f-employer", "样例合作社二")
    page.wait_for_selector("#known .kept:not(.unkept)")
    assert not page.locator("#trouble").is_visible()


def test_a_count_that_stands_still_says_so(window, database, now):
    page = window().open("/vacancies/new")
    page.select_option("#f-post_type", index=1)
    page.wait_for_selector("#prospects .kept[data-at]")
    _end_sessions(database, now)
    page.fill("#f-headcount", "2")
    page.wait_for_selector("#trouble a[href='/login?next=/vacancies/new']")
    assert "已存为草稿" in page.inner_text("#prospects")  # as it is: what was typed stands in the form after signing in
    assert page.input_value("#f-headcount") == "2"
    page.route("**/vacancies/prospects", lambda route: route.abort(), times=1)
    page.fill("#f-headcount", "3")
    page.wait_for_function("() => document.querySelector('#prospects').innerText.includes('人数统计亦未计入')")
