"""A browser that is signed in, over a small registry."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from builders_installations import filled
from builders_workflow import settle_rules
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from matching.vocabulary import ReviewDecision
from service.usecases.workflow.candidacy_views import list_candidacies
from service.usecases.workflow.reviewing import conclude
from tests.service.web.builders_browser import CHROMIUM, OPTIONS, Silent, Window
from tests.service.web.builders_desk import list_under_review
from tests.service.web.builders_pages import fill_registry

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def registry_directory(migrated_directory: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with a small registry, filled once."""
    directory = tmp_path_factory.mktemp("registry")
    filled(directory, migrated=migrated_directory, fill=lambda database: fill_registry(database, now=NOW))
    return directory


@pytest.fixture
def starting_directory(request: pytest.FixtureRequest) -> Path:
    """Begin with the registry where a browser looks at it, else with nothing."""
    wanted = "registry_directory" if "browser" in request.fixturenames else "migrated_directory"
    directory: Path = request.getfixturevalue(wanted)
    return directory


@pytest.fixture
def browser(client: FlaskClient) -> FlaskClient:
    """A signed-in browser over a small registry, in Chinese."""
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


@pytest.fixture
def address(browser) -> str:
    """A list of four under review."""
    return list_under_review(browser, k=4)


@pytest.fixture
def review(database, actor, address):
    """Read how that list stands."""

    def read():
        with database.reading() as session:
            return list_candidacies(session, actor=actor, shortlist_no=address.rpartition("/")[2])

    return read


@pytest.fixture
def settled(database, review, now):
    """Whatever was to be verified of the people of the list has passed."""
    with database.unit_of_work() as session:
        settle_rules(session, [view.candidacy for view in review().candidacies], now=now)


@pytest.fixture
def reviewed(database, actor, review, now):
    """Conclude on everybody: the first two are recommended, the others are in reserve."""
    with database.unit_of_work() as session:
        for place, view in enumerate(review().candidacies):
            said = ReviewDecision.RECOMMEND if place < 2 else ReviewDecision.RESERVE
            one = view.candidacy
            conclude(session, actor=actor, candidacy_no=one.candidacy_no, decision=said, version=one.version, now=now)
