"""What was typed stands in the answer when a form is refused, whatever form it is."""

import re

import pytest
from builders_offices import reader_of

from service.access import Role
from service.access.routes import PUBLIC, ROUTES
from service.models.accounts import Account
from tests.service.web.builders_desk import fields_of, list_under_review
from tests.service.web.builders_imports import a_bad_file, send_file
from tests.service.web.builders_pages import page_of, token_of

WORDS = "样例：因返乡任职，补充说明如下"
#: Forms that take what they get, whatever else is in it: nothing typed in them can be refused.
TAKEN = frozenset(
    (
        "duplicates.search",
        "jobs.begin",
        "people.search",
        "people_batches.export",
        "people_batches.save_view",
        "people_batches.select",
        "registration.discard",
        "registration.keep",
        "unsent_pages.discard",
        "vacancy_forms.discard",
        "vacancy_forms.prospects",
    )
)
#: Forms of a password, a code, a file or a button: nothing is typed there that may be shown again.
WORDLESS = frozenset(
    (
        "account.change_password",
        "account.confirm_device",
        "account.renew_codes",
        "accounts.decide",
        "accounts.give_password",
        "accounts.unlock",
        "duplicates.undo",
        "imports.receive",
        "jobs.stop",
        "jobs.train",
        "waivers.sign",
    )
)


def test_every_form_that_is_refused_shows_what_was_typed_in_its_answer(app, browser):
    token, map_, lost, taken = token_of(page_of(browser, "/help")), app.url_map.bind("localhost"), [], set()
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()) or rule.rule.startswith("/api") or ROUTES[rule.endpoint] == PUBLIC:
            continue
        if rule.endpoint in WORDLESS:
            continue
        address = map_.build(
            rule.endpoint, dict.fromkeys(rule.arguments, 999_999 if "int:" in rule.rule else "X1"), method="POST"
        )
        names = ("reason", "note", "name", "document", "email", "label", "value", "current_post", "village_needs")
        fields = dict.fromkeys(names, WORDS) | {"version": "1", "csrf_token": token, "k": WORDS, "username": WORDS}
        answer = browser.post(address, data=fields)
        if answer.status_code < 400:
            taken.add(rule.endpoint)
        elif WORDS not in answer.text:
            lost.append((rule.endpoint, answer.status_code))
    assert lost == [], lost
    assert taken - TAKEN == set(), taken


def _sent(browser, address: str, seen: str, **fields):
    return browser.post(address, data={**fields, "csrf_token": token_of(page_of(browser, seen))})


def _stands(html: str, words: str = WORDS) -> bool:
    """Whether words stand in a field, not only in the sentence that refuses them."""
    return f'value="{words}"' in html or f">{words}</textarea>" in html


def test_a_reason_about_a_blind_review_stays_in_the_open_menu(browser):
    address = list_under_review(browser)
    not_blind = _sent(browser, f"{address}/blind/lift", address, reason=WORDS)
    assert not_blind.status_code == 409
    assert WORDS in not_blind.text
    assert _sent(browser, f"{address}/blind/open", address).status_code == 303
    refused = _sent(browser, f"{address}/blind/close", address, reason=" ")
    assert refused.status_code == 422
    assert '<details class="menu" id="listmenu" open>' in refused.text
    assert "提前结束盲审须说明理由" in refused.text


def test_why_a_device_is_gone_stays_when_a_second_factor_is_not_taken_off(browser, database):
    with database.unit_of_work() as session:
        own = session.query(Account).filter(Account.username == "admin").one()
        own.totp_confirmed_at = own.created_at
    html = page_of(browser, "/accounts")
    answer = _sent(browser, "/accounts/admin/second-factor", "/accounts", reason=WORDS)
    assert answer.status_code == 403, html[:50]
    assert re.search(r'<details class="rowmenu" open>(?:(?!</details>).)*value="' + WORDS, answer.text, re.DOTALL)
    assert answer.text.count(WORDS) == 1, "not in the form that asks for a change"


@pytest.mark.parametrize("act", ["batch", "batch/moves", "views"])
def test_what_was_typed_for_many_people_stays_when_it_is_refused(browser, act):
    _sent(browser, "/people/selection", "/people", state="", shown="P01", pick="P01")
    fields = {
        "batch": {"field": "education", "value": WORDS},
        "batch/moves": {"to": "verified", "reason": WORDS, "document": ""},
        "views": {"name": WORDS * 3, "is_shared": "yes"},
    }[act]
    answer = _sent(browser, f"/people/{act}", "/people", state="sort=name", **fields)
    assert answer.status_code == 422
    assert _stands(answer.text, fields.get("name", WORDS))
    assert 'id="esum"' in answer.text
    assert '<details class="menu" open>' in answer.text


