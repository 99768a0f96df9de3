"""What every export holds to: texts stay texts, numbers of people stay hidden, the file says whose it is."""

import csv
import hashlib
import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import openpyxl
import pytest
from builders import a_person, a_vacancy, a_village, an_actor
from builders_registry import save
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from matching.vocabulary import Text
from service.access import Actor, Role
from service.errors import Forbidden, InvalidInput
from service.files.exported_tables import ExportedTable, table_csv, table_json, table_workbook
from service.files.guarding import guarded, unguarded
from service.files.marks import Mark
from service.files.spreadsheets import read_sheets
from service.models.audit import AuditEntry
from service.models.exports import Export
from service.models.people import Person
from service.usecases.incoming.imports import import_file
from service.usecases.lists.shortlists import request_shortlist
from service.usecases.long_work.rescoring import rescore
from service.usecases.outgoing import exports
from service.usecases.outgoing.exporting_rosters import export_roster
from service.usecases.outgoing.exports import Wanted, make_export

#: Each begins as a formula, a command or a reference would.
DANGEROUS = ("=1+1", "+86 000", "-2+3", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")', "＝1", "'=1", "''-x", "-", "0012")
MARK = Mark(
    export_no="E2026-000001",
    exported_by="admin",
    exported_at=datetime(2026, 11, 23, 2, tzinfo=UTC),
    title=Text("人员列表", "list of people"),
    n_people=3,
)


@pytest.fixture
def registered(database, actor, now):
    people = [
        a_person(id_number="239901199005010018", phone="13900001111", note="=1+1", current_post="@甲", employer="+乙"),
        a_person(person_no="P2", name="=cmd|乙", talent_source="T2", work_start_date=None),
        a_person(person_no="P3", name="样例𬭚䶮㛃", household_place="-丙"),
    ]
    save(
        database, actor, now, villages=[a_village()], people=people, vacancies=[a_vacancy(contact="样例丁 13900002222")]
    )
    with database.unit_of_work() as session:
        return request_shortlist(session, actor=actor, vacancy_no="V1", k=3, now=now).shortlist_no


@pytest.fixture
def export(database, actor, now, registered):
    def export(kind, file_format, **wanted):
        asked = Wanted(kind=kind, file_format=file_format, **{"subject_no": None, **wanted})
        with database.unit_of_work() as session:
            return make_export(session, asked, actor=actor, now=now)

    return export


def _table(text):
    return ExportedTable(name="名册", keys=["a", "b"], headers=["甲", "乙"], rows=[[text, 1.5]])


@pytest.mark.parametrize("text", DANGEROUS)
def test_what_looks_like_a_formula_comes_back_as_text_from_every_table(text, tmp_path):
    book = openpyxl.load_workbook(io.BytesIO(table_workbook(_table(text), mark=MARK, language="zh")))
    cell = book.worksheets[0]["A2"]
    assert (cell.value, cell.data_type) == (text, "s")
    path = tmp_path / "a.csv"
    path.write_bytes(table_csv(_table(text), mark=MARK, language="zh"))
    assert read_sheets(path)[0].rows[1] == [text, "1.5"]
    (raw, _) = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))[1]
    assert raw == text == "0012" or raw.startswith("'")  # no spreadsheet sees a formula
    document = json.loads(table_json({"items": [{"a": text}]}, mark=MARK))
    assert document["items"][0]["a"] == text


@given(st.text(alphabet="'=+-@\t\r\n＝甲a1"))
def test_guarding_is_undone_exactly_and_leaves_no_formula(text):
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(tuple("=+-@\t\r\n＝＋－＠"))


@pytest.mark.parametrize("file_format", ["xlsx", "csv", "json"])
def test_a_list_hides_id_numbers_and_phones(export, file_format):
    made = export("people", file_format, columns=["person_no", "id_number", "phone", "note"])
    text = made.content.decode("utf-8-sig") if file_format != "xlsx" else _cells(made.content)
    assert "239901199005010018" not in text
    assert "13900001111" not in text
    assert "239901********0018" in text
    assert "139****1111" in text


def _cells(content):
    book = openpyxl.load_workbook(io.BytesIO(content))
    return "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize(("kind", "file_format"), [("roster", "csv"), ("roster", "xlsx"), ("form", "lrmx")])
def test_numbers_are_in_a_file_in_full_for_a_reason_that_is_logged_only(export, database, kind, file_format):
    number = "P1" if kind == "form" else None
    masked = _told(export(kind, file_format, subject_no=number).content)
    assert "239901199005010018" not in masked
    assert "13900001111" not in masked
    assert "239901********0018" in masked
    full = _told(export(kind, file_format, subject_no=number, reason="与市级台账核对").content)
    assert "239901199005010018" in full
    with database.reading() as session:
        lines = session.scalars(select(AuditEntry).where(AuditEntry.action == "export").order_by(AuditEntry.id)).all()
        rows = session.scalars(select(Export).order_by(Export.id)).all()
        assert [line.detail.get("reason") for line in lines] == [None, "与市级台账核对"]
        assert [line.detail["is_unmasked"] for line in lines] == [row.is_unmasked for row in rows] == [False, True]
        assert exports.selection_shown(rows[1])["reason"] == "与市级台账核对"


