"""A browser that is signed in, over a small registry."""

import threading
from collections.abc import Iterator
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from service.db import Database
from tests.service.web.builders_browser import CHROMIUM, OPTIONS, Silent, Window
from tests.service.web.builders_pages import fill_registry


@pytest.fixture
def browser(client: FlaskClient, database: Database, now: datetime) -> FlaskClient:
    """A signed-in browser over a small registry, in Chinese."""
    fill_registry(database, now=now)
    client.set_cookie("language", "zh")
    return client


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=list(OPTIONS))
        yield opened
        opened.close()


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
def window(chromium, site, browser):
    opened: list[Window] = []

    def open_window(language: str = "zh", **options) -> Window:
        cookies = {"talentpool": browser.get_cookie("talentpool").value, "language": language}
        opened.append(Window(chromium, site, cookies, **options))
        return opened[-1]

    yield open_window
    for one in opened:
        one.context.close()
