"""The whole service on the demo city: start, export, one shortlist over the API, lists of people."""

import os
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bench.figures import Figure, quantile_seconds
from bench.offices import OFFICE, hire_office
from bench.rescoring import run_command

if TYPE_CHECKING:
    from flask.testing import FlaskClient

__all__ = ["measure"]

_PERSON = "/api/v1/people/P0000001"


def measure() -> list[Figure]:
    """Fill a fresh installation and time what its users do."""
    with tempfile.TemporaryDirectory() as directory:
        os.environ["TALENTPOOL_DATABASE_URL"] = f"sqlite:///{directory}/bench.db"
        os.environ["TALENTPOOL_KEY_FILE"] = f"{directory}/bench.key"
        init_s, _ = run_command("init", "--demo")
        hire_office()
        export_s, _ = run_command("export", "ranking", "-o", str(Path(directory) / "ranking.csv"))
        return [
            Figure(name="init --demo: tables, 10,000 people, first scoring", value=init_s, unit="s", bar=60),
            Figure(name="export ranking", value=export_s, unit="s"),
            *_over_http(),
        ]


def _program() -> "FlaskClient":
    """Return a client of the service with a bearer token."""
    from service import create_app
    from service.context import Service
    from service.usecases import accounts

    app = create_app()
    composed: Service = app.extensions["talentpool"]
    with composed.database.unit_of_work() as session:
        token = accounts.create_token(
            session, actor=OFFICE, username=OFFICE.username, label="bench", now=datetime.now(UTC)
        )
    program = app.test_client()
    program.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return program


def _over_http() -> list[Figure]:
    program = _program()
    items = program.get("/api/v1/vacancies?is_open=true&page_size=50").get_json()["items"]
    numbers = iter([item["vacancy_no"] for item in items] * 10)

    # The assertions keep the bench from timing refusals.
    def request_one() -> None:
        answer = program.post(f"/api/v1/vacancies/{next(numbers)}/shortlists", json={"k": 10})
        assert answer.status_code == 201, answer.text

    def edit_and_request() -> None:
        shown = program.get(_PERSON)
        hours = (shown.get_json()["training_hours"] or 0) + 1
        changed = program.patch(_PERSON, json={"training_hours": hours}, headers={"If-Match": shown.headers["ETag"]})
        assert changed.status_code == 200, changed.text
        request_one()

    def list_people() -> None:
        assert program.get("/api/v1/people?page_size=50&page=100").status_code == 200

    def p95_ms(work: Callable[[], None], times: int) -> float:
        return 1000 * quantile_seconds(work, times=times, share=0.95)

    return [
        Figure(name="POST shortlist of 10 over the API, p95", value=p95_ms(request_one, 60), unit="ms", bar=150),
        Figure(name="the same right after an edit of a person, p95", value=p95_ms(edit_and_request, 10), unit="ms"),
        Figure(name="GET 50 of 10,000 people over the API, p95", value=p95_ms(list_people, 40), unit="ms", bar=150),
    ]
