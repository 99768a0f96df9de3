"""Take a picture of every page, in both languages and two widths, into docs/screens/.

Use: python tools/screens.py [--address http://127.0.0.1:8000 --username admin --password ...] [--out DIR] [NAME ...]

Without an address a small demo city is made in a directory of its own, served on a free port of this machine, and
thrown away afterwards. Needs Chromium (``CHROMIUM`` names it, default /usr/bin/chromium) and a font with Han
characters.
"""
# ruff: noqa: INP001 - a script, not a part of a package

import argparse
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from matching.vocabulary import PostType
from service import create_app
from service.access import EVERYWHERE, Actor, Role
from service.installation import open_database
from service.settings import Settings
from service.usecases.accounts import set_password
from service.usecases.moving import Asked
from service.usecases.promoting import promote_model
from service.usecases.rescoring import rescore
from service.usecases.rounds import move_shortlist
from service.usecases.shortlists import request_shortlist
from service.usecases.training import train_challengers
from service.usecases.vacancies import list_vacancies

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
CHROMIUM_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--disable-features=Translate,OptimizationHints,MediaRouter",
    "--no-first-run",
    "--no-pings",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
WIDTHS = {"": (1366, 768), "-390": (390, 844)}
LANGUAGES = ("zh", "en")
N_PEOPLE = 3_000

# Name of the picture, and where the page is found: an address, or a link to follow from one; "=/x" goes on below it.
PAGES: dict[str, tuple[str, str | None]] = {
    "overview": ("/", None),
    "people": ("/people", None),
    "people-columns": ("/people?sort=name&cols=name,phone,education,current_post,employer,training_hours", None),
    "people-none": ("/people?industry=xyz&talent_source=T7&record_status=erased", None),
    "person": ("/people?record_status=verified&talent_source=T2", "tbody th a"),
    "vacancies": ("/vacancies?is_open=yes", None),
    "vacancy": ("/vacancies?is_open=yes", "tbody th a"),
    "shortlists": ("/shortlists", None),
    "shortlist": ("/shortlists", "tbody tr:last-child th a"),
    "excluded": ("/shortlists", "tbody tr:last-child th a >> .sieve-line a"),
    "compare": ("/shortlists", "tbody tr:last-child th a >> =/compare"),
    "what-if": ("/shortlists", "tbody tr:last-child th a >> =/what-if?w.industry_fit=300"),
    "blind": ("/shortlists", "tbody tr:last-child th a >> [data-key=b]"),
    "changes": ("/shortlists", "tbody tr:last-child th a >> =/changes"),
    "replay": ("/shortlists", "tbody tr:last-child th a >> =/replay"),
    "sheet": ("/shortlists", "tbody tr:last-child th a >> =/sheet"),
    "round": ("/shortlists", "tbody tr:last-child th a >> =/round"),
    "rulebook": ("/rulebook", None),
    "card": ("/rulebook", "a[href*='/models/']"),
    "moved": ("/rulebook", "a[href*='/models/'] >> =/moved"),
    "words": ("/words", None),
    "help": ("/help", None),
    "not-found": ("/vacancies/V9999999", None),
}

# Pages that who takes the others may not see, by account of the demo city.
OTHERS: dict[str, dict[str, tuple[str, str | None]]] = {
    "officer": {
        "imports": ("/imports", None),
        "import-file": ("/imports/new", None),
        "duplicates": ("/duplicates", None),
        "merges": ("/duplicates/merges", None),
        "waivers": ("/waivers", None),
        "checks": ("/checks", None),
        "rulebook-edit": ("/rulebook/edit", None),
        "jobs": ("/jobs", None),
        "exports": ("/exports", None),
        "account": ("/account", None),
    },
    "auditor": {"audit": ("/audit", None), "override-report": ("/reports/overrides", None)},
    "admin": {"accounts": ("/accounts", None)},
}


@dataclass(frozen=True)
class Site:
    """A service that answers, and who may sign in."""

    address: str
    username: str
    password: str
    has_others: bool = False  # the accounts of the demo city, with the same password


