"""Signing in over the API by steps, one's sessions and tokens, and changes that two people make."""

from datetime import datetime, timedelta

import pytest
from builders_offices import hired, token_of
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from service.access import OPERATOR, Role, Territory, TerritoryKind
from service.context import SESSION_KEY
from service.db import Database
from service.models.accounts import ApiToken
from service.usecases import accounts
from tests.builders import an_actor
from tests.service.usecases.builders_accounts import PASSWORD, code_of
from tests.service.web.builders_pages import post_form
from tests.service.web.test_sign_in_steps import composed

OWN = "Weide-Kranich-Deich-72"
COUNTY = Territory(TerritoryKind.COUNTY, "239901")


@pytest.fixture
def own(app: Flask, database: Database, now: datetime) -> str:
    with database.unit_of_work() as session:
        return accounts.set_password(session, actor=an_actor(), username="admin", password=PASSWORD, now=now)


def _signed_in(app: Flask, password: str = PASSWORD, username: str = "admin"):
    return app.test_client().post("/api/v1/sessions", json={"username": username, "password": password})


def _bearer(app: Flask, token: str) -> FlaskClient:
    program = app.test_client()
    program.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return program


def test_a_password_gives_a_token_that_reads_and_writes(app: Flask, own: str) -> None:
    answer = _signed_in(app)
    assert (answer.status_code, answer.json["stage"]) == (201, "open")
    program = _bearer(app, answer.json["token"])
    assert program.get("/api/v1/me").json["username"] == "admin"
    assert program.post("/api/v1/people/search", json={}).status_code == 200


