"""The pages in a real browser: accessible, silent about the policy, quick by keyboard, whole without a script."""

import re

import pytest
from flask.testing import FlaskClient

from tests.service.web.builders_browser import MARKS, n_reported, reports_after, violations_of
from tests.service.web.builders_pages import learned_card_in_force, requested_shortlist

pytestmark = MARKS


@pytest.fixture
def card(database, now) -> str:
    return f"/models/{learned_card_in_force(database, now=now)}"


@pytest.fixture
def shortlist(browser: FlaskClient) -> str:
    return requested_shortlist(browser)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_login_form_and_a_missing_page_are_accessible(window, language):
    opened = window(language)
    assert violations_of(opened.open("/nothing")) == []
    opened.context.clear_cookies(name="talentpool")
    page = opened.open("/login")
    page.fill("#username", "admin")
    page.fill("#password", "wrong")
    opened.follow(".btn.main")
    assert violations_of(page) == []
    assert page.evaluate("document.activeElement.id") == "esum"
    reported = n_reported()
    page.evaluate("document.head.append(Object.assign(document.createElement('script'), {textContent: 'planted = 1'}))")
    assert reports_after(reported, page) == 1, "the script is told of"
    assert page.evaluate("typeof planted") == "undefined"


def test_keys_walk_through_the_list_and_none_is_lost(window, shortlist):
    page = window().open(shortlist)
    names = page.locator(".row .nm").all_text_contents()
    for _ in range(4):
        page.keyboard.press("j")
    page.wait_for_function("name => document.querySelector('#who a').textContent === name", arg=names[4])
    assert page.locator(".row.cur .nm").text_content() == names[4]
    page.keyboard.press("k")
    page.wait_for_function("name => document.querySelector('#who a').textContent === name", arg=names[3])
    assert "person=" in page.url
    page.go_back()
    page.wait_for_function("name => document.querySelector('#who a').textContent === name", arg=names[4])
    assert page.locator(".top").count() == 1


def test_keys_are_silent_while_somebody_writes(window, shortlist):
    page = window().open(shortlist)
    first = page.locator("#who a").text_content()
    page.keyboard.press("/")
    page.keyboard.type("jjk")
    assert page.input_value("#q") == "jjk"
    assert page.locator("#who a").text_content() == first
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.tagName") == "BODY"


def test_nothing_personal_stays_in_the_browser(window, shortlist):
    page = window().open(shortlist)
    names = page.locator(".row .nm").all_text_contents()
    page.keyboard.press("j")
    page.wait_for_url("**person=**")
    kept = page.evaluate("JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)])")
    assert page.evaluate("localStorage.length") == 0
    assert not [name for name in names if name in kept]
    assert "htmx-history-cache" not in kept


def test_everything_works_without_a_script(window):
    opened = window(script=False)
    page = opened.open("/vacancies?is_open=yes")
    opened.follow("tbody th a")
    page.fill("#k", "3")
    opened.follow("main .btn.main")
    assert page.locator(".row").count() == 3
    opened.follow(".row:nth-child(2) .who")
    assert page.locator(".row.cur .rk").text_content() == "2"
    opened.follow(".outs a")
    assert page.locator("tbody tr").count() > 0
    page.fill("#q", "样例未同意")
    opened.follow("#q", key="Enter")
    assert page.locator("tbody tr").count() == 1
    opened.follow(".lang a:last-child")
    assert "find=" in page.url
    assert page.locator("html").get_attribute("lang") == "en"


def test_a_shortlist_prints_without_its_buttons(window, shortlist):
    page = window().open(shortlist)
    page.emulate_media(media="print")
    assert not page.locator(".top").is_visible()
    assert not page.locator(".decide .btn").first.is_visible()
    assert page.locator(".advice").is_visible()
    assert page.locator(".paper").is_visible()
    assert page.locator(".row").last.is_visible()
    assert page.locator(".why tfoot").is_visible()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_learned_card_prints_on_one_sheet(window, card, language):
    printed = window(language).open(card).pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) == 1
