"""R9: SIGTERM lets requests in flight finish; nobody new is let in, and the server ends by itself."""

import json
import signal
import socket
import time
from contextlib import ExitStack
from pathlib import Path

from builders_offices import hire_office
from sqlalchemy import select

from service.db import Database
from service.models.people import Person
from service.settings import Settings
from tests.service.operations.builders_server import Served, served

N_IN_FLIGHT = 4  # as many as a worker has threads


def test_requests_in_flight_finish_after_sigterm_and_nobody_new_is_let_in(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    token = hire_office(database)
    with served(settings, tmp_path) as server, ExitStack() as links:
        halves = [_begin(server, token, number, links) for number in range(N_IN_FLIGHT)]
        server.process.send_signal(signal.SIGTERM)
        time.sleep(1.2)
        assert server.process.poll() is None
        late = _ask_late(server, links)
        for link, rest in halves:
            link.sendall(rest)
        answers = [_answer(link) for link, _ in halves]
        assert server.process.wait(45) == 0
        assert late is None or _is_unanswered(late)
    assert [answer[:12] for answer in answers] == [b"HTTP/1.1 201"] * N_IN_FLIGHT
    with database.reading() as session:
        numbers = set(session.scalars(select(Person.person_no)))
    assert numbers == {f"D{number}" for number in range(N_IN_FLIGHT)}
    assert "Traceback" not in server.log.read_text()


def _begin(server: Served, token: str, number: int, links: ExitStack) -> tuple[socket.socket, bytes]:
    """Send a request up to the middle of its body once a worker reads it, and return what is missing."""
    record = {"person_no": f"D{number}", "name": f"样例{number}", "talent_source": "T1"}
    body = json.dumps(record).encode()
    head = (
        "POST /api/v1/people HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n"
        "Expect: 100-continue\r\nConnection: close\r\n\r\n"
    )
    link = links.enter_context(server.connect())
    link.sendall(head.encode())
    assert link.recv(100).startswith(b"HTTP/1.1 100")
    link.sendall(body[:20])
    return link, body[20:]


def _ask_late(server: Served, links: ExitStack) -> socket.socket | None:
    """Ask when the server is ending already: the kernel may still take the connection, but nobody reads it."""
    try:
        link = links.enter_context(server.connect())
    except ConnectionRefusedError:
        return None
    link.sendall(b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
    return link


def _is_unanswered(link: socket.socket) -> bool:
    try:
        return link.recv(100) == b""
    except ConnectionResetError:
        return True


def _answer(link: socket.socket) -> bytes:
    told = b""
    while part := link.recv(65_536):
        told += part
    return told
