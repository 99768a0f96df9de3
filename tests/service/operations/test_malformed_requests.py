"""R7: whatever bytes arrive, the server answers with a refusal or not at all, and lives on."""

import errno
import json
import socket
import sys
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from builders_offices import hire_office

from service import create_app
from service.db import Database
from service.settings import Settings
from tests.service.operations.builders_malformed import malformed_requests
from tests.service.operations.builders_server import Served, served

# Without these almost every request would be refused for coming too often, and nothing would be shown.
OPEN = {"TALENTPOOL_REQUESTS_PER_MINUTE": "1000000", "TALENTPOOL_SIGN_INS_PER_MINUTE": "100000"}
FORBIDDEN = {500, 502, 503, 504}
NO_ANSWER, HANGS = 0, -1


@pytest.mark.prove
@pytest.mark.parametrize("n", [10_000])
def test_malformed_requests_break_nothing(database: Database, settings: Settings, tmp_path: Path, n: int) -> None:
    rules = list(create_app(settings).url_map.iter_rules())
    requests = list(malformed_requests(rules, token=hire_office(database), n=n, seed=n))
    with served(settings, tmp_path, n_workers=2, **OPEN) as server:
        statuses = list(_statuses(server, requests))
        assert server.is_alive()
        assert server.process.poll() is None
    answers = Counter(statuses)
    broken = [one for one, status in zip(requests, statuses, strict=True) if status in FORBIDDEN | {HANGS}]
    sys.stderr.write(f"{n} malformed requests: {dict(sorted(answers.items()))}\n")
    told = server.log.read_text(errors="replace")
    assert '"level": "error"' not in told
    assert "Traceback" not in told, told[told.index("Traceback") - 500 :][:4_000]
    assert broken == []
    assert answers[429] == 0, "refused for coming too often: nothing is shown by that"
    n_reached = sum(count for status, count in answers.items() if status not in {NO_ANSWER, 400})
    assert n_reached > 0.3 * n, "hardly anything got past the first line"


def _statuses(server: Served, requests: Iterable[bytes]) -> Iterable[int]:
    with ThreadPoolExecutor(8) as pool:
        yield from pool.map(lambda request: _status(server, request), requests)


def _end(link: socket.socket) -> None:
    try:
        link.shutdown(socket.SHUT_WR)
    except OSError as error:
        if error.errno != errno.ENOTCONN:  # the server has answered and closed already: no ConnectionError to Python
            raise


def _status(server: Served, request: bytes) -> int:
    """Return the status of the first answer; NO_ANSWER if the link was closed without one."""
    told = b""
    with server.connect(timeout_s=60) as link:
        with suppress(ConnectionError):  # refused while it is still being sent
            link.sendall(request)
            _end(link)
        with suppress(ConnectionError):
            try:
                while part := link.recv(65_536):
                    told += part
            except TimeoutError:
                return HANGS
    assert b"Traceback" not in told, json.dumps([request.decode("latin-1"), told.decode("latin-1")])
    if not told:
        return NO_ANSWER
    first = told.split(b"\r\n", 1)[0].split(b" ")
    return int(first[1]) if len(first) > 1 and first[1].isdigit() else NO_ANSWER
