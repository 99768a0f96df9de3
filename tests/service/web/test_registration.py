"""Registering a person: the form, its draft, its hints; nothing typed is ever lost."""

import re
from datetime import timedelta

from service.models.accounts import AccountSession
from tests.service.web.builders_pages import page_of, token_of

NEW = "/people/new"


def _send(browser, address: str, *, script: bool = False, **typed):
    headers = {"HX-Request": "true"} if script else {}
    return browser.post(address, data={**typed, "csrf_token": token_of(page_of(browser, NEW))}, headers=headers)


def test_a_person_is_registered_by_words_as_offices_write_them(browser):
    posts = ["first_secretary"]
    answer = _send(browser, NEW, name="样例新人", talent_source="T2", birth_date="1990年3月", willing_posts=posts)
    assert answer.status_code == 303, answer.text
    html = browser.get(answer.headers["Location"]).text
    assert re.search(r"样例新人\s已登记", html)
    assert "1990-03" in html


def test_what_is_refused_stays_typed_with_a_summary_that_leads_to_each_field(browser):
    answer = _send(browser, NEW, name="", talent_source="T2", birth_date="1985.13", resume="长文" * 10)
    assert answer.status_code == 422
    assert 'id="esum"' in answer.text
    assert 'href="#f-name"' in answer.text
    assert 'href="#f-birth_date"' in answer.text
    assert 'aria-describedby="e-birth_date"' in answer.text
    assert 'value="1985.13"' in answer.text
    assert "长文长文" in page_of(browser, NEW), "and stays a draft"


def test_a_draft_is_kept_while_typing_and_dropped_with_the_registration(browser):
    part = _send(browser, f"{NEW}/draft", script=True, name="样例半途", employer="某社")
    assert part.text.lstrip().startswith('<div class="known"')
    html = page_of(browser, NEW)
    assert 'value="样例半途"' in html
    assert 'value="某社"' in html
    _send(browser, NEW, name="样例半途", talent_source="T2")
    assert 'value="样例半途"' not in page_of(browser, NEW)


def test_a_discarded_draft_is_gone(browser):
    _send(browser, f"{NEW}/draft", name="样例半途")
    _send(browser, f"{NEW}/discard")
    assert "样例半途" not in page_of(browser, NEW)


def test_somebody_known_already_is_hinted_at_with_reasons(browser):
    name = re.search(r'class="nm" href="/people/P01">([^<]+)<', page_of(browser, "/people"))[1]
    part = _send(browser, f"{NEW}/draft", script=True, name=name, id_number="23990119900501001X", phone="00000000001")
    assert "可能已经登记" in part.text
    assert 'href="/people/P01"' in part.text
    assert "可能已经登记" not in _send(browser, f"{NEW}/draft", script=True, name="从未见过").text


def test_what_is_sent_after_the_session_ended_comes_back_after_signing_in(browser, database, now):
    token = token_of(page_of(browser, NEW))
    with database.unit_of_work() as session:
        for opened in session.query(AccountSession):
            opened.expires_at = now - timedelta(minutes=5)
    answer = browser.post(NEW, data={"name": "样例超时", "talent_source": "T2", "csrf_token": token})
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/login?next=/people/new"
    assert "已存为草稿" in browser.get(answer.headers["Location"]).text
    with database.unit_of_work() as session:
        for opened in session.query(AccountSession):
            opened.expires_at = now + timedelta(minutes=5)
    assert 'value="样例超时"' in page_of(browser, NEW)


def test_a_session_that_was_signed_out_leaves_nothing(browser):
    token = token_of(page_of(browser, NEW))
    browser.post("/logout", data={"csrf_token": token})
    answer = browser.post(NEW, data={"name": "样例", "talent_source": "T2", "csrf_token": token})
    assert answer.status_code in {400, 401}


def test_nobody_is_registered_before_who_it_may_be_was_shown(browser):
    name = re.search(r'class="nm" href="/people/P01">([^<]+)<', page_of(browser, "/people"))[1]
    typed = {"name": name, "talent_source": "T2", "phone": "00000000001", "employer": "某社"}
    asked = _send(browser, NEW, **typed)
    assert asked.status_code == 409
    assert "可能已经登记" in asked.text
    assert 'value="某社"' in asked.text
    told = re.findall(r'name="told" value="([^"]+)"', asked.text)
    assert "P01" in told
    assert _send(browser, NEW, **typed, told=told).status_code == 303


def test_submitting_without_an_id_number_asks_for_the_reason_and_takes_it(browser):
    typed = {"name": "样例无号", "talent_source": "T2", "consent_matching": "true", "act": "submit"}
    answer = _send(browser, NEW, **typed)
    assert answer.status_code == 422
    assert 'href="#f-reason"' in answer.text
    assert 'id="f-reason"' in answer.text, "the summary leads to a field that is there"
    assert "写明例外理由" in answer.text
    answer = _send(browser, NEW, **typed, reason="身份证遗失，正在补办")
    assert answer.status_code == 303, answer.text
    assert "已提交" in browser.get(answer.headers["Location"]).text


def test_submitting_without_consent_says_what_to_do(browser):
    answer = _send(browser, NEW, name="样例口天", talent_source="T2", act="submit")
    assert answer.status_code == 422
    assert "请先登记本人同意" in answer.text


def test_a_hint_names_the_other_record_once(browser):
    name = re.search(r'class="nm" href="/people/P01">([^<]+)<', page_of(browser, "/people"))[1]
    part = _send(browser, f"{NEW}/draft", script=True, name=name, id_number="23990119900501001X", phone="00000000001")
    assert re.sub(r"<[^>]+>", "", part.text).count("P01") == 1
