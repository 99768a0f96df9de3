"""The pages in a real browser: accessible, silent about the policy, quick by keyboard, whole without a script."""

import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.service.web.builders_pages import learned_card_in_force, requested_shortlist

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
AXE = Path(__file__).parents[2] / "vendor" / "axe.min.js"
OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
)
BEYOND = """() => [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth)
  .map(e => `${e.tagName}.${e.className}`).slice(0, 5)"""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason=f"no Chromium at {CHROMIUM}; set CHROMIUM to its path"),
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[object]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=list(OPTIONS))
        yield opened
        opened.close()


class Silent(WSGIRequestHandler):
    """Says nothing of requests that went well."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


@pytest.fixture
def site(app: Flask, browser: FlaskClient) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def card(database, now) -> str:
    return f"/models/{learned_card_in_force(database, now=now)}"


@pytest.fixture
def shortlist(browser: FlaskClient) -> str:
    return requested_shortlist(browser)


class Window:
    """A window of a signed-in browser that notes what a page complains of and asks for."""

    def __init__(self, chromium, site: str, cookies: dict[str, str], *, width: int = 1366, script: bool = True) -> None:
        self.context = chromium.new_context(viewport={"width": width, "height": 768}, java_script_enabled=script)
        self.context.add_cookies([{"name": name, "value": value, "url": site} for name, value in cookies.items()])
        self.page = self.context.new_page()
        self.site, self.complaints, self.hosts = site, [], set()
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda asked: self.hosts.add(urlsplit(asked.url).netloc))

    def open(self, address: str):
        self.page.goto(self.site + address)
        return self.page


@pytest.fixture
def window(chromium, site, browser):
    opened: list[Window] = []

    def open_window(language: str = "zh", **options) -> Window:
        cookies = {"talentpool": browser.get_cookie("talentpool").value, "language": language}
        opened.append(Window(chromium, site, cookies, **options))
        return opened[-1]

    yield open_window
    for one in opened:
        one.context.close()


def _violations(page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("tags => axe.run(document, {runOnly: tags})", TAGS)
    return [
        f"{page.url}: {one['id']}: {node['target']} {node.get('failureSummary', '')[:200]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


PAGES = (
    "/", "/people", "/people?talent_source=T7", "/people/P01", "/vacancies", "/vacancies/V2", "/shortlists",
    "{shortlist}", "{shortlist}/excluded", "/rulebook", "{card}", "/words", "/help", "/account",
    "/account/second-factor",
)  # fmt: skip


@pytest.mark.parametrize(("language", "width"), [("zh", 1366), ("en", 390)])
def test_every_page_is_accessible_and_obeys_the_policy(window, card, shortlist, language, width):
    opened = window(language, width=width)
    violations = []
    for address in PAGES:
        violations += _violations(opened.open(address.format(shortlist=shortlist, card=card)))
    assert violations == []
    assert opened.complaints == []
    assert opened.hosts - {""} == {opened.site.removeprefix("http://")}  # "" is the icon inside the page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_fits_its_window(window, card, shortlist, language):
    opened, too_wide = window(language), {}
    for address in PAGES:
        page = opened.open(address.format(shortlist=shortlist, card=card))
        for width in (1366, 800, 390):
            page.set_viewport_size({"width": width, "height": 768})
            if page.evaluate("document.documentElement.scrollWidth") > width:
                too_wide[address, width] = page.evaluate(BEYOND)
    assert too_wide == {}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_login_form_and_a_missing_page_are_accessible(window, language):
    opened = window(language)
    assert _violations(opened.open("/nothing")) == []
    opened.context.clear_cookies(name="talentpool")
    page = opened.open("/login")
    page.fill("#username", "admin")
    page.fill("#password", "wrong")
    page.click(".btn.main")
    assert _violations(page) == []
    assert page.evaluate("document.activeElement.id") == "esum"


def test_keys_walk_through_the_list_and_none_is_lost(window, shortlist):
    page = window().open(shortlist)
    names = page.locator(".row .nm").all_text_contents()
    for _ in range(4):
        page.keyboard.press("j")
    page.wait_for_function("name => document.querySelector('#who a').textContent === name", arg=names[4])
    assert page.locator(".row.cur .nm").text_content() == names[4]
    page.keyboard.press("k")
    page.wait_for_function("name => document.querySelector('#who a').textContent === name", arg=names[3])
    assert "person=" in page.url
    page.go_back()
    page.wait_for_function("name => document.querySelector('#who a').textContent === name", arg=names[4])
    assert page.locator(".top").count() == 1


def test_keys_are_silent_while_somebody_writes(window, shortlist):
    page = window().open(shortlist)
    first = page.locator("#who a").text_content()
    page.keyboard.press("/")
    page.keyboard.type("jjk")
    assert page.input_value("#q") == "jjk"
    assert page.locator("#who a").text_content() == first
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.tagName") == "BODY"


def test_nothing_personal_stays_in_the_browser(window, shortlist):
    page = window().open(shortlist)
    names = page.locator(".row .nm").all_text_contents()
    page.keyboard.press("j")
    page.wait_for_url("**person=**")
    kept = page.evaluate("JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)])")
    assert page.evaluate("localStorage.length") == 0
    assert not [name for name in names if name in kept]
    assert "htmx-history-cache" not in kept


def test_everything_works_without_a_script(window):
    page = window(script=False).open("/vacancies?is_open=yes")
    page.click("tbody th a")
    page.fill("#k", "3")
    page.click("main .btn.main")
    assert page.locator(".row").count() == 3
    page.click(".row:nth-child(2) .who")
    assert page.locator(".row.cur .rk").text_content() == "2"
    page.click(".outs a")
    assert page.locator("tbody tr").count() > 0
    page.fill("#q", "样例未同意")
    page.press("#q", "Enter")
    assert page.locator("tbody tr").count() == 1
    page.click(".lang a:last-child")
    assert "find=" in page.url
    assert page.locator("html").get_attribute("lang") == "en"


def test_a_shortlist_prints_without_its_buttons(window, shortlist):
    page = window().open(shortlist)
    page.emulate_media(media="print")
    assert not page.locator(".top").is_visible()
    assert not page.locator(".stepbar .btn").first.is_visible()
    assert page.locator(".stepbar p").is_visible()
    assert page.locator(".paper").is_visible()
    assert page.locator(".row").last.is_visible()
    assert page.locator(".why tfoot").is_visible()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_learned_card_prints_on_one_sheet(window, card, language):
    printed = window(language).open(card).pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) == 1
