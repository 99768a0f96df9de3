"""The list of people: choices with counts, columns, views, selection across pages, the workbook of what is shown."""

import io
import re

import pytest
from builders_offices import reader_of
from openpyxl import load_workbook

from service.access import Role
from tests.service.web.builders_pages import page_of, post_form, token_of


def _numbers(html: str) -> list[str]:
    return re.findall(r'href="/people/(P\d+)"', html)


def _post(browser, address: str, fields: dict[str, object]):
    return browser.post(address, data={**fields, "csrf_token": token_of(page_of(browser, "/people"))})


def test_choices_say_how_many_people_each_would_leave(browser):
    html = page_of(browser, "/people")
    counts = dict(re.findall(r'href="/people\?record_status=(\w+)">[^<]+<span class="num">([\d,]+)', html))
    assert counts == {"in_pool": "25", "unverified": "1", "verified": "24", "submitted": "1"}
    for state, n in counts.items():
        assert f"共\u2009{n}\u2009人符合查询条件" in page_of(browser, f"/people?record_status={state}")


def test_a_choice_is_counted_under_what_the_others_leave(browser):
    html = page_of(browser, "/people?talent_source=T1&consent_matching=yes")
    sources = dict(re.findall(r'talent_source=(T\d)&amp;consent_matching=yes">[^<]+<span class="num">(\d+)', html))
    assert len(sources) >= 2, "the other pools can still be chosen"
    for source, n in sources.items():
        assert f"共\u2009{n}\u2009人" in page_of(browser, f"/people?talent_source={source}&consent_matching=yes")


def test_names_are_in_the_order_of_pinyin(browser, database, now):
    from builders import an_actor

    from service.usecases.incoming import registration
    from tests.builders import a_person

    names = {"P61": "曾一", "P62": "阿二", "P63": "单三", "P64": "李四", "P65": "王五", "P66": "李二"}
    with database.unit_of_work() as session:
        records = [a_person(person_no=no, name=name, id_number=None, phone=None) for no, name in names.items()]
        registration.save_people(session, actor=an_actor(), records=records, now=now)
    ordered = [no for page in (1, 2) for no in _numbers(page_of(browser, f"/people?sort=name&page={page}"))]
    assert [no for no in ordered if no in names] == ["P62", "P66", "P64", "P63", "P65", "P61"]
    backwards = [no for page in (1, 2) for no in _numbers(page_of(browser, f"/people?sort=-name&page={page}"))]
    assert backwards == ordered[::-1]


def test_columns_are_chosen_in_the_address_and_the_unknown_are_left_out(browser):
    answer = browser.get("/people?col=phone&col=education&col=password_hash")
    assert answer.headers["Location"] == "/people?cols=phone%2Ceducation%2Cpassword_hash"
    html = page_of(browser, "/people?cols=phone,education,password_hash")
    heads = re.findall(r'<th scope="col"[^>]*>(?:<a[^>]*>)?([^<]+)', html)
    assert heads == ["人员编号", "姓名", "联系电话", "学历"]
    assert "000****0001" in html
    assert "00000000001" not in html


def test_the_workbook_has_exactly_what_is_shown(browser):
    state = "cols=phone%2Ctalent_source&talent_source=T2&sort=-person_no"
    html = page_of(browser, f"/people?{state}")
    answer = _post(browser, "/people/export", {"state": state, "act": "shown"})
    assert answer.status_code == 200, answer.text
    sheet = load_workbook(io.BytesIO(answer.data)).worksheets[0]
    rows = [row for row in sheet.iter_rows(values_only=True) if row[0]]
    heads = re.findall(r'<th scope="col"[^>]*>(?:<a[^>]*>)?([^<]+)', html)
    at = next(place for place, row in enumerate(rows) if list(row) == heads)
    shown = rows[at + 1 : at + 1 + len(_numbers(html))]
    assert [row[0] for row in shown] == _numbers(html)
    assert all(re.fullmatch(r"000\*+\d{4}", row[2]) for row in shown)


def test_a_search_by_name_is_taken_away_without_telling_it_in_an_address(browser):
    found = post_form(browser, "/people/search", {"q": "样例未同意"}, seen="/people").headers["Location"]
    key = found.partition("?")[2]
    answer = _post(browser, "/people/export", {"state": key, "act": "shown"})
    sheet = load_workbook(io.BytesIO(answer.data)).worksheets[0]
    assert [row[0] for row in sheet.iter_rows(values_only=True) if str(row[0]).startswith("P")] == ["P97"]


def test_a_selection_lasts_across_pages_and_clearing_it_can_be_undone(browser):
    first = _numbers(page_of(browser, "/people"))
    _post(browser, "/people/selection", {"state": "", "shown": first, "pick": [first[0], first[3]]})
    second = _numbers(page_of(browser, "/people?page=2"))
    _post(browser, "/people/selection", {"state": "page=2", "shown": second, "act": "page"})
    html = page_of(browser, "/people")
    assert f"已选\u2009{2 + len(second)}\u2009人" in html
    assert len(re.findall(r'name="pick" value="\w+"[^>]* checked', html)) == 2
    cleared = _post(browser, "/people/selection", {"state": "", "act": "clear"})
    told = browser.get(cleared.headers["Location"]).text
    assert "未选人员" in told
    assert 'name="act" value="restore"' in told
    _post(browser, "/people/selection", {"state": "", "act": "restore"})
    assert f"已选\u2009{2 + len(second)}\u2009人" in page_of(browser, "/people")


