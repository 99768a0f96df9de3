"""The pages of clerks and administrators in a real browser: a bad file from end to end, and every page accessible."""

import pytest

from tests.service.web.builders_browser import BEYOND, MARKS, violations_of
from tests.service.web.builders_imports import a_bad_file

pytestmark = MARKS


def _wrong(page) -> list[str]:
    """Return what axe finds, and what is wider than the window."""
    too_wide = page.evaluate("document.documentElement.scrollWidth") > page.viewport_size["width"]
    return violations_of(page) + (page.evaluate(BEYOND) if too_wide else [])


@pytest.mark.parametrize(("language", "width", "script"), [("zh", 1366, True), ("en", 390, True)])
def test_a_bad_file_is_led_through_all_four_steps(window, tmp_path, language, width, script):
    opened = window(language, width=width, script=script)
    page = opened.open("/imports/new")
    wrong = _wrong(page)
    page.set_input_files("#file", str(a_bad_file(tmp_path)))
    page.click(".wform .btn.main")
    wrong += _wrong(page)
    page.click("button[value=check]")
    assert page.locator("td.bad").count() == 4
    wrong += _wrong(page)
    page.click('button[value="名册!H2"]')
    assert page.locator("td.bad").count() == 3
    page.click(".tabs a >> nth=1")
    page.click(".stepbar2 .btn.main")
    wrong += _wrong(page)
    page.check("#undo input[type=checkbox]")
    page.click("#undo .btn")
    assert page.locator(".flash.done").count() == 1
    assert wrong == []
    assert opened.complaints == []
