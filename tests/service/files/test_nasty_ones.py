"""Forty nasty files, each named for its nastiness: refused in one sentence before parsing, or read without harm."""

import zipfile
from datetime import date

import pytest
from builders_nasty import (
    HEADER,
    LRM,
    LRMX,
    ROW,
    a_book,
    bomb_of_the_same_bytes,
    folder_of,
    replaced,
    swapped,
    text,
    with_parts,
)
from builders_workbooks import write_rows, write_zip

from service.errors import ServiceError
from service.files.findings import Effect
from service.files.sources import read_source
from service.usecases.incoming.import_preparation import PeoplePreparation, PlacePreparation
from service.usecases.incoming.import_rows import read_rows

PREPARE = PeoplePreparation(PlacePreparation(), date(2026, 11, 23))
BILLION = (
    '<!DOCTYPE Person [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><Person><XingMing>&b;</XingMing></Person>'
)
OUTSIDE = '<!DOCTYPE Person [<!ENTITY x SYSTEM "file:///etc/passwd">]><Person><XingMing>&x;</XingMing></Person>'
FAR = b'<c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c>'
MILLION_ROWS = b'<mergeCells count="1"><mergeCell ref="C2:C1048576"/></mergeCells>'
FORM = LRM.read_bytes().decode("gb18030")

