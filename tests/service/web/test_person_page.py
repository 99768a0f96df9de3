"""One person's page: each field with source and history, changed in place; what is owed to the person."""

import re

import pytest
from builders import an_actor
from builders_offices import reader_of
from sqlalchemy import select

from service.access import Role, Territory, TerritoryKind
from service.models.people import Person
from service.models.villages import County
from service.usecases.long_work.rescoring import rescore
from service.usecases.records.people import edit_person
from tests.service.web.builders_pages import page_of, token_of

FIELD = "/people/P01/fields/current_post"


def _edit(browser, address: str, *, script: bool = False, **typed: str):
    html = page_of(browser, address)
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html.partition("inplace")[2]))
    headers = {"HX-Request": "true"} if script else {}
    return browser.post(address, data={**fields, **typed, "csrf_token": token_of(html)}, headers=headers)


def _changed_by_another(database, now, version: int = 1, **record) -> None:
    with database.unit_of_work() as session:
        edit_person(session, actor=an_actor(), person_no="P01", record=record, expected_version=version, now=now)


def test_each_field_says_who_vouches_for_it_and_leads_to_its_history(browser, database, now):
    _changed_by_another(database, now, current_post="样例副主任")
    _changed_by_another(database, now, 2, current_post="样例署名")
    html = page_of(browser, "/people/P01")
    row = re.search(r'id="r-name".*?</dd>', html, re.DOTALL)[0]
    assert "样例署名" in row
    assert f'href="{FIELD}"' in html
    page = page_of(browser, FIELD)
    assert "样例署名" in page
    assert len(re.findall(r"<tr><td class=\"num nowrap\">", page)) == 2


def test_a_field_is_changed_without_a_script_and_with_one(browser):
    answer = _edit(browser, FIELD, current_post="第一任")
    assert answer.headers["Location"] == "/people/P01#r-current_post"
    assert "第一任" in page_of(browser, "/people/P01")
    part = _edit(browser, FIELD, script=True, current_post="第二任")
    assert part.status_code == 200
    assert part.text.lstrip().startswith('<div class="frow')
    assert "第二任" in part.text


def test_a_change_in_between_shows_both_versions_and_saves_nothing_until_it_is_asked_again(browser, database, now):
    html = page_of(browser, FIELD)
    _changed_by_another(database, now, current_post="他人所填")
    typed = {"current_post": "本人所填", "version": "1", "csrf_token": token_of(html)}
    answer = browser.post(FIELD, data=typed)
    assert answer.status_code == 409
    assert "他人所填" in answer.text
    assert "本人所填" in answer.text
    assert 'name="version" value="2"' in answer.text
    assert "他人所填" in page_of(browser, "/people/P01")
    assert browser.post(FIELD, data={**typed, "version": "2"}).status_code == 303
    assert "本人所填" in page_of(browser, "/people/P01")


def test_what_cannot_be_taken_stays_typed_with_its_reason_beside_it(browser):
    answer = _edit(browser, "/people/P01/fields/birth_date", birth_date="1985.13")
    assert answer.status_code == 422
    assert 'value="1985.13"' in answer.text
    assert 'href="#f-birth_date"' in answer.text
    assert answer.text.count("esum-t") == 2
    assert "<title>有误：" in answer.text


def test_a_home_is_three_answers_of_one_field(browser):
    answer = _edit(browser, "/people/P01/fields/home", county="样例县", township="样例镇", village="别村")
    assert answer.status_code == 303, answer.text
    assert "别村" in page_of(browser, "/people/P01")


def test_who_may_not_edit_asks_for_a_correction_that_another_officer_decides(browser, app, database, now):
    township = reader_of(app, database, Role.TOWNSHIP, now=now)
    html = township.get(FIELD).text
    assert "申请更正" in html
    assert f'action="{FIELD}"' not in html
    asked = {"current_post": "应为此职", "reason": "档案有误", "csrf_token": token_of(html)}
    assert township.post(f"{FIELD}/corrections", data=asked).status_code == 303
    page = page_of(browser, "/people/P01")
    assert "应为此职" in page
    (number,) = re.findall(r'name="correction" value="(\d+)"', page)
    refused = {"correction": number, "act": "refuse", "reason": "", "csrf_token": token_of(page)}
    told = browser.post("/people/P01/corrections", data=refused)
    assert told.status_code == 422
    assert "不予更正须说明理由" in told.text
    browser.post("/people/P01/corrections", data={**refused, "act": "accept"})
    assert re.search(r'id="r-current_post".*?应为此职', page_of(browser, "/people/P01"), re.DOTALL)


def test_vacancies_that_fit_show_the_score_of_the_pair(browser, database, actor, now, app):
    rescore(database, actor=actor, now=lambda: now)
    html = page_of(browser, "/people/P01")
    fits = re.search(r'id="fits".*?</section>', html, re.DOTALL)[0]
    assert set(re.findall(r'href="/vacancies/(V\d)"', fits)) == {"V1", "V2"}
    assert "适合的岗位" not in reader_of(app, database, Role.REGISTRAR, now=now).get("/people/P01").text


