"""After the password: codes, a password of one's own, binding a device - without a script."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.access import OPERATOR, Actor, Role
from service.context import Service
from service.db import Database
from service.settings.accounts import AccountSettings
from service.usecases import accounts
from tests.service.usecases.builders_accounts import PASSWORD, code_of
from tests.service.web.builders_pages import post_form

OWN = Actor(username="admin", roles=frozenset({Role.ADMIN}))


def composed(app: Flask, *, moment: datetime | None = None, **changes: object) -> None:
    """Change settings of accounts, or the moment, of the application."""
    service: Service = app.extensions["talentpool"]
    settings = replace(service.settings, accounts=AccountSettings(**changes))  # type: ignore[arg-type]  # the changes of one case by name
    clock = (lambda: moment) if moment else service.clock
    app.extensions["talentpool"] = replace(service, settings=settings, clock=clock)


def _sign_in(browser: FlaskClient, password: str, wanted: str = "/help"):
    return post_form(browser, "/login", {"username": "admin", "password": password, "next": wanted})


@pytest.fixture
def given(app: Flask, database: Database, now: datetime) -> str:
    """A password that somebody else gave out."""
    with database.unit_of_work() as session:
        return accounts.set_password(session, actor=OPERATOR, username="admin", now=now)


@pytest.fixture
def own(app: Flask, database: Database, now: datetime) -> str:
    with database.unit_of_work() as session:
        return accounts.set_password(session, actor=OWN, username="admin", password=PASSWORD, now=now)


def _secret(database: Database, now: datetime) -> str:
    with database.unit_of_work() as session:
        secret = accounts.start_enrolment(session, actor=OWN, now=now).secret
        accounts.confirm_enrolment(session, actor=OWN, code=code_of(secret, now=now), now=now)
        return secret


def test_a_password_that_was_given_out_is_changed_before_anything_else(app, given):
    browser = app.test_client()
    answer = _sign_in(browser, given)
    assert answer.headers["Location"] == "/login/password?next=/help"
    first = browser.get_cookie("talentpool").value
    assert browser.get("/help").headers["Location"].startswith("/login?")
    assert browser.get("/login").headers["Location"] == "/login/password"
    page = browser.get("/login/password?next=/help").text
    assert "12 至 128 个字符" in page.replace("\u2009", " ")
    short = post_form(browser, "/login/password", {"password": "short", "again": "short"}, seen="/login/password")
    assert short.status_code == 422
    assert "口令至少" in short.text
    differ = post_form(browser, "/login/password", {"password": PASSWORD, "again": "x"}, seen="/login/password")
    assert "两次输入的口令不一致" in differ.text
    fields = {"password": PASSWORD, "again": PASSWORD, "next": "/help"}
    done = post_form(browser, "/login/password", fields, seen="/login/password?next=/help")
    assert (done.status_code, done.headers["Location"]) == (303, "/help")
    assert browser.get("/help").status_code == 200
    replay = app.test_client()
    replay.set_cookie("talentpool", first)
    assert replay.get("/login/password").headers["Location"] == "/login", "the token was not rotated"


def test_a_code_opens_the_session_and_its_token_is_new(app, database, own, now):
    secret = _secret(database, now)
    later = now + timedelta(seconds=30)
    composed(app, moment=later)
    browser = app.test_client()
    assert _sign_in(browser, own).headers["Location"] == "/login/code?next=/help"
    half = browser.get_cookie("talentpool").value
    wrong = post_form(browser, "/login/code", {"code": "000000", "next": "/help"}, seen="/login/code")
    assert wrong.status_code == 401
    assert "验证码不正确或已用过" in wrong.text
    fields = {"code": code_of(secret, now=later), "next": "/help"}
    assert post_form(browser, "/login/code", fields, seen="/login/code").headers["Location"] == "/help"
    assert browser.get("/help").status_code == 200
    replay = app.test_client()
    replay.set_cookie("talentpool", half)
    assert replay.get("/help").headers["Location"] == "/login?next=/help"
    assert replay.get("/login/code").headers["Location"] == "/login"


def test_half_way_in_reads_nothing_by_the_api_either(app, database, own, now):
    _secret(database, now)
    browser = app.test_client()
    _sign_in(browser, own)
    assert browser.get("/api/v1/me").status_code == 401


def test_who_must_bind_a_device_sees_the_picture_then_the_codes(app, own, now):
    composed(app, second_factor_roles=("all",))
    browser = app.test_client()
    assert _sign_in(browser, own).headers["Location"] == "/login/second-factor?next=/help"
    page = browser.get("/login/second-factor").text
    assert '<svg role="img"' in page
    assert "style=" not in page
    secret = re.search(r'<code class="key">([A-Z2-7]{32})</code>', page)
    assert secret
    wrong = post_form(browser, "/login/second-factor", {"code": "000000"}, seen="/login/second-factor")
    assert wrong.status_code == 422
    assert secret[1] in wrong.text
    fields = {"code": code_of(secret[1], now=now), "next": "/help"}
    done = post_form(browser, "/login/second-factor", fields, seen="/login/second-factor")
    assert len(re.findall(r"<li><code>[0-9a-f-]{19}</code>", done.text)) == 10
    assert 'href="/help"' in done.text
    assert browser.get("/help").status_code == 200


@pytest.mark.parametrize("step", ["code", "password", "second-factor"])
def test_a_step_out_of_turn_leads_to_the_form(app, step):
    browser = app.test_client()
    assert browser.get(f"/login/{step}").headers["Location"] == "/login"
    answer = post_form(browser, f"/login/{step}", {"code": "1", "password": "x", "again": "x"}, seen="/login")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login")


def test_half_way_in_may_leave(app, given):
    browser = app.test_client()
    _sign_in(browser, given)
    assert post_form(browser, "/logout", {}, seen="/login/password").headers["Location"] == "/login"
    assert browser.get("/login/password").headers["Location"] == "/login"


@pytest.mark.parametrize("step", ["code", "password", "second-factor"])
def test_the_steps_speak_english_too(app, database, own, given, now, step):
    browser = app.test_client()
    browser.set_cookie("language", "en")
    if step == "code":
        with database.unit_of_work() as session:
            accounts.set_password(session, actor=OWN, username="admin", password=PASSWORD, now=now)
        _secret(database, now)
        _sign_in(browser, PASSWORD)
    elif step == "password":
        _sign_in(browser, given)
    else:
        with database.unit_of_work() as session:
            accounts.set_password(session, actor=OWN, username="admin", password="Storch-Deich-31-Moor", now=now)
        composed(app, second_factor_roles=("admin",))
        _sign_in(browser, "Storch-Deich-31-Moor")
    page = browser.get(f"/login/{step}")
    assert page.status_code == 200
    assert '<html lang="en">' in page.text
