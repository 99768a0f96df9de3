"""The API document and its page: complete, public, in both languages, nothing from another host."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.api.problems import TITLES


@pytest.fixture
def document(app: Flask) -> dict[str, Any]:
    answer = app.test_client().get("/api/openapi.json").json
    assert answer is not None
    return dict(answer)


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method != "parameters"
    ]


def test_every_route_is_in_the_document(app: Flask, document: dict[str, Any]) -> None:
    documented = {(method.upper(), path) for method, path, _ in operations(document)}
    served = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert documented == served


def test_the_document_is_openapi_3_1_and_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    for reference in set(re.findall(r"'\$ref': '#/([^']+)'", str(document))):
        part: Any = document
        for step in reference.split("/"):
            part = part[step]


def test_every_operation_says_what_it_does_in_both_languages(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        assert operation["summary"].isascii(), (method, path)
        assert re.search("[\u4e00-\u9fff]", operation["x-summary-zh"]), (method, path)
        assert operation["security"], (method, path)


def test_writes_may_be_repeated_and_changes_are_guarded(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        names = {parameter["name"]: parameter["required"] for parameter in operation["parameters"]}
        once_only = ("/search", "/what-if", "/exports", "/sessions", "/sessions/second-factor", "/sessions/password")
        is_write = method in {"post", "patch"} and not path.endswith(once_only)
        assert ("Idempotency-Key" in names) == is_write, (method, path)
        assert names.get("If-Match", False) == (method == "patch"), (method, path)


def test_codes_are_listed_with_their_labels(document: dict[str, Any]) -> None:
    codes = document["components"]["schemas"]["Person"]["properties"]["talent_source"]["x-codes"]
    assert codes["T1"]["zh"] == "大学生村官"


@pytest.mark.parametrize(("language", "title"), [("zh", "接口文档"), ("en", "API reference")])
def test_the_page_stands_on_its_own(app: Flask, language: str, title: str) -> None:
    answer = app.test_client().get("/api/docs", headers={"Accept-Language": language})
    assert f"<title>{title}</title>" in answer.text
    assert "script" not in answer.text
    assert "style=" not in answer.text
    assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", answer.text)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'")


def test_the_english_page_has_no_stray_chinese(app: Flask) -> None:
    text = app.test_client().get("/api/docs?lang=en").text
    assert set(re.findall("[\u4e00-\u9fff]+", text)) <= {"中文"}


def test_what_is_explained_is_explained_in_both_languages(document: dict[str, Any]) -> None:
    explained = [one for _, _, operation in operations(document) for one in operation["parameters"]]
    for shape in document["components"]["schemas"].values():
        explained += shape["properties"].values()
    for one in explained:
        assert ("description" in one) == ("x-description-zh" in one), one


def test_the_page_lists_every_operation_and_explains_every_code(app: Flask, document: dict[str, Any]) -> None:
    text = app.test_client().get("/api/docs").text
    for method, path, _ in operations(document):
        assert f'<span class="method">{method.upper()}</span> <code>{path}</code>' in text
    for code in TITLES:
        assert f'<tr id="{code}">' in text


def test_links_inside_the_page_lead_somewhere(app: Flask) -> None:
    text = app.test_client().get("/api/docs").text
    anchors = set(re.findall(r'id="([^"]+)"', text))
    assert set(re.findall(r'href="#([^"]+)"', text)) <= anchors


def test_the_stylesheet_is_served(client: FlaskClient) -> None:
    answer = client.get("/api/docs/reference.css")
    assert answer.mimetype == "text/css"
    assert "url(" not in answer.text
