"""A real browser over the pages: windows that note what a page complains of, and what axe finds on it."""

import os
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from werkzeug.serving import WSGIRequestHandler

from service.operations.metrics import policy_reports

__all__ = ["BEYOND", "CHROMIUM", "MARKS", "OPTIONS", "Silent", "Window", "n_reported", "reports_after", "violations_of"]

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
BEYOND = """() => [...document.querySelectorAll("main *")].filter(e => e.getBoundingClientRect().right > innerWidth)
  .map(e => `${e.tagName}.${e.className}`).slice(0, 5)"""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

MARKS = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason=f"no Chromium at {CHROMIUM}; set CHROMIUM to its path"),
]


class Silent(WSGIRequestHandler):
    """Says nothing of requests that went well."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


class Window:
    """A window of a signed-in browser that notes what a page complains of and asks for."""

    def __init__(self, chromium, site: str, cookies: dict[str, str], *, width: int = 1366, script: bool = True) -> None:
        self.context = chromium.new_context(viewport={"width": width, "height": 768}, java_script_enabled=script)
        self.context.add_cookies([{"name": name, "value": value, "url": site} for name, value in cookies.items()])
        self.page = self.context.new_page()
        self.site, self.complaints, self.hosts = site, [], set()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda asked: self.hosts.add(urlsplit(asked.url).netloc))

    def _hear(self, said) -> None:
        # That a page was not found is what its browser says of the page itself.
        if said.type == "error" and not ("404" in said.text and said.location["url"] == self.page.url):
            self.complaints.append(said.text)

    def open(self, address: str):
        self.page.goto(self.site + address)
        return self.page

    def follow(self, selector: str, *, key: str | None = None) -> None:
        """Click (or press a key in) what leads to another page and wait for it: a click alone returns before."""
        with self.page.expect_navigation():
            self.page.press(selector, key) if key else self.page.click(selector)


def n_reported() -> float:
    """Return how many violations of the content policy browsers have reported to this process."""
    return sum(one.value for one in policy_reports().collect()[0].samples if one.name.endswith("_total"))


def reports_after(before: float, page) -> float:
    """Return how many reports came since; the browser sends them beside the page, so that they are waited for."""
    for _ in range(100):
        if n_reported() > before:
            break
        page.wait_for_timeout(50)
    return n_reported() - before


@cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")


def violations_of(page) -> list[str]:
    if not page.evaluate("'axe' in window"):
        # Handed to the window once; whatever it opens from here on begins with it, compiled already.
        page.add_init_script(_axe())
        page.evaluate(_axe())
    # All rules run; only what violates one is described, since to describe what passes takes most of the time. What
    # would be loaded once more serves a rule that is none of these.
    asked = "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations'], preload: false})"
    found = page.evaluate(asked, TAGS)
    return [
        f"{page.url}: {one['id']}: {node['target']} {node.get('failureSummary', '')[:200]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]
