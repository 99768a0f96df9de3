"""The whole way of a list in a real browser, mostly by keyboard: review, proposal, decision, print."""

import io

import pypdf
from sqlalchemy import select

from service.models.moves import Move
from service.models.shortlists import Shortlist
from tests.service.web.builders_browser import MARKS, violations_of
from tests.service.web.builders_pages import requested_shortlist

pytestmark = MARKS


def test_from_the_request_to_the_printed_decision(window, browser, database):
    address = requested_shortlist(browser, "V1", 3)
    with database.unit_of_work() as session:
        session.scalars(select(Shortlist)).one().requested_by = "second"  # who requests does not propose
    opened = window()
    page = opened.open(address)
    page.keyboard.press("g")
    page.wait_for_selector(".d-yes.btn")
    page.keyboard.type("as")
    page.keyboard.press("d")
    page.keyboard.press("2")
    page.wait_for_function("() => document.querySelector('#gauge').innerText.includes('3/3')")
    page.click(".toast [data-undo]")
    page.wait_for_function("() => document.querySelector('#gauge').innerText.includes('2/3')")
    page.keyboard.press("d")
    page.keyboard.press("2")
    page.wait_for_function("() => document.querySelector('#gauge').innerText.includes('3/3')")
    page.click(".lang a:last-child")
    assert "person=" in page.url
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator(".d-yes.btn").inner_text().startswith("Recommend")
    page.keyboard.press("p")
    page.wait_for_selector("#proposed-signed_name")
    page.fill("#proposed-signed_name", "样例署名")
    page.press("#proposed-signed_name", "Enter")
    page.wait_for_selector("#decided-meeting")
    with database.unit_of_work() as session:
        session.scalars(select(Move).where(Move.to_state == "proposed")).one().username = "second"  # nor decides
    written = {"meeting": "部务会", "held_on": "2026-11-23", "n_entitled": "9", "n_present": "8", "n_for": "8"}
    written |= {"n_against": "0", "n_abstained": "0", "document": "部务会纪要3号", "signed_name": "样例领导"}
    written["reason"] = "均不合适，另行补充人选"
    for name, value in written.items():
        page.fill(f"#decided-{name}", value)
    page.press("#decided-signed_name", "Enter")
    page.wait_for_selector("#vote-t")
    assert violations_of(page) == []
    page.goto(opened.site + address + "/sheet")
    printed = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    assert len(printed.pages) == 1
    assert "部务会纪要3号" in printed.pages[0].extract_text().replace(" ", "")
    assert opened.complaints == []
