"""Users and roles as a page: one asks, another confirms."""

import re

import pytest
from builders_offices import hired, reader_of
from builders_offices import token_of as token_for

from service.access import EVERYWHERE, Role
from tests.service.web.builders_pages import page_of, token_of

ASKED = {"kind": "create", "username": "xinren", "role": "hr_registrar", "territory": "township",
         "territory_code": "239901100", "way": "password", "holder_name": "样例丙", "reason": "新任经办人"}  # fmt: skip


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
    answer = _send(manager, "/accounts/changes", **ASKED)
    assert answer.status_code == 200
    assert _half(answer)
    html = page_of(manager, "/accounts")
    assert "新任经办人" in html
    assert "待另一人确认" in html
    assert _change(html) is None
    number = _change(page_of(leader, "/accounts"))[1]
    answer = _send(leader, f"/accounts/changes/{number}", decision="confirmed")
    assert answer.status_code == 200
    assert _half(answer)
    html = page_of(manager, "/accounts", "en")
    assert "xinren" in html
    assert "has to change the password" in html
    assert '<code class="key">' not in html


def test_the_name_of_a_holder_is_given_on_the_page_by_two(manager, leader, database, now):
    hired(database, username="clerk", roles=frozenset({Role.OFFICER}), territory=EVERYWHERE, now=now)
    asked = {"kind": "name", "username": "clerk", "holder_name": "样例戊", "reason": "更名"}
    nobody = _send(manager, "/accounts/changes", **{**asked, "holder_name": "书记1号"})
    assert nobody.status_code == 422
    assert 'value="书记1号"' in nobody.text
    assert _send(manager, "/accounts/changes", **asked).status_code == 303
    number = _change(page_of(leader, "/accounts"))[1]
    assert "样例戊" not in page_of(manager, "/accounts").split('id="l-t"')[1]
    assert _send(leader, f"/accounts/changes/{number}", decision="confirmed").status_code == 303
    assert "样例戊" in page_of(manager, "/accounts", "en").split('id="l-t"')[1]


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
    assert 'value="239901100"' in answer.text


def test_an_administrator_gives_a_password_and_unlocks(app, database, now, manager, leader):
    reader_of(app, database, Role.AUDITOR, now=now)
    answer = _send(manager, "/accounts/auditor/password")
    assert answer.status_code == 200
    assert re.search(r'<code class="key">\S{20}</code>', answer.text)
    refused = _send(manager, "/accounts/org_dept_leader/password")
    assert refused.status_code == 409
    assert "--reason" in refused.text
    leader = _asked_for_password(app, database, now, manager)
    assert _send(manager, "/accounts/org_dept_leader/unlock").status_code == 303
    assert _send(manager, "/accounts/org_dept_leader/second-factor", reason="").status_code in {409, 422}
    assert leader.get("/accounts").status_code == 303, "whoever was given a password has to take the account back first"


def _asked_for_password(app, database, now, manager):
    """Ask for a new password of the leader; another administrator sees the button that confirms, the first does not."""
    hired(database, username="second", roles=frozenset({Role.ADMIN}), territory=EVERYWHERE, now=now)
    other = app.test_client()
    other.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token_for(database, 'second')}"
    leader = app.test_client()
    leader.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token_for(database, 'org_dept_leader')}"
    assert "重设口令（须两人）" in page_of(manager, "/accounts")
    form = page_of(manager, "/accounts?for=org_dept_leader&kind=password")
    assert '<option value="password" selected>' in form
    asked = {"kind": "password", "username": "org_dept_leader", "reason": "本人遗忘"}
    first = _half(_send(manager, "/accounts/changes", **asked))
    assert _change(page_of(manager, "/accounts")) is None
    number = _change(page_of(other, "/accounts"))[1]
    second = _half(_send(other, f"/accounts/changes/{number}", decision="confirmed"))
    opened = app.test_client().post(
        "/api/v1/sessions", json={"username": "org_dept_leader", "password": first + second}
    )
    assert opened.json["stage"] == "new_password"
    return leader


def _half(answer):
    return re.search(r'<code class="key">(\S{12})</code>', answer.text)[1]


def test_who_neither_manages_nor_approves_does_not_see_the_accounts(app, database, now):
    assert reader_of(app, database, Role.REGISTRAR, now=now).get("/accounts").status_code == 403