REFUSED = {
    "a form of a billion laughs": (lambda d: text(d, "a.lrmx", BILLION), "entities"),
    "a form that asks for a file of the host": (lambda d: text(d, "a.lrmx", OUTSIDE), "entities"),
    "a form with a document type of its own": (lambda d: text(d, "a.lrmx", "<!DOCTYPE Person><Person/>"), "DTD"),
    "a form nested a hundred thousand deep": (
        lambda d: text(d, "a.lrmx", folder_of(["Person"] * 100_000)),
        "nested too deeply",
    ),
    "a form that is a web page": (lambda d: text(d, "a.lrmx", "<html><body>请登录</body></html>"), "root"),
    "a form whose name has ten megabytes": (
        lambda d: text(d, "a.lrmx", f"<Person><XingMing>{'甲' * 3_400_000}</XingMing></Person>"),
        "too large",
    ),
    "an old form with a part too few": (
        lambda d: text(d, "a.lrm", FORM.replace('"女",', "").encode("gb18030")),
        "has 32 parts",
    ),
    "an old form whose text breaks out of its quotes": (
        lambda d: text(d, "a.lrm", FORM.replace("农艺师", '农","艺","师').encode("gb18030")),
        "parts",
    ),
    "an old form with five educations": (
        lambda d: text(d, "a.lrm", FORM.replace("大学#农学学士@", "大学#农学学士@中专#@").encode("gb18030")),
        "Part 9",
    ),
    "a photo that calls itself a form": (lambda d: text(d, "a.lrmx", b"\xff\xd8\xff\xe0" + bytes(range(256))), ""),
    "a spreadsheet of another century that is a letter": (lambda d: text(d, "a.xls", b"Sehr geehrte Damen"), "xls"),
    "a web page saved as a workbook": (lambda d: text(d, "a.csv", "<html><table><tr><td>姓名</td></table>"), "neither"),
    "a document of a word processor": (lambda d: write_zip(d / "a.docx", word__document_xml=b"<w/>"), ""),
    "a workbook of another office": (lambda d: write_zip(d / "a.ods", mimetype=b"x", content_xml=b"<a/>"), ".ods"),
    "a binary workbook": (
        lambda d: write_zip(d / "a.xlsb", **{"xl/workbook.bin": b"x", "[Content_Types].xml": b"<a/>"}),
        ".xlsb",
    ),
    "a zip whose entries are all the same bytes": (bomb_of_the_same_bytes, ""),
    "a zip in a zip in a zip": (
        lambda d: write_zip(d / "c.zip", **{"b.zip": write_zip(d / "b.zip", **{"a.csv": b"x"}).read_bytes()}),
        "no file",
    ),
    "a zip without a file": (lambda d: write_zip(d / "a.zip"), "no file"),
    "a workbook with a cell at the far corner": (
        lambda d: replaced(d, "a.xlsx", b"</row></sheetData>", FAR + b"</row></sheetData>"),
        "1,048,576",
    ),
    "a text in a cell of ten megabytes": (
        lambda d: replaced(d, "a.xlsx", "无事".encode(), "无".encode() * 3_400_000),
        "too large",
    ),
    "a workbook whose XML refers to the host": (
        lambda d: replaced(d, "a.xlsx", b"<sst ", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><sst '),
        "entities",
    ),
    "a roster of nothing but a title": (lambda d: write_rows(d / "a.xlsx", ["示范县花名册"]), "header"),
    "a table of two known words in a letter": (
        lambda d: write_rows(d / "a.xlsx", ["性别", "民族"], ["女", "汉"]),
        "Name",
    ),
    "a CSV of quotation marks": (lambda d: text(d, "a.csv", '"' * 40_001), ""),
    "a CSV with a cell of ten megabytes": (lambda d: text(d, "a.csv", "姓名,备注\n甲," + "x" * 10_000_000), "32,767"),
    "a CSV of zero bytes": (lambda d: text(d, "a.csv", bytes(5_000)), "empty"),
    "a workbook of mixed up parts": (
        lambda d: swapped(
            d / "a.xlsx", a_book(d), lambda name, part: part[::-1] if name.endswith("sheet1.xml") else part
        ),
        "",
    ),
}


@pytest.mark.parametrize("nastiness", REFUSED)
def test_it_is_refused_in_one_sentence_with_a_remedy(tmp_path, nastiness):
    build, word = REFUSED[nastiness]
    with pytest.raises(ServiceError) as refused:
        read_source(build(tmp_path), kind="people")
    assert word in refused.value.problem.en
    assert refused.value.problem.zh != refused.value.problem.en
    assert refused.value.remedy is not None
    assert len(refused.value.sentence("zh")) < 300


def rows_of(path, **options):
    table = read_source(path, kind="people", **options)
    return table, read_rows(table.drafts, kind="people", prepare=PREPARE)


def column(values, header, *, kind="xlsx"):
    return lambda d: write_rows(
        d / f"a.{kind}", ["姓名", "人才类别", header], *(["甲", "村官", value] for value in values)
    )


READ = {
    "a merge over a million rows": (
        lambda d: replaced(d, "a.xlsx", b"</sheetData>", b"</sheetData>" + MILLION_ROWS),
        {"name": "样例甲"},
    ),
    "a link to another workbook": (
        lambda d: with_parts(d, "a.xlsx", xl__externalLinks__externalLink1_xml=b'<externalLink r:id="rId1"/>'),
        {"name": "样例甲"},
    ),
    "macros inside": (lambda d: with_parts(d, "a.xlsm", xl__vbaProject_bin=b"\xd0\xcf\x11\xe0"), {"name": "样例甲"}),
    "parts that climb out of the workbook": (
        lambda d: with_parts(d, "a.xlsx", **{"..__..__evil.xml": b"x"}),
        {"name": "样例甲"},
    ),
    "a formula that would call a program": (
        lambda d: write_rows(d / "a.xlsx", HEADER, ["样例甲", "村官", "=cmd|'/c calc'!A0"]),
        {"note": "=cmd|'/c calc'!A0"},
    ),
    "blanks and returns inside a name": (
        lambda d: write_rows(d / "a.xlsx", HEADER, ["样\u3000例 甲_x000D_", "村官", ""]),
        {"name": "样例甲"},
    ),
    "a header with stars, brackets and line breaks": (
        lambda d: write_rows(d / "a.xlsx", ["*姓\n名：", "人才类别\n（必填）"], ["甲", "村官"]),
        {"name": "甲"},
    ),
    "a name in rare characters": (lambda d: write_rows(d / "a.xlsx", HEADER, ["𠮷㛃", "村官", ""]), {"name": "𠮷㛃"}),
    "an id number in full width": (
        column(["２３９９０１１９８７０３１５００２５"], "身份证号"),
        {"id_number": "239901198703150025"},
    ),
    "an id number of 15 digits": (column(["239901870315002"], "身份证号"), {"id_number": "239901198703150025"}),
    "a CSV in UTF-16 without a mark": (
        lambda d: text(d, "a.csv", "姓名\t人才类别\n甲,乙\t村官\nab\t村官\n".encode("utf-16-le")),
        {"name": "甲,乙"},
    ),
    "a CSV parted by bars with commas inside": (
        lambda d: text(d, "a.csv", "姓名|人才类别|备注\n甲|村官|一,二,三\n".encode("gb18030")),
        {"note": "一,二,三"},
    ),
    "a header in the thirtieth row": (
        lambda d: write_rows(d / "a.xlsx", *[["填表说明"]] * 29, HEADER, ROW),
        {"name": "样例甲"},
    ),
    "an old form with line ends of every kind and a mark of its end": (
        lambda d: text(d, "a.lrm", FORM.replace("\n", "\r\n").encode("gb18030") + b"\r\n\x1a"),
        {"name": "样例甲"},
    ),
}


@pytest.mark.parametrize("nastiness", READ)
def test_it_is_read_without_harm(tmp_path, nastiness):
    build, expected = READ[nastiness]
    _, rows = rows_of(build(tmp_path))
    values = rows[0].record if rows[0].record is not None else rows[0].draft.values
    assert expected.items() <= values.items()


CELLS = {
    "an id number typed as a number": ("身份证号", 239901198703150025, Effect.CELL_REFUSED),
    "an id number with a wrong check character": ("身份证号", "239901198703150026", Effect.CELL_REFUSED),
    "an id number of the thirtieth of February": ("身份证号", "239901198702300023", Effect.CELL_REFUSED),
    "a birth in January or October": ("出生年月", 1985.1, Effect.CELL_REFUSED),
    "a birth as a serial number": ("出生年月", 31234, Effect.CELL_REFUSED),
    "a phone that is two": ("联系电话", "000-0000001/000-0000002", Effect.CELL_REFUSED),
    "a disease under fitness": ("健康状况", "高血压", Effect.CELL_REFUSED),
    "a formula without a result": ("备注", "#REF!", Effect.CELL_REFUSED),
    "an address for a village": ("所在村", "东岗村3组12号", Effect.CELL_REFUSED),
    "a size without a unit": ("产业规模", 50, Effect.CELL_REFUSED),
    "a resume as long as a book": ("简历", "甲" * 20_000, Effect.CELL_REFUSED),
    "a religion under another name": ("本人有无宗教信仰", "佛教", Effect.COLUMN_LEFT_OUT),
}


@pytest.mark.parametrize("nastiness", CELLS)
def test_the_cell_alone_is_refused_and_named(tmp_path, nastiness):
    header, value, effect = CELLS[nastiness]
    table, (row,) = rows_of(column([value], header)(tmp_path))
    findings = [found for found in (*table.findings, *row.findings) if found.effect is effect]
    assert [found.cell for found in findings] == ["C1" if effect is Effect.COLUMN_LEFT_OUT else "C2"]
    assert row.record is not None
    assert str(value) not in str(row.record)
    for found in findings:
        assert "239901198703" not in found.value
        assert "佛教" not in str(found)
        assert "高血压" not in str(found)


def test_nothing_of_a_zip_is_written_to_disk(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("../../a.lrmx", LRMX.read_bytes())
    read_source(tmp_path / "a.zip", kind="people")
    assert [child.name for child in tmp_path.iterdir()] == ["a.zip"]
