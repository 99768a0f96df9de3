"""Users and roles as a page: one asks, another confirms."""

import re

import pytest
from builders_offices import hired, reader_of
from builders_offices import token_of as token_for

from service.access import EVERYWHERE, Role
from tests.service.web.builders_pages import page_of, token_of

ASKED = {"kind": "create", "username": "xinren", "role": "hr_registrar", "territory": "county",
         "territory_code": "239901", "way": "password", "reason": "新任经办人"}  # fmt: skip


@pytest.fixture
def manager(app, database, now):
    """An administrator; the name of the role is taken by the whole office of the tests."""
    hired(database, username="manager", roles=frozenset({Role.ADMIN}), territory=EVERYWHERE, now=now)
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token_for(database, 'manager')}"
    return client


@pytest.fixture
def leader(app, database, now):
    return reader_of(app, database, Role.LEADER, now=now)


def _send(browser, address, seen="/accounts", **fields):
    return browser.post(address, data={**fields, "csrf_token": token_of(page_of(browser, seen))})


def _change(html):
    return re.search(r'action="/accounts/changes/(\w+)"', html)


def test_an_account_is_asked_for_by_one_confirmed_by_another_and_its_password_shown_once(manager, leader):
    assert _send(manager, "/accounts/changes", **ASKED).status_code == 303
    html = page_of(manager, "/accounts")
    assert "新任经办人" in html
    assert "待另一人确认" in html
    assert _change(html) is None
    number = _change(page_of(leader, "/accounts"))[1]
    answer = _send(leader, f"/accounts/changes/{number}", decision="confirmed")
    assert answer.status_code == 200
    assert re.search(r'<code class="key">\S{12,}</code>', answer.text)
    html = page_of(manager, "/accounts", "en")
    assert "xinren" in html
    assert "has to change the password" in html
    assert '<code class="key">' not in html


def test_a_refused_change_comes_to_nothing_and_stands_among_all(manager, leader):
    _send(manager, "/accounts/changes", **ASKED)
    number = _change(page_of(leader, "/accounts"))[1]
    assert _send(leader, f"/accounts/changes/{number}", decision="refused").status_code == 303
    assert "xinren" not in page_of(manager, "/accounts").split('id="l-t"')[1]
    assert "xinren" in page_of(manager, "/accounts?changes=all")


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"reason": ""}, 422), ({"role": "king"}, 422), ({"kind": "x"}, 422), ({"username": "admin"}, 409),
     ({"territory": "moon"}, 422), ({"username": "nobody.here", "kind": "disable"}, 404)],
)  # fmt: skip
def test_what_cannot_be_asked_for_is_told_and_what_was_typed_stays(manager, changes, status):
    answer = _send(manager, "/accounts/changes", **{**ASKED, **changes})
    assert answer.status_code == status
    assert 'id="esum"' in answer.text
    assert 'value="239901"' in answer.text


def test_an_administrator_gives_a_password_and_unlocks(manager, leader):
    answer = _send(manager, "/accounts/org_dept_leader/password")
    assert answer.status_code == 200
    assert re.search(r'<code class="key">\S{12,}</code>', answer.text)
    assert _send(manager, "/accounts/org_dept_leader/unlock").status_code == 303
    assert _send(manager, "/accounts/org_dept_leader/second-factor", reason="").status_code in {409, 422}
    assert leader.get("/accounts").status_code == 303, "whoever was given a password has to take the account back first"


def test_who_neither_manages_nor_approves_does_not_see_the_accounts(app, database, now):
    assert reader_of(app, database, Role.REGISTRAR, now=now).get("/accounts").status_code == 403
