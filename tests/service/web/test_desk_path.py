"""The whole way of a list in real browsers, by two people who sign in: request, review, proposal, decision, print."""

import io
import re

import builders_workflow as b
import pypdf
import pytest
from builders import WHOLE_OFFICE
from builders_offices import hired
from sqlalchemy import select

from service.access import EVERYWHERE
from service.models.accounts import Account
from service.usecases.accounts.hashing import hash_password
from tests.service.web.builders_browser import MARKS, violations_of

pytestmark = MARKS
PASSWORD = "tufo-9-Kranich"


@pytest.fixture
def sign_in(window, database, now):
    """Sign somebody in by the form, in a browser of their own."""
    hashed = hash_password(PASSWORD)

    def open_as(username: str, **options):
        hired(database, username=username, roles=WHOLE_OFFICE, territory=EVERYWHERE, now=now)
        with database.unit_of_work() as session:
            session.scalars(select(Account).where(Account.username == username)).one().password_hash = hashed
        opened = window(**options)
        opened.context.clear_cookies(name="talentpool")
        page = opened.open("/login")
        page.fill("#username", username)
        page.fill("#password", PASSWORD)
        opened.follow(".btn.main")
        return opened

    return open_as


def _gauge(page, told: str) -> None:
    page.wait_for_function("told => document.querySelector('#gauge').innerText.includes(told)", arg=told)


def test_from_the_request_to_the_printed_decision_by_two_people(sign_in, database, now):
    leader, officer = sign_in("lingdao"), sign_in("ganshi")
    asking = leader.open("/vacancies/V1")
    asking.fill("#k", "3")
    leader.follow("form[action$='/shortlists'] .btn.main")
    address = asking.url.partition("?")[0].removeprefix(leader.site)
    page = officer.open(address)
    page.keyboard.press("g")
    page.wait_for_selector(".d-yes.btn")
    _both_speak_of_the_first(page, leader.open(address))
    page.keyboard.press("a")
    _gauge(page, "2/3")
    page.keyboard.press("d")
    page.keyboard.press("2")
    _gauge(page, "3/3")
    page.click(".toast [data-undo]")
    _gauge(page, "2/3")
    page.keyboard.press("d")
    page.keyboard.press("2")
    _gauge(page, "3/3")
    page.click(".lang a:last-child")
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator(".d-yes.btn").inner_text().startswith("Recommend")
    with database.unit_of_work() as session:
        b.settle_rules(session, b.all_of(session, address.rpartition("/")[2]), now=now)
    page.keyboard.press("p")
    page.wait_for_selector("#proposed-signed_name")
    page.fill("#proposed-signed_name", "样例署名")
    page.press("#proposed-signed_name", "Enter")
    page.wait_for_selector("[aria-labelledby=to-decided] .warnhint")
    assert page.locator("#decided-meeting").count() == 0, "who proposed does not decide, and is not asked to fill it in"
    assert "lingdao" in page.inner_text("[aria-labelledby=to-decided] .warnhint"), "who may is named"
    _led_to_the_decision(database, address, now)
    _decides(leader, address)
    _announces_and_prints(officer, address)
    refusals = [said for said in officer.complaints + leader.complaints if re.search(r"\b(409|422)\b", said)]
    assert refusals == officer.complaints + leader.complaints, "what others did first, and what is not the proposer's"


def _decides(leader, address: str) -> None:
    """Let the second person write down the meeting that chose the first on the list."""
    page = leader.open(f"{address}/round")
    page.check("[name=chosen]")
    written = {"meeting": "部务会", "held_on": "2026-11-23", "n_entitled": "9", "n_present": "8", "n_for": "8"}
    written |= {"n_against": "0", "n_abstained": "0", "document": "部务会纪要3号", "signed_name": "样例署名"}
    for name, value in written.items():
        page.fill(f"#decided-{name}", value)
    leader.follow("#decided-signed_name", key="Enter")
    page.wait_for_selector("#vote-t")
    assert violations_of(page) == []


def _announces_and_prints(officer, address: str) -> None:
    """Let the first person make the public notice, and print the sheet: one page with the decision."""
    page = officer.open(f"{address}/round")
    page.locator("form[action$='/notice']").evaluate("form => form.closest('details').open = true")
    page.fill("[name=office]", "示范县委组织部")
    page.fill("[name=office_phone]", "0000-1234567")
    officer.follow("form[action$='/notice'] .btn")
    page.click("a[href^='/appointments/'][href$='/notice']")
    page.wait_for_url("**/notice")
    assert "0000-1234567" in page.inner_text("main")
    page.goto(officer.site + address + "/sheet")
    printed = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    assert len(printed.pages) == 1
    assert "部务会纪要3号" in printed.pages[0].extract_text().replace(" ", "")


def _led_to_the_decision(database, address: str, now) -> None:
    """Let the unit, the township and the discipline office do their part for the first person."""
    with database.unit_of_work() as session:
        first = b.all_of(session, address.rpartition("/")[2])[0]
        b.lead_to(session, first, "discipline_opinion", now=now)


def _both_speak_of_the_first(page, other) -> None:
    """Let the second person speak of whom the first spoke of meanwhile: both versions are shown."""
    page.keyboard.press("a")
    _gauge(page, "1/3")
    other.keyboard.press("s")
    other.wait_for_selector(".detail .both")
    told = other.inner_text(".both")
    assert [word for word in ("ganshi", "拟推荐", "备选") if word not in told] == []
