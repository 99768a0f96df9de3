"""Take a picture of every page, in both languages and two widths, into docs/screens/.

Use: python tools/screens.py [--address http://127.0.0.1:8000 --username admin --password ...] [--out DIR] [NAME ...]

A name may end with * for all that begin so. Without an address a small demo city is made in a folder of its own, served
on a free port of this machine, and thrown away afterwards; --city DIR keeps it there for the next time, which then
takes seconds. --sheets also puts the pictures together, six to a sheet. Needs Chromium (``CHROMIUM`` names it, default
/usr/bin/chromium) and a font with Han characters.
"""
# ruff: noqa: INP001 - a script, not a part of a package

import argparse
import fnmatch
import json
import logging
import os
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

_ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(_ROOT), str(_ROOT / "tests")]  # this tree, whichever is installed

from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402 - once the path is set
from werkzeug.serving import WSGIRequestHandler, make_server  # noqa: E402 - once the path is set

from service import create_app  # noqa: E402 - once the path is set
from tools.screen_city import N_ROWS, PASSWORD, prepare, settings_in  # noqa: E402 - once the path is set
from tools.screen_pages import EMPTY, PAGES, Screen  # noqa: E402 - once the path is set

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


@dataclass(frozen=True)
class Site:
    """A service that answers, who may sign in, and the addresses that pages name.

    Parameters
    ----------
    address, username, password : str
    screens : sequence of Screen
    named : mapping of str to str
    has_others : bool
        Whether it has the accounts of the demo city, with the same password.
    """

    address: str
    username: str
    password: str
    screens: Sequence[Screen] = PAGES
    named: Mapping[str, str] = field(default_factory=dict)
    has_others: bool = False


