"""What no database can hold is refused with its place in files of every kind too, on both databases, by every door."""

import base64
import io
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from builders import an_actor
from builders_nasty import LRM, LRMX, swapped
from builders_offices import hire_office
from builders_workbooks import a_roster_row, write_records, write_rows, write_zip
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.cli import cli
from service.context import Service
from service.db import Database
from service.errors import InvalidInput
from service.files.columns import Treatment, column_table
from service.files.findings import Effect
from service.files.spreadsheets import cell_name
from service.settings import Settings
from service.usecases.incoming.column_mappings import save_column_mapping
from service.usecases.incoming.imports import ImportOptions, import_file

KINDS = ("people", "vacancies", "villages", "decisions", "training")
#: What stands for a zero byte and half a character until the workbook is written: then as Office writes them.
MARKS = {b"ZERO": b"_x0000_", b"HALF": b"_xD800_"}
TOO_LONG = "长" * 32_000
GOOD = {
    "name": "样例甲",
    "talent_source": "大学生村官",
    "county": "示范县",
    "township": "清河镇",
    "village": "东岗村",
    "post_type": "第一书记",
    "headcount": "1",
    "industry_text": "茶叶",
    "course": "样例班",
    "hours": "3",
    "decision": "推荐",
    "reviewer_no": "R1",
    "shortlist_no": "S2026-000001",
}


def _with_signs(path: Path) -> Path:
    """Write what stands in for signs as Office writes signs that XML cannot hold."""

    def change(_: str, part: bytes) -> bytes:
        for mark, written in MARKS.items():
            part = part.replace(mark, written)
        return part

    return swapped(path.with_name(f"signs-{path.name}"), path, change)


@pytest.mark.parametrize("kind", KINDS)
def test_every_column_of_a_workbook_of_many_rows_names_its_cell(
    any_database: Database, now: datetime, tmp_path: Path, kind: str
) -> None:
    columns = [one for one in column_table(kind).columns if one.treatment is Treatment.IMPORT]
    unfit = [(value, one.key) for value in ("样例ZERO字", TOO_LONG) for one in columns]
    rows = [
        {**GOOD, "person_no": f"P{n}", "vacancy_no": f"V{n}", "village_code": f"239901{n:06}", key: value}
        for n, (value, key) in enumerate(unfit)
    ]
    header = [one.label.zh for one in columns]
    cells = ([row.get(one.key, "") for one in columns] for row in rows)
    path = _with_signs(write_rows(tmp_path / "a.xlsx", header, *cells))
    with any_database.unit_of_work() as session:
        report = import_file(session, actor=an_actor(), kind=kind, path=path, now=now, options=ImportOptions())
    refused = {one.cell: one for one in report.cell_findings if one.effect is not Effect.NOTE}
    places = [key for n, (_, key) in enumerate(unfit) if cell_name(n + 1, _position(columns, key)) not in refused]
    assert places == []
    assert len(unfit) >= 20
    assert [one for one in refused.values() if one.remedy is None or len(one.value) > 100] == []
    assert not any("\0" in f"{one.value}{one.column}{one.problem}" for one in report.cell_findings)


def _position(columns: list[Any], key: str) -> int:
    return [one.key for one in columns].index(key)


@pytest.fixture
def office(composed_app: Flask, any_settings: Settings, any_database: Database, now: datetime) -> Iterator[FlaskClient]:
    """Somebody who may do everything, at pages and API, without the tokens of forms."""
    with pytest.MonkeyPatch.context() as patch:
        served = Service(settings=any_settings, database=any_database, clock=lambda: now)
        patch.setitem(composed_app.extensions, "talentpool", served)
        patch.setitem(composed_app.config, "WTF_CSRF_METHODS", [])
        patch.setitem(composed_app.config, "PROPAGATE_EXCEPTIONS", False)
        client = composed_app.test_client(use_cookies=False)
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {hire_office(any_database)}"
        yield client


def _zip_of(folder: Path, **members: bytes) -> bytes:
    return write_zip(folder / "packed.zip", **members).read_bytes()


def _odd_names(folder: Path) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a\x01b.csv", "姓名,人才类别\n样例甲,村官\n")
        archive.writestr("长" * 300 + ".lrmx", LRMX.read_bytes())
    return packed.getvalue()


def _book(folder: Path, **changes: str) -> bytes:
    return _with_signs(write_records(folder / "book.xlsx", a_roster_row(**changes))).read_bytes()


_CSV = "姓名,人才类别,备注\n样例甲,村官,{}\n"
_FORM = LRMX.read_text(encoding="utf-8")
FILES = {
    "zero byte in a workbook.xlsx": (lambda d: _book(d, 姓名="样ZERO例"), 200),
    "half a character in a workbook.xlsx": (lambda d: _book(d, 姓名="", 备注="样HALF例"), 200),
    "zero byte in a header.xlsx": (lambda d: _book(d, 备ZERO注甲="x"), 200),
    "a long note.xlsx": (lambda d: _book(d, 备注=TOO_LONG), 200),
    "zero byte in a file of a zip.zip": (
        lambda d: _zip_of(d, **{"a.csv": _CSV.format("x").encode(), "b.csv": _CSV.format("\0").encode()}),
        200,
    ),
    "workbook with a zero byte in a zip.zip": (lambda d: _zip_of(d, **{"a.xlsx": _book(d, 姓名="样ZERO例")}), 200),
    "names in a zip.zip": (_odd_names, 200),
    "document of words.docx": (lambda d: write_zip(d / "a.docx", word__document_xml=b"<w/>").read_bytes(), 422),
    "document in a zip.zip": (lambda d: _zip_of(d, **{"a.docx": b"PK\3\4", "b.csv": _CSV.format("").encode()}), 200),
    "zero byte in a form.lrmx": (lambda _: _FORM.replace("农艺师", "农&#0;师").encode(), 422),
    "half a character in a form.lrmx": (lambda _: _FORM.replace("农艺师", "农&#xD800;师").encode(), 422),
    "no character in a form.lrmx": (lambda _: _FORM.replace("农艺师", "农\ufffe师").encode(), 422),
    "zero byte in an old form.lrm": (lambda _: LRM.read_bytes().replace(b"#", b"#\0", 1), 422),
    "half a character in UTF-8.csv": (lambda _: _CSV.format("\ud800").encode("utf-8", "surrogatepass"), 422),
    "half a character in UTF-16.csv": (
        lambda _: ("\ufeff" + _CSV.format("\ud800")).encode("utf-16-le", "surrogatepass"),
        422,
    ),
    "a long note.csv": (lambda _: _CSV.format("长" * 30_000).encode(), 200),
}


