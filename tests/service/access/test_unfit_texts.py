"""What PostgreSQL refuses to store is refused by every address before it gets there, and alike on SQLite."""

import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from builders_installations import address, settings_in
from builders_offices import hire_office
from builders_tour import HARMLESS, asked, form_of
from builders_two_counties import two_counties
from conftest import NOW
from flask import Flask
from flask.testing import FlaskClient

import service.web
from service.access.routes import PUBLIC, ROUTES
from service.context import Service
from service.db import Database
from service.installation import open_database
from service.request_rates import RequestRates
from service.settings import Settings

_VERSION = {"If-Match": '"1-0123456789abcdef"'}
ZERO = "样例\x00字"
#: Of candidates alone: everybody else is refused at the door.
CLOSED = {"replies.give", "replies.show", "api_replies.give_reply", "api_replies.list_questions"}
#: Numbers beyond any column, days beyond any calendar, and more than any column holds.
BEYOND = ("9" * 19, "9" * 30, "-" + "9" * 30, "0001-01-01", "9999-12-31", "10000-01-01", "1e999", "长" * 900, "%_\\'")
NUMBERS: Mapping[str, Any] = {
    **HARMLESS,
    "person_no": "P1",
    "versus": "P2",
    "absorbed_no": "P2",
    "survivor_no": "P1",
    "vacancy_no": "V1",
    "village_code": "239901100201",
    "shortlist_no": "S2026-000001",
    "export_no": "E2026-000001",
    "candidacy_no": "C-77-1",
    "appointment_no": "A-77-1",
    "pair_id": 717171,
    "merge_id": 727272,
}