def _told(content):
    return _cells(content) if content.startswith(b"PK") else content.decode("utf-8-sig")


@pytest.mark.parametrize("reason", ["  ", "查", "为样例甲办理", "核对 239901199005010018", "核" * 201])
def test_a_reason_says_what_for_and_names_nobody(export, database, reason):
    for kind, file_format, number in (("roster", "csv", None), ("form", "docx", "P1")):
        with pytest.raises(InvalidInput) as refused:
            export(kind, file_format, subject_no=number, reason=reason)
        assert refused.value.place == "reason"
    with database.reading() as session:
        assert session.scalars(select(Export)).all() == []


def test_a_reason_alone_unmasks_nothing(database, registered, now):
    narrow = replace(an_actor(Role.OFFICER), scopes=frozenset({"export", "read"}))
    for kind, number in (("roster", None), ("form", "P1")):
        asked = Wanted(kind=kind, file_format="csv" if number is None else "lrmx", subject_no=number, reason="核对台账")
        with database.unit_of_work() as session, pytest.raises(Forbidden):
            make_export(session, asked, actor=narrow, now=now)


def test_the_contact_of_a_vacancy_leaves_for_a_reason_only(export):
    assert "13900002222" not in _told(export("roster", "csv", subject_no="vacancies").content)
    made = export("roster", "csv", subject_no="vacancies", reason="与市级台账核对")
    assert "13900002222" in _told(made.content)
    assert made.n_people == 1


def test_a_list_is_exactly_what_is_shown(export):
    made = export(
        "people", "csv", filters={"talent_source": "大学生村官"}, columns=["name", "person_no"], sort="-person_no"
    )
    rows = list(csv.reader(io.StringIO(made.content.decode("utf-8-sig"), newline="")))
    assert rows[:3] == [["姓名", "人员编号"], ["样例𬭚䶮㛃", "P3"], ["样例甲", "P1"]]
    assert len(rows) == 4
    assert (made.n_rows, made.n_people) == (2, 2)
    book = openpyxl.load_workbook(io.BytesIO(export("people", "xlsx", language="en").content))
    assert [cell.value for cell in book.worksheets[0][1]][:3] == ["Person number", "Name", "Talent source"]


def test_every_list_is_exported_in_every_format(export, registered):
    for kind, file_format in product(("vacancies", "villages", "shortlist"), ("xlsx", "csv", "json")):
        made = export(kind, file_format, subject_no=registered if kind == "shortlist" else None)
        assert made.n_rows == (3 if kind == "shortlist" else 1)
        assert made.name.endswith(f"{made.export_no}.{file_format}")
        assert made.export_no.encode() in made.content or made.export_no in _cells(made.content)


def test_a_contact_is_in_no_list(export):
    with pytest.raises(InvalidInput) as refused:
        export("vacancies", "csv", columns=["vacancy_no", "contact"])
    assert refused.value.value == "contact"


def test_every_export_is_recorded_with_who_what_how_many_and_its_hash(export, database):
    made = export("people", "xlsx", filters={"name": "样例甲"}, columns=["name"])
    with database.reading() as session:
        row = session.scalars(select(Export)).one()
        assert (row.export_no, row.kind, row.exported_by, row.n_people, row.n_rows) == (
            made.export_no,
            "people",
            "admin",
            1,
            1,
        )
        assert row.sha256 == hashlib.sha256(made.content).hexdigest()
        assert row.n_bytes == len(made.content)
        assert json.loads(row.selection)["filters"] == {"name": "样例甲"}
        assert "样例甲".encode() not in row.selection_sealed
        assert exports.selection_shown(row)["filters"] == {"name": "***"}
        line = session.scalars(select(AuditEntry).where(AuditEntry.action == "export")).one()
        assert (line.subject_no, line.detail["sha256"]) == (made.export_no, row.sha256)
        assert "样例甲" not in json.dumps(line.detail, ensure_ascii=False)


def test_a_workbook_carries_its_mark_on_a_sheet_in_its_properties_and_under_each_page(export):
    made = export("people", "xlsx")
    book = openpyxl.load_workbook(io.BytesIO(made.content))
    said = {row[0].value: row[1].value for row in book["导出说明"].iter_rows()}
    assert (said["导出编号"], said["导出人"], said["含个人信息的人数"]) == (made.export_no, "admin", "3")
    assert (book.properties.creator, book.properties.subject) == ("admin", made.export_no)
    assert made.export_no in book.worksheets[0].oddFooter.left.text


