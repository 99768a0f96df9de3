import zipfile
from datetime import date
from pathlib import Path

import pytest
from builders_workbooks import SAMPLES, write_rows, write_zip

from service.errors import NotFound
from service.files.limits import UnreadableFile
from service.files.sources import read_source
from service.files.spreadsheets import cell_name, read_sheets


def refused(path: Path) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as error:
        read_sheets(path)
    assert error.value.place == path.name
    assert error.value.remedy is not None
    return error.value


def test_the_sample_roster_is_read_as_stored():
    (sheet,) = read_sheets(SAMPLES / "roster_synthetic.xlsx")
    assert sheet.name == "清河镇"
    assert sheet.rows[5][5] == 1985.1
    assert ((2, 9), (2, 10)) in sheet.merged


def test_cells_are_named_as_excel_names_them():
    assert [cell_name(16, column) for column in (3, 25, 26, 701, 702)] == ["D17", "Z17", "AA17", "ZZ17", "AAA17"]


@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("utf-8", ","), ("utf-8-sig", ","), ("gb18030", ","), ("utf-16", "\t"), ("gbk", ";")]
)
def test_csv_is_read_in_the_encodings_of_offices(tmp_path, encoding, delimiter):
    path = tmp_path / "名册.csv"
    path.write_bytes(f"姓名{delimiter}备注\r\n样例甲{delimiter}无\r\n".encode(encoding))
    (sheet,) = read_sheets(path)
    assert sheet.rows == [["姓名", "备注"], ["样例甲", "无"]]


@pytest.mark.parametrize("content", [b"", b"  \r\n", b"\xef\xbb\xbf", bytes(100)])
def test_an_empty_file_is_refused(tmp_path, content):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    assert "空" in refused(path).problem.zh


@pytest.mark.parametrize(
    "content",
    [b"\xff\xd8\xff\xe0 a photo \x80\x00\x01", b"\x81", b"<html><table></table></html>", b"%PDF-1.7 x", b"abc\0def"],
)
def test_what_is_no_table_is_refused(tmp_path, content):
    path = tmp_path / "a.xls"
    path.write_bytes(content)
    refused(path)


@pytest.mark.parametrize("suffix", [".xlsx", ".XLSX", ".xls", ".et"])
def test_a_workbook_by_name_only_is_refused_as_none(tmp_path, suffix):
    path = tmp_path / f"bad{suffix}"
    path.write_bytes("姓名,人才类别\r\n样例甲,村官\r\n".encode())
    assert "内容却不是工作簿" in refused(path).problem.zh


def test_a_file_of_wps_is_read_by_its_content_whether_of_the_old_kind_or_of_the_new(tmp_path):
    # WPS writes .et as BIFF8 in an OLE container, and as .xlsx where somebody renamed one. Written by LibreOffice.
    old, new = SAMPLES / "biff8_synthetic.xls", SAMPLES / "roster_synthetic.xlsx"
    for source in (old, new):
        renamed = tmp_path / f"{source.stem}.et"
        renamed.write_bytes(source.read_bytes())
        assert read_sheets(renamed) == read_sheets(source)
    (sheet,) = read_sheets(tmp_path / "biff8_synthetic.et")
    assert sheet.rows[2] == ["E1", "样例甲", "大学生村官", date(1990, 5, 1), "示范县", "清河镇"]
    assert sheet.rows[3][3] == 1985.1
    assert sheet.merged == (((0, 0), (0, 5)),)


def test_a_table_of_wps_comes_in_with_its_rows_and_its_merged_title_left_aside(tmp_path):
    for name in ("a.et", "a.ET"):
        (tmp_path / name).write_bytes((SAMPLES / "biff8_synthetic.xls").read_bytes())
        table = read_source(tmp_path / name, kind="people")
        assert [draft.values["person_no"] for draft in table.drafts] == ["E1", "E2"]


def test_a_missing_file_and_a_directory_are_told_apart(tmp_path):
    with pytest.raises(NotFound):
        read_sheets(tmp_path / "nope.xlsx")
    refused(tmp_path)


@pytest.mark.parametrize("keep", [50, 200, 2000])
def test_a_cut_workbook_is_refused(tmp_path, keep):
    path = tmp_path / "cut.xlsx"
    path.write_bytes((SAMPLES / "roster_synthetic.xlsx").read_bytes()[:keep])
    refused(path)


def test_a_zip_that_is_no_workbook_is_refused(tmp_path):
    refused(write_zip(tmp_path / "a.xlsx", hello=b"world"))


def test_an_encrypted_workbook_is_refused_with_its_remedy(tmp_path):
    path = tmp_path / "a.xlsx"
    ole = bytes.fromhex("d0cf11e0a1b11ae1")
    path.write_bytes(ole + bytes(1000) + "EncryptedPackage".encode("utf-16-le") + bytes(1000))
    assert "密码" in refused(path).remedy.zh


def test_a_small_zip_that_inflates_to_200_mb_is_refused_before_parsing(tmp_path):
    path = write_zip(tmp_path / "bomb.xlsx", xl__worksheets__sheet1_xml=bytes(200_000_000))
    assert path.stat().st_size < 200_000
    assert "过大" in refused(path).problem.zh


def test_a_zip_that_lies_about_its_size_is_refused(tmp_path):
    path = write_zip(tmp_path / "liar.xlsx", **{"xl__worksheets__sheet1.xml": bytes(60_000_000)})
    content = path.read_bytes()
    path.write_bytes(content.replace((60_000_000).to_bytes(4, "little"), (1_000).to_bytes(4, "little")))
    refused(path)


def test_one_cell_at_the_far_corner_is_refused_before_it_takes_the_memory(tmp_path):
    source = write_rows(tmp_path / "a.xlsx", ["姓名", "备注"], ["样例甲", "无"])
    path = tmp_path / "far.xlsx"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'r="B2"', b'r="XFD1048576"'))
    assert "1,048,576" in refused(path).problem.zh


def test_an_endless_text_is_refused(tmp_path):
    source = write_rows(tmp_path / "a.xlsx", ["姓名", "备注"], ["样例甲", "无备注"])
    path = tmp_path / "long.xlsx"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace("无备注".encode(), b"x" * 9_000_000))
    assert "过大" in refused(path).problem.zh


def test_an_endless_csv_cell_is_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("姓名,备注\n样例甲," + "x" * 10_000_000, encoding="utf-8")
    assert "32,767" in refused(path).problem.zh
