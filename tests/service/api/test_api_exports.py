"""Exports and work lists of record quality over the API."""

import base64
import hashlib
import io
import json
from typing import Any
from urllib.parse import unquote

import openpyxl
import pytest
from builders_api import person_json, problem_of, registered, vacancy_json, village_json
from flask.testing import FlaskClient

EXPORTS, PEOPLE, VILLAGES, VACANCIES = (f"/api/v1/{name}" for name in ("exports", "people", "villages", "vacancies"))


@pytest.fixture
def city(api: FlaskClient) -> FlaskClient:
    registered(api, VILLAGES, village_json())
    registered(api, PEOPLE, person_json(phone="13900001111"))
    registered(api, PEOPLE, person_json(person_no="P2", name="=乙", work_start_date=None))
    registered(api, VACANCIES, vacancy_json())
    return api


def test_a_file_comes_with_its_type_name_and_digest_and_is_recorded(city: FlaskClient) -> None:
    asked = {"kind": "people", "format": "xlsx", "filters": {"name": "=乙"}, "columns": ["name", "phone"]}
    answer = city.post(EXPORTS, json=asked)
    assert answer.status_code == 201
    assert answer.mimetype == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    plain, _, encoded = answer.headers["Content-Disposition"].partition("; filename*=UTF-8''")
    assert plain == 'attachment; filename="E2026-000001.xlsx"'
    assert unquote(encoded) == "人员列表_20261123_E2026-000001.xlsx"
    digest = answer.headers["Content-Digest"].removeprefix("sha-256=:").removesuffix(":")
    assert base64.b64decode(digest) == hashlib.sha256(answer.data).digest()
    assert answer.headers["Cache-Control"] == "no-store"
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0].iter_rows(values_only=True))
    assert rows == [("姓名", "联系电话"), ("=乙", None)]
    record = city.get(answer.headers["Location"]).json
    assert record is not None
    assert (record["export_no"], record["exported_by"], record["n_people"], record["format"]) == (
        "E2026-000001", "admin", 1, "xlsx",
    )  # fmt: skip
    assert record["selection"]["filters"] == {"name": "***"}
    assert record["sha256"] == hashlib.sha256(answer.data).hexdigest()


_LINKS = {
    "kind=people&format=csv&columns=name,person_no&sort=-person_no": "text/csv",
    "kind=people&format=json&language=en": "application/json",
    "kind=roster&format=csv&subject_no=villages": "text/csv",
    "kind=form&format=lrmx&subject_no=P1": "application/xml",
}


def test_a_signed_in_browser_downloads_by_a_link(city: FlaskClient, client: FlaskClient) -> None:
    for n, (query, mimetype) in enumerate(_LINKS.items(), start=1):
        answer = client.get(f"{EXPORTS}/download?{query}")
        assert (answer.status_code, answer.mimetype) == (200, mimetype), query
        assert city.get(EXPORTS).json["total"] == n  # type: ignore[index]  # JSON


def test_a_dossier_is_a_document(city: FlaskClient) -> None:
    number = registered(city, f"{VACANCIES}/V1/shortlists", {"k": 2}).json["shortlist_no"]  # type: ignore[index]  # JSON
    answer = city.post(EXPORTS, json={"kind": "dossier", "format": "docx", "subject_no": number})
    assert answer.data.startswith(b"PK")
    assert number in unquote(answer.headers["Content-Disposition"])


_REFUSED: tuple[tuple[dict[str, Any], int, str], ...] = (
    ({"kind": "people", "format": "exe"}, 422, "format"),
    ({"kind": "people", "format": "pdf"}, 422, "format"),
    ({"format": "csv"}, 422, "kind"),
    ({"kind": "people", "format": "csv", "filters": {"phone": "1"}}, 422, "filters.phone"),
    ({"kind": "people", "format": "csv", "filters": []}, 422, "filters"),
    ({"kind": "people", "format": "csv", "columns": ["nothing"]}, 422, "columns"),
    ({"kind": "dossier", "format": "pdf", "subject_no": "S404"}, 404, "shortlist_no"),
    ({"kind": "form", "format": "docx", "subject_no": "P404"}, 404, "person_no"),
)


def test_what_cannot_be_exported_is_named(city: FlaskClient) -> None:
    for asked, status, place in _REFUSED:
        assert problem_of(city.post(EXPORTS, json=asked), status)["place"] == place
    assert city.get(EXPORTS).json["total"] == 0  # type: ignore[index]  # JSON


def test_an_unknown_export_is_not_found(city: FlaskClient) -> None:
    assert problem_of(city.get(f"{EXPORTS}/E2026-000404"), 404)["place"] == "export_no"


def test_json_exports_carry_codes_with_their_labels(city: FlaskClient) -> None:
    answer = city.post(EXPORTS, json={"kind": "people", "format": "json", "columns": ["person_no", "talent_source"]})
    document = json.loads(answer.data)
    assert document["schema"] == "talentpool.export/1"
    assert document["export"]["n_people"] == 2
    assert document["items"][0]["talent_source"] == "T1"
    assert document["items"][0]["labels"]["talent_source"]["zh"] == "大学生村官"


def test_the_work_lists_of_record_quality(city: FlaskClient) -> None:
    found = city.get("/api/v1/work-lists/repairs?n=5").json
    assert found is not None
    (second,) = [one for one in found["items"] if one["person_no"] == "P2"]
    assert "work_start_date" in second["fields"]
    assert "参加工作时间" in second["sentence"]["zh"]
    assert city.get("/api/v1/work-lists/stale").json["total"] == 0  # type: ignore[index]  # JSON
    expiring = city.get("/api/v1/work-lists/expiring?months=1&within_days=60").json
    assert expiring is not None
    assert [one["person_no"] for one in expiring["items"]] == ["P1", "P2"]
    assert expiring["items"][0]["due_on"] == "2026-12-23"
    assert problem_of(city.get("/api/v1/work-lists/repairs?n=0"), 422)["place"] == "n"
