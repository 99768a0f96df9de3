"""A run at work and the button that stops it, in a window."""

from builders import an_actor
from builders_runs import at_work, rescoring_at_work

from service.usecases.auditing.audit_checks import check_log
from service.usecases.identity.duplicate_search import find_duplicates
from tests.service.web.builders_browser import MARKS, violations_of

pytestmark = MARKS

STOP = "[aria-describedby^=stop-tells]"


def test_a_run_at_work_and_its_stop_are_accessible_and_fit_a_narrow_window(window, browser, database, now):
    found = []
    with rescoring_at_work(database, now=now):
        for language, width, stop in (("zh", 1366, "停止本次任务"), ("en", 390, "Stop this run")):
            opened = window(language, width=width)
            page = opened.open("/jobs")
            assert page.locator(STOP).inner_text() == stop
            found += violations_of(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        opened.follow(STOP)
        assert page.locator(STOP).count() == 0
        assert "asked it to stop" in page.locator("main").inner_text()
        found += violations_of(page)
    assert found == []


def test_several_kinds_at_work_are_accessible_and_fit_a_narrow_window(window, browser, database, now):
    actor, found = an_actor(), []
    works = [
        lambda watch: find_duplicates(database, actor=actor, now=lambda: now, watch=watch),
        lambda watch: check_log(database, actor=actor, now=lambda: now, watch=watch),
    ]
    with at_work(works[0]), at_work(works[1]):
        for language, width in (("zh", 390), ("en", 1366), ("en", 390)):
            page = window(language, width=width).open("/jobs")
            assert page.locator("progress").count() == 2
            found += violations_of(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
    page = window("zh", width=390).open("/jobs")
    found += violations_of(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert found == []
