"""One's own account (S9): password, second factor, sessions, tokens - acts of weight ask for the password again."""

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from service.db import Database
from service.models.credentials import RecoveryCode
from service.usecases import accounts
from tests.builders import an_actor
from tests.service.usecases.builders_accounts import PASSWORD, code_of
from tests.service.web.builders_pages import page_of, post_form
from tests.service.web.test_sign_in_steps import composed

NEW = "Reiher-Furt-31-Moor"


@pytest.fixture
def mine(app: Flask, database: Database, now: datetime) -> FlaskClient:
    """A browser of an account that has chosen its password."""
    with database.unit_of_work() as session:
        accounts.set_password(session, actor=an_actor(), username="admin", password=PASSWORD, now=now)
    browser = app.test_client()
    browser.set_cookie("language", "zh")
    post_form(browser, "/login", {"username": "admin", "password": PASSWORD, "next": ""})
    return browser


def _post(browser: FlaskClient, address: str, **fields: str):
    return post_form(browser, f"/account{address}", fields, seen="/account")


def test_the_page_shows_what_is_ones_own_in_both_languages(mine: FlaskClient) -> None:
    chinese, english = page_of(mine, "/account"), page_of(mine, "/account", "en")
    assert "我的账号" in chinese
    assert "当前会话" in chinese
    assert "127.0.0.1" in chinese
    assert "My account" in english
    english = english.replace("(样例署名)", "")  # whose account it is
    assert not re.search("[\u4e00-\u9fff]", re.sub(r"<header.*?</header>", "", english, flags=re.DOTALL))


def test_nobody_sees_it_without_signing_in(app: Flask) -> None:
    assert app.test_client().get("/account").headers["Location"] == "/login?next=/account"
    for address in ("/account/password", "/account/tokens", "/account/recovery-codes", "/account/sessions/x/end"):
        assert post_form(app.test_client(), address, {}).status_code == 401


def test_the_password_is_changed_with_the_present_one_only(app: Flask, mine: FlaskClient) -> None:
    wrong = _post(mine, "/password", current="wrong", password=NEW, again=NEW)
    assert wrong.status_code == 422
    assert "当前口令不正确" in wrong.text
    assert "<title>有误：" in wrong.text
    weak = _post(mine, "/password", current=PASSWORD, password="password1234", again="password1234")
    assert "容易被猜到" in weak.text
    assert "password1234" not in weak.text
    done = _post(mine, "/password", current=PASSWORD, password=NEW, again=NEW)
    assert done.status_code == 303
    assert "口令已修改，其他会话和全部接口令牌均已失效" in mine.get("/account").text
    answer = post_form(app.test_client(), "/login", {"username": "admin", "password": NEW, "next": "/help"})
    assert answer.headers["Location"] == "/help"


def test_another_session_is_ended_from_here(app: Flask, mine: FlaskClient) -> None:
    other = app.test_client()
    post_form(other, "/login", {"username": "admin", "password": PASSWORD, "next": ""})
    numbers = re.findall(r"/account/sessions/(\w+)/end", mine.get("/account").text)
    assert len(numbers) == 1
    assert _post(mine, f"/sessions/{numbers[0]}/end").status_code == 303
    assert other.get("/help").status_code == 303
    assert mine.get("/help").status_code == 200


def test_a_device_is_bound_with_code_and_password(
    app: Flask, mine: FlaskClient, database: Database, now: datetime
) -> None:
    secret = re.search(r'<code class="key">([A-Z2-7]{32})</code>', mine.get("/account/second-factor").text)
    assert secret
    code = code_of(secret[1], now=now)
    borrowed = _post(mine, "/second-factor", code=code, current="wrong")
    assert borrowed.status_code == 422
    old = mine.get_cookie("talentpool").value
    done = _post(mine, "/second-factor", code=code, current=PASSWORD)
    assert len(re.findall(r"<li><code>[0-9a-f-]{19}</code>", done.text)) == 10
    assert "已启用" in mine.get("/account").text
    replay = app.test_client()
    replay.set_cookie("talentpool", old)
    assert replay.get("/help").status_code == 303
    with database.reading() as session:
        before = {row.code_hash for row in session.scalars(select(RecoveryCode))}
    assert _post(mine, "/recovery-codes", current="wrong").status_code == 422
    renewed = _post(mine, "/recovery-codes", current=PASSWORD)
    assert "恢复码" in renewed.text
    with database.reading() as session:
        assert not before & {row.code_hash for row in session.scalars(select(RecoveryCode))}
    composed(app, moment=now + timedelta(minutes=1))
    answer = post_form(app.test_client(), "/login", {"username": "admin", "password": PASSWORD, "next": ""})
    assert answer.headers["Location"] == "/login/code"


def test_a_token_is_made_shown_once_and_revoked(app: Flask, mine: FlaskClient) -> None:
    wanted = {"label": "夜间读取", "scope": "read", "days": "30"}
    assert _post(mine, "/tokens", **wanted, current="wrong").status_code == 422
    made = re.search(r'<code class="key">(tp_[\w-]+)</code>', _post(mine, "/tokens", **wanted, current=PASSWORD).text)
    assert made
    page = mine.get("/account").text
    assert made[1] not in page
    assert "夜间读取" in page
    program = {"Authorization": f"Bearer {made[1]}"}
    assert app.test_client().get("/api/v1/people", headers=program).status_code == 200
    number = re.search(r"/account/tokens/(\w+)/revoke", page)
    assert number
    _post(mine, f"/tokens/{number[1]}/revoke")
    assert app.test_client().get("/api/v1/people", headers=program).status_code == 401


def test_a_token_takes_a_code_where_a_device_is_bound(
    app: Flask, mine: FlaskClient, database: Database, now: datetime
) -> None:
    assert 'name="code"' not in mine.get("/account").text
    secret = re.search(r'<code class="key">([A-Z2-7]{32})</code>', mine.get("/account/second-factor").text)
    assert secret
    _post(mine, "/second-factor", code=code_of(secret[1], now=now), current=PASSWORD)
    wanted = {"label": "夜间读取", "scope": "read", "days": "30", "current": PASSWORD}
    refused = _post(mine, "/tokens", **wanted, code="000000")
    assert (refused.status_code, "验证码不正确" in refused.text) == (422, True)
    assert re.search(r'<input[^>]*id="code"[^>]*aria-invalid="true"', refused.text)
    later = now + timedelta(seconds=30)
    composed(app, moment=later)
    assert "tp_" in _post(mine, "/tokens", **wanted, code=code_of(secret[1], now=later)).text


def test_a_token_without_a_scope_or_a_purpose_is_refused(mine: FlaskClient) -> None:
    for fields in ({"label": "x"}, {"label": " ", "scope": "read"}, {"label": "x", "scope": "fly"}):
        assert _post(mine, "/tokens", **fields, current=PASSWORD).status_code == 422


def test_another_ones_numbers_end_nothing(mine: FlaskClient) -> None:
    assert _post(mine, "/tokens/nothing/revoke").status_code == 404
    assert _post(mine, "/sessions/nothing/end").status_code == 404


def test_the_address_for_mails_is_kept_shown_and_taken_back(mine: FlaskClient) -> None:
    assert _post(mine, "/notifications", email="name@example.cn").status_code == 303
    assert 'value="name@example.cn"' in mine.get("/account").text
    refused = _post(mine, "/notifications", email="nowhere")
    assert refused.status_code == 422
    assert 'value="nowhere"' in refused.text
    assert _post(mine, "/notifications", email="").status_code == 303
    assert "example.cn" not in mine.get("/account").text
