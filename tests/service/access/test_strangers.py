"""The attacker's tour: a clerk of one county asks every address for what is in another, and learns nothing (S3)."""

import io
import re
import statistics
import time
import zipfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from builders_offices import hired
from builders_two_counties import CANARIES, COUNTY_ROLES, HERE, KNOWN_ELSEWHERE, Elsewhere, two_counties
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from service import create_app
from service.db import Database
from service.installation import initialise
from service.models.audit import AuditEntry
from service.settings import Settings
from service.usecases import accounts

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)

#: The same kinds of numbers, which nobody has.
GHOSTS: Mapping[str, Any] = {
    "person_no": "Q99",
    "versus": "Q98",
    "absorbed_no": "Q97",
    "survivor_no": "Q99",
    "vacancy_no": "W99",
    "village_code": "239902100299",
    "shortlist_no": "S2026-999999",
    "export_no": "E2026-999999",
    "candidacy_no": "C-99-9",
    "appointment_no": "A-99-9",
    "pair_id": 919191,
    "merge_id": 929292,
}
#: What addresses ask for beside numbers of records.
HARMLESS: Mapping[str, Any] = {
    "code": "zh",
    "filename": "app.css",
    "rest": "nothing",
    "table": "sex",
    "kind": "people",
    "post_type": "first_secretary",
    "version": "none",
    "username": "nobody",
    "change_no": "none",
    "session_no": "none",
    "token_no": "none",
    "import_id": 999,
    "waiver_no": "none",
    "view_id": 999,
    "notice_no": "none",
    "proposal_no": "none",
    "correction_id": 999,
    "hold_id": 999,
}
#: The door and the own account: nothing there asks for records.
_ABOUT_THEMSELVES = ("api_sign_ins", "sign_in_steps", "operations", "sessions.", "single_sign_on", "account.")
_VERSION = {"If-Match": '"1-0123456789abcdef"'}
#: To register under a number that is taken cannot go as with a free one; it tells that it is taken, and no more.
TAKES_NUMBERS = {"api_people.register_person", "api_vacancies.register_vacancy", "api_villages.register_village"}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    directory = tmp_path_factory.mktemp("strangers")
    return Settings(database_url=f"sqlite:///{directory / 'talentpool.db'}", key_file=directory / "talentpool.key")


@pytest.fixture(scope="module")
def app(settings: Settings) -> Iterator[Flask]:
    initialise(settings).dispose()
    composed = create_app(settings, clock=lambda: NOW)
    composed.testing = True
    composed.config["WTF_CSRF_METHODS"] = []  # so that pages answer for what they do
    yield composed
    composed.extensions["talentpool"].database.dispose()


@pytest.fixture(scope="module")
def elsewhere(app: Flask) -> Elsewhere:
    return two_counties(app.extensions["talentpool"].database, now=NOW)


@pytest.fixture(scope="module")
def clerk(app: Flask, elsewhere: Elsewhere) -> FlaskClient:
    """Somebody who may do everything that anybody may do in a county, in the first one."""
    database = app.extensions["talentpool"].database
    actor = hired(database, username="here", roles=COUNTY_ROLES, territory=HERE, now=NOW)
    with database.unit_of_work() as session:
        token = accounts.create_token(session, actor=actor, username="here", label="t", now=NOW)
    client = app.test_client(use_cookies=False)  # what one answer says must not depend on the one before
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return client


@pytest.fixture(scope="module")
def document(app: Flask) -> dict[str, Any]:
    found: dict[str, Any] = app.test_client().get("/api/openapi.json").json
    return found


def doors(app: Flask) -> list[tuple[Any, str]]:
    return [
        (rule, method)
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.endpoint)
        for method in sorted((rule.methods or {"GET"}) - {"HEAD", "OPTIONS"})
        if not rule.endpoint.startswith(
            ("api_sign_ins", "sign_in_steps", "operations", "sessions.", "single_sign_on", "account.")
        )
    ]


