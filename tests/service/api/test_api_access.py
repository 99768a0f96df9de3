"""Who gets in: nobody without an account, browsers for reading only, and every route is behind the door."""

from collections.abc import Iterator

from flask import Flask
from flask.testing import FlaskClient

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