def test_who_saw_a_record_is_a_page_and_a_line(browser):
    page_of(browser, "/people/P01")
    page_of(browser, "/people/P01/views")
    html = page_of(browser, "/people/P01/views")
    assert "view_person" not in html
    assert "查看" in html


def test_a_withdrawal_acts_at_once(browser, app, database, now):
    html = page_of(browser, "/people/P01")
    signed = {"purpose": "matching", "signed_by": "样例", "document": "样例表一", "on": "2026-11-20"}
    fields = {**signed, "act": "withdraw", "csrf_token": token_of(html)}
    answer = browser.post("/people/P01/consents", data=fields)
    assert answer.status_code == 303
    assert "P01" in page_of(browser, "/people?consent_matching=no")


@pytest.mark.parametrize(("wrong", "told"), [({"on": "十一月"}, "日期应为年"), ({"document": " "}, "文件")])
def test_a_consent_that_is_refused_stays_written_in_its_form(browser, wrong, told):
    signed = {"purpose": "matching", "signed_by": "样例签", "document": "样例表二", "on": "2026-11-20", **wrong}
    answer = browser.post(
        "/people/P01/consents", data={**signed, "act": "give", "csrf_token": token_of(page_of(browser, "/people/P01"))}
    )
    assert answer.status_code == 422
    assert told in re.search(r'id="esum".*?</div>', answer.text, re.DOTALL)[0]
    assert 'value="样例签"' in answer.text
    assert f'value="{signed["on"]}"' in answer.text


def test_the_own_file_is_handed_out_and_listed(browser):
    answer = browser.get("/people/P01/file")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "本人档案 P01" in answer.text
    assert "23990119900501001X" not in answer.text, "in full for a stated reason only"
    assert "导出本人档案" in page_of(browser, "/people/P01/views")


def test_a_field_that_no_record_has_is_not_found(browser):
    assert browser.get("/people/P01/fields/password").status_code == 404


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_candidate_takes_the_consent_back_on_the_own_page_with_one_button(app, browser, database, now, language):
    with database.reading() as session:
        own = Territory(TerritoryKind.OWN, person_id=session.scalar(select(Person.id).where(Person.person_no == "P01")))
    herself = reader_of(app, database, Role.CANDIDATE, territory=own, now=now)
    html = page_of(herself, "/people/P01", language)
    assert {"zh": "撤回我的同意", "en": "Take back my consent"}[language] in html
    assert 'name="signed_by"' not in html
    fields = {"purpose": "matching", "act": "withdraw", "csrf_token": token_of(html)}
    assert herself.post("/people/P02/consents", data=fields).status_code == 404
    assert herself.post("/people/P01/consents", data=fields).status_code == 303
    assert "P01" in page_of(browser, "/people?consent_matching=no")
    assert 'value="withdraw"' not in page_of(herself, "/people/P01", language)


@pytest.mark.parametrize(("language", "said"), [("zh", "无权查看"), ("en", "not shown to you")])
def test_what_a_reader_may_not_see_is_told_from_what_nobody_knows(app, browser, database, now, language, said):
    def cell(reader, name):
        return re.search(rf'id="r-{name}".*?</dd>', page_of(reader, "/people/P01", language), re.DOTALL)[0]

    auditor = reader_of(app, database, Role.AUDITOR, now=now)
    for name in ("sex", "birth_date", "id_number", "resume", "home"):
        assert said in cell(auditor, name), name
    assert said not in cell(browser, "resume")  # which nobody recorded
    assert "—" in cell(browser, "resume")
    assert said in page_of(auditor, "/people?cols=person_no,name,education", language)


def test_appraisals_and_looks_are_told_in_words_not_in_codes(browser, database, now):
    _changed_by_another(database, now, appraisals=("2023:competent", "2024:excellent"))
    row = re.search(r'id="r-appraisals".*?</dd>', page_of(browser, "/people/P01"), re.DOTALL)[0]
    assert "competent" not in row
    assert "2023年称职；2024年优秀" in row.replace("\u2009", "")
    assert "competent" not in page_of(browser, "/people/P01/fields/appraisals")
    page_of(browser, "/people")
    views = page_of(browser, "/people/P01/views")
    assert not re.search(r"<td>[a-z]+_[a-z_]+<", views)


def test_a_candidate_reads_the_names_of_the_wished_counties(browser, app, database, now):
    with database.unit_of_work() as session:
        person_id = session.scalar(select(Person.id).where(Person.person_no == "P01"))
        code, name = session.execute(select(County.county_code, County.name)).first()
    _changed_by_another(database, now, willing_county_codes=(code,))
    own = Territory(TerritoryKind.OWN, person_id=person_id)
    html = page_of(reader_of(app, database, Role.CANDIDATE, territory=own, now=now), "/people/P01")
    row = re.search(r'id="r-willing_county_codes".*?</dd>', html, re.DOTALL)[0]
    assert "<dt>意向县区</dt>" in row
    assert name in row
    assert code not in row
