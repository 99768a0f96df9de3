"""Files over the API: checked, imported once, listed, traced and taken back."""

import base64
import io
from urllib.parse import unquote

import openpyxl
import pytest
from builders_api import PEOPLE, problem_of
from builders_workbooks import a_roster_row, write_records
from flask.testing import FlaskClient

from service.usecases.incoming.column_mappings import save_column_mapping

IMPORTS = "/api/v1/imports"


@pytest.fixture
def send(api: FlaskClient, tmp_path):
    def send(*rows, name="花名册.xlsx", headers=None, path="", **fields):
        content = write_records(tmp_path / "sent.xlsx", *rows).read_bytes()
        data = {"kind": "people", "file": (io.BytesIO(content), name), **fields}
        return api.post(IMPORTS + path, data=data, content_type="multipart/form-data", headers=headers)

    return send


def test_a_file_comes_in_and_its_values_name_their_cells(api, send):
    answer = send(a_roster_row())
    assert answer.status_code == 200, answer.text
    assert (answer.json["n_new"], answer.json["is_kept"], answer.json["kind"]) == (1, True, "people")
    assert api.get(answer.headers["Location"]).json["file_name"] == "花名册.xlsx"
    (name,) = api.get(f"{PEOPLE}/P1/history").json["fields"]["name"]
    assert (name["file_name"], name["cell"], name["username"]) == ("花名册.xlsx", "B2", "admin")


def test_a_dry_run_keeps_nothing(api, send):
    answer = send(a_roster_row(), dry_run="true")
    assert (answer.json["is_kept"], answer.json["rows"][0]["state"]) == (False, "new")
    assert "Location" not in answer.headers
    assert api.get(IMPORTS).json["total"] == 0


def test_an_import_is_taken_back(api, send):
    location = send(a_roster_row()).headers["Location"]
    answer = api.post(f"{location}/undo")
    assert answer.json == {"import_id": 1, "n_deleted": 4, "n_restored": 0, "n_places_kept": 0}
    assert api.get(f"{PEOPLE}/P1").status_code == 404
    assert api.post(f"{location}/undo").status_code == 409


def test_a_repetition_imports_once(api, send):
    first = send(a_roster_row(number=""), headers={"Idempotency-Key": "k1"})
    assert first.status_code == 200
    assert api.get(IMPORTS).json["total"] == 1


@pytest.mark.parametrize(
    ("fields", "status", "place"),
    [
        ({"kind": "horses"}, 422, "kind"),
        ({"attested_by": "样例署名"}, 422, "attested_by"),
        ({"colour": "red"}, 422, "colour"),
        ({"encoding": "morse"}, 422, "encoding"),
        ({"mapping": "没有的单位"}, 404, "office"),
        ({"file": ""}, 422, "file"),
    ],
)
def test_what_is_given_with_a_file_is_checked(send, fields, status, place):
    answer = send(a_roster_row(), **fields)
    assert answer.status_code == status, answer.text
    assert problem_of(answer, status)["place"] == place


def test_a_file_that_is_none_is_refused_in_one_sentence(api):
    data = {"kind": "people", "file": (io.BytesIO(b"PK\x03\x04 nonsense"), "a.xlsx")}
    answer = api.post(IMPORTS, data=data, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert problem_of(answer, 422)["place"] == "a.xlsx"


def test_json_is_no_file(api):
    assert api.post(IMPORTS, json={"kind": "people"}).status_code == 415


def test_a_name_with_folders_is_only_a_name(api, send):
    location = send(a_roster_row(), name="../../etc/花名册.xlsx").headers["Location"]
    assert api.get(location).json["file_name"] == "花名册.xlsx"


def test_a_file_is_read_in_the_encoding_and_with_the_headers_of_its_office(api, database, actor, now):
    content = "姓名全名,人才類別,縣\n樣例甲,T1,示範縣\n".encode("big5")
    with database.unit_of_work() as session:
        columns = {"姓名全名": "name", "人才類別": "talent_source", "縣": "county"}
        save_column_mapping(session, actor=actor, office="示范县", kind="people", columns=columns, now=now)
    data = {"kind": "people", "encoding": "big5", "mapping": "示范县", "file": (io.BytesIO(content), "a.csv")}
    answer = api.post(IMPORTS, data=data, content_type="multipart/form-data")
    assert (answer.status_code, answer.json["n_new"]) == (200, 1), answer.text
    assert answer.json["n_conflicting"] == 0


def test_a_checked_file_comes_back_marked_and_nothing_is_kept(api, send):
    answer = send(a_roster_row(出生年月="一九九零"), name="花名册.xlsx", path="/marked")
    assert answer.mimetype == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert unquote(answer.headers["Content-Disposition"]).endswith("花名册_标注.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert book["名册"]["G2"].fill.patternType == "solid"
    assert "一九九零" in book["名册"]["G2"].value
    assert book["名册"]["G2"].comment is not None
    assert book.sheetnames[-1] == "导入问题清单"
    assert api.get(IMPORTS).json["total"] == 0


def test_the_answer_to_an_import_carries_the_workbook_with_its_numbers_if_asked(api, send):
    assert "marked_workbook" not in send(a_roster_row()).json
    answer = send(a_roster_row(number=""), marked="true", language="en", headers={"Idempotency-Key": "k2"})
    marked = answer.json["marked_workbook"]
    assert (marked["file_name"], marked["is_same"]) == ("花名册_标注.xlsx", True)
    sheet = openpyxl.load_workbook(io.BytesIO(base64.b64decode(marked["content"])))["名册"]
    assert [sheet["A2"].value] == [row["number"] for row in answer.json["generated"]]


@pytest.mark.parametrize("name", ["表.zip", "表.lrmx"])
def test_what_is_no_table_is_not_marked_and_does_not_come_in(api, send, name):
    assert problem_of(send(a_roster_row(), name=name, marked="true"), 422)["place"] == "marked"
    assert api.get(IMPORTS).json["total"] == 0


def test_the_document_says_whose_files_of_decisions_are(api):
    document = api.get("/api/openapi.json").json
    content = document["paths"]["/api/v1/imports"]["post"]["requestBody"]["content"]["multipart/form-data"]
    kind = content["schema"]["properties"]["kind"]
    assert "decisions" in kind["enum"]
    assert "county officers" in kind["description"]
    assert "县组织部门经办" in kind["x-description-zh"]
