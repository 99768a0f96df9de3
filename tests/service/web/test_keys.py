"""Single keys: one table says what there is, the buttons show it, `?` lists it, and all can be switched off."""

import re
from pathlib import Path

import pytest

from service.web.keys import KEYS, PLACES, keys_of
from tests.service.web.builders_browser import MARKS, violations_of
from tests.service.web.builders_pages import page_of, requested_shortlist

TEMPLATES = Path(__file__).parents[3] / "service" / "web" / "templates"
#: Where the buttons of a place stand; those of every page may stand anywhere.
FILES = {"desk": "shortlists/*.html", "duplicates": "duplicates/*.html", "import": "imports/*.html"}
BUTTON = re.compile(r'<(a|button|summary)\b[^>]*\bdata-key="([^"]+)"(?:[^>"]|"[^"]*")*>(.*?)</\1>', re.DOTALL)


def _buttons(pattern: str) -> dict[str, str]:
    """Return what is inside the buttons of templates, by their key; a key that a template computes is left out."""
    html = "".join(path.read_text(encoding="utf-8") for path in sorted(TEMPLATES.glob(pattern)))
    return {key: inner for _, key, inner in BUTTON.findall(html) if "{" not in key}


def _letters(place: str) -> set[str]:
    return {key.lower() for one in KEYS[place] for key in one.keys if len(key) == 1 and key.isalpha()}


@pytest.mark.parametrize("place", FILES)
def test_the_table_of_keys_and_the_buttons_of_a_place_are_the_same(place):
    walking = {"j", "k"}
    buttons = {key for key in _buttons(FILES[place]) if key.isalpha()} - walking
    by_script = {"x"} if place == "desk" else set()  # a tick is no button
    assert buttons | by_script == _letters(place)
    assert walking <= _letters("")
    assert keys_of(place)[-1] == KEYS[""][-1]


def test_each_button_shows_its_key():
    every = _buttons("**/*.html")
    assert len(every) > 12
    for key, inner in every.items():
        assert re.search(rf"<kbd[^>]*>{key.upper()}</kbd>", inner), (key, inner)


def test_the_help_page_tells_every_key_and_each_page_lists_those_that_act_there(browser):
    told = page_of(browser, "/help")
    for place, heading in PLACES.items():
        assert place in KEYS
        assert heading
        for one in KEYS[place]:
            assert all(f"<kbd>{key}</kbd>" in told for key in one.keys)
    desk = page_of(browser, requested_shortlist(browser)).partition('<dialog id="keys"')[2]
    assert all(f"<kbd>{key}</kbd>" in desk for key in "GBWPRXC")
    assert "<kbd>G</kbd>" not in page_of(browser, "/people")


class TestInABrowser:
    pytestmark = MARKS

    @pytest.mark.parametrize("language", ["zh", "en"])
    def test_the_question_mark_lists_the_keys_on_any_page_but_not_amid_chinese_input_or_switched_off(
        self, window, language
    ):
        opened = window(language)
        page = opened.open("/rulebook")
        press = "more => document.body.dispatchEvent(new KeyboardEvent('keydown', {key: '?', bubbles: true, ...more}))"
        page.evaluate(press, {"isComposing": True})
        page.evaluate(press, {"keyCode": 229})
        assert not page.locator("#keys[open]").count()
        page.keyboard.press("?")
        assert page.locator("#keys[open] kbd").all_inner_texts() == ["J", "K", "/", "?", "Esc"]
        assert violations_of(page) == []
        opened.follow("#keys .acts a")
        assert page.url.endswith("/rulebook")
        page.keyboard.press("?")
        assert not page.locator("#keys[open]").count()
        page.click(".me [data-help]")
        opened.follow("#keys .acts a")
        page.keyboard.press("?")
        assert page.locator("#keys[open]").is_visible()
        assert opened.complaints == []
