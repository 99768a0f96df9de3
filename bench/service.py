"""The whole service on the demo city: start, rescoring, one shortlist over the API, lists of people."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.figures import Figure, quantile_seconds

__all__ = ["measure"]

_TALENTPOOL = [sys.executable, "-m", "service"]


def measure() -> list[Figure]:
    """Fill a fresh installation and time what its users do."""
    with tempfile.TemporaryDirectory() as directory:
        os.environ["TALENTPOOL_DATABASE_URL"] = f"sqlite:///{directory}/bench.db"
        os.environ["TALENTPOOL_KEY_FILE"] = f"{directory}/bench.key"
        init_s, _ = _run("init", "--demo")
        rescore_s, rescore_mb = _run("rescore", "--all")
        export_s, _ = _run("export", "ranking", "-o", str(Path(directory) / "ranking.csv"))
        return [
            Figure(name="init --demo: tables, 10,000 people, first scoring", value=init_s, unit="s", bar=60),
            Figure(name="rescore --all: 10,000 people x 500 vacancies", value=rescore_s, unit="s", bar=15),
            Figure(name="rescore --all: peak memory", value=rescore_mb, unit="MB", bar=1000),
            Figure(name="export ranking", value=export_s, unit="s"),
            *_over_http(),
        ]


def _run(*arguments: str) -> tuple[float, float]:
    """Run a command; return its seconds and its peak memory in MB."""
    began = time.perf_counter()
    process = subprocess.Popen([*_TALENTPOOL, "-q", *arguments], stdout=subprocess.DEVNULL)  # noqa: S603 - our own command
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"talentpool {' '.join(arguments)} failed")
    return time.perf_counter() - began, usage.ru_maxrss / 1024


def _over_http() -> list[Figure]:
    from datetime import UTC, datetime

    from service import create_app
    from service.access import OPERATOR
    from service.context import Service
    from service.usecases import accounts

    app = create_app()
    composed: Service = app.extensions["talentpool"]
    with composed.database.unit_of_work() as session:
        token = accounts.create_token(session, actor=OPERATOR, username="admin", label="bench", now=datetime.now(UTC))
    program = app.test_client()
    program.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    items = program.get("/api/v1/vacancies?is_open=true&page_size=50").get_json()["items"]
    numbers = iter([item["vacancy_no"] for item in items] * 10)

    def request_one() -> None:
        answer = program.post(f"/api/v1/vacancies/{next(numbers)}/shortlists", json={"k": 10})
        assert answer.status_code == 201, answer.text  # noqa: S101 - the bench must not time a refusal

    def get(address: str) -> Callable[[], None]:
        def ask() -> None:
            assert program.get(address).status_code == 200  # noqa: S101 - as above

        return ask

    def edit_and_request() -> None:
        shown = program.get("/api/v1/people/P0000001")
        changed = program.patch(
            "/api/v1/people/P0000001",
            json={"training_hours": (shown.get_json()["training_hours"] or 0) + 1},
            headers={"If-Match": shown.headers["ETag"]},
        )
        assert changed.status_code == 200, changed.text  # noqa: S101 - as above
        request_one()

    return [
        Figure(
            name="edit a person, then POST shortlist (everybody is read anew), p95",
            value=1000 * quantile_seconds(edit_and_request, times=10, share=0.95),
            unit="ms",
        ),
        Figure(
            name="POST shortlist of 10 over the API, p95",
            value=1000 * quantile_seconds(request_one, times=60, share=0.95),
            unit="ms",
            bar=150,
        ),
        Figure(
            name="GET 50 of 10,000 people over the API, p95",
            value=1000 * quantile_seconds(get("/api/v1/people?page_size=50&page=100"), times=40, share=0.95),
            unit="ms",
            bar=150,
        ),
    ]
