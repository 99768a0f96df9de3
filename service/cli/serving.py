"""Serving pages and API with gunicorn, on this machine only."""

import gc
import os
import socket
import sys
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication

from matching.vocabulary import Text
from service.errors import ServiceError
from service.operations.shared_metrics import forget_process, shared_metrics
from service.settings import Settings

__all__ = ["PortTaken", "ensure_port_is_free", "keep_what_was_loaded", "serve_until_stopped", "serving_address"]

N_THREADS = 4
_OBJECTS_BETWEEN_SEARCHES = 50_000  # a search must stay too short to be felt in an answer


class PortTaken(ServiceError):
    """Another program listens on the port."""

    code = "port_taken"


def ensure_port_is_free(host: str, port: int) -> None:
    """Refuse a port that another program listens on.

    Raises
    ------
    PortTaken
        With the command that uses another port.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(
                Text(f"端口 {port} 已被占用。", f"Port {port} is taken by another program."),
                remedy=Text(f"换一个端口，例如 PORT={port + 1}。", f"Use another one, for example PORT={port + 1}."),
                place=f"{host}:{port}",
            ) from error


def serving_address(settings: Settings) -> str | None:
    """Return where this very installation is being served, None if it is not."""
    with suppress(OSError, ValueError):
        process, address = _note(settings).read_text(encoding="utf-8").split()
        os.kill(int(process), 0)
        with urllib.request.urlopen(f"{address}/login", timeout=5) as answer:  # noqa: S310 - our own loopback address
            return address if answer.status == 200 else None
    return None


def serve_until_stopped(
    settings: Settings, *, host: str, port: int, n_workers: int, when_ready: Callable[[], None]
) -> None:
    """Run gunicorn until SIGTERM or Ctrl-C; requests in flight finish first.

    Parameters
    ----------
    settings : Settings
    host, port : str, int
    n_workers : int
        Worker processes, each with four threads.
    when_ready : callable
        Called once when the socket listens.
    """
    _remember_settings(settings)
    note = _note(settings)
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(f"{os.getpid()} http://{host}:{port}", encoding="utf-8")
    options: dict[str, Any] = {
        "bind": f"{host}:{port}",
        "workers": n_workers,
        "threads": N_THREADS,
        "worker_class": "gthread",
        "loglevel": "warning",
        "logger_class": "service.operations.server_log.ServerLog",
        "graceful_timeout": 30,
        "timeout": 120,
        "control_socket_disable": True,
        "when_ready": lambda _server: when_ready(),
        "post_worker_init": lambda _worker: keep_what_was_loaded(),
        "child_exit": lambda _server, worker: forget_process(worker.pid),
    }
    try:
        with shared_metrics():
            _Server(options).run()
    finally:
        note.unlink(missing_ok=True)


def keep_what_was_loaded() -> None:
    """Take all that a worker has loaded out of the search for cycles: it stays for as long as the worker does."""
    gc.set_threshold(_OBJECTS_BETWEEN_SEARCHES)
    gc.collect()
    gc.freeze()


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        from service import create_app

        return create_app()


def _remember_settings(settings: Settings) -> None:
    # Workers compose their own application from the environment.
    os.environ["TALENTPOOL_DATABASE_URL"] = settings.database_url
    os.environ["TALENTPOOL_KEY_FILE"] = str(settings.key_file)
    os.environ["TALENTPOOL_LANG"] = settings.language
    sys.argv = ["talentpool"]  # gunicorn would read our options as its own


def _note(settings: Settings) -> Path:
    return settings.key_file.with_name("serving")
