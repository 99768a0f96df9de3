"""Nothing typed is lost: forms sent after the session ended, or from a page of an earlier session."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from matching.vocabulary import ReviewDecision
from service.access import EVERYWHERE, Actor, Role
from service.access.routes import PUBLIC, ROUTES
from service.models.accounts import Account, AccountSession
from service.models.workspaces import Draft
from service.usecases.unsent_forms import FORM_KEPT_FOR, UnsentForm, get_form, keep_form
from service.usecases.workflow.reviewing import give_opinion
from service.web.unsent import DRAFTED
from tests.service.web.builders_desk import fields_of, list_under_review
from tests.service.web.builders_pages import page_of, token_of

WORDS = "样例：因返乡任职，补充说明如下"
CIVIL_SECRET = "tufo-9-Kranich"


def _forms(app) -> list[str]:
    """Return an address of every form of the pages that asks who is signed in."""
    found, map_ = [], app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()) or rule.rule.startswith("/api"):
            continue
        if ROUTES[rule.endpoint] == PUBLIC or rule.endpoint in DRAFTED or rule.endpoint == "unsent_pages.discard":
            continue
        values = dict.fromkeys(rule.arguments, 7 if "int:" in rule.rule else "X1")
        found.append(map_.build(rule.endpoint, values, method="POST"))
    return found


def _move_end(database, moment) -> None:
    with database.unit_of_work() as session:
        for opened in session.query(AccountSession):
            opened.expires_at = moment


def test_every_form_sent_after_the_session_ended_is_found_again_after_signing_in(app, browser, database, now):
    token, lost = token_of(page_of(browser, "/help")), []
    addresses = _forms(app)
    assert len(addresses) > 60, addresses
    for address in addresses:
        _move_end(database, now - timedelta(minutes=5))
        fields = {"reason": f"{WORDS}{address}", "password": CIVIL_SECRET, "csrf_token": token}
        answer = browser.post(address, data=fields, headers={"Referer": "http://localhost/people"})
        door = answer.headers.get("Location", "")
        _move_end(database, now + timedelta(minutes=5))
        page = browser.get(door, follow_redirects=True).text if door.startswith("/login?next=/unsent/") else ""
        has_secret = CIVIL_SECRET in page or token in re.sub(r'name="csrf_token" value="[^"]+"', "", page)
        if f"{WORDS}{address}" not in page or f'action="{address}?unsent=' not in page or has_secret:
            lost.append((address, answer.status_code, door))
    assert lost == []


def test_which_entry_of_the_negative_list_it_was_comes_back_and_a_code_of_a_device_does_not(browser, database, now):
    name = re.search(r'<select [^>]*id="n-code" name="(\w+)"', page_of(browser, "/negative-list"))[1]
    fields = {"person_no": "P98", "document": "示纪函〔2026〕3号", "code": "123456", name: "NG03"}
    door = _sent_too_late(browser, database, now, address="/negative-list", **fields)
    _move_end(database, now + timedelta(minutes=5))
    page = browser.get(door, follow_redirects=True).text
    assert (f'name="{name}" value="NG03"' in page, "123456" in page) == (True, False)


def test_what_is_kept_is_sealed_and_never_in_an_address(browser, database, now):
    door = _sent_too_late(browser, database, now)
    assert "样例" not in door
    assert re.fullmatch(r"/login\?next=/unsent/[0-9a-f]{20}", door)
    with database.reading() as session:
        (kept,) = session.query(Draft).all()
        assert WORDS.encode() not in (kept.content_sealed or b"")


def test_the_part_of_a_page_is_told_where_to_sign_in_and_that_it_is_kept(browser, database, now):
    answer = _answer_too_late(browser, database, now, **{"HX-Request": "true"})
    assert (answer.status_code, answer.headers["Draft-Kept"]) == (401, "yes")
    assert answer.headers["Sign-In-At"].startswith("/login?next=/unsent/")


def test_sending_again_acts_and_forgets_what_was_kept(browser, database, now):
    door = _sent_too_late(browser, database, now, address="/people/views", name="样例视图", state="sort=name")
    _move_end(database, now + timedelta(minutes=5))
    page = browser.get(door, follow_redirects=True).text
    form = re.search(r'action="(/people/views\?unsent=[0-9a-f]+)"', page)
    data = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.partition(form[1])[2].partition("</form>")[0]))
    data["name"] = re.search(r'<textarea[^>]*name="name"[^>]*>([^<]+)<', page)[1]
    assert browser.post(form[1], data=data).status_code == 303
    with database.reading() as session:
        assert session.query(Draft).all() == []
    assert "样例视图" in page_of(browser, "/people")


def test_what_is_discarded_is_gone(browser, database, now):
    door = _sent_too_late(browser, database, now)
    _move_end(database, now + timedelta(minutes=5))
    page = browser.get(door, follow_redirects=True).text
    address = door.removeprefix("/login?next=")
    assert browser.post(f"{address}/discard", data={"csrf_token": token_of(page)}).status_code == 303
    assert browser.get(address).status_code == 404


def test_another_account_never_sees_it(browser, database, actor, now):
    form = UnsentForm("/people/P01/holds", "/people/P01", [("reason", WORDS)])
    with database.unit_of_work() as session:
        account_id = session.query(Account.id).filter(Account.username == actor.username).scalar()
        actor, other = replace(actor, account_id=account_id), replace(actor, account_id=account_id + 1)
        key = keep_form(session, actor=actor, form=form, subject_no="P01", now=now)
        assert get_form(session, actor=other, key=key, now=now) is None
        assert get_form(session, actor=actor, key=key, now=now) == form
        assert get_form(session, actor=actor, key=key, now=now + FORM_KEPT_FOR + timedelta(minutes=1)) is None


@pytest.mark.parametrize("is_same", [True, False])
def test_a_page_from_before_signing_in_again_loses_nothing_and_shows_it_to_its_account_only(browser, is_same):
    page_of(browser, "/help")
    with browser.session_transaction() as cookie:
        mark = cookie["csrf_token"][:24]
        cookie["csrf_token"] = (mark if is_same else "0" * 24) + "f" * 40
    old = token_of(page_of(browser, "/help"))
    with browser.session_transaction() as cookie:
        del cookie["csrf_token"]
    answer = browser.post("/people/P01/holds", data={"reason": WORDS, "csrf_token": old})
    shown = browser.get(answer.headers["Location"], follow_redirects=True).text if is_same else answer.text
    assert answer.status_code == (303 if is_same else 400)
    assert (WORDS in shown) is is_same


def test_the_page_for_nobody_speaks_of_signing_in_and_leads_back(app):
    stranger = app.test_client()
    token = token_of(stranger.get("/login").text)
    headers = {"Referer": "http://localhost/people/P01"}
    answer = stranger.post("/people/P01/holds", data={"reason": WORDS, "csrf_token": token}, headers=headers)
    assert answer.status_code == 401
    assert "Authorization" not in answer.text
    assert 'href="/login?next=/people/P01"' in answer.text


@pytest.mark.parametrize("is_overtaken", [True, False])
def test_what_was_typed_on_the_desk_stands_beside_what_others_wrote_since(browser, database, now, is_overtaken):
    address = list_under_review(browser)
    html = page_of(browser, address)
    fields = {**fields_of(html, "opinions"), "decision": "recommend", "reason": WORDS, "csrf_token": token_of(html)}
    _move_end(database, now - timedelta(minutes=5))
    door = browser.post(f"{address}/opinions", data=fields).headers["Location"]
    if is_overtaken:
        other = Actor(username="样例他人", roles=frozenset({Role.LEADER}), territory=EVERYWHERE)
        said = {"decision": ReviewDecision.RESERVE, "version": int(fields["version"])}
        with database.unit_of_work() as session:
            give_opinion(session, actor=other, candidacy_no=fields["candidacy_no"], **said, now=now)
    _move_end(database, now + timedelta(minutes=5))
    page = browser.get(door, follow_redirects=True).text
    assert f">{WORDS}</textarea>" in page
    assert ("样例他人" in page) is is_overtaken
    again = {**fields_of(page, "opinions"), "decision": "recommend", "reason": WORDS, "csrf_token": token_of(page)}
    assert browser.post(f"{address}/opinions", data=again).status_code == 303


def _answer_too_late(browser, database, now, address="/people/P01/holds", fields=None, **headers):
    token = token_of(page_of(browser, "/help"))
    _move_end(database, now - timedelta(minutes=5))
    return browser.post(address, data={**(fields or {"reason": WORDS}), "csrf_token": token}, headers=headers)


def _sent_too_late(browser, database, now, address="/people/P01/holds", **fields) -> str:
    return _answer_too_late(browser, database, now, address, fields).headers["Location"]
