"""Importing a file by the pages, step by step, without a script."""

import re
import time

import pytest
from builders_workbooks import a_roster_row, write_records
from openpyxl import load_workbook

from service.web.import_work import AT_ONCE_BYTES
from tests.service.web.builders_imports import a_bad_file, go_on, send_file
from tests.service.web.builders_pages import page_of, post_form


@pytest.fixture
def sent(browser, tmp_path):
    """Upload a bad roster and return the address of its columns."""
    answer = send_file(browser, a_bad_file(tmp_path).read_bytes())
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def test_the_first_step_offers_every_kind_and_its_template(browser):
    html = page_of(browser, "/imports/new")
    for kind in ("people", "vacancies", "villages", "decisions", "training"):
        assert f'value="{kind}"' in html
        answer = browser.get(f"/imports/templates/{kind}")
        assert answer.data.startswith(b"PK")
        assert "attachment" in answer.headers["Content-Disposition"]


def test_a_guessed_column_comes_in_only_when_it_is_confirmed(browser, sent):
    assert 'name="guess:工作单位全称" value="employer"' in page_of(browser, sent)
    left_out = page_of(browser, go_on(browser, sent, "columns", act="check"))
    assert "不认识这个列名" in page_of(browser, f"{sent.removesuffix('columns')}check?show=notes")
    assert "样例社" not in left_out
    address = go_on(browser, sent, "columns", act="check", **{"guess:工作单位全称": "employer"})
    assert "不认识这个列名" not in page_of(browser, f"{address}?show=notes")
    assert "样例社" in page_of(browser, f"{address}?show=new")


def test_confirmed_headers_are_saved_for_an_office_and_used_again(browser, sent, tmp_path):
    go_on(browser, sent, "columns", act="check", save_office="示范县", **{"as:工作单位全称": "employer"})
    again = send_file(browser, a_bad_file(tmp_path).read_bytes()).headers["Location"]
    assert '<option value="示范县">' in page_of(browser, again)
    address = go_on(browser, again, "columns", act="check", use_office="示范县")
    assert "样例社" in page_of(browser, f"{address}?show=new")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_grid_shows_bad_cells_only_with_message_and_suggestion(browser, sent, language):
    html = page_of(browser, go_on(browser, sent, "columns", act="check"), language)
    assert html.count('<td class="bad">') == 4
    assert 'name="take" value="名册!H2"' in html  # 约200户 -> 200
    headers = re.search(r"<thead>(.*?)</thead>", html.split("bad-cells", 1)[1], re.DOTALL)[1]
    assert "出生年月" in headers
    assert "姓名" not in headers


def test_one_click_takes_a_suggestion_and_what_is_typed_beside_it_is_not_lost(browser, sent):
    address = go_on(browser, sent, "columns", act="check")
    address = go_on(browser, address, "check", take="名册!H2", **{"cell:名册!C4": "大学生村官"})
    html = page_of(browser, address)
    assert html.count('<td class="bad">') == 2
    assert "已在此更正" in html
    html = page_of(browser, go_on(browser, address, "check", take="*", **{"cell:名册!G2": "1985-12"}))
    assert '<td class="bad">' not in html


def test_good_rows_come_in_the_workbook_goes_back_marked_and_all_of_it_can_be_undone(browser, sent, tmp_path):
    address = go_on(browser, sent, "columns", act="check")
    address = go_on(browser, address, "import")
    html = page_of(browser, address)
    assert re.fullmatch(r"/imports/\d+", address)
    assert browser.get("/people/P2").status_code == 200
    marked = tmp_path / "marked.xlsx"
    marked.write_bytes(browser.get(f"{address}/marked").data)
    assert load_workbook(marked)["名册"]["G2"].comment is not None
    assert "样例" not in html.replace("admin（样例署名）", "")  # the page of an import names cells, not people
    answer = post_form(browser, f"{address}/undo", {}, seen=address)
    assert answer.status_code == 303
    assert "已撤销" in page_of(browser, address)
    assert browser.get("/people/P2").status_code == 404
    again = post_form(browser, f"{address}/undo", {}, seen="/imports/new")
    assert again.status_code == 409
    assert "已经撤销" in again.text


def test_drafts_stand_among_the_counts_before_and_after_with_what_is_missing(browser, tmp_path):
    row = a_roster_row("P1", 核验状态="已提交", 同意参与匹配="")
    sent = send_file(browser, write_records(tmp_path / "a.xlsx", row).read_bytes()).headers["Location"]
    address = go_on(browser, sent, "columns", act="check")
    assert '<dt>待补充草稿</dt><dd class="num">1</dd>' in page_of(browser, address)
    html = page_of(browser, go_on(browser, address, "import"))
    assert '<dt>待补充草稿</dt><dd class="num"><a href="/people?record_status=draft">1</a></dd>' in html
    assert "先存为草稿；请登记本人同意后再提交" in html
    assert "尚未登记身份证号" in html


def test_all_or_nothing_says_that_nothing_came_in(browser, sent):
    address = go_on(browser, sent, "columns", act="check")
    address = go_on(browser, address, "import", all_or_nothing="yes")
    assert address.endswith("/check")
    assert browser.get("/people/P2").status_code == 404


def test_a_file_that_cannot_be_read_says_why_and_can_be_read_otherwise(browser):
    sent = send_file(browser, "甲,乙\n1,2\n".encode("gbk"), name="x.csv").headers["Location"]
    answer = go_on(browser, sent, "columns", act="check", encoding="big5")
    html = page_of(browser, answer)
    assert 'id="esum"' in html
    assert "--" not in re.sub(r"<[^>]*>", "", html.split("<main", 1)[1])  # nobody here has a command line


@pytest.mark.parametrize("fields", [{"content": b""}, {"content": b"x", "name": ""}, {"content": b"x", "kind": "no"}])
def test_a_first_step_that_fails_keeps_what_was_chosen(browser, fields):
    answer = send_file(browser, **{"content": b"x", **fields})
    assert answer.status_code == 422
    assert 'id="esum"' in answer.text


def test_a_large_file_is_worked_on_beside_the_requests_and_told_of(browser):
    wide = "注" * 2_000
    lines = ["姓名,人才类别,县区,乡镇,所在村,备注", *(f"样例{i},村官,示范县,清河镇,东岗村,{wide}" for i in range(30))]
    content = "\n".join(lines).encode()
    assert len(content) > AT_ONCE_BYTES
    sent = send_file(browser, content, name="长.csv").headers["Location"]
    base = sent.removesuffix("columns")
    address = go_on(browser, sent, "columns", act="check")
    for _ in range(1_200):  # two minutes, for a machine that is busy
        if not address.endswith("/wait"):
            break
        time.sleep(0.1)
        answer = browser.get(f"{base}wait")
        assert answer.status_code in {200, 303}
        address = answer.headers.get("Location", address)
    assert "30" in page_of(browser, f"{base}check")


def test_a_removed_file_is_gone_and_nobody_else_ever_sees_it(browser, sent):
    assert post_form(browser, f"{sent.removesuffix('columns')}drop", {}, seen=sent).status_code == 303
    assert browser.get(sent).status_code == 404
    assert browser.get("/imports/999999").status_code == 404


def test_the_list_tells_files_on_their_way_and_imports_of_before(browser, sent):
    assert "名册.xlsx" in page_of(browser, "/imports")
    go_on(browser, go_on(browser, sent, "columns", act="check"), "import")
    html = page_of(browser, "/imports", "en")
    assert "Files on their way" not in html
    assert "名册.xlsx" in html
