"""The review desk on the demo city as it is served: key press to updated row, the server's share, a timed run."""

import logging
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.figures import Figure, quantile_seconds
from bench.offices import OFFICE, hire_office
from bench.rescoring import run_command

if TYPE_CHECKING:
    from flask.testing import FlaskClient

__all__ = ["decider", "measure", "reviewed_city"]

_CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
_OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--no-pings"]
_PASSWORD = "Kranich-Deich-Weide-27"  # noqa: S105 - of a database that is thrown away
_N_LISTED = 50
_N_KEYS = 20
_ASK_EVERY_MS = 25  # asked with every frame, the page would draw without a pause
#: By the clock of the page: from a key to the frame that shows its mark in the row, and to the frame that shows the
#: count of the server, which rises with what is kept only.
_WATCH = """() => {
    window.shown = [];
    window.kept = [];
    let began = 0, row = null;
    const count = () => document.querySelector("#gauge").innerText.match(/\\d+/)[0];
    const note = (told) => {
        const since = began;
        requestAnimationFrame(() => told.push(performance.now() - since));
    };
    let before = count();
    document.addEventListener("keydown", () => {
        began = performance.now();
        row = document.querySelector(".row.cur");
    }, true);
    new MutationObserver(() => {
        if (row && !row.querySelector(".dec.d-none")) {
            note(window.shown);
            row = null;
        }
        if (count() !== before) {
            before = count();
            note(window.kept);
        }
    }).observe(document.body, {subtree: true, childList: true, characterData: true, attributes: true});
}"""


def measure() -> list[Figure]:
    """Fill a fresh installation, serve it, and review its lists by keyboard."""
    with reviewed_city() as addresses:
        return figures(addresses)


@contextmanager
def reviewed_city() -> Iterator[list[str]]:
    """Fill a fresh installation, name it in the environment, and yield three lists under review."""
    with tempfile.TemporaryDirectory() as directory:
        os.environ["TALENTPOOL_DATABASE_URL"] = f"sqlite:///{directory}/bench.db"
        os.environ["TALENTPOOL_KEY_FILE"] = f"{directory}/bench.key"
        run_command("init", "--demo")
        hire_office()
        yield lists_under_review(3)


def figures(addresses: list[str]) -> list[Figure]:
    """Measure on three lists under review of the installation that the environment names."""
    figures = [_server_share(addresses[0])]
    if not Path(_CHROMIUM).exists():
        return figures
    with _served() as site, _page(site) as page:
        shown_ms, kept_ms = _key_latencies(page, site + addresses[1])
        run_s = _timed_run(page, site + addresses[2])
    return [
        *figures,
        Figure(name="key press to updated row, median", value=statistics.median(shown_ms), unit="ms", bar=100),
        Figure(name="the same, slowest of 20", value=max(shown_ms), unit="ms"),
        Figure(
            name="key press to kept by the server, median",
            value=statistics.median(kept_ms),
            unit="ms",
        ),
        Figure(name="the same, slowest of 20", value=max(kept_ms), unit="ms"),
        Figure(name=f"{_N_LISTED} candidates decided by keyboard, one after another", value=run_s, unit="s"),
    ]


def lists_under_review(n: int) -> list[str]:
    """Request lists of 50, begin their reviews, let the office sign in with a password, and return their addresses."""
    from matching.vocabulary import VacancyStatus
    from service.installation import open_database
    from service.settings import Settings
    from service.usecases.accounts import set_password
    from service.usecases.lists.shortlists import request_shortlist
    from service.usecases.records.vacancies import list_vacancies
    from service.usecases.workflow.moving import Asked
    from service.usecases.workflow.rounds import move_shortlist

    database, now = open_database(Settings.from_environment(os.environ)), datetime.now(UTC)
    numbers = []
    with database.unit_of_work() as session:
        set_password(session, actor=OFFICE, username=OFFICE.username, password=_PASSWORD, now=now)
        wanted = {"vacancy_status": VacancyStatus.APPROVED}  # of others nothing is reviewed
        for vacancy in list_vacancies(session, actor=OFFICE, filters=wanted, page=1, page_size=n).items:
            made = request_shortlist(session, actor=OFFICE, vacancy_no=vacancy.vacancy_no, k=_N_LISTED, now=now)
            asked = Asked(to="under_review", version=2)
            move_shortlist(session, actor=OFFICE, shortlist_no=made.shortlist_no, asked=asked, now=now)
            numbers.append(made.shortlist_no)
    database.dispose()
    return [f"/shortlists/{number}" for number in numbers]