@pytest.mark.parametrize(
    ("language", "filtered", "order"),
    [("zh", "筛选：人才类别", "人员编号（降序）"), ("en", "Filter: Talent source", "Person number (descending)")],
)
def test_a_workbook_says_in_its_language_how_it_was_filtered_and_sorted(export, language, filtered, order):
    made = export("people", "xlsx", filters={"talent_source": "T1"}, sort="-person_no", language=language)
    book = openpyxl.load_workbook(io.BytesIO(made.content))
    said = {row[0].value: row[1].value for row in book.worksheets[-1].iter_rows()}
    assert said[filtered] == "T1"
    assert order in said.values()


def test_who_lacks_the_right_takes_nothing(database, registered, now):
    files = {"people": "xlsx", "roster": "csv", "shortlist": "csv", "dossier": "docx", "form": "lrmx"}
    for kind, file_format in files.items():
        number = {"roster": "people", "form": "P1"}.get(kind, registered)
        asked = Wanted(kind=kind, file_format=file_format, subject_no=number)
        with database.unit_of_work() as session, pytest.raises(Forbidden):
            make_export(session, asked, actor=Actor("somebody"), now=now)
    with database.reading() as session:
        assert session.scalars(select(Export)).all() == []


@pytest.mark.parametrize(
    ("wanted", "place"),
    [
        ({"kind": "people", "file_format": "pdf"}, "format"),
        ({"kind": "people", "file_format": "csv", "columns": ["nothing"]}, "columns"),
        ({"kind": "people", "file_format": "csv", "columns": []}, "columns"),
        ({"kind": "people", "file_format": "csv", "sort": "birth_date"}, "sort"),
        ({"kind": "people", "file_format": "csv", "filters": {"talent_source": "国王"}}, "filters.talent_source"),
        ({"kind": "people", "file_format": "csv", "filters": {"shoe_size": "43"}}, "filters.shoe_size"),
        ({"kind": "dossier", "file_format": "pdf"}, "subject_no"),
        ({"kind": "everything", "file_format": "csv"}, "kind"),
    ],
)  # fmt: skip
def test_what_cannot_be_exported_is_named(database, actor, now, wanted, place):
    with database.unit_of_work() as session, pytest.raises(InvalidInput) as refused:
        make_export(session, Wanted(**wanted), actor=actor, now=now)
    assert refused.value.place == place


def test_no_cell_of_a_ranking_is_a_formula(database, actor, now):
    people = [a_person(person_no="=1+1"), a_person(person_no="-P2")]
    save(database, actor, now, villages=[a_village()], people=people, vacancies=[a_vacancy(vacancy_no="@V")])
    rescore(database, actor=actor, now=lambda: now)
    with database.unit_of_work() as session:
        made = make_export(session, Wanted(kind="ranking", file_format="csv"), actor=actor, now=now)
    header, *rows = csv.reader(io.StringIO(made.content.decode(), newline=""))
    assert header == ["vacancy_no", "person_no", "rank", "score", "verdict"]
    assert {row[0] for row in rows} == {"'@V"}
    assert sorted(row[1] for row in rows) == ["'-P2", "'=1+1"]


def test_whoever_may_not_export_rankings_gets_none_and_nothing_is_recorded(database, actor, now):
    clerk = replace(actor, roles=frozenset())
    with database.unit_of_work() as session, pytest.raises(Forbidden):
        make_export(session, Wanted(kind="ranking", file_format="csv"), actor=clerk, now=now)
    with database.reading() as session:
        assert session.scalars(select(Export)).all() == []


def test_a_masked_roster_changes_no_number_when_it_is_imported(database, actor, now, tmp_path):
    people = [a_person(id_number="239901199005010018", phone="13900001111", negative_flags=("NG03",))]
    save(database, actor, now, villages=[a_village()], people=people)
    path = tmp_path / "people.xlsx"
    with database.unit_of_work() as session:
        officer = an_actor(Role.OFFICER)
        path.write_bytes(export_roster(session, actor=officer, table="people", file_format="xlsx", now=now).content)
        report = import_file(session, actor=actor, kind="people", path=path, now=now)
        (person,) = session.scalars(select(Person))
        assert (person.id_number, person.phone) == ("239901199005010018", "13900001111")
        assert person.negative_flags == ("NG03",)
    assert {one.column for one in report.findings if "打码" in one.problem.zh} == {"身份证号", "联系电话"}


def test_a_list_says_its_notes_in_words(database, actor, now):
    person = a_person(willing_posts=("industrial_consultant",))
    save(database, actor, now, villages=[a_village()], people=[person], vacancies=[a_vacancy()])
    with database.unit_of_work() as session:
        number = request_shortlist(session, actor=actor, vacancy_no="V1", k=1, now=now).shortlist_no
        asked = Wanted(kind="shortlist", file_format="csv", subject_no=number)
        text = make_export(session, asked, actor=actor, now=now).content.decode("utf-8-sig")
    assert "超出意向" in text
    assert "beyond_wish" not in text
