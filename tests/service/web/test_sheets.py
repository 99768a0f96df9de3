"""The print sheet as a file that the server makes."""

import io
import re

import pypdf
import pytest
from sqlalchemy import select

from service.errors import NotConfigured
from service.files import pdf_documents
from service.models.exports import Export
from service.models.people import Person
from tests.service.web.builders_desk import list_under_review, press
from tests.service.web.builders_pages import post_form


def _pango_is_there():
    try:
        pdf_documents._library()
    except NotConfigured:
        return False
    return True


pytestmark = pytest.mark.skipif(not _pango_is_there(), reason="no Pango: apt-get install libpangoft2-1.0-0")


@pytest.mark.parametrize(("language", "told"), [("zh", "未列入人员"), ("en", "who was left out")])
def test_who_was_left_out_is_a_workbook_a_sheet_and_a_pdf_of_the_rule_that_is_shown(browser, database, language, told):
    address = f"{list_under_review(browser)}/excluded"
    browser.set_cookie("language", language)
    html = browser.get(address).text
    rule = re.search(r"excluded\?rule=([A-Z0-9-]+)", html)[1]
    html = browser.get(f"{address}?rule={rule}").text
    assert f'href="{address}/sheet?rule={rule}"' in html
    assert f'name="rule" value="{rule}"' in html
    sheet = browser.get(f"{address}/sheet?rule={rule}")
    assert sheet.status_code == 200
    assert told in sheet.text
    names = re.findall(r'class="nm" href="[^"]*">([^<]+)<', html)
    assert names
    assert all(f'<th scope="row">{name}</th>' in sheet.text for name in names)
    answer = post_form(browser, f"{address}/file", {"rule": rule}, seen=address)
    assert answer.mimetype.endswith("sheet")
    answer = post_form(browser, f"{address}/file", {"rule": rule, "format": "pdf"}, seen=address)
    (page, *_more) = pypdf.PdfReader(io.BytesIO(answer.data)).pages
    assert [round(float(side) / 72 * 25.4) for side in page.mediabox[2:]] == [297, 210]
    text = re.sub(r"\s", "", page.extract_text())
    assert all(name in text for name in names[:3])
    with database.reading() as session:
        assert [one.kind for one in session.scalars(select(Export))] == ["excluded", "excluded"]


@pytest.mark.parametrize(("language", "blind"), [("zh", ""), ("en", "1")])
def test_ten_people_are_one_page_across_with_fonts_and_whoever_took_it_is_on_record(browser, database, language, blind):
    address = list_under_review(browser)
    assert press(browser, address, decision="recommend").status_code == 303
    browser.set_cookie("language", language)
    page = f"{address}/sheet?blind={blind}"
    assert f'action="{address}/sheet"' in browser.get(page).text
    answer = post_form(browser, f"{address}/sheet", {"blind": blind}, seen=address)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    (sheet,) = pypdf.PdfReader(io.BytesIO(answer.data)).pages
    assert [round(float(side) / 72 * 25.4) for side in sheet.mediabox[2:]] == [297, 210]
    fonts = [font.get_object() for font in sheet["/Resources"]["/Font"].values()]
    inner = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object() for font in fonts]
    assert inner
    assert all({"/FontFile2", "/FontFile3"} & descriptor.keys() for descriptor in inner)
    text = re.sub(r"\s", "", sheet.extract_text())
    assert ("拟推荐" if language == "zh" else "recommend") in text
    with database.reading() as session:
        (taken,) = session.scalars(select(Export)).all()
        names = [person.name for person in session.scalars(select(Person))]
    assert (taken.kind, taken.n_people) == ("sheet", 10)
    assert taken.export_no in text
    assert sum(name in text for name in names) == (0 if blind else 10)
