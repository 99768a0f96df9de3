"""The service as it is run in an office: gunicorn in processes of its own, on a free port of this machine."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from service.settings import Settings

__all__ = ["Served", "served"]

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Served:
    """A running server.

    Parameters
    ----------
    process : subprocess.Popen
        Its master.
    port : int
    log : Path
        What it says on stdout and stderr.
    """

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def connect(self, *, timeout_s: float = 30) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=timeout_s)

    def is_alive(self) -> bool:
        with self.connect() as link:
            link.sendall(b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return link.recv(100).startswith(b"HTTP/1.1 200")


@contextmanager
def served(settings: Settings, directory: Path, *, n_workers: int = 1, **environment: str) -> Iterator[Served]:
    """Serve an installation until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    told = {"TALENTPOOL_DATABASE_URL": settings.database_url, "TALENTPOOL_KEY_FILE": str(settings.key_file)}
    command = [sys.executable, "-m", "service", "serve", "--port", str(port), "--workers", str(n_workers)]
    log = directory / "server.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, env={**os.environ, **told, **environment}, cwd=ROOT, stdout=out, stderr=out)
    server = Served(process, port, log)
    try:
        _wait_for(server)
        yield server
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(45)


def _wait_for(server: Served) -> None:
    until = time.monotonic() + 180
    while time.monotonic() < until:
        assert server.process.poll() is None, server.log.read_text()
        with suppress(OSError):
            if server.is_alive():
                return
        time.sleep(0.1)
    raise AssertionError("the server did not answer in time")