def asked(app: Flask, rule: Any, method: str, numbers: Mapping[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """Return how an address is asked, its parameters and its body filled with some numbers."""
    values = {name: numbers[name] if name in numbers else HARMLESS[name] for name in rule.arguments}
    with app.test_request_context():
        path = app.url_map.bind("localhost").build(rule.endpoint, values, method=method)
    pattern = re.sub(r"<(?:[^:<>]+:)?(\w+)>", r"{\1}", rule.rule)
    described = document["paths"].get(pattern, {}).get(method.lower(), {})
    schema = described.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    query = {
        one["name"]: numbers[one["name"]]
        for one in described.get("parameters", [])
        if one.get("in") == "query" and one["name"] in numbers
    }
    wanted: dict[str, Any] = {
        "path": path,
        "method": method,
        "query_string": query,
        "headers": {"If-Match": '"1-0123456789abcdef"'},
    }
    return wanted | ({"json": body_of(schema, numbers, document)} if schema else {})


def body_of(schema: Mapping[str, Any], numbers: Mapping[str, Any], document: dict[str, Any]) -> Any:
    """Return a body with every number that it can hold and the least of what it must hold."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "object")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind != "object":
        return {"string": "某项事由", "integer": 1, "number": 1, "boolean": True, "array": []}.get(kind, "x")
    properties, required = schema.get("properties", {}), set(schema.get("required", ()))
    return {
        name: numbers[name] if name in numbers else body_of(one, numbers, document)
        for name, one in properties.items()
        if name in numbers or name in required
    }


def text_of(answer: TestResponse) -> str:
    """Return everything that an answer says, headers and packed files included."""
    body = answer.data
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            body = b"\n".join(packed.read(name) for name in packed.namelist())
    answer.close()
    return f"{answer.status_code}\n{answer.headers.get('Location', '')}\n{body.decode('utf-8', 'replace')}"


def without(text: str, numbers: Mapping[str, Any]) -> str:
    """Return a text without the numbers that were asked for, so that two answers can be compared."""
    for value in sorted({str(value) for value in numbers.values()}, key=len, reverse=True):
        text = text.replace(value, "#")
    return re.sub(
        r"\bE\d{4}-\d{6}\b|tp_[\w-]{43}|[\w-]{30,}\.[\w-]{6}\.[\w-]{20,}|[0-9a-f]{32,}|[0-9a-f]{8}-[0-9a-f-]{27}|(?<=find=)[\w-]+",
        "~",
        text,
    )


def difference(one: str, other: str) -> tuple[str, str]:
    """Return two texts from shortly before the place where they part."""
    place = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return one[max(0, place - 60) : place + 120], other[max(0, place - 60) : place + 120]


def test_every_parameter_of_every_address_has_something_to_guess(app: Flask, elsewhere: Elsewhere) -> None:
    names = {name for rule, _ in doors(app) for name in rule.arguments}
    assert names <= {*elsewhere.numbers, *HARMLESS}
    assert set(GHOSTS) == set(elsewhere.numbers)


def test_no_address_tells_a_record_elsewhere_from_one_that_does_not_exist(
    app: Flask, clerk: FlaskClient, elsewhere: Elsewhere, document: dict[str, Any]
) -> None:
    told, leaks = {}, {}
    for rule, method in doors(app):
        stranger = text_of(clerk.open(**asked(app, rule, method, elsewhere.numbers, document)))
        ghost = text_of(clerk.open(**asked(app, rule, method, GHOSTS, document)))
        if rule.endpoint not in TAKES_NUMBERS and without(stranger, elsewhere.numbers) != without(ghost, GHOSTS):
            told[rule.endpoint, method] = difference(without(stranger, elsewhere.numbers), without(ghost, GHOSTS))
        if found := [canary for canary in CANARIES if canary in stranger]:
            leaks[rule.endpoint, method] = found
        assert not stranger.startswith("50"), (rule.endpoint, method, stranger[:300])
    assert leaks == {}
    assert told == {}, "\n".join(f"{door}\n   {one}\n   {other}" for door, (one, other) in told.items())


def test_an_attempt_at_somebody_elsewhere_is_logged_and_costs_what_a_made_up_number_costs(
    app: Flask, clerk: FlaskClient, elsewhere: Elsewhere, document: dict[str, Any]
) -> None:
    """Every address that takes the number of a person, each by itself: the line outlives the refused transaction."""
    database, silent, n_tried = app.extensions["talentpool"].database, {}, 0
    for rule, method in doors(app):
        lines: list[list[str]] = []
        for numbers in (elsewhere.numbers, GHOSTS):
            before = _last_line(database)
            status = text_of(clerk.open(**asked(app, rule, method, numbers, document)))[:3]
            lines.append(_refusals(database, after=before) if status == "404" else [])
        if "person_no" in rule.arguments and "vacancy_no" not in rule.arguments and status == "404":
            n_tried += 1
            if lines != [[elsewhere.numbers["person_no"]], ["-"]]:
                silent[rule.endpoint, method] = lines
        assert len(lines[0]) == len(lines[1]), (rule.endpoint, method, lines)
    assert silent == {}
    assert n_tried >= 10


def _last_line(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.max(AuditEntry.id))) or 0


def _refusals(database: Database, *, after: int) -> list[str]:
    wanted = select(AuditEntry.subject_no).where(
        AuditEntry.id > after, AuditEntry.action == "refused", AuditEntry.subject_kind == "person"
    )
    with database.reading() as session:
        return list(session.scalars(wanted))


@pytest.mark.parametrize("field", ["name", "id_number", "phone"])
def test_a_search_by_what_is_known_of_somebody_elsewhere_finds_nobody(
    clerk: FlaskClient, elsewhere: Elsewhere, field: str
) -> None:
    found = clerk.post("/api/v1/people/search", json={field: elsewhere.secret[field]}).json
    assert found == {"items": [], "total": 0, "page": 1, "page_size": 20}
    page = clerk.post("/people/search", data={"q": elsewhere.secret[field]}, follow_redirects=True)
    assert page.status_code == 200
    assert "Q71" not in page.text


def test_nothing_elsewhere_is_listed_or_counted(clerk: FlaskClient) -> None:
    people = clerk.get("/api/v1/people").json
    assert (people["total"], {one["county"] for one in people["items"]}) == (len(people["items"]), {"示范县"})
    assert clerk.get("/api/v1/vacancies").json["total"] == 1
    assert clerk.get("/api/v1/villages").json["total"] == 1
    assert clerk.get("/api/v1/shortlists").json["total"] == 1
    assert clerk.get("/api/v1/duplicates", query_string={"state": "open"}).json["total"] == 0
    assert clerk.get("/api/v1/merges").json["total"] == 0


@pytest.mark.parametrize(
    ("kind", "file_format"),
    [("people", "xlsx"), ("people", "csv"), ("people", "json"), ("vacancies", "json"), ("villages", "csv"),
     ("roster", "xlsx"), ("roster", "csv"), ("ranking", "csv")],
)  # fmt: skip
def test_no_export_takes_anybody_from_elsewhere_along(clerk: FlaskClient, kind: str, file_format: str) -> None:
    answer = clerk.post("/api/v1/exports", json={"kind": kind, "format": file_format})
    told = text_of(answer)
    assert answer.status_code in {200, 201}, told[:500]
    assert [secret for secret in (*CANARIES, "Q71", "Q72", "W77", "239902100201") if secret in told] == []


def test_a_file_about_somebody_elsewhere_is_refused_without_a_word_about_them(
    clerk: FlaskClient,
) -> None:
    head = "人员编号,姓名,人才类别,县区,乡镇,所在村,身份证号"
    rows = [
        "Q71,某人,大学生村官,示范县,清河镇,东岗村,",
        f",某人,大学生村官,示范县,清河镇,东岗村,{KNOWN_ELSEWHERE}",
        ",某人,大学生村官,他县,他乡镇,他东村,",
    ]
    file = (io.BytesIO("\n".join([head, *rows]).encode()), "花名册.csv")
    answer = clerk.post("/api/v1/imports", data={"kind": "people", "file": file})
    told = text_of(answer)
    assert answer.status_code < 500, told
    assert [secret for secret in CANARIES if secret in told] == []
    assert "Q72" not in told
    history = clerk.get("/api/v1/people/Q71")
    assert history.status_code == 404


def test_the_time_of_an_answer_does_not_tell_either(clerk: FlaskClient) -> None:
    def seconds(number: str) -> float:
        began = time.perf_counter()
        assert clerk.get(f"/api/v1/people/{number}").status_code == 404
        return time.perf_counter() - began

    for _ in range(3):  # neighbours on the machine disturb a measurement, not three
        pairs = [(seconds("Q71"), seconds("Q99")) for _ in range(40)]
        there, nowhere = (statistics.median(times) for times in zip(*pairs, strict=True))
        if abs(there - nowhere) < 0.1 * nowhere:
            return
    assert abs(there - nowhere) < 0.1 * nowhere
