"""Refusals: one clear sentence with place and remedy, in the language of the reader, only under /api as JSON."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from service.api.problems import TITLES, refusal_of
from service.errors import ServiceError

LANGUAGES = {"zh": "没有这个接口地址。", "en": "There is no such address."}


def kinds_of(kind: type[ServiceError]) -> set[type[ServiceError]]:
    return {kind}.union(*(kinds_of(child) for child in kind.__subclasses__()))


def test_every_code_has_a_title() -> None:
    # The command line alone stops, reads files and takes ports; the bare kinds are never raised themselves.
    codes = {kind.code for kind in kinds_of(ServiceError) if kind.__module__.startswith("service.")}
    assert codes - {"stopped", "refused", "unreadable_file", "port_taken"} <= set(TITLES)


def test_a_refusal_speaks_the_language_of_the_reader(api: FlaskClient) -> None:
    for language, sentence in LANGUAGES.items():
        answer = api.get("/api/v1/nothing", headers={"Accept-Language": language})
        assert (answer.status_code, answer.headers["Content-Language"]) == (404, language)
        problem = answer.json
        assert problem is not None
        assert problem["detail"] == sentence
    assert set(problem) == {
        "type",
        "title",
        "status",
        "detail",
        "code",
        "place",
        "value",
        "remedy",
        "fields",
        "changes",
    }


def test_chinese_is_the_default(api: FlaskClient) -> None:
    for headers in ({}, {"Accept-Language": "fr"}, {"Accept-Language": "*"}):
        problem = api.get("/api/v1/nothing", headers=headers).json
        assert problem is not None
        assert problem["detail"] == LANGUAGES["zh"], headers


def test_a_method_that_is_not_taken_names_those_that_are(api: FlaskClient) -> None:
    for method in ("DELETE", "PUT", "PROPFIND"):
        answer = api.open("/api/v1/people", method=method)
        assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, POST"), method
        assert answer.json is not None
        assert answer.json["code"] == "method_not_allowed"


def test_the_parts_of_a_vacancy_are_no_vacancies(api: FlaskClient) -> None:
    for part, allowed in (("ranking", "GET, HEAD"), ("shortlists", "POST"), ("checks", "GET, HEAD, POST")):
        answer = api.patch(f"/api/v1/vacancies/V1/{part}", json={})
        assert (answer.status_code, answer.headers["Allow"]) == (405, allowed)


def test_pages_keep_their_own_error_pages(client: FlaskClient) -> None:
    answer = client.get("/there-is-no-such-page")
    assert answer.status_code == 404
    assert answer.mimetype == "text/html"


def test_a_fault_of_the_service_is_told_without_a_traceback(
    app: Flask, api: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "TESTING", False)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)

    def broken() -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setitem(app.view_functions, "api_me.show_account", broken)
    answer = api.get("/api/v1/me", headers={"Accept-Language": "en"})
    assert answer.status_code == 500
    assert answer.mimetype == "application/problem+json"
    assert "secret detail" not in answer.text
    assert answer.json is not None
    assert answer.json["code"] == "internal_error"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (StaleDataError(), 412),
        (IntegrityError("insert", {}, Exception()), 409),
        (DataError("insert", {}, Exception()), 422),
        (OperationalError("select", {}, Exception()), 503),
    ],
)
def test_what_the_database_refuses_has_a_status_that_fits(error: Exception, status: int) -> None:
    assert refusal_of(error).status == status