def test_a_token_that_is_not_made_keeps_its_label_and_scopes(browser):
    fields = {"label": WORDS, "scope": "edit", "days": "90", "current": "falsch"}
    answer = _sent(browser, "/account/tokens", "/account", **fields)
    assert answer.status_code == 422
    assert _stands(answer.text)
    assert 'name="scope" value="edit" checked' in answer.text
    assert 'name="scope" value="read">' in answer.text


def test_what_was_said_of_a_file_stays_when_it_cannot_be_taken(browser, tmp_path):
    address = send_file(browser, a_bad_file(tmp_path).read_bytes()).headers["Location"]
    answer = _sent(browser, address, address, township=WORDS, use_office="没有这一家", act="check")
    assert answer.status_code == 404
    assert _stands(answer.text)


def test_the_reason_of_a_proposal_that_is_refused_stays_with_its_button(browser):
    sent = {"limit:FS-02": "two", "act": "propose", "reason": WORDS}
    answer = _sent(browser, "/rulebook/edit", "/rulebook/edit", **sent)
    assert answer.status_code == 422
    assert _stands(answer.text)
    assert 'name="act" value="propose"' in answer.text


def test_changes_of_rules_go_along_to_the_page_of_another_post(browser):
    page = page_of(browser, "/rulebook/edit")
    known = dict(re.findall(r'name="((?:limit|known):[^"]+|base|post)" value="([^"]*)"', page))
    known |= dict(re.findall(r'name="(on:[^"]+)" value="(1)"[^>]* checked', page))
    changed = {**known, "limit:FS-02": "2", "reason": WORDS, "turn": "industrial_consultant"}
    answer = _sent(browser, "/rulebook/edit", "/rulebook/edit", **changed)
    assert answer.status_code == 200
    carried = re.search(r'<textarea[^>]*name="more"[^>]*>(.*?)</textarea>', answer.text, re.DOTALL)[1]
    assert carried == "FS-02.limit = 2", carried
    assert _stands(answer.text)
    assert 'name="post" value="industrial_consultant"' in answer.text


def test_a_correction_that_is_refused_keeps_its_reason(app, browser, database, now):
    officer = reader_of(app, database, Role.OFFICER, now=now)
    address = "/people/P01/fields/birth_date"
    hidden = fields_of(page_of(officer, address), "corrections")
    answer = officer.post(f"{address}/corrections", data={**hidden, "birth_date": "去年", "reason": WORDS})
    assert answer.status_code == 422
    assert _stands(answer.text)
    assert 'href="#c-birth_date"' in answer.text
    assert answer.text.count('id="c-birth_date"') == 1
    assert _stands(answer.text, "去年")


def test_a_field_of_a_record_that_was_merged_meanwhile_is_refused_in_its_row(browser, database, now):
    from builders import an_actor

    from service.usecases.identity.merging import merge_people

    address = "/people/P02/fields/current_post"
    token = token_of(page_of(browser, address))
    with database.unit_of_work() as session:
        merge_people(session, actor=an_actor(), survivor_no="P01", absorbed_no="P02", now=now)
    sent = {"current_post": WORDS, "version": "1", "csrf_token": token}
    answer = browser.post(address, data=sent, headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert "<html" not in answer.text
    assert _stands(answer.text)
    assert 'action="/people/P01/fields/current_post"' in answer.text
    assert "已并入" in answer.text


def test_a_form_that_breaks_off_does_not_break_the_page_of_another_refusal(app, browser):
    def broken(_size: int = -1) -> bytes:
        raise ValueError("the body of the request is broken")  # as service/request_bodies.py says it

    stream = type("Broken", (), {"read": staticmethod(broken), "readline": staticmethod(broken)})()
    environ = {
        "wsgi.input": stream,
        "wsgi.input_terminated": True,
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "HTTP_TRANSFER_ENCODING": "chunked",
    }
    app.config["PROPAGATE_EXCEPTIONS"], before = False, app.config["PROPAGATE_EXCEPTIONS"]
    try:
        answer = browser.post("/no/such/page", environ_overrides=environ)
    finally:
        app.config["PROPAGATE_EXCEPTIONS"] = before
    assert answer.status_code == 404
