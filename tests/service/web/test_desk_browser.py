"""The review desk by keyboard, in a real browser."""

import io
from datetime import timedelta

import pypdf
import pytest
from sqlalchemy import select

from service.models.accounts import AccountSession
from tests.service.web.builders_browser import MARKS, violations_of
from tests.service.web.builders_desk import list_under_review

pytestmark = MARKS


@pytest.fixture
def address(browser) -> str:
    return list_under_review(browser)


def _wait_reviewed(page, n: int, of: int = 10) -> None:
    page.wait_for_function("told => document.querySelector('#gauge').innerText.includes(told)", arg=f"{n}/{of}")


def _held(page) -> list:
    """Hold the first request about an opinion; one that is no longer looked at could be let go of by the browser."""
    held = []
    page.route("**/opinions", lambda route: route.continue_() if held else held.append(route))
    return held


def _first_of(page, held: list):
    """Return the request that is held, once it has come: the page shows a mark before."""
    while not held:
        page.evaluate("() => new Promise(requestAnimationFrame)")
    return held[0]


@pytest.mark.parametrize(("language", "width"), [("zh", 1366), ("en", 390)])
def test_the_desk_is_accessible_before_and_after_a_word(window, address, language, width):
    opened = window(language, width=width)
    page = opened.open(address)
    assert violations_of(page) == []
    page.click(".d-yes.btn")
    _wait_reviewed(page, 1)
    page.click("#words summary")
    page.click("#no summary")
    assert violations_of(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for beside in ("/round", "/what-if?w.industry_fit=150"):
        assert violations_of(opened.open(address + beside)) == []
    assert opened.complaints == []


def test_nine_keys_at_once_are_nine_decisions_and_nine_undos_are_none(window, address):
    page = window().open(address)
    page.keyboard.type("aaaaaaaaa")
    _wait_reviewed(page, 9)
    page.keyboard.type("uuuuuuuuu")
    _wait_reviewed(page, 0)


def test_a_key_held_down_decides_on_one_person_and_a_letter_with_shift_on_nobody(window, address):
    page = window().open(address)
    for _ in range(4):  # the second and later ones say that they repeat
        page.keyboard.down("a")
    page.keyboard.up("a")
    page.keyboard.press("Shift+D")
    page.keyboard.press("Shift+S")
    page.keyboard.press("s")
    _wait_reviewed(page, 2)
    page.wait_for_function("() => document.querySelector('.row.cur .rk').textContent === '3'")
    assert _marks(page)[:3] == ["dec d-yes", "dec d-hold", "dec d-none"]
    assert not page.locator("#no[open]").count()


def test_a_reason_takes_two_keys_also_while_a_request_is_on_its_way(window, address):
    page = window().open(address)
    page.keyboard.type("asd1d2")
    _wait_reviewed(page, 4)
    marks = page.locator(".row .dec").evaluate_all("all => all.map(one => one.className)")
    assert marks[:5] == ["dec d-yes", "dec d-hold", "dec d-no", "dec d-no", "dec d-none"]


def _marks(page) -> list[str]:
    return page.locator(".row .dec").evaluate_all("all => all.map(one => one.className)")


def test_a_mark_is_shown_before_the_server_has_answered_and_only_its_answer_makes_it_kept(window, address):
    page = window().open(address)
    held = _held(page)
    page.keyboard.type("as")
    page.wait_for_function("() => document.querySelector('.row .dec.saving')")
    assert _marks(page)[:2] == ["dec d-yes saving", "dec d-none"]
    assert "0/10" in page.locator("#gauge").inner_text()
    assert "正在保存" in page.locator(".row .dec").first.get_attribute("title")
    _first_of(page, held).continue_()
    _wait_reviewed(page, 2)
    assert _marks(page)[:3] == ["dec d-yes", "dec d-hold", "dec d-none"]


def test_what_the_service_never_answered_goes_back_and_says_what_was_not_carried_out(window, address):
    page = window().open(address)
    held = _held(page)
    page.keyboard.type("aas")
    page.wait_for_function("() => document.querySelector('.row .dec.saving')")
    _first_of(page, held).abort()
    page.wait_for_selector("#trouble:not([hidden])")
    assert _marks(page)[:2] == ["dec d-none", "dec d-none"]
    told = page.locator("#trouble").inner_text()
    assert "未保存" in told
    assert "拟推荐" in told
    assert "2" in told.partition("未执行的按键")[2]
    assert violations_of(page) == []
    page.keyboard.type("a")
    assert "3" in page.locator("#trouble").inner_text().partition("未执行的按键")[2]
    page.click("#trouble .btn.main")
    _wait_reviewed(page, 1)
    assert not page.locator("#trouble").is_visible()


def test_a_refusal_amid_queued_keys_takes_the_mark_back_and_shows_what_stands(window, address):
    first, second = window().open(address), window().open(address)
    first.keyboard.press("s")
    _wait_reviewed(first, 1)
    held = _held(second)
    second.keyboard.type("aaa")  # two of them while the first is on its way
    second.wait_for_selector(".row .dec.saving")
    _first_of(second, held).continue_()
    second.wait_for_selector("#esum")
    second.keyboard.type("aj")  # and two in the flow, before the refusal can have been read
    second.wait_for_function("() => document.querySelector('#esum .dropped').innerText.includes('4')")
    assert _marks(second)[:3] == ["dec d-hold", "dec d-none", "dec d-none"]
    assert "4" in second.locator("#esum").inner_text().partition("未执行的按键")[2]
    assert second.input_value("#decision") == "recommend"
    second.keyboard.press("Escape")
    assert not second.locator("#esum").count()
    second.keyboard.press("j")
    second.wait_for_function("() => document.querySelector('.row.cur .rk').textContent === '2'")


def test_a_session_that_ends_amid_a_decision_leaves_a_draft_for_after(window, address, database, admin, now):
    opened = window()
    page = opened.open(address)
    page.keyboard.press("r")
    page.select_option("#decision", "reserve")
    page.fill("#reason", "先看考察结果")
    with database.unit_of_work() as session:
        for one in session.scalars(select(AccountSession)):
            one.expires_at = now - timedelta(minutes=5)
    page.click("#words .btn.main")
    page.wait_for_selector("#trouble:not([hidden])")
    assert _marks(page)[0] == "dec d-none"
    assert page.input_value("#reason") == "先看考察结果"
    opened.follow("#trouble .btn.main")
    page.fill("#username", "admin")
    page.fill("#password", admin[1])
    opened.follow(".btn.main")
    assert page.input_value("#reason") == "先看考察结果"
    assert violations_of(page) == []
    page.click("#words .btn.main")
    _wait_reviewed(page, 1)


def test_words_that_were_begun_stay_with_their_person_while_one_walks_on(window, address):
    page = window().open(address)
    page.keyboard.press("r")
    page.select_option("#decision", "reserve")
    page.fill("#reason", "先看考察结果")
    page.keyboard.press("Escape")
    at = "place => document.querySelector('.row.cur .rk').textContent === place"
    page.keyboard.press("j")
    page.wait_for_function(at, arg="2")
    assert page.input_value("#reason") == ""
    page.keyboard.press("k")
    page.wait_for_function(at, arg="1")
    assert page.input_value("#reason") == "先看考察结果"
    assert page.input_value("#decision") == "reserve"
    page.click("#words .btn.main")
    page.wait_for_function(at, arg="2")
    page.keyboard.press("k")
    page.wait_for_function(at, arg="1")
    assert not page.locator("#words[open]").count()  # what stands fills the form, and nothing is left to be sent


def test_keys_are_silent_during_chinese_input_and_when_switched_off(window, address):
    page = window().open(address)
    press = "key => document.body.dispatchEvent(new KeyboardEvent('keydown', {...key, bubbles: true}))"
    page.evaluate(press, {"key": "a", "isComposing": True})
    page.evaluate(press, {"key": "a", "keyCode": 229})
    page.keyboard.press("r")  # the form of words takes the focus, so that letters are letters
    page.locator("#reason").press_sequentially("as d1")
    assert page.input_value("#reason") == "as d1"
    assert "0/10" in page.locator("#gauge").inner_text()
    page.goto(page.url.partition("/shortlists")[0] + f"/keys?single=off&next={address}")
    page.keyboard.press("a")
    page.keyboard.press("j")
    assert page.locator(".row.cur .rk").inner_text() == "1"
    assert not page.locator(".d-yes.btn kbd").is_visible()


def test_two_windows_in_conflict_show_both_versions(window, address):
    first, second = window().open(address), window().open(f"{address}?as=own")
    first.keyboard.press("s")
    _wait_reviewed(first, 1)
    second.keyboard.press("a")
    second.wait_for_selector("#esum")
    told = second.locator("#esum").inner_text()
    assert "备选" in told
    assert "拟推荐" in told
    assert second.evaluate("document.activeElement.id") == "esum"
    second.click("#words .btn.main")
    _wait_reviewed(second, 1)


def test_a_blind_desk_names_nobody_on_the_screen_or_in_the_address(window, address):
    page = window().open(address)
    names = page.locator(".row .nm").all_inner_texts()
    page.keyboard.press("b")
    page.wait_for_url("**blind=1**")
    page.keyboard.press("a")
    _wait_reviewed(page, 1)
    shown = page.content() + page.url
    assert not [name for name in names if name in shown]
    assert "person=2" in page.url


def test_everything_is_decided_without_a_script(window, address):
    opened = window(script=False)
    page = opened.open(address)
    opened.follow(".d-yes.btn")
    assert "1/10" in page.locator("#gauge").inner_text()
    page.click("#no summary")
    opened.follow("#no [value=R02]")
    assert "2/10" in page.locator("#gauge").inner_text()
    opened.follow(".undo .btn")
    assert "1/10" in page.locator("#gauge").inner_text()
    page.check(".row:nth-child(1) .tick input >> nth=0")
    page.check(".row:nth-child(2) .tick input >> nth=0")
    opened.follow("[data-key=c]")
    assert page.locator(".cmp thead th").count() == 2


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_sheet_of_ten_people_is_one_page_with_its_fonts_and_whole_words(window, address, language):
    page = window(language).open(f"{address}/sheet")
    printed = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    assert len(printed.pages) == 1
    width, height = (float(side) for side in printed.pages[0].mediabox[2:])
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (297, 210)
    fonts = [font.get_object() for font in printed.pages[0]["/Resources"]["/Font"].values()]
    assert fonts
    assert all(_is_embedded(font) for font in fonts)
    page.emulate_media(media="print")
    broken = """() => [...document.querySelectorAll("th, td")].filter(cell => {
        cell.style.overflowWrap = "normal";
        return cell.scrollWidth > cell.clientWidth;
    }).map(cell => cell.innerText)"""
    assert page.evaluate(broken) == []


def _is_embedded(font) -> bool:
    if font["/Subtype"] == "/Type3":  # drawn by the page itself
        return True
    inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
    return any(name in inner["/FontDescriptor"] for name in ("/FontFile", "/FontFile2", "/FontFile3"))


def test_the_search_comes_with_its_key_in_a_narrow_window_and_goes_with_the_focus(window, address):
    page = window(width=390).open(address)
    assert not page.locator("#q").is_visible()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    assert page.locator("#q").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.keyboard.press("Escape")
    assert not page.locator("#q").is_visible()
