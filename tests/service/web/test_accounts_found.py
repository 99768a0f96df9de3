"""Accounts of a whole city: found by name and role, and a lost device."""

import pytest
from builders_offices import hired, reader_of
from builders_offices import token_of as token_for

from service.access import EVERYWHERE, Actor, Role
from service.usecases import accounts
from tests.service.usecases.builders_accounts import code_of
from tests.service.web.builders_pages import page_of, token_of


@pytest.fixture
def leader(app, database, now):
    return reader_of(app, database, Role.LEADER, now=now)


@pytest.fixture
def manager(app, database, now):
    hired(database, username="manager", roles=frozenset({Role.ADMIN}), territory=EVERYWHERE, now=now)
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token_for(database, 'manager')}"
    return client


def _send(browser, address, **fields):
    return browser.post(address, data={**fields, "csrf_token": token_of(page_of(browser, "/accounts"))})


def test_a_lost_device_is_taken_off_with_a_reason_and_the_owner_told_to_bind_another(manager, leader, database, now):
    owner = Actor(username="org_dept_leader", roles=frozenset({Role.LEADER}))
    with database.unit_of_work() as session:
        secret = accounts.start_enrolment(session, actor=owner, now=now).secret
        accounts.confirm_enrolment(session, actor=owner, code=code_of(secret, now=now), now=now)
    html = page_of(manager, "/accounts", "en")
    assert "Take the second factor off" in html
    assert _send(manager, "/accounts/org_dept_leader/second-factor", reason=" ").status_code == 422
    answer = _send(manager, "/accounts/org_dept_leader/second-factor", reason="样例：手机遗失")
    assert answer.status_code == 303
    assert "Take the second factor off" not in page_of(manager, "/accounts", "en")


def test_accounts_are_found_by_name_and_role_page_by_page(manager, database, now):
    for place in range(25):
        hired(database, username=f"cadre{place:02}", roles=frozenset({Role.TOWNSHIP}), territory=EVERYWHERE, now=now)
    first = page_of(manager, "/accounts")
    assert first.count('<tr><th scope="row"><b>') == 20
    assert 'href="/accounts?page=2"' in first
    assert page_of(manager, "/accounts?q=CADRE1").count('<tr><th scope="row"><b>cadre1') == 10
    found = page_of(manager, "/accounts?role=admin")
    assert "cadre" not in found.split('id="l-t"')[1]
    assert "没有符合条件的账号" in page_of(manager, "/accounts?q=nobody")
