"""Signing in and out."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from service.access import Actor
from service.db import Database
from service.models.audit import AuditEntry
from service.usecases import accounts
from tests.service.web.builders_pages import page_of, post_form, token_of


@pytest.fixture
def password(app: Flask, database: Database, actor: Actor, now) -> str:
    with database.unit_of_work() as session:
        return accounts.set_password(session, actor=actor, username="admin", password="tufo-9-Kranich", now=now)


def test_who_is_not_signed_in_is_sent_to_the_form_and_back(app, password):
    browser = app.test_client()
    first = browser.get("/people?sort=-updated_at")
    assert (first.status_code, first.headers["Location"]) == (303, "/login?next=/people?sort%3D-updated_at")
    fields = {"username": "admin", "password": password, "next": "/people?sort=-updated_at"}
    assert post_form(browser, "/login", fields).headers["Location"] == "/people?sort=-updated_at"
    assert browser.get("/help").status_code == 200


def test_a_wrong_password_says_so_and_keeps_the_name(app, password):
    browser = app.test_client()
    answer = post_form(browser, "/login", {"username": "admin", "password": "no", "next": ""})
    assert answer.status_code == 401
    assert "账号或口令不正确" in answer.text
    assert 'value="admin"' in answer.text
    assert "<title>有误：" in answer.text


def test_an_empty_form_is_refused_in_one_sentence(app):
    answer = post_form(app.test_client(), "/login", {"username": "", "password": "", "next": ""})
    assert answer.status_code == 422
    assert "请填写账号和口令" in answer.text


@pytest.mark.parametrize(
    "elsewhere", ["https://example.org/", "//example.org", "/\\example.org", "\\\\x", "javascript:1"]
)
def test_nobody_is_sent_to_another_site(app, password, elsewhere):
    browser = app.test_client()
    fields = {"username": "admin", "password": password, "next": elsewhere}
    assert post_form(browser, "/login", fields).headers["Location"] == "/"
    assert browser.get("/language/en", query_string={"next": elsewhere}).headers["Location"] == "/"


def test_signing_out_ends_the_session_at_once(app, password):
    browser = app.test_client()
    post_form(browser, "/login", {"username": "admin", "password": password, "next": ""})
    kept = browser.get_cookie("talentpool").value
    assert post_form(browser, "/logout", {}, seen="/help").headers["Location"] == "/login"
    assert "已退出登录" in browser.get("/login").text
    replay = app.test_client()
    replay.set_cookie("talentpool", kept)
    assert replay.get("/help").status_code == 303


def test_a_session_planted_before_signing_in_is_not_the_one_after_it(app, password):
    browser = app.test_client()
    with browser.session_transaction() as planted:
        planted["account_session"] = "planted"
        planted["more"] = "x"
    post_form(browser, "/login", {"username": "admin", "password": password, "next": ""})
    with browser.session_transaction() as after:
        assert after["account_session"] != "planted"
        assert "more" not in after


def test_a_form_without_its_token_changes_nothing(client: FlaskClient):
    answer = client.post("/logout")
    assert answer.status_code == 400
    assert "表单已失效" in answer.text
    assert client.get("/help").status_code == 200


def test_who_posts_without_a_session_is_told_to_sign_in(app):
    answer = post_form(app.test_client(), "/people/search", {"q": "样例"})
    assert answer.status_code == 401
    assert 'href="/login"' in answer.text


def test_the_script_is_told_to_load_the_form_when_the_session_has_ended(app):
    answer = app.test_client().get("/shortlists/S1", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/login?next=/shortlists/S1")


def test_the_language_switch_keeps_the_page(client: FlaskClient):
    english = page_of(client, "/rulebook?post=industrial_consultant", "en")
    assert '<html lang="en">' in english
    assert "/language/zh?next=/rulebook?post%3Dindustrial_consultant" in english
    answer = client.get("/language/zh?next=/rulebook?post%3Dindustrial_consultant")
    assert answer.headers["Location"] == "/rulebook?post=industrial_consultant"
    assert '<html lang="zh-Hans-CN">' in client.get(answer.headers["Location"]).text


def test_signing_in_stands_in_the_log_with_the_address_and_number_of_its_request(app, database, password):
    browser = app.test_client()
    for typed in ("no", password):
        page = {"csrf_token": token_of(page_of(browser, "/login"))}
        sent = {"username": "admin", "password": typed, **page}
        browser.post("/login", data=sent, environ_base={"REMOTE_ADDR": "192.0.2.7"})
    with database.reading() as session:
        asked = select(AuditEntry).where(AuditEntry.action.in_(["sign_in", "sign_in_refused"]))
        found = session.scalars(asked).all()
    assert {one.action for one in found} == {"sign_in", "sign_in_refused"}
    assert {(one.address, bool(one.request_id)) for one in found} == {("192.0.2.7", True)}
