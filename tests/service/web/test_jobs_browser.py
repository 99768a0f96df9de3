"""A run at work and the button that stops it, in a window."""

from builders_runs import rescoring_at_work

from tests.service.web.builders_browser import MARKS, violations_of

pytestmark = MARKS


def test_a_run_at_work_and_its_stop_are_accessible_and_fit_a_narrow_window(window, browser, database, now):
    found = []
    with rescoring_at_work(database, now=now):
        for language, width, stop in (("zh", 1366, "停止本次评分"), ("en", 390, "Stop this run")):
            opened = window(language, width=width)
            page = opened.open("/jobs")
            assert page.locator(".runacts .btn").inner_text() == stop
            found += violations_of(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        opened.follow(".runacts .btn")
        assert page.locator(".runacts").count() == 0
        assert "asked it to stop" in page.locator("main").inner_text()
        found += violations_of(page)
    assert found == []
