"""Blind review from the pages, what is taken away from a list, and the pages about it."""

import gzip
import io
import re

import openpyxl
import pytest

from service.web.assets import DIRECTORY
from tests.service.web.builders_desk import fields_of, list_under_review, press
from tests.service.web.builders_pages import learned_card_in_force, page_of, token_of

MOST_BYTES = 60 * 1024


@pytest.fixture
def address(browser) -> str:
    return list_under_review(browser)


def _names(browser, address: str) -> list[str]:
    return re.findall(r'class="nm">([^<]+)<', page_of(browser, address))


def _send(browser, address: str, act: str, **written: str):
    html = page_of(browser, address)
    return browser.post(f"{address}/blind/{act}", data={**written, "csrf_token": token_of(html)})


def test_a_blind_review_hides_names_and_numbers_from_everybody_until_it_is_closed_with_a_reason(browser, address):
    names = _names(browser, address)
    assert _send(browser, address, "open").status_code == 303
    for page in ("", "/compare", "/sheet", "/round"):
        html = page_of(browser, address + page)
        assert not [name for name in names if name in html], page
    assert "人选\u200901" in page_of(browser, address)
    assert "person=2&amp;blind=1" in page_of(browser, address)
    answer = press(browser, address, script=True, decision="recommend")
    assert answer.status_code == 200
    assert not [name for name in names if name in answer.text]
    assert answer.headers["HX-Push-Url"].endswith("?person=2&blind=1")
    assert "提前结束盲审须说明理由" in _send(browser, address, "close").text
    assert _names(browser, address) != names
    _send(browser, address, "close", reason="改为实名审阅")
    assert _names(browser, address) == names


def test_looking_behind_a_blind_review_needs_a_reason_and_is_told(browser, address):
    names = _names(browser, address)
    _send(browser, address, "open")
    assert "解除盲审须说明理由" in _send(browser, address, "lift", reason=" ").text
    assert _names(browser, address) != names
    _send(browser, address, "lift", reason="核对同名人员")
    assert _names(browser, address) == names
    assert "本账号已查看姓名" in page_of(browser, address)


def test_an_address_with_a_number_opens_the_first_place_of_a_blind_review(browser, address):
    second = re.findall(r'<li class="row[^"]*" data-id="([^"]+)"', page_of(browser, address))[1]
    _send(browser, address, "open")
    html = page_of(browser, f"{address}?person={second}")
    assert 'id="detail" data-id="1"' in html
    assert second not in re.sub(r'next=[^"]*', "", html)  # the reader's own address


def test_the_workbook_holds_the_people_of_the_list_in_their_order(browser, address):
    names = _names(browser, address)
    answer = browser.post(f"{address}/workbook", data=fields_of(page_of(browser, address), "workbook"))
    assert answer.status_code == 200
    assert "filename*=UTF-8''" in answer.headers["Content-Disposition"]
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0]
    cells = [cell for row in sheet.iter_rows(values_only=True) for cell in row if cell in names]
    assert cells == names


def test_who_was_left_out_stands_beside_what_relaxing_would_add(browser, address):
    html = page_of(browser, f"{address}/excluded")
    assert "不设此项可增\u20091\u2009人" in html


def test_a_list_made_again_agrees_and_todays_differs_in_nothing(browser, address):
    assert "均与当时一致" in page_of(browser, f"{address}/replay")
    assert "人选、位次和理由均未改变" in page_of(browser, f"{address}/changes")


def test_recommendations_against_the_rank_are_told_with_their_reason(browser, address):
    press(browser, address, decision="reserve")
    press(browser, f"{address}?place=2", decision="recommend", reason_codes="R02", reason="村情更熟")
    html = page_of(browser, "/reports/overrides")
    assert "其中\u20091\u2009次越位" in html
    assert "村情更熟" in html
    assert browser.get("/reports/overrides?since=yesterday").status_code == 422


def test_the_model_card_tells_how_often_decisions_went_against_the_rank(browser, database, now):
    assert "与位次相反的结论" in page_of(browser, f"/models/{learned_card_in_force(database, now=now)}")


def test_a_page_of_the_desk_weighs_at_most_60_kilobytes_with_all_that_it_loads(browser, address):
    fonts = sum(path.stat().st_size for path in (DIRECTORY / "fonts").glob("*.woff2"))
    weights = {}
    for page in ("", "?blind=1", "/compare", "/round", "/sheet", "/excluded", "/changes"):
        html = page_of(browser, address + page)
        used = set(re.findall(r"/static/([\w./-]+)\?v=", html))
        assert used, page
        parts = [html.encode(), *((DIRECTORY / name).read_bytes() for name in used)]
        weights[page] = fonts + sum(len(gzip.compress(part)) for part in parts)
    assert max(weights.values()) <= MOST_BYTES, weights
