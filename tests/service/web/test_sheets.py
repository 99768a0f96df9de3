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
