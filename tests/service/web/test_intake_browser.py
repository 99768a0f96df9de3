"""A bad file in a real browser, from end to end."""

import pytest

from tests.service.web.builders_browser import BEYOND, MARKS, violations_of
from tests.service.web.builders_imports import a_bad_file

pytestmark = MARKS


def _wrong(page) -> list[str]:
    """Return what axe finds, and what is wider than the window."""
    too_wide = page.evaluate("document.documentElement.scrollWidth") > page.viewport_size["width"]
    return violations_of(page) + (page.evaluate(BEYOND) if too_wide else [])


BOTH = [("zh", 1366), pytest.param("en", 390, marks=pytest.mark.prove)]


@pytest.mark.parametrize(("language", "width"), BOTH)
def test_a_bad_file_is_led_through_all_four_steps(window, tmp_path, language, width):
    opened = window(language, width=width)
    page = opened.open("/imports/new")
    wrong = _wrong(page)
    page.set_input_files("#file", str(a_bad_file(tmp_path)))
    opened.follow(".wform .btn.main")
    wrong += _wrong(page)
    opened.follow("button[value=check]")
    assert page.locator("td.bad").count() == 4
    wrong += _wrong(page)
    opened.follow('button[value="名册!H2"]')
    assert page.locator("td.bad").count() == 3
    opened.follow(".tabs a >> nth=1")
    opened.follow(".stepbar2 .btn.main")
    wrong += _wrong(page)
    page.check("#undo input[type=checkbox]")
    opened.follow("#undo .btn")
    assert page.locator(".flash.done").count() == 1
    assert wrong == []
    assert opened.complaints == []