class _Silent(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing of requests that went well."""


@contextmanager
def demo_sites(folder: Path | None = None, *, n_people: int = N_PEOPLE, n_rows: int = N_ROWS) -> Iterator[list[Site]]:
    """Serve a demo city and an empty one on free ports of this machine; a folder keeps them.

    Parameters
    ----------
    folder : Path, optional
        Where the databases are, or are made; without it, they are thrown away.
    n_people : int
        Of the city.
    n_rows : int
        Of its largest roster.
    """
    with tempfile.TemporaryDirectory() as passing:
        kept = folder or Path(passing)
        kept.mkdir(parents=True, exist_ok=True)
        known = kept / "addresses.json"
        if not known.exists():
            prepare(kept, n_people=n_people, n_rows=n_rows)
        named = json.loads(known.read_text(encoding="utf-8"))
        with _quiet(), _served(kept, "screens") as city, _served(kept, "empty") as empty:
            yield [
                Site(city, "city", PASSWORD, named=named, has_others=True),
                Site(empty, "city", PASSWORD, screens=EMPTY),
            ]


@contextmanager
def _quiet() -> Iterator[None]:
    """Do without the line that is logged for each request."""
    logging.disable(logging.INFO)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


@contextmanager
def _served(folder: Path, name: str) -> Iterator[str]:
    app = create_app(settings_in(folder, name))
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Silent)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def sign_in(page: Page, address: str, username: str, password: str) -> None:
    """Sign in by the form.

    Raises
    ------
    LookupError
        When the account is not let in.
    """
    page.goto(f"{address}/login")
    page.fill("#username", username)
    page.fill("#password", password)
    with page.expect_navigation():
        page.click(".btn.main")
    if page.locator("#username").count():
        raise LookupError(f"{username} is not let in")


def take_pictures(
    sites: Sequence[Site], out: Path, names: Sequence[str], *, languages: Sequence[str], suffixes: Sequence[str]
) -> int:
    """Write the pictures and return how many pages are wider than their window, or cannot be opened."""
    n_wrong = 0
    out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(CHROMIUM_OPTIONS))
        for site in sites:
            wanted = [one for one in site.screens if _is_wanted(one.name, names)]
            for account in dict.fromkeys(one.account for one in wanted):
                if account not in {"", "city"} and not site.has_others:
                    continue
                own = [one for one in wanted if one.account == account]
                n_wrong += _take_of(browser, site, account, own, out, languages=languages, suffixes=suffixes)
        browser.close()
    return n_wrong


def _is_wanted(name: str, names: Sequence[str]) -> bool:
    return not names or any(fnmatch.fnmatch(name, one) for one in names)


def _take_of(
    browser: Browser, site: Site, account: str, screens: Sequence[Screen], out: Path, *, languages: Sequence[str],
    suffixes: Sequence[str],
) -> int:  # fmt: skip
    """Take the pictures of one account, which signs in once."""
    n_wrong = 0
    context = browser.new_context(device_scale_factor=1)
    page = context.new_page()
    if account:
        username = account if site.has_others else site.username
        sign_in(page, site.address, username, site.password)
    for screen in screens:
        for language in languages:
            context.add_cookies([{"name": "language", "value": language, "url": site.address}])
            for suffix in suffixes:
                width, height = WIDTHS[suffix]
                page.set_viewport_size({"width": width, "height": height})
                name = f"{screen.name}-{language}{suffix}"
                try:
                    open_screen(page, site, screen)
                except Exception as error:  # noqa: BLE001 - the other pictures are taken all the same
                    sys.stderr.write(f"{name}: {str(error).splitlines()[0]}\n")
                    n_wrong += 1
                    continue
                page.screenshot(path=out / f"{name}.png", full_page=bool(suffix))
                n_wrong += _report_width(page, name, width)
    context.close()
    return n_wrong


def open_screen(page: Page, site: Site, screen: Screen) -> None:
    """Open a page as its description says.

    Raises
    ------
    LookupError
        When the answer has another status than the description says: a refusal is no picture of a page.
    """
    answer = page.goto(site.address + screen.address.format_map(site.named))
    for step in screen.link.split(" >> ") if screen.link else ():
        if step.startswith("="):
            answer = page.goto(page.url.partition("?")[0] + step.removeprefix("="))
        elif step.startswith("!"):
            page.locator(step.removeprefix("!")).first.click()
        else:
            with page.expect_navigation() as navigation:
                page.locator(step).first.click(timeout=30_000)
            answer = navigation.value
    if answer is None or answer.status != screen.status:
        raise LookupError(f"{screen.name}: {answer.status if answer else 'no answer'} at {page.url}")


def _report_width(page: Page, name: str, width: int) -> int:
    needed = page.evaluate("document.documentElement.scrollWidth")
    if needed > width:
        sys.stderr.write(f"{name}: {needed} px wide in a window of {width} px\n")
    return int(needed > width)


def put_together(out: Path) -> None:
    """Put the pictures of each language and width together, six to a sheet, into the folder ``sheets`` of theirs."""
    from PIL import Image, ImageDraw

    folder = out / "sheets"
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    for language in LANGUAGES:
        for suffix, (width, height) in WIDTHS.items():
            found = sorted(path for path in out.glob(f"*-{language}{suffix}.png"))
            n_across, tall = (2, height) if not suffix else (5, 1_700)
            n_each = 6 if not suffix else 5
            for start in range(0, len(found), n_each):
                own = found[start : start + n_each]
                n_down = -(-len(own) // n_across)
                sheet = Image.new("RGB", (n_across * (width + 8), n_down * (tall + 24)), "#888")
                drawing = ImageDraw.Draw(sheet)
                for place, path in enumerate(own):
                    left, top = (place % n_across) * (width + 8), (place // n_across) * (tall + 24)
                    drawing.text((left + 4, top + 6), path.stem, fill="white")
                    with Image.open(path) as picture:
                        sheet.paste(
                            picture.convert("RGB").crop((0, 0, width, min(tall, picture.height))), (left, top + 24)
                        )
                sheet.save(folder / f"{language}{suffix}-{start // n_each:02}.png")


def main() -> int:
    """Read the command line and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("names", nargs="*", help="only these pages")
    parser.add_argument("--address")
    parser.add_argument("--username", default="admin")
    parser.add_argument("--password", default="")
    parser.add_argument("--out", type=Path, default=Path("docs/screens"))
    parser.add_argument("--city", type=Path, help="a folder that keeps the demo city")
    parser.add_argument("--language", choices=LANGUAGES)
    parser.add_argument("--width", type=int, choices=[width for width, _height in WIDTHS.values()])
    parser.add_argument("--sheets", action="store_true", help="put the pictures together as well")
    asked = parser.parse_args()
    ways = {
        "languages": [asked.language] if asked.language else LANGUAGES,
        "suffixes": [suffix for suffix, (width, _) in WIDTHS.items() if asked.width in {None, width}],
    }
    if asked.address:
        sites = [Site(asked.address, asked.username, asked.password)]
        n_wrong = take_pictures(sites, asked.out, asked.names, **ways)
    else:
        with demo_sites(asked.city) as sites:
            n_wrong = take_pictures(sites, asked.out, asked.names, **ways)
    if asked.sheets:
        put_together(asked.out)
    return 1 if n_wrong else 0


if __name__ == "__main__":
    sys.exit(main())
