"""A browser that is signed in, over a small registry."""

from datetime import datetime

import pytest
from flask.testing import FlaskClient

from service.db import Database
from tests.service.web.builders_pages import fill_registry


@pytest.fixture
def browser(client: FlaskClient, database: Database, now: datetime) -> FlaskClient:
    """A signed-in browser over a small registry, in Chinese."""
    fill_registry(database, now=now)
    client.set_cookie("language", "zh")
    return client