# PostgreSQL refuses more; that SQLite refuses the same is a slow proof.
@pytest.fixture(scope="module", params=[pytest.param("sqlite", marks=pytest.mark.prove), "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    directory = tmp_path_factory.mktemp("unfit")
    if request.param == "sqlite":
        shutil.copytree(request.getfixturevalue("migrated_directory"), directory, dirs_exist_ok=True)
        return settings_in(directory)
    import psycopg

    server, name = request.getfixturevalue("postgresql_server"), f"unfit{secrets.token_hex(4)}"
    key_file: Path = request.getfixturevalue("migrated_postgresql")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE migrated")
    return Settings(database_url=address(server, name), key_file=key_file)


@pytest.fixture(scope="module")
def app(settings: Settings, composed_app: Flask) -> Iterator[Flask]:
    opened = open_database(settings)
    two_counties(opened, now=NOW)
    with pytest.MonkeyPatch.context() as patch:
        served = Service(settings=settings, database=opened, clock=lambda: NOW, rates=_Uncounted())
        patch.setitem(composed_app.extensions, "talentpool", served)
        patch.setitem(composed_app.config, "WTF_CSRF_METHODS", [])  # so that pages answer for what they do
        patch.setitem(composed_app.config, "PROPAGATE_EXCEPTIONS", False)  # as a visitor meets them
        yield composed_app
    opened.dispose()


class _Uncounted(RequestRates):
    def count(self, *_: Any, **__: Any) -> None:
        """Let everything through: nothing would be shown by a 429."""


@pytest.fixture(scope="module")
def office(app: Flask) -> FlaskClient:
    database: Database = app.extensions["talentpool"].database
    client = app.test_client(use_cookies=False)
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {hire_office(database)}"
    return client


@pytest.fixture(scope="module")
def document(app: Flask) -> dict[str, Any]:
    found: dict[str, Any] = app.test_client().get("/api/openapi.json").json
    return found


def _rules(app: Flask) -> list[tuple[Any, str]]:
    return [
        (rule, method)
        for rule in sorted(app.url_map.iter_rules(), key=str)
        for method in sorted((rule.methods or {"GET"}) - {"HEAD", "OPTIONS"})
        if "static" not in rule.endpoint
    ]


def _path_of(app: Flask, rule: Any, method: str) -> str:
    parts = {name: NUMBERS[name] for name in rule.arguments}
    return app.url_map.bind("localhost").build(rule.endpoint, parts, method=method)


def _address_with(app: Flask, rule: Any, name: str, value: str, method: str) -> str | None:
    """Return an address with a value in one of its parts, None where no such address exists."""
    parts = {one: value if one == name else NUMBERS[one] for one in rule.arguments}
    with app.test_request_context():
        try:
            return app.url_map.bind("localhost").build(rule.endpoint, parts, method=method)
        except ValueError:  # a number stands there
            return None


def test_a_zero_byte_is_refused_in_every_field_of_every_form(app: Flask, office: FlaskClient) -> None:
    taken = {}
    for rule, method in _rules(app):
        if method != "POST" or rule.rule.startswith("/api/") or rule.endpoint in CLOSED:
            continue
        path = app.url_map.bind("localhost").build(
            rule.endpoint, {n: NUMBERS[n] for n in rule.arguments}, method=method
        )
        for data in ({"reason": ZERO},) if len(rule.rule) % 4 else ({"reason": ZERO}, {ZERO: "x"}):
            answer = office.post(path, data=data, headers={"Accept-Language": "en"})
            if answer.status_code != 422 or "control character" not in answer.text:
                taken[rule.endpoint] = answer.status_code
    assert taken == {}


def test_a_zero_byte_is_refused_in_every_part_of_every_address(app: Flask, office: FlaskClient) -> None:
    taken = {}
    for rule, method in _rules(app):
        parts = [_address_with(app, rule, name, ZERO, method) for name in sorted(rule.arguments)]
        for path in filter(None, parts):
            if (status := office.open(path, method=method, json={}).status_code) not in {400, 403, 404, 405, 415, 422}:
                taken[rule.endpoint] = status
        if method == "GET" and ROUTES.get(rule.endpoint) != PUBLIC and not parts:
            status = office.get(rule.rule, query_string={"q": ZERO}).status_code
            if status != 422 and rule.endpoint not in CLOSED:
                taken[f"{rule.endpoint}?"] = status
    assert taken == {}


def test_a_zero_byte_and_half_a_character_are_refused_in_every_field_of_the_api(
    app: Flask, office: FlaskClient, document: dict[str, Any]
) -> None:
    taken, n_bodies = {}, 0
    for path, rule, method, schema in _bodies(app, document):
        names = _fields(schema, document) or ["a"]
        n_bodies += 1
        for body in ({names[0]: ZERO}, {names[-1]: "\ud800"}, {ZERO: 1}):
            status = office.open(path, method=method, json=body, headers=_VERSION).status_code
            if status != 422 and rule.endpoint not in CLOSED:
                taken[rule.endpoint, *body] = status
    assert taken == {}
    assert n_bodies > 50


def test_what_a_browser_calls_itself_is_stored_without_what_cannot_be(app: Flask) -> None:
    answer = app.test_client().post(
        "/login", data={"username": "nobody", "password": "x"}, headers={"User-Agent": "a\x00b" * 200}
    )
    assert answer.status_code == 401


@pytest.mark.prove
def test_nothing_beyond_what_columns_hold_breaks_a_page(app: Flask, office: FlaskClient) -> None:
    broken = {}
    for rule, method in _rules(app):
        if rule.rule.startswith("/api/"):
            continue
        path = app.url_map.bind("localhost").build(
            rule.endpoint, {n: NUMBERS[n] for n in rule.arguments}, method=method
        )
        for value in BEYOND:
            for sent in _sent(value) if method == "POST" else [{"query_string": dict.fromkeys(_names(), value[:90])}]:
                with office.open(path, method=method, **sent) as answer:
                    if answer.status_code >= 500:
                        broken[rule.endpoint, value[:12]] = answer.status_code
        for name in sorted(rule.arguments):
            for value in BEYOND:
                if at := _address_with(app, rule, name, value, method):
                    with office.open(at, method=method) as answer:
                        if answer.status_code >= 500:
                            broken[rule.endpoint, name, value[:12]] = answer.status_code
    assert broken == {}


@pytest.mark.prove
def test_nothing_beyond_what_columns_hold_breaks_the_api(
    app: Flask, office: FlaskClient, document: dict[str, Any]
) -> None:
    broken = {}
    for path, rule, method, schema in _bodies(app, document):
        whole = asked(app, rule, method, NUMBERS, document).get("json") or {}
        for name in _fields(schema, document):
            for value in (*BEYOND, 10**18, -(10**15), 10**15, 2**31, 2**53 - 1):
                sent = {"json": {**whole, name: value}, "headers": _VERSION}
                if (status := office.open(path, method=method, **sent).status_code) >= 500:
                    broken[rule.endpoint, name, str(value)[:12]] = status
    assert broken == {}


def _sent(value: str) -> list[dict[str, Any]]:
    """Return forms with a value in all fields, and in one after the other of a form that is right otherwise."""
    right = form_of(NUMBERS)
    one_by_one = [{"data": {**right, name: value}} for name in (*sorted(right), "note", "name", "until_on", "value")]
    return [{"data": dict.fromkeys(_names(), value)}, *one_by_one]


def _names() -> list[str]:
    """Return every name of a field that a page reads."""
    read = re.compile(r'(?:form|args|values)(?:\.get|\.getlist)?[\[(]\s*"(\w+)"|asked_\w+\([\w.]+, "(\w+)"')
    folder = Path(service.web.__file__).parent
    found = [read.findall(path.read_text(encoding="utf-8")) for path in folder.glob("*.py")]
    return sorted({name for one in found for pair in one for name in pair if name})


def _bodies(app: Flask, document: dict[str, Any]) -> Iterator[tuple[str, Any, str, dict[str, Any]]]:
    for rule, method in _rules(app):
        pattern = re.sub(r"<(?:[^:<>]+:)?(\w+)>", r"{\1}", rule.rule)
        told = document["paths"].get(pattern, {}).get(method.lower(), {}).get("requestBody", {}).get("content", {})
        if "application/json" in told:
            yield _path_of(app, rule, method), rule, method, told["application/json"]["schema"]


def _fields(schema: dict[str, Any], document: dict[str, Any]) -> list[str]:
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return sorted(schema.get("properties", {}))