def _server_share(address: str) -> Figure:
    """Time the answer to one key without a network or a browser."""
    decide = decider(address)
    seconds = quantile_seconds(decide, times=_N_KEYS, share=0.5)
    return Figure(name="one decision on the server, median", value=1000 * seconds, unit="ms", bar=50)


def decider(address: str) -> Callable[[], None]:
    """Return what decides on the person who is open on a list, as a worker of the server does, and opens the next."""
    from service import create_app
    from service.cli.serving import keep_what_was_loaded

    browser = create_app().test_client()
    logging.disable(logging.INFO)  # its lines would stand among the figures
    token = _hidden(browser.get("/login").text, "csrf_token")
    signing = {"username": OFFICE.username, "password": _PASSWORD, "csrf_token": token}
    browser.post("/login", data=signing, headers={"Accept-Language": "zh"})
    shown = browser.get(address).text

    def decide() -> None:
        nonlocal shown
        shown = _press(browser, address, shown)

    decide()
    keep_what_was_loaded()
    return decide


def _press(browser: "FlaskClient", address: str, shown: str) -> str:
    form = re.search(r'<form class="verbs".*?</form>', shown, re.DOTALL)
    assert form is not None, "the desk has no verbs"
    fields = {name: _hidden(form[0], name) for name in ("csrf_token", "person", "as", "candidacy_no", "version")}
    headers = {"HX-Request": "true"}
    answer = browser.post(f"{address}/opinions", data={**fields, "decision": "recommend"}, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.text


def _hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found is not None, name
    return found[1]


@contextmanager
def _served() -> Iterator[str]:
    """Serve the installation with gunicorn, as `talentpool serve` does."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "service", "serve", "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - our own command
    site = f"http://127.0.0.1:{port}"
    try:
        for _attempt in range(240):
            with suppress(OSError), urllib.request.urlopen(f"{site}/login", timeout=5):  # noqa: S310 - of this machine
                break
            time.sleep(0.25)
        yield site
    finally:
        server.terminate()
        server.wait()


@contextmanager
def _page(site: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=_CHROMIUM, args=_OPTIONS)
        page = chromium.new_page(viewport={"width": 1366, "height": 768})
        page.goto(f"{site}/login")
        page.fill("#username", OFFICE.username)
        page.fill("#password", _PASSWORD)
        page.click(".btn.main")
        page.wait_for_selector(".top .me")
        yield page
        chromium.close()


def _key_latencies(page: Any, address: str) -> tuple[list[float], list[float]]:
    """Return milliseconds from each key to the frame that shows its mark, and to the frame after the server kept it."""
    page.goto(address)
    page.evaluate(_WATCH)
    for n in range(1, _N_KEYS + 1):
        page.keyboard.press("a")
        page.wait_for_function("n => window.kept.length >= n", arg=n, polling=_ASK_EVERY_MS)
        page.wait_for_timeout(150)  # nobody reads a person in less
    shown: list[float] = page.evaluate("window.shown")
    kept: list[float] = page.evaluate("window.kept")
    assert len(shown) == len(kept), "a mark was kept that was not shown"
    return shown, kept


def _timed_run(page: Any, address: str) -> float:
    """Decide everybody of a list by keyboard: each key as soon as the one before is told; return the seconds."""
    page.goto(address)
    began = time.perf_counter()
    for n in range(1, _N_LISTED + 1):
        # The order is kept, as most reviews keep it: recommended, then reserve, then not suitable for a reason.
        keys = ["a"] if n <= _N_LISTED // 5 else ["s"] if n <= _N_LISTED // 2 else ["d", str(1 + n % 7)]
        for key in keys:
            page.keyboard.press(key)
        _wait_for_count(page, n)
    return time.perf_counter() - began


def _wait_for_count(page: Any, n: int) -> None:
    page.wait_for_function(
        "n => parseInt(document.querySelector('#gauge').innerText.match(/\\d+/)[0]) >= n", arg=n, polling=_ASK_EVERY_MS
    )
