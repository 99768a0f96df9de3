"""What a client of the API sends and gets: valid JSON with one change at a time, and answers taken apart."""

from collections.abc import Mapping
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.access import EVERYWHERE, Actor, Role
from service.usecases.records.vacancy_moves import move_vacancy
from service.usecases.workflow.moving import Asked

__all__ = ["person_json", "problem_of", "registered", "vacancy_json", "village_json"]

#: Who registers a vacancy does not approve it.
_SECOND = Actor("second-officer", frozenset({Role.OFFICER}), EVERYWHERE, holder_name="样例署名")
_UNSAID = {"vacancy_status": None, "attested_by": None, "attested_document": None}
PEOPLE, VILLAGES, VACANCIES = "/api/v1/people", "/api/v1/villages", "/api/v1/vacancies"


def village_json(**changes: Any) -> dict[str, Any]:
    """Return a village as it is sent."""
    return {
        "village_code": "239901100201",
        "county": "示范县",
        "township": "清河镇",
        "village": "东岗村",
        "latitude": 46.6,
        "longitude": 127.0,
        "industries": ["水稻"],
        **changes,
    }


def person_json(**changes: Any) -> dict[str, Any]:
    """Return a person as it is sent; eligible as a first secretary under the city plan."""
    return {
        "person_no": "P1",
        "name": "样例甲",
        "talent_source": "T1",
        "record_status": "verified",
        "attested_by": "样例署名",
        "attested_document": "示组〔2026〕1号",
        "consent_matching": True,
        "birth_date": "1990-05-01",
        "political_status": "01",
        "party_join_date": "2012-06-01",
        "work_start_date": "2013-07-01",
        "duty_health_ok": True,
        "negative_flags": [],
        "home_village_code": "239901100201",
        "industries": ["水稻"],
        "years_in_industry": 6,
        "rural_work_years": 4,
        **changes,
    }


def vacancy_json(**changes: Any) -> dict[str, Any]:
    """Return an open vacancy as it is sent."""
    return {
        "vacancy_no": "V1",
        "village_code": "239901100201",
        "post_type": "first_secretary",
        "vacancy_status": "approved",
        "attested_by": "样例署名",
        "attested_document": "示组〔2026〕2号",
        "headcount": 1,
        "term_months": 24,
        "industries": ["水稻"],
        **changes,
    }


def registered(api: FlaskClient, path: str, document: Mapping[str, Any]) -> TestResponse:
    """Register a record and make sure that it went in; another officer approves a vacancy that is to be open."""
    is_approved = document.get("vacancy_status") == "approved"
    answer = api.post(path, json={**document, **(_UNSAID if is_approved else {})})
    assert answer.status_code == 201, answer.text
    return _approved(api, answer, document) if is_approved else answer


def _approved(api: FlaskClient, answer: TestResponse, document: Mapping[str, Any]) -> TestResponse:
    service = api.application.extensions["talentpool"]
    number = answer.get_json()["vacancy_no"]
    asked = Asked(to="approved", version=1, signed_name=document["attested_by"], document=document["attested_document"])
    with service.database.unit_of_work() as session:
        move_vacancy(session, actor=_SECOND, vacancy_no=number, asked=asked, now=service.clock())
    answer.headers["ETag"] = api.get(answer.headers["Location"]).headers["ETag"]
    return answer


def problem_of(answer: TestResponse, status: int) -> dict[str, Any]:
    """Return the problem document of a refusal, after looking at its shape."""
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    problem = answer.json
    assert problem is not None
    assert problem["status"] == status
    assert problem["detail"].endswith(("。", "."))
    return dict(problem)
