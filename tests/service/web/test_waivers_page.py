"""Verification, waivers and overrides as pages."""

import re

import pytest
from builders_offices import reader_of

from service.access import Role
from tests.service.web.builders_pages import page_of, post_form, requested_shortlist, token_of

ASKED = {
    "person_no": "P98",
    "vacancy_no": "V1",
    "rule_id": "FS-02",
    "reason": "当地急需",
    "document": "示组〔2026〕5号",
}


@pytest.fixture
def officer(app, database, now, browser):
    return reader_of(app, database, Role.OFFICER, now=now)


@pytest.fixture
def leader(app, database, now, browser):
    return reader_of(app, database, Role.LEADER, now=now)


def _send(browser, address, seen="/waivers", **fields):
    return browser.post(address, data={**fields, "csrf_token": token_of(page_of(browser, seen))})


def test_a_waiver_is_proposed_by_one_signed_by_another_and_withdrawn_with_a_reason(officer, leader):
    answer = _send(officer, "/waivers", **ASKED)
    assert answer.status_code == 303, answer.text
    html = page_of(officer, "/waivers?state=proposed")
    assert "当地急需" in html
    assert "/sign" not in html
    number = re.search(r'action="/waivers/([^/]+)/sign"', page_of(leader, "/waivers"))[1]
    assert _send(leader, f"/waivers/{number}/sign", signed_name="样例署名").status_code == 303
    assert "Waivers in force" in page_of(leader, "/reports/overrides", "en")
    assert re.search(r"<b>FS-02</b> 党龄满", page_of(leader, "/reports/overrides")), "a rule in words, not a bare code"
    refused = _send(leader, f"/waivers/{number}/withdraw", reason="")
    assert refused.status_code == 422
    assert _send(leader, f"/waivers/{number}/withdraw", reason="情况有变").status_code == 303
    assert "情况有变" in page_of(officer, "/waivers?state=withdrawn")


def test_a_proposal_that_cannot_be_made_says_why_and_keeps_what_was_typed(officer):
    answer = _send(officer, "/waivers", **{**ASKED, "person_no": "NOBODY"})
    assert answer.status_code == 404
    assert 'id="esum"' in answer.text
    assert 'value="当地急需"' in answer.text


def test_the_desk_shows_what_is_to_be_verified_and_a_check_settles_it(browser):
    number = requested_shortlist(browser).rpartition("/")[2]
    assert number in page_of(browser, "/checks")
    address = f"/checks?shortlist_no={number}"
    html = page_of(browser, address)
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html.split('action="/checks"')[1]))
    n_before = int(re.search(r"有\u2009(\d+)\u2009项待核验", html)[1])
    told = {name: fields[name] for name in ("shortlist_no", "vacancy_no", "person_no", "rule_id")}
    told |= {"result": "pass", "document": "示纪函〔2026〕3号", "checked_on": "2026-11-20"}
    assert post_form(browser, "/checks", told, seen=address).status_code == 303
    html = page_of(browser, address)
    assert "示纪函〔2026〕3号" in html
    assert int(re.search(r"有\u2009(\d+)\u2009项待核验", html)[1]) == n_before - 1
    wrong = post_form(browser, "/checks", {**told, "checked_on": "2099-01-01"}, seen=address)
    assert wrong.status_code == 422
    assert "2099-01-01" in wrong.text


def test_one_document_settles_all_that_is_open_of_somebody_or_nothing(browser):
    number = requested_shortlist(browser).rpartition("/")[2]
    address = f"/checks?shortlist_no={number}"
    html = page_of(browser, address)
    form = next(one for one in html.split('action="/checks"') if 'name="rule_ids"' in one)
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)) | {"result": "pass"}
    rules = fields["rule_ids"].split()
    assert len(rules) > 1
    wrong = post_form(browser, "/checks", {**fields, "document": "", "checked_on": "2026-11-20"}, seen=address)
    assert wrong.status_code == 422
    assert page_of(browser, address).count("示联审〔2026〕8号") == 0
    told = {**fields, "document": "示联审〔2026〕8号", "checked_on": "2026-11-20"}
    assert post_form(browser, "/checks", told, seen=address).status_code == 303
    assert page_of(browser, address).count("示联审〔2026〕8号") == len(rules)


def test_the_report_of_overrides_refuses_what_is_no_day(browser):
    assert "没有越位推荐" in page_of(browser, "/reports/overrides?since=2026-01-01&until=2026-12-31")
    assert browser.get("/reports/overrides?since=tomorrow").status_code == 422
