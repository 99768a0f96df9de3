"""Pages say whose an account is, beside what it did and under what it is asked to sign, to who may see names."""

import re

from builders import SIGNED
from builders_offices import reader_of

from service.access import Role
from tests.service.web.builders_desk import fields_of
from tests.service.web.builders_pages import page_of


def test_a_signature_on_paper_says_so_and_who_recorded_it(browser, address, reviewed, review):
    one = review().candidacies[0].candidacy
    told = {"signatory": "person", "signed_name": "样例甲", "signed_on": "2026-11-23", "document": "意愿表"}
    html = page_of(browser, f"{address}/round")
    assert "纸质材料" not in re.sub(r"<summary>.*?</summary>", "", html)
    sent = browser.post(
        f"{address}/candidacies/{one.candidacy_no}/signatures", data={**fields_of(html, "signatures"), **told}
    )
    assert sent.status_code == 303
    shown = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page_of(browser, f"{address}/round")))
    assert f"纸质材料，登记人 admin（{SIGNED}）" in shown
    shown = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page_of(browser, f"{address}/round", "en")))
    assert f"on paper, recorded by admin ({SIGNED})" in shown
    assert f"admin ({SIGNED})" in shown.partition("People and their way")[0], "who began the review"


def test_the_field_of_a_signature_says_which_name_it_is_and_is_not_filled_in(
    app, browser, address, reviewed, settled, database, now
):
    other = reader_of(app, database, Role.OFFICER, now=now)  # who requested the list does not propose it
    html = page_of(other, f"{address}/round")
    (field,) = re.findall(r'<input[^>]*id="proposed-signed_name"[^>]*>', html)
    assert 'value=""' in field
    assert f"请署账号持有人姓名：{SIGNED}" in html
    assert f"Sign as {SIGNED}" in page_of(other, f"{address}/round", "en")


def test_the_audit_trail_names_holders_to_leaders_and_not_to_auditors(app, browser, database, now):
    page_of(browser, "/people/P01")
    for role, is_told in ((Role.LEADER, True), (Role.AUDITOR, False)):
        html = page_of(reader_of(app, database, role, now=now), "/audit?person_no=P01")
        assert "admin" in html
        assert (f"（{SIGNED}）" in html) is is_told
