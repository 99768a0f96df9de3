"""Bad input over the API: always one clear sentence with a status that fits, never a fault of the service."""

import json
import re
from typing import Any

import pytest
from builders_api import PEOPLE, VACANCIES, VILLAGES, person_json, problem_of, registered, vacancy_json, village_json
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

JSON = "application/json"


BAD_BODIES = [
    (b"{", JSON, 400),
    (b"", JSON, 400),
    (b"\xff\xfe", JSON, 400),
    (b"{}", "text/plain", 415),
    (b"name=x", "application/x-www-form-urlencoded", 415),
    (b"[]", JSON, 422),
    (b'"' + b"x" * 1_100_000 + b'"', JSON, 413),
    (b"{}", JSON, 422),
    (rb'{"name": "a\u0000b", "talent_source": "T1"}', JSON, 422),
    (rb'{"name": "\udc00", "talent_source": "T1"}', JSON, 422),
    (b'{"name": "x", "talent_source": "T1", "months_outside": 1e999}', JSON, 422),
    (b'{"name": "x", "talent_source": "T1", "n_projects_won": 99999999999999999999999}', JSON, 422),
    (b'{"name": "' + b"x" * 5_000 + b'", "talent_source": "T1"}', JSON, 422),
    (b'{"name": "x", "talent_source": {"a": []}}', JSON, 422),
    (b'{"name": ["x"], "talent_source": "T1"}', JSON, 422),
    (b'{"name": "x", "talent_source": "T1", "birth_date": "1985-02-30"}', JSON, 422),
]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_bad_body_is_refused_in_one_sentence(api: FlaskClient, language: str) -> None:
    for body, content_type, status in BAD_BODIES:
        answer = api.post(PEOPLE, data=body, content_type=content_type, headers={"Accept-Language": language})
        problem = problem_of(answer, status)
        assert "Traceback" not in answer.text
        assert problem["place"], body
        assert problem["remedy"], body
    assert api.get(PEOPLE).json["total"] == 0  # type: ignore[index]  # a page is an object


def test_a_long_or_odd_address_is_refused(api: FlaskClient) -> None:
    for path in ("/%00", "/" + "x" * 5_000, "/%ed%a0%80", "/..%2f..%2fetc%2fpasswd", "/%0a"):
        assert 400 <= api.get(PEOPLE + path).status_code < 500
    for number in (2**31, 2**63, 10**40):
        problem_of(api.get(f"/api/v1/duplicates/{number}"), 404)
    assert api.get("/api/v1/x%0ay").mimetype == "application/problem+json"
    for query in ("person_no=%00", "industry=%ed%a0%80", "page=1%00", "sort=" + "x" * 5_000, "page=" + "9" * 400):
        assert api.get(f"{PEOPLE}?{query}").status_code in {200, 422}


def test_odd_headers_do_no_harm(api: FlaskClient) -> None:
    for header in ("If-Match", "If-None-Match", "Idempotency-Key", "Accept-Language", "Content-Type"):
        for value in ("\u00ff" * 50, "x" * 4_000, '"', ",,,", "*"):
            headers = {"Content-Type": JSON, header: value}
            for method in ("GET", "PATCH"):
                answer = api.open(f"{PEOPLE}/P404", method=method, headers=headers, data=b"{}")
                assert 400 <= answer.status_code < 500, (method, header, value)


_TEXTS = st.text(max_size=30) | st.sampled_from(["P1", "V1", "T1", "2026-11-23", "第一书记", "", "是", "无", "\x00"])
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=3),
    max_leaves=6,
)


@pytest.fixture
def city(api: FlaskClient) -> FlaskClient:
    registered(api, VILLAGES, village_json())
    registered(api, VACANCIES, vacancy_json())
    registered(api, PEOPLE, person_json())
    return api


NUMBERS = {
    "person_no": "P1",
    "village_code": "239901100201",
    "vacancy_no": "V1",
    "shortlist_no": "S1",
    "post_type": "first_secretary",
    "table": "education",
    "version": "0123456789abcdef",
    "import_id": "1",
    "pair_id": "1",
    "merge_id": "1",
    "export_no": "E2026-000001",
    "kind": "villages",
    "number": "P1",
}


def operations(app: Flask) -> list[tuple[str, str, list[str], set[str]]]:
    """Return method, path, field names and declared statuses of every operation of the API document."""
    document = app.test_client().get("/api/openapi.json").json
    assert document is not None
    shapes = document["components"]["schemas"]
    found = []
    for path, methods in document["paths"].items():
        concrete = re.sub(r"\{(\w+)\}", lambda part: NUMBERS.get(part[1], "1"), path)
        for method, operation in methods.items():
            if method == "parameters":
                continue
            body = operation.get("requestBody", {}).get("content", {}).get(JSON, {}).get("schema", {})
            names = list(shapes.get(body.get("$ref", "").rsplit("/", 1)[-1], {}).get("properties", {}))
            names += [one["name"] for one in operation["parameters"] if one["in"] == "query"]
            found.append((method.upper(), concrete, names, set(operation["responses"])))
    return found


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_random_requests_get_a_declared_answer(app: Flask, city: FlaskClient, data: st.DataObject) -> None:
    method, path, names, declared = data.draw(st.sampled_from(operations(app)))
    known = st.sampled_from(names) if names else st.just("x")
    fields: dict[str, Any] = data.draw(st.dictionaries(known | _TEXTS, _VALUES, max_size=5))
    if method == "GET":
        query = {name: value for name, value in fields.items() if isinstance(value, str | int)}
        answer = city.get(path, query_string=query)
    else:
        tag = city.get(path).headers.get("ETag", "") if method == "PATCH" else ""
        body = json.dumps(fields).encode()
        answer = city.open(path, method=method, data=body, content_type=JSON, headers={"If-Match": tag})
    assert str(answer.status_code) in declared, (method, path, fields, answer.text)
    assert answer.status_code < 500
    if answer.status_code >= 400:
        problem_of(answer, answer.status_code)
