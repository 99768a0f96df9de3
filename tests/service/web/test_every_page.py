"""Every page that is pictured, in a real browser: accessible in both languages, as wide as its window, whole."""

import pytest

from tests.service.web.builders_browser import BEYOND, MARKS, Window, n_reported, violations_of
from tools.screens import Site, demo_sites, open_screen, sign_in

pytestmark = MARKS
WIDTHS = (1366, 800, 390)


@pytest.fixture(scope="module")
def sites(tmp_path_factory):
    """Serve a small city in which everything has happened, and an empty one."""
    with demo_sites(tmp_path_factory.mktemp("cities"), n_people=400, n_rows=200) as served:
        yield served


def _wider_than_its_window(page, *, first: int) -> dict[int, list[str]]:
    """Return what stands beyond the edge, by width; the window keeps the last one until the next page is open."""
    wider = {}
    for width in sorted(WIDTHS, key=lambda one: one != first):
        page.set_viewport_size({"width": width, "height": 768})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wider[width] = page.evaluate(BEYOND)
    page.set_viewport_size({"width": first, "height": 768})
    return wider


def _tour(chromium, site: Site, *, account: str, language: str, width: int) -> list[object]:
    """Open the pages of an account and return whatever is wrong with them."""
    window = Window(chromium, site.address, {"language": language}, width=width)
    page, wrong = window.page, []
    if account:
        sign_in(page, site.address, account, site.password)
    for screen in [one for one in site.screens if one.account == account]:
        open_screen(page, site, screen)
        wrong += [(screen.name, one) for one in violations_of(page)]
        if wider := _wider_than_its_window(page, first=width):
            wrong.append((screen.name, wider))
    wrong += window.complaints
    wrong += window.hosts - {"", site.address.removeprefix("http://")}  # "" is the icon inside the page
    window.context.close()
    return wrong


@pytest.mark.parametrize(("language", "width"), [("zh", 1366), ("en", 390)])
def test_every_page_is_accessible_fits_any_window_and_obeys_the_policy(sites, chromium, language, width):
    reported, wrong = n_reported(), []
    for site in sites:
        for account in dict.fromkeys(one.account for one in site.screens):
            wrong += _tour(chromium, site, account=account, language=language, width=width)
    assert not wrong, "\n".join(map(str, wrong))
    assert n_reported() == reported, "what browsers report of the policy"