def test_everybody_whom_a_query_finds_is_selected_and_taken_away(browser):
    _post(browser, "/people/selection", {"state": "record_status=submitted", "act": "all"})
    answer = _post(browser, "/people/export", {"state": "", "act": "selected"})
    sheet = load_workbook(io.BytesIO(answer.data)).worksheets[0]
    assert [row[0] for row in sheet.iter_rows(values_only=True) if str(row[0]).startswith("P")] == ["P99"]


def test_one_value_for_many_is_undone_save_for_who_was_changed_since(browser, database, now):
    from builders import an_actor

    from service.usecases.records.people import edit_person

    _post(browser, "/people/selection", {"state": "", "shown": ["P01", "P02"], "pick": ["P01", "P02"]})
    answer = _post(browser, "/people/batch", {"state": "", "field": "education", "value": "研究生"})
    told = browser.get(answer.headers["Location"]).text
    assert "已修改\u20092\u2009人" in told
    assert 'name="act" value="undo"' in told
    with database.unit_of_work() as session:
        edit_person(
            session, actor=an_actor(), person_no="P02", record={"training_hours": 3.0}, expected_version=2, now=now
        )
    undone = _post(browser, "/people/batch", {"state": "", "act": "undo"})
    html = browser.get(undone.headers["Location"]).text
    assert "已恢复\u20091\u2009人的原值" in html
    assert "（P02）" in html
    assert "研究生" in page_of(browser, "/people/P02")


def test_a_value_that_no_table_knows_changes_nobody_and_says_what_there_is(browser):
    _post(browser, "/people/selection", {"state": "", "shown": ["P01"], "pick": ["P01"]})
    answer = _post(browser, "/people/batch", {"state": "", "field": "education", "value": "博学"})
    assert "代码表里没有这个词" in answer.text


def test_a_view_is_private_until_it_is_shared(browser, app, database, now):
    for name, shared in (("返乡未核验", ""), ("全市返乡", "yes")):
        fields = {"state": "talent_source=T2&record_status=unverified&page=2", "name": name, "is_shared": shared}
        assert _post(browser, "/people/views", fields).status_code == 303
    own = page_of(browser, "/people")
    assert own.count('href="/people?record_status=unverified&amp;talent_source=T2"') == 2
    other = reader_of(app, database, Role.LEADER, now=now).get("/people").text
    assert "全市返乡" in other
    assert "返乡未核验" not in other
    (view_id,) = set(re.findall(r"/people/views/(\d+)/delete", own)) - {"2"}
    assert reader_of(app, database, Role.OFFICER, now=now).get("/people").text.count("/delete") == 0
    _post(browser, f"/people/views/{view_id}/delete", {"state": ""})
    assert "返乡未核验</a>" not in page_of(browser, "/people")


@pytest.mark.parametrize("name", ["", "长" * 31])
def test_a_view_needs_a_short_name(browser, name):
    answer = _post(browser, "/people/views", {"state": "", "name": name})
    assert "视图名称应为" in answer.text


def test_a_view_never_keeps_whom_somebody_looked_for(browser):
    key = post_form(browser, "/people/search", {"q": "P97"}, seen="/people").headers["Location"].partition("?")[2]
    _post(browser, "/people/views", {"state": f"{key}&talent_source=T1", "name": "某次"})
    assert 'href="/people?talent_source=T1"' in page_of(browser, "/people")


def test_who_may_not_know_names_may_not_order_by_them(app, database, now, browser):
    assert reader_of(app, database, Role.AUDITOR, now=now).get("/people?sort=name").status_code == 403


def test_columns_change_places_in_the_address_and_the_menu_stays_open(browser):
    answer = browser.get("/people?col=phone&col=education&col=employer&move=employer:-1&talent_source=T2")
    address = answer.headers["Location"]
    assert "cols=phone%2Cemployer%2Ceducation" in address
    html = page_of(browser, address)
    heads = re.findall(r'<th scope="col"[^>]*>(?:<a[^>]*>)?([^<]+)', html)
    assert heads == ["人员编号", "姓名", "联系电话", "工作单位", "学历"]
    assert '<details class="menu" open>' in html
    assert "menu=columns" not in re.sub(r'href="/language[^"]*"', "", html)
    assert re.findall(r'name="col" value="(\w+)" checked', html) == ["phone", "employer", "education"]
    first = browser.get("/people?col=phone&col=education&move=phone:-1").headers["Location"]
    assert "cols=phone%2Ceducation" in first, "the first stays the first"


def test_records_are_led_on_together_and_each_result_is_told(browser):
    _post(browser, "/people/selection", {"state": "", "shown": ["P01", "P99"], "pick": ["P01", "P99"]})
    html = page_of(browser, "/people")
    assert '<option value="suspended">' in html
    assert '<option value="erased">' not in html
    wanting = _post(browser, "/people/batch/moves", {"state": "sort=name", "to": "suspended", "reason": ""})
    assert "须写明：理由" in wanting.text
    answer = _post(browser, "/people/batch/moves", {"state": "sort=name", "to": "suspended", "reason": "样例理由"})
    told = browser.get(answer.headers["Location"]).text
    assert "已办理\u20091\u2009人" in told
    assert re.search(r"P99</td>.*?不能转为“暂停使用”", told, re.DOTALL)
    assert 'href="/people?sort=name"' in told
    assert _numbers(page_of(browser, "/people?record_status=suspended")) == ["P01"]
