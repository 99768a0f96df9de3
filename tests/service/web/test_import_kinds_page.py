"""Other files through the wizard: a zip of forms, and a roster that somebody vouches for."""

import io
import re
import zipfile

import pytest
from builders import an_actor
from builders_offices import reader_of
from builders_workbooks import a_roster_row, write_records

from service.access import Role
from service.usecases.incoming.import_kinds import importable_kinds, template_kinds
from tests.service.web.builders_imports import go_on, send_file
from tests.service.web.builders_pages import page_of


def test_a_zip_of_forms_comes_in_through_the_wizard(browser):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("样例子", "样例丑"):
            archive.writestr(f"{name}.lrmx", f"<Person><XingMing>{name}</XingMing><XingBie>男</XingBie></Person>")
        archive.writestr("坏.lrmx", "<Person>")
    address = send_file(browser, packed.getvalue(), name="审批表.zip").headers["Location"]
    address = go_on(browser, address, "columns", act="check", talent_source="T2")
    assert "坏.lrmx" in page_of(browser, f"{address}?show=notes"), "the form that cannot be read is named"
    address = go_on(browser, address, "import")
    assert re.fullmatch(r"/imports/\d+", address)
    found = page_of(browser, "/people?sort=-updated_at&record_status=unverified")
    assert "样例子" in found
    assert "样例丑" in found


def test_a_file_is_attested_in_the_wizard_and_its_records_are_verified(browser, tmp_path):
    row = a_roster_row("P60", 姓名="样例核", 核验状态="已核验", 人才类别="返乡人员")
    content = write_records(tmp_path / "名册.xlsx", row).read_bytes()
    bare = send_file(browser, content).headers["Location"]
    address = go_on(browser, bare, "columns", act="check")
    unsigned = page_of(browser, address) + page_of(browser, f"{address}?show=notes")
    assert "一步填写核验人和依据文件" in unsigned
    signed = send_file(browser, content).headers["Location"]
    given = {"act": "check", "attested_by": "样例署名", "attested_document": "示组〔2026〕9号"}
    address = go_on(browser, go_on(browser, signed, "columns", **given), "import")
    assert re.fullmatch(r"/imports/\d+", address)
    page = page_of(browser, "/people/P60")
    assert "样例署名" in page
    assert "已核验" in page


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMIN}))  # its name is taken; it imports nothing
def test_the_pages_offer_a_role_the_kinds_and_templates_that_it_may_bring(app, database, now, tmp_path, role):
    who, kinds = reader_of(app, database, role, now=now), list(importable_kinds(an_actor(role)))
    answer = who.get("/imports/new")
    assert (answer.status_code == 200) == bool(kinds)
    if not kinds:
        return
    assert re.findall(r'type="radio" name="kind" value="(\w+)"', answer.text) == kinds
    assert re.findall(r"/imports/templates/(\w+)", answer.text) == list(template_kinds(an_actor(role)))
    sent = send_file(who, write_records(tmp_path / "a.xlsx", a_roster_row()).read_bytes())
    columns = who.get(sent.headers["Location"]).text
    shown = re.search(r'<select class="sel w3" id="f-kind".*?</select>', columns)
    assert re.findall(r'<option value="(\w+)"', shown[0]) == kinds
