"""Who gets in: nobody without an account, browsers for reading only, and every route is behind the door."""

from collections.abc import Iterator
from datetime import datetime

from builders_api import PEOPLE, VILLAGES, person_json, registered, village_json
from builders_offices import reader_of
from flask import Flask
from flask.testing import FlaskClient

from service.access import Role, Territory, TerritoryKind
from service.db import Database

PUBLIC = {"/api/openapi.json", "/api/docs", "/api/docs/reference.css"}
# Steps of signing in look at what is sent before they ask who sends it.
DOORS = {"/api/v1/sessions", "/api/v1/sessions/second-factor", "/api/v1/sessions/password"}


def routes(app: Flask) -> Iterator[tuple[str, str]]:
    """Yield method and path of every route under /api, with something in each variable part."""
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/api"):
            continue
        path = rule.build(dict.fromkeys(rule.arguments, "1"), append_unknown=False)
        assert path is not None
        for method in sorted(rule.methods or {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"}):
            yield method, path[1]


def test_every_route_needs_an_account_except_the_document(app: Flask) -> None:
    anonymous = app.test_client()
    asked = list(routes(app))
    assert len(asked) > 30
    for method, path in asked:
        answer = anonymous.open(path, method=method, json={} if method in {"POST", "PATCH"} else None)
        expected = 200 if path in PUBLIC else 422 if path in DOORS and method == "POST" else 401
        assert answer.status_code == expected, (method, path)


def test_a_refusal_says_how_to_sign_in(app: Flask) -> None:
    answer = app.test_client().get("/api/v1/people")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="talentpool"'
    assert answer.mimetype == "application/problem+json"
    assert answer.json is not None
    assert answer.json["code"] == "unauthenticated"


def test_a_wrong_token_is_no_account(app: Flask) -> None:
    for header in ("Bearer nobody", "Bearer \u00e9", "Basic YWRtaW46YWRtaW4=", "Bearer", "nonsense"):
        assert app.test_client().get("/api/v1/me", headers={"Authorization": header}).status_code == 401, header


def test_a_wrong_token_is_not_rescued_by_a_session(client: FlaskClient) -> None:
    assert client.get("/api/v1/me").status_code == 200
    assert client.get("/api/v1/me", headers={"Authorization": "Bearer nobody"}).status_code == 401


def test_a_browser_may_read_but_not_write(client: FlaskClient) -> None:
    assert client.get("/api/v1/people").status_code == 200
    answer = client.post("/api/v1/people/search", json={})
    assert answer.status_code == 401
    assert answer.json is not None
    assert answer.json["place"] == "Authorization"


def test_the_account_is_shown(api: FlaskClient) -> None:
    answer = api.get("/api/v1/me").json
    assert answer is not None
    assert (answer["username"], answer["territory_kind"], answer["signed_in_with"]) == ("admin", "all", "token")
    assert "request_shortlist" in answer["rights"]


def test_answers_are_kept_out_of_caches_and_frames(api: FlaskClient) -> None:
    headers = api.get("/api/v1/me").headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_a_sending_unit_gets_its_own_people_and_nobody_else(
    app: Flask, api: FlaskClient, database: Database, now: datetime
) -> None:
    registered(api, VILLAGES, village_json())
    for number, name, employer in (("P1", "样例甲", "示范市机关"), ("P2", "样例乙", "示范市服务中心")):
        registered(api, PEOPLE, person_json(person_no=number, name=name, employer=employer))
    unit = reader_of(app, database, Role.UNIT, territory=Territory(TerritoryKind.UNIT, "示范市 机关"), now=now)
    for answer in (unit.get(PEOPLE), unit.post(f"{PEOPLE}/search", json={"name": "样例"})):
        assert answer.json is not None
        assert [one["person_no"] for one in answer.json["items"]] == ["P1"]
        assert answer.json["total"] == 1
    assert unit.get(f"{PEOPLE}/P1").status_code == 200
    for number in ("P2", "P9"):
        assert unit.get(f"{PEOPLE}/{number}").status_code == 404
        assert unit.get(f"/people/{number}").status_code == 404
    page = unit.get("/people").text
    assert "样例甲" in page
    assert "样例乙" not in page
    wanted = {"kind": "roster", "file_format": "csv"}
    assert unit.post("/api/v1/exports", json=wanted).status_code == 403