def test_a_wrong_password_is_401_and_the_sixth_429_with_a_time(app: Flask, own: str) -> None:
    answers = [_signed_in(app, "wrong-password") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    assert answers[-1].headers["Retry-After"] == "901"
    assert answers[-1].json["code"] == "too_many_requests"


def test_the_second_step_gives_another_token(app: Flask, database: Database, own: str, now: datetime) -> None:
    with database.unit_of_work() as session:
        secret = accounts.start_enrolment(session, actor=an_actor(), now=now).secret
        accounts.confirm_enrolment(session, actor=an_actor(), code=code_of(secret, now=now), now=now)
    later = now + timedelta(seconds=30)
    composed(app, moment=later)
    first = _signed_in(app).json
    assert first["stage"] == "second_factor"
    half = _bearer(app, first["token"])
    assert half.get("/api/v1/me").status_code == 401
    assert half.post("/api/v1/sessions/second-factor", json={"code": "000000"}).status_code == 401
    done = half.post("/api/v1/sessions/second-factor", json={"code": code_of(secret, now=later)})
    assert (done.status_code, done.json["stage"]) == (201, "open")
    assert _bearer(app, done.json["token"]).get("/api/v1/me").status_code == 200
    assert half.get("/api/v1/me").status_code == 401


def test_a_given_password_is_changed_over_the_api(app: Flask, database: Database, now: datetime) -> None:
    with database.unit_of_work() as session:
        given = accounts.set_password(session, actor=OPERATOR, username="admin", now=now)
    first = _signed_in(app, given).json
    program = _bearer(app, first["token"])
    weak = program.post("/api/v1/sessions/password", json={"password": "password1234"})
    assert weak.status_code == 422
    assert weak.json["fields"][0]["place"] == "password"
    assert "password1234" not in weak.text
    changed = program.post("/api/v1/sessions/password", json={"password": PASSWORD})
    assert changed.json["stage"] == "open"
    assert _signed_in(app).status_code == 201


def test_own_sessions_are_listed_and_ended(app: Flask, own: str) -> None:
    here, there = _signed_in(app).json["token"], _signed_in(app).json["token"]
    program = _bearer(app, here)
    rows = program.get("/api/v1/sessions").json
    other = next(row for row in rows if not row["is_this"])
    assert len(rows) == 2
    left = program.delete(f"/api/v1/sessions/{other['session_no']}").json
    assert [row["is_this"] for row in left] == [True]
    assert _bearer(app, there).get("/api/v1/me").status_code == 401
    assert program.delete("/api/v1/sessions/nothing").status_code == 404


def test_a_token_is_made_narrow_used_and_revoked(app: Flask, own: str, database: Database) -> None:
    api = _bearer(app, _signed_in(app).json["token"])
    wanted = {"label": "夜间读取", "scopes": ["read"], "expires_on": "2026-12-31", "current": PASSWORD}
    made = api.post("/api/v1/tokens", json=wanted)
    assert made.status_code == 201
    program = _bearer(app, made.json["token"])
    assert program.get("/api/v1/people").status_code == 200
    refused = program.post("/api/v1/vacancies/V1/shortlists", json={"k": 3})
    assert refused.status_code == 403
    row = next(row for row in api.get("/api/v1/tokens").json if row["label"] == "夜间读取")
    assert (row["scopes"], row["expires_at"][:10]) == (["read"], "2026-12-31")
    assert row["last_used_at"]
    assert api.delete(f"/api/v1/tokens/{row['token_no']}").status_code == 200
    assert program.get("/api/v1/people").status_code == 401
    with database.reading() as session:
        kept = session.scalars(select(ApiToken)).all()
    assert all(made.json["token"].encode() not in token.token_hash for token in kept)


def test_a_scope_beyond_the_account_is_422(app: Flask, own: str) -> None:
    api = _bearer(app, _signed_in(app).json["token"])
    answer = api.post("/api/v1/tokens", json={"label": "x", "scopes": ["fly"], "current": PASSWORD})
    assert answer.status_code == 422
    assert answer.json["place"] == "scopes"


def test_what_is_in_the_cookie_of_a_browser_is_no_bearer_token(app: Flask, own: str) -> None:
    browser = app.test_client()
    post_form(browser, "/login", {"username": "admin", "password": PASSWORD, "next": ""})
    with browser.session_transaction() as cookie:
        taken = cookie[SESSION_KEY]
    assert browser.get("/api/v1/me").status_code == 200
    thief = _bearer(app, taken)
    assert thief.get("/api/v1/me").status_code == 401
    assert thief.post("/api/v1/tokens", json={"label": "x", "current": PASSWORD}).status_code == 401
    assert thief.post("/api/v1/sessions/password", json={"current": PASSWORD, "password": OWN}).status_code == 401


def test_neither_the_session_of_a_program_nor_a_token_is_good_in_a_cookie(
    app: Flask, database: Database, own: str
) -> None:
    for token in (_signed_in(app).json["token"], token_of(database, "admin")):
        assert _bearer(app, token).get("/api/v1/me").status_code == 200
        browser = app.test_client()
        with browser.session_transaction() as cookie:
            cookie[SESSION_KEY] = token
        assert browser.get("/api/v1/me").status_code == 401


def test_a_token_is_made_with_the_password_by_who_signed_in_and_not_by_a_token(
    app: Flask, database: Database, own: str
) -> None:
    session = _bearer(app, _signed_in(app).json["token"])
    for wanted in ({"label": "x"}, {"label": "x", "current": "wrong"}):
        refused = session.post("/api/v1/tokens", json=wanted)
        assert (refused.status_code, refused.json["place"]) == (422, "current")
    made = session.post("/api/v1/tokens", json={"label": "x", "current": PASSWORD})
    assert made.status_code == 201
    refused = _bearer(app, made.json["token"]).post("/api/v1/tokens", json={"label": "y", "current": PASSWORD})
    assert refused.status_code == 403
    with database.reading() as db:
        assert [row.label for row in db.scalars(select(ApiToken))] == ["x"]


def test_guessing_the_password_for_a_token_locks_as_at_the_door(app: Flask, own: str) -> None:
    session = _bearer(app, _signed_in(app).json["token"])
    answers = [session.post("/api/v1/tokens", json={"label": "x", "current": "wrong"}).status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]
    assert session.post("/api/v1/tokens", json={"label": "x", "current": PASSWORD}).status_code == 429


def test_a_token_takes_a_new_code_where_a_second_factor_is_bound(
    app: Flask, database: Database, own: str, now: datetime
) -> None:
    session = _bearer(app, _signed_in(app).json["token"])
    with database.unit_of_work() as db:
        token = session.environ_base["HTTP_AUTHORIZATION"].split()[1]
        secret = accounts.start_enrolment(db, actor=an_actor(), now=now, kept=token).secret
        accounts.confirm_enrolment(db, actor=an_actor(), code=code_of(secret, now=now), now=now, kept=token)
    wanted = {"label": "x", "current": PASSWORD}
    for code in ({}, {"code": "000000"}, {"code": code_of(secret, now=now)}):  # the last was used for binding
        refused = session.post("/api/v1/tokens", json={**wanted, **code})
        assert (refused.status_code, refused.json["place"]) == (422, "code"), code
    later = now + timedelta(seconds=30)
    composed(app, moment=later)
    assert session.post("/api/v1/tokens", json={**wanted, "code": code_of(secret, now=later)}).status_code == 201


def _leader(app: Flask, database: Database, now: datetime) -> FlaskClient:
    hired(database, username="leader", roles=frozenset({Role.LEADER}), territory=COUNTY, now=now)
    return _bearer(app, token_of(database, "leader"))


def _other_administrator(app: Flask, database: Database, now: datetime) -> FlaskClient:
    system = Territory(TerritoryKind.SYSTEM)
    hired(database, username="second", roles=frozenset({Role.ADMIN}), territory=system, now=now)
    return _bearer(app, token_of(database, "second"))


def test_two_people_make_an_account_over_the_api(
    app: Flask, api: FlaskClient, database: Database, now: datetime
) -> None:
    leader = _leader(app, database, now)
    wanted = {
        "kind": "create",
        "username": "new.officer",
        "roles": ["org_dept_officer"],
        "territory": "county:239901",
        "reason": "新任组织员",
        "holder_name": "样例丙",
    }
    change = api.post("/api/v1/account-changes", json=wanted)
    assert (change.status_code, change.json["territory"]) == (201, "county:239901")
    address = f"/api/v1/account-changes/{change.json['change_no']}/confirm"
    assert api.post(address).status_code == 403
    assert [row["username"] for row in leader.get("/api/v1/account-changes").json] == ["new.officer"]
    key = {"Idempotency-Key": "confirm-1"}
    confirmed = leader.post(address, headers=key)
    assert confirmed.status_code == 200
    assert leader.post(address, headers=key).json == confirmed.json
    assert leader.post(address).status_code == 409
    halves = change.json["first_half"], confirmed.json["second_half"]
    assert [_signed_in(app, half, "new.officer").status_code for half in halves] == [401, 401]
    signed = _signed_in(app, "".join(halves), "new.officer")
    assert signed.json["stage"] == "new_password"
    rows = {row["username"]: row for row in api.get("/api/v1/accounts").json}
    assert rows["new.officer"]["territory"] == "county:239901"


@pytest.mark.parametrize(
    ("changes", "place"),
    [({"kind": "x"}, "kind"), ({"roles": ["king"]}, "roles"), ({"territory": "moon:1"}, "territory")],
)
def test_a_change_that_cannot_be_is_refused_where_it_is_wrong(api: FlaskClient, changes, place) -> None:
    wanted = {
        "kind": "create",
        "username": "x.y",
        "roles": ["auditor"],
        "territory": "all",
        "reason": "r",
        "holder_name": "样例丙",
    }
    wanted |= changes
    answer = api.post("/api/v1/account-changes", json=wanted)
    assert (answer.status_code, answer.json["place"]) == (422, place)


def test_an_administrator_helps_who_is_locked_or_lost_something(
    app: Flask, api: FlaskClient, database: Database, now: datetime
) -> None:
    leader = _leader(app, database, now)
    assert leader.post("/api/v1/accounts/admin/password").status_code == 403
    for _ in range(6):
        _signed_in(app, "wrong-password", "leader")
    rows = {row["username"]: row for row in api.get("/api/v1/accounts").json}
    assert rows["leader"]["locked_until"]
    assert api.post("/api/v1/accounts/leader/unlock").status_code == 200
    alone = api.post("/api/v1/accounts/leader/password")
    assert alone.status_code == 409
    assert "--reason" in alone.json["remedy"]
    wanted = {"kind": "password", "username": "leader", "reason": "本人遗忘"}
    asked = api.post("/api/v1/account-changes", json=wanted)
    assert asked.status_code == 201
    assert leader.get("/api/v1/me").status_code == 401, "a password of another hand ends the tokens"
    second = _other_administrator(app, database, now)
    address = f"/api/v1/account-changes/{asked.json['change_no']}/confirm"
    assert api.post(address).status_code == 403
    confirmed = second.post(address)
    assert [row.get("second_half") for row in api.get("/api/v1/account-changes?state=all").json] == [None]
    whole = asked.json["first_half"] + confirmed.json["second_half"]
    assert _signed_in(app, whole, "leader").json["stage"] == "new_password"
    reset = api.post("/api/v1/accounts/leader/second-factor-reset", json={"reason": "手机遗失"})
    assert reset.status_code == 200
    assert api.post("/api/v1/accounts/nobody/unlock").status_code == 404