class _Silent(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing of requests that went well."""


@contextmanager
def demo_site() -> Iterator[Site]:
    """Serve a small demo city on a free port of this machine."""
    with tempfile.TemporaryDirectory() as directory:
        settings = Settings(database_url=f"sqlite:///{directory}/screens.db", key_file=Path(directory) / "screens.key")
        environment = {
            **os.environ,
            "TALENTPOOL_DATABASE_URL": settings.database_url,
            "TALENTPOOL_KEY_FILE": str(settings.key_file),
        }
        command = [sys.executable, "-m", "service", "init", "--demo", str(N_PEOPLE)]
        subprocess.run(command, check=True, env=environment, capture_output=True)  # noqa: S603 - our own command
        password = _prepare(settings)
        server = make_server("127.0.0.1", 0, create_app(settings), threaded=True, request_handler=_Silent)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield Site(f"http://127.0.0.1:{server.server_port}", "city", password, has_others=True)
        finally:
            server.shutdown()
            thread.join()


_OFFICE = Actor("demo", frozenset({Role.CITY_ORG, Role.OFFICER, Role.OPERATOR}), EVERYWHERE)


def _prepare(settings: Settings) -> str:
    """Learn a card and request a list for each kind of post, and return a password."""
    database, now = open_database(settings), datetime.now(UTC)
    challengers = train_challengers(database, actor=_OFFICE, now=now, n_jobs=os.cpu_count() or 1)
    with database.unit_of_work() as session:
        for version in [one.model.version for one in challengers if one.model is not None]:
            promote_model(session, actor=_OFFICE, version=version, now=now)
    rescore(database, actor=_OFFICE, now=lambda: now)
    with database.unit_of_work() as session:
        for post in PostType:
            wanted = {"post_type": post, "is_open": True}
            (vacancy,) = list_vacancies(session, actor=_OFFICE, filters=wanted, page=1, page_size=1).items
            made = request_shortlist(session, actor=_OFFICE, vacancy_no=vacancy.vacancy_no, k=10, now=now)
            asked = Asked(to="under_review", version=2)
            move_shortlist(session, actor=_OFFICE, shortlist_no=made.shortlist_no, asked=asked, now=now)
        password = "Kranich-Deich-Weide-27"  # noqa: S105 - of a database that is thrown away
        for username in ("city", *OTHERS):  # a password from somebody else would have to be changed
            set_password(session, actor=Actor(username=username), username=username, password=password, now=now)
    database.dispose()
    return password


def sign_in(page: Page, site: Site) -> None:
    """Sign in by the form."""
    page.goto(f"{site.address}/login")
    page.fill("#username", site.username)
    page.fill("#password", site.password)
    page.click(".btn.main")
    page.wait_for_load_state()


def take_pictures(site: Site, out: Path, names: list[str]) -> int:
    """Write the pictures and return how many pages are wider than their window."""
    n_wide = 0
    out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(CHROMIUM_OPTIONS))
        for language in LANGUAGES:
            for suffix, (width, height) in WIDTHS.items():
                context = browser.new_context(viewport={"width": width, "height": height}, device_scale_factor=1)
                page = context.new_page()
                page.goto(f"{site.address}/language/{language}?next=/login")
                if not names or "login" in names:
                    page.screenshot(path=out / f"login-{language}{suffix}.png")
                sign_in(page, site)
                for name, (address, link) in PAGES.items():
                    if names and name not in names:
                        continue
                    _open(page, site, address, link)
                    page.screenshot(path=out / f"{name}-{language}{suffix}.png", full_page=bool(suffix))
                    n_wide += _report_width(page, f"{name}-{language}{suffix}", width)
                context.close()
                if site.has_others:
                    for username, pages in OTHERS.items():
                        wanted = {name: page for name, page in pages.items() if not names or name in names}
                        other = Site(site.address, username, site.password)
                        n_wide += _take_of(browser, other, out, wanted, language=language, suffix=suffix)
        browser.close()
    return n_wide


def _take_of(
    browser: Browser, site: Site, out: Path, pages: dict[str, tuple[str, str | None]], *, language: str, suffix: str
) -> int:
    """Take the pictures of pages of one account and return how many are wider than their window."""
    if not pages:
        return 0
    width, height = WIDTHS[suffix]
    context = browser.new_context(viewport={"width": width, "height": height}, device_scale_factor=1)
    page = context.new_page()
    page.goto(f"{site.address}/language/{language}?next=/login")
    sign_in(page, site)
    n_wide = 0
    for name, (address, link) in pages.items():
        _open(page, site, address, link)
        page.screenshot(path=out / f"{name}-{language}{suffix}.png", full_page=bool(suffix))
        n_wide += _report_width(page, f"{name}-{language}{suffix}", width)
    context.close()
    return n_wide


def _open(page: Page, site: Site, address: str, link: str | None) -> None:
    page.goto(site.address + address)
    for step in link.split(" >> ") if link else ():
        if step.startswith("="):
            page.goto(page.url.partition("?")[0] + step.removeprefix("="))
            continue
        with page.expect_navigation():
            page.locator(step).first.click()


def _report_width(page: Page, name: str, width: int) -> int:
    needed = page.evaluate("document.documentElement.scrollWidth")
    if needed > width:
        sys.stderr.write(f"{name}: {needed} px wide in a window of {width} px\n")
    return int(needed > width)


def main() -> int:
    """Read the command line and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("names", nargs="*", help="only these pages")
    parser.add_argument("--address")
    parser.add_argument("--username", default="admin")
    parser.add_argument("--password", default="")
    parser.add_argument("--out", type=Path, default=Path("docs/screens"))
    asked = parser.parse_args()
    if asked.address:
        return 1 if take_pictures(Site(asked.address, asked.username, asked.password), asked.out, asked.names) else 0
    with demo_site() as site:
        return 1 if take_pictures(site, asked.out, asked.names) else 0


if __name__ == "__main__":
    sys.exit(main())