@pytest.mark.parametrize("name", FILES)
def test_the_api_answers_with_findings_or_a_refusal_of_the_file(office: FlaskClient, tmp_path: Path, name: str) -> None:
    build, status = FILES[name]
    data = {"kind": "people", "talent_source": "T2", "file": (io.BytesIO(build(tmp_path)), name)}
    data |= {"marked": "true"} if name.endswith(".xlsx") else {}
    answer = office.post("/api/v1/imports", data=data, content_type="multipart/form-data")
    assert answer.status_code == status, answer.text
    assert "\\u0000" not in answer.text
    if status == 422:
        assert answer.json["place"] == name
        assert answer.json["remedy"]
        return
    assert answer.json["findings"]
    if marked := answer.json.get("marked_workbook"):
        assert openpyxl.load_workbook(io.BytesIO(base64.b64decode(marked["content"])))


@pytest.mark.parametrize("name", FILES)
def test_the_pages_lead_such_a_file_to_its_end(office: FlaskClient, tmp_path: Path, name: str) -> None:
    build, _ = FILES[name]
    data = {"kind": "people", "file": (io.BytesIO(build(tmp_path)), name)}
    answer = office.post("/imports/new", data=data, content_type="multipart/form-data")
    steps = answer.headers["Location"].removesuffix("/columns")
    said = {"act": "check", "talent_source": "T2", "county": "示范县", "township": "清河镇"}
    pages = [office.get(f"{steps}/columns"), office.post(f"{steps}/columns", data=said), _checked(office, steps)]
    pages.append(office.get(f"{steps}/marked"))
    assert [page.status_code for page in pages if page.status_code >= 500] == []
    assert not any("\0" in page.text for page in pages[:3])


def _checked(office: FlaskClient, steps: str) -> TestResponse:
    """Return the page of the check as soon as the work has ended."""
    while (page := office.get(f"{steps}/check")).headers.get("Location", "").endswith("/wait"):
        office.get(f"{steps}/wait")
    return page


BOOKS = "/api/v1/rulebook-proposals"
RULEBOOKS = {
    "by a line": ({"changes": 'FS-02.note = "样\\u0000例"'}, "FS-02.note"),
    "by a list in a line": ({"changes": 'FS-02.limit = ["样\\u0000例"]'}, "FS-02.limit"),
    "by a name in a line": ({"changes": 'FS-02.citation = {"z\\u0000h" = "x"}'}, "FS-02.citation.zh"),
    "by a file in TOML": ({"document": 'name = "样\\u0000例"'}, "name"),
    "by a file in JSON": ({"document": '{"name": "样\\ud800例"}'}, "name"),
}


@pytest.mark.parametrize("way", RULEBOOKS)
def test_a_rulebook_cannot_bring_it_in(office: FlaskClient, way: str) -> None:
    sent, place = RULEBOOKS[way]
    for address in (BOOKS, f"{BOOKS}/effects"):
        body = {**sent, **({"reason": "x"} if address == BOOKS else {})}
        answer = office.post(address, json=body, headers={"Accept-Language": "en"})
        assert answer.status_code == 422, answer.text
        assert (answer.json["place"], "control character" in answer.json["detail"]) == (place, True), answer.text


def test_the_page_of_rules_cannot_bring_it_in(office: FlaskClient) -> None:
    form = {"more": 'FS-02.note = "样\\u0000例"', "reason": "x", "post": "first_secretary"}
    answer = office.post("/rulebook/edit", data=form, headers={"Accept-Language": "en"})
    assert answer.status_code == 422
    assert "control character" in answer.text


def test_a_header_that_nobody_can_store_is_not_remembered(any_database: Database, now: datetime) -> None:
    for header in ("工作\0单位甲", "工作\ud800单位甲"):
        with any_database.unit_of_work() as session, pytest.raises(InvalidInput, match="control character"):
            save_column_mapping(
                session, actor=an_actor(), office="样例镇", kind="people", columns={header: "employer"}, now=now
            )


def test_a_file_of_rules_in_the_terminal_cannot_bring_it_in(
    any_database: Database, any_settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "rules.json"
    path.write_text('{"name": "样\\ud800例"}', encoding="utf-8")
    told = {"TALENTPOOL_DATABASE_URL": any_settings.database_url, "TALENTPOOL_KEY_FILE": str(any_settings.key_file)}
    runner = CliRunner(env={**told, "TALENTPOOL_TOKEN": hire_office(any_database)})
    done = runner.invoke(cli, ["--lang", "en", "rulebook", "effect", "--file", str(path)])
    assert done.exit_code == 2, done.output
    assert "name: The text holds a control character" in done.stderr
