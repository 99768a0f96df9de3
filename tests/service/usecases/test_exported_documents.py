"""Dossiers and cadre forms: opened again with other programs, nothing lost, nothing invented."""

import io
import re

import docx
import pypdf
import pytest
from builders_workbooks import SAMPLES
from sqlalchemy import select, update

from service.errors import Conflict, NotConfigured
from service.files import pdf_documents
from service.models.people import Person
from service.models.shortlists import ShortlistEntry
from service.usecases.outgoing.exporting_shortlists import export_dossier
from service.version import VERSION

SAMPLE = (SAMPLES / "sample_synthetic.lrmx").read_text(encoding="utf-8")
RARE = "样例𬭚䶮㛃"
# How a dossier looks does not depend on the database; that it comes of both is held once.
on_one_database = pytest.mark.parametrize("any_settings", ["sqlite"], indirect=True)


@pytest.fixture
def dossier(listed, actor, now):
    database, shortlist_no = listed
    with database.unit_of_work() as session:
        for person in session.scalars(select(Person).where(Person.person_no == "P1")):
            person.name = RARE

    def dossier(file_format, **options):
        with database.unit_of_work() as session:
            return export_dossier(
                session, actor=actor, shortlist_no=shortlist_no, file_format=file_format, now=now, **options
            )

    return dossier


def _text_of_word(content):
    made = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    return "\n".join(
        [*(paragraph.text for paragraph in made.paragraphs), *cells, made.sections[0].footer.paragraphs[0].text]
    )


def _pango_is_there():
    try:
        pdf_documents._library()
    except NotConfigured:
        return False
    return True


needs_pango = pytest.mark.skipif(not _pango_is_there(), reason="no Pango: apt-get install libpangoft2-1.0-0")


def _text_of_pdf(content):
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


IN_PDF = pytest.param("pdf", _text_of_pdf, marks=needs_pango)


def _assert_that_fonts_are_embedded(content):
    reader = pypdf.PdfReader(io.BytesIO(content))
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    inner = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object() for font in fonts]
    assert inner
    assert all({"/FontFile2", "/FontFile3"} & descriptor.keys() for descriptor in inner)
    assert all("/ToUnicode" in font for font in fonts)


def test_both_databases_make_a_dossier(dossier):
    assert RARE in _text_of_word(dossier("docx").content)


@on_one_database
@pytest.mark.parametrize(
    ("file_format", "read"), [("docx", _text_of_word), pytest.param("pdf", _text_of_pdf, marks=needs_pango)]
)
def test_a_dossier_says_everything_that_the_list_says(dossier, listed, file_format, read):
    made = dossier(file_format)
    if file_format == "pdf":
        _assert_that_fonts_are_embedded(made.content)
    text = re.sub(r"\s", "", read(made.content))
    told = (RARE, "P2", "待核验", "C-0", "产业", "未列入人数", "签字", VERSION, listed[1], made.export_no, "含3人")
    assert [said for said in told if said not in text] == []
    assert re.search(rf"重演编号{listed[1]}-[0-9a-f]{{16}}", text)


@on_one_database
def test_a_dossier_is_laid_out_to_be_read_signed_and_filed(dossier):
    made = docx.Document(io.BytesIO(dossier("docx").content))
    head, opinions, versions = made.tables[0], made.tables[-2], made.tables[-1]
    assert [row.cells[0].text for row in head.rows][:4] == ["名单编号", "岗位", "需求人数", "计算日期"]
    assert all("\n" not in row.cells[1].text for row in head.rows)  # one thing on each line
    assert [row.cells[0].text for row in opinions.rows] == ["审阅人意见", "组织部门负责人意见", "集体研究意见"]
    assert all("签字" in row.cells[1].text and row.height.mm >= 25 for row in opinions.rows)
    assert versions.rows[-1].cells[1].text.startswith("talentpool replay S2026-")
    footer = made.sections[0].footer._element.xml
    assert all(f'w:instr="{field}"' in footer for field in ("PAGE", "NUMPAGES"))
    # Without it a program that lacks 仿宋 draws Chinese with the forms of other regions.
    assert 'w:eastAsia="zh-CN"' in made.styles["Normal"].element.xml


@needs_pango
@on_one_database
def test_the_pages_of_a_dossier_are_numbered(dossier):
    assert re.search(r"1 / \d+$", pypdf.PdfReader(io.BytesIO(dossier("pdf").content)).pages[0].extract_text().strip())


@on_one_database
def test_a_dossier_speaks_english(dossier):
    text = _text_of_word(dossier("docx", language="en").content)
    assert "Reasons for each person" in text
    assert "Not listed, by the first rule not met" in text


@needs_pango
@on_one_database
def test_a_character_that_no_font_has_is_refused_by_name(dossier, monkeypatch):
    monkeypatch.setattr(pdf_documents, "_is_drawn", lambda code_point: code_point != ord("㛃"))
    with pytest.raises(NotConfigured, match="㛃"):
        dossier("pdf")


@on_one_database
def test_without_the_library_one_sentence_says_what_to_install(dossier, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "weasyprint", None)
    with pytest.raises(NotConfigured) as refused:
        dossier("pdf")
    assert "libpango" in refused.value.remedy.en
    assert "docx" in refused.value.remedy.zh


@on_one_database
def test_a_list_that_was_tampered_with_gets_no_dossier(dossier, listed):
    with listed[0].unit_of_work() as session:
        session.execute(update(ShortlistEntry).where(ShortlistEntry.rank == 1).values(score=9999))
    with pytest.raises(Conflict):
        dossier("docx")
