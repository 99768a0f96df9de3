"""A zip of many files: every file is read, refused or skipped by its name."""

import io
import zipfile

import pytest
from builders_workbooks import SAMPLES, write_rows

from service.files import archives
from service.files.findings import Effect
from service.files.limits import UnreadableFile
from service.files.sources import read_source

LRMX = (SAMPLES / "sample_synthetic.lrmx").read_bytes()
LRM = (SAMPLES / "sample_synthetic.lrm").read_bytes()
PIC = (SAMPLES / "sample_synthetic.pic").read_bytes()


def pack(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def effects(table):
    return {finding.sheet: finding.effect for finding in table.findings if not finding.cell}


def test_a_zip_of_forms_is_read_and_every_finding_names_the_form(tmp_path):
    path = pack(tmp_path / "a.zip", {"甲/样例.lrmx": LRMX, "乙.lrm": LRM, "乙.pic": PIC})
    table = read_source(path, kind="people")
    assert [draft.sheet for draft in table.drafts] == ["乙.lrm", "甲/样例.lrmx"]
    assert [draft.values["name"] for draft in table.drafts] == ["样例甲", "样例甲"]
    assert effects(table)["乙.pic"] is Effect.NOTE
    assert {"甲/样例.lrmx", "乙.lrm", "乙.pic"} == {finding.sheet for finding in table.findings}


def test_names_in_gbk_are_read_as_they_were_written(tmp_path):
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        archive.writestr("AAAA.lrmx", LRMX)
    path = tmp_path / "a.zip"
    path.write_bytes(raw.getvalue().replace(b"AAAA.lrmx", "样例".encode("gb18030") + b".lrmx"))
    assert read_source(path, kind="people").drafts[0].sheet == "样例.lrmx"


def test_workbooks_in_a_zip_are_read_sheet_by_sheet(tmp_path):
    book = write_rows(tmp_path / "b.xlsx", ["姓名", "人才类别"], ["样例甲", "村官"]).read_bytes()
    path = pack(tmp_path / "a.zip", {"东乡.xlsx": book, "西乡.csv": "姓名,人才类别\n样例乙,村官\n", "说明.docx": "x"})
    table = read_source(path, kind="people")
    assert [(draft.sheet, draft.values["name"]) for draft in table.drafts] == [
        ("东乡.xlsx/名册", "样例甲"),
        ("西乡.csv", "样例乙"),
    ]
    assert effects(table)["说明.docx"] is Effect.NOTE


def test_one_bad_form_leaves_the_others_alone_and_is_named(tmp_path):
    table = read_source(pack(tmp_path / "a.zip", {"好.lrmx": LRMX, "坏.lrmx": LRMX[:99]}), kind="people")
    assert [draft.sheet for draft in table.drafts] == ["好.lrmx"]
    assert effects(table)["坏.lrmx"] is Effect.FILE_LEFT_OUT


def test_a_zip_inside_a_zip_is_not_unpacked(tmp_path):
    inner = pack(tmp_path / "inner.zip", {"b.lrmx": LRMX}).read_bytes()
    table = read_source(pack(tmp_path / "a.zip", {"a.lrmx": LRMX, "inner.zip": inner, "c.csv": inner}), kind="people")
    assert effects(table)["inner.zip"] is effects(table)["c.csv"] is Effect.FILE_LEFT_OUT
    assert len(table.drafts) == 1


def test_names_that_climb_out_of_the_zip_are_harmless(tmp_path):
    path = pack(tmp_path / "a.zip", {"../../etc/passwd.lrmx": LRMX, "C:\\windows\\b.lrmx": LRMX, "c\x07.lrmx": LRMX})
    assert [draft.sheet for draft in read_source(path, kind="people").drafts] == [
        "C:/windows/b.lrmx",
        "c.lrmx",
        "etc/passwd.lrmx",
    ]
    assert sorted(child.name for child in tmp_path.iterdir()) == ["a.zip"]


def test_litter_of_file_managers_is_not_spoken_of(tmp_path):
    path = pack(tmp_path / "a.zip", {"a.lrmx": LRMX, "__MACOSX/._a.lrmx": b"x", "~$b.xlsx": b"x", ".DS_Store": b"x"})
    assert {finding.sheet for finding in read_source(path, kind="people").findings} == {"a.lrmx"}


def test_too_many_files_are_refused_before_one_is_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MOST_MEMBERS", 2)
    with pytest.raises(UnreadableFile, match="too large"):
        read_source(pack(tmp_path / "a.zip", {f"{n}.lrmx": LRMX for n in range(3)}), kind="people")


def test_a_zip_that_inflates_beyond_measure_is_refused_before_parsing(tmp_path):
    path = pack(tmp_path / "a.zip", {f"{n}.lrmx": bytes(40_000_000) for n in range(5)})
    assert path.stat().st_size < 200_000
    with pytest.raises(UnreadableFile, match="too large"):
        read_source(path, kind="people")


@pytest.mark.parametrize("members", [{}, {"a.docx": b"x"}, {"a.lrmx": b"<Person>"}])
def test_a_zip_with_nothing_to_import_is_refused_with_its_remedy(tmp_path, members):
    with pytest.raises(UnreadableFile) as error:
        read_source(pack(tmp_path / "a.zip", members), kind="people")
    assert error.value.remedy is not None


def test_a_form_is_no_vacancy(tmp_path):
    table = "村名,岗位,主导产业,需求人数\n东岗村,第一书记,水稻,1\n"
    found = read_source(pack(tmp_path / "a.zip", {"a.lrmx": LRMX, "b.csv": table}), kind="vacancies")
    assert effects(found)["a.lrmx"] is Effect.FILE_LEFT_OUT
    assert len(found.drafts) == 1


def test_a_zip_with_a_password_is_refused_with_its_remedy(tmp_path):
    path = pack(tmp_path / "a.zip", {"a.lrmx": LRMX})
    content = bytearray(path.read_bytes())
    for mark, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        content[content.index(mark) + place] |= 1
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match="password"):
        read_source(path, kind="people")
