"""Every page on a demo city of 10,000: its weight, its first paint, what axe finds; and the lists at that size."""

import gzip
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from bench.figures import Figure

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tools.screen_pages import Screen
    from tools.screens import Site

__all__ = ["figures", "measure"]

_ROOT = Path(__file__).parents[1]
_AXE = _ROOT / "tests" / "vendor" / "axe.min.js"
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_FIND = (
    "async tags => (await axe.run(document, {runOnly: tags})).violations.reduce((n, one) => n + one.nodes.length, 0)"
)
_PAINT = "() => (performance.getEntriesByName('first-contentful-paint')[0] || {}).startTime"  # told a while after it
_PACKED = (".woff2",)  # not packed once more
_N_PEOPLE = 10_000
_MOST_KB = 60
_N_LOADS = 3
_PATIENCE_MS = 15_000  # for a page or a link on it; what takes longer is named and left out
_LISTS = {
    "people": "/people?page={n}",
    "people by name": "/people?sort=name&page={n}",
    "people of a pool, ten columns": "/people?talent_source=T2&cols=phone,education,county,township,village,industry,"
    "political_status,employer,current_post,training_hours&page={n}",
    "vacancies": "/vacancies?page={n}",
    "shortlists": "/shortlists?page={n}",
}


class Looked(NamedTuple):
    """What was found on one page."""

    name: str
    weight_kb: float
    paint_ms: float
    n_zh: int
    n_en: int


def measure() -> list[Figure]:
    """Make a city of 10,000 and look at every page of it."""
    with tempfile.TemporaryDirectory() as folder:
        return figures(Path(os.environ.get("BENCH_CITY", folder)))


def figures(folder: Path) -> list[Figure]:
    """Look at every page of a city that a folder keeps, and print the table; it is made if it is not there."""
    sys.path[:0] = [str(_ROOT), str(_ROOT / "tests")]
    from tools.screens import CHROMIUM, demo_sites

    with demo_sites(folder, n_people=_N_PEOPLE) as sites:
        lists = _lists(folder)
        if not Path(CHROMIUM).exists():
            return lists
        looks = [_look(site) for site in sites]
    looked, unseen = [one for found, _ in looks for one in found], [one for _, missed in looks for one in missed]
    print("| page | gzip, with all that it loads | first paint | axe zh | axe en |\n|---|---|---|---|---|")
    for one in looked:
        print(f"| {one.name} | {one.weight_kb:.1f} KB | {one.paint_ms:.0f} ms | {one.n_zh} | {one.n_en} |")
    for line in unseen:
        print(f"not looked at: {line}")
    n_violations = sum(one.n_zh + one.n_en for one in looked)
    return [
        *lists,
        Figure(name="heaviest page, gzip", value=max(one.weight_kb for one in looked), unit="KB", bar=_MOST_KB),
        Figure(name="pages that could not be opened", value=len(unseen), unit="", bar=0),
        Figure(name="first paint, median of the pages", value=statistics.median(_paints(looked)), unit="ms"),
        Figure(name="first paint, slowest page", value=max(_paints(looked)), unit="ms"),
        Figure(name=f"violations on {len(looked)} pages in two languages", value=n_violations, unit="", bar=0),
    ]


def _paints(looked: list[Looked]) -> list[float]:
    return [one.paint_ms for one in looked]


def _look(site: "Site") -> tuple[list[Looked], list[str]]:
    """Return what was found on the pages of a site, and which could not be opened, with the reason."""
    from playwright.sync_api import Error as PlaywrightError
    from playwright.sync_api import sync_playwright

    from tools.screens import CHROMIUM, CHROMIUM_OPTIONS, sign_in

    found, unseen = list[Looked](), list[str]()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(CHROMIUM_OPTIONS))
        for account in dict.fromkeys(one.account for one in site.screens):
            page = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
            page.set_default_timeout(_PATIENCE_MS)
            if account:
                sign_in(page, site.address, account if site.has_others else site.username, site.password)
            for one in [one for one in site.screens if one.account == account]:
                try:
                    found.append(_looked_at(page, site, one))
                except PlaywrightError as error:  # the other pages are looked at all the same
                    unseen.append(f"{one.name}: {str(error).splitlines()[0]}")
            page.context.close()
        browser.close()
    return found, unseen


def _looked_at(page: Any, site: "Site", screen: "Screen") -> Looked:
    from tools.screens import open_screen

    weights: dict[str, int] = {}
    violations: dict[str, int] = {}

    def weigh(response: Any) -> None:
        if response.ok and not response.url.startswith("data:"):
            body = response.body()
            weights[response.url] = len(body) if response.url.endswith(_PACKED) else len(gzip.compress(body, 6))

    for language in ("en", "zh"):
        page.context.add_cookies([{"name": "language", "value": language, "url": site.address}])
        open_screen(page, site, screen)
        page.evaluate(_AXE.read_text(encoding="utf-8"))
        violations[language] = page.evaluate(_FIND, _TAGS)
    paints = []
    for _load in range(_N_LOADS):
        page.reload()
        paints.append(page.wait_for_function(_PAINT).json_value())
    cdp = page.context.new_cdp_session(page)
    cdp.send("Network.setCacheDisabled", {"cacheDisabled": True})  # all that it loads
    page.on("response", weigh)
    page.reload(wait_until="networkidle")
    page.remove_listener("response", weigh)
    cdp.detach()
    kilobytes = sum(weights.values()) / 1024
    return Looked(screen.name, kilobytes, statistics.median(paints), violations["zh"], violations["en"])


def _lists(folder: Path) -> list[Figure]:
    """Time the pages of lists without a network or a browser, by the clock and by the processor."""
    from service import create_app
    from tools.screen_city import PASSWORD, settings_in

    browser = create_app(settings_in(folder)).test_client()
    _sign_in(browser, PASSWORD)
    told = []
    for name, address in _LISTS.items():
        walls, processors = _timed(partial(_opened, browser, address), times=40)
        told += [
            Figure(name=f"list of {name} at {_N_PEOPLE:,}, p95", value=walls, unit="ms", bar=150),
            Figure(name="the same, processor time, p95", value=processors, unit="ms"),
        ]
    return told


def _sign_in(browser: "FlaskClient", password: str) -> None:
    token = browser.get("/login").text.partition('name="csrf_token" value="')[2].partition('"')[0]
    answer = browser.post("/login", data={"username": "city", "password": password, "csrf_token": token})
    assert answer.status_code == 303, answer.text


def _opened(browser: "FlaskClient", address: str, n: int) -> None:
    assert browser.get(address.format(n=n)).status_code == 200, address


def _timed(work: Callable[[int], None], *, times: int) -> tuple[float, float]:
    """Return the 95th percentile of milliseconds by the clock and of the processor, after two that are not counted."""
    walls, processors = [], []
    for n in range(times + 2):
        began, used = time.perf_counter(), time.process_time()
        work(1 + n * 3 % 100)
        walls.append(1000 * (time.perf_counter() - began))
        processors.append(1000 * (time.process_time() - used))
    return (statistics.quantiles(walls[2:], n=20)[-1], statistics.quantiles(processors[2:], n=20)[-1])
