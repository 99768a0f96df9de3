"""The link to the database is cut at random: with idempotency keys no write is lost and none is done twice (R5)."""

import ast
import inspect
import random
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from builders import WHOLE_OFFICE
from builders_offices import hired, token_of
from flask import Flask
from flask.testing import FlaskClient

from service import create_app
from service.access import EVERYWHERE, OPERATOR
from service.db import Database
from service.installation import initialise, open_database
from service.settings import Settings
from service.usecases.records.people import list_people

PEOPLE = "/api/v1/people"
_MOST_ATTEMPTS = 60

# Writes that take no key, and why a repetition does no harm.
WITHOUT_KEY = {
    "api_people.search_people": "a question whose words stay out of the address",
    "api_duplicates.check_record": "nothing is written",
    "api_explanations.try_out": "nothing is written",
    "api_rulebook_proposals.show_effect": "nothing is written",
    "api_imports.check_file": "nothing is kept",
    "api_exports.make_export": "the file is not kept; a second record of it does no harm",
    "api_privacy.hand_out_file": "the file is not kept; a second line in the log does no harm",
    "api_people.unmask_field": "the number is not kept; a second line in the log does no harm",
    "api_sign_ins.open_session": "a step of signing in",
    "api_sign_ins.give_second_factor": "a step of signing in",
    "api_sign_ins.change_password": "a step of signing in",
    "api_sessions.end_session": "what has ended cannot end again",
    "api_tokens.revoke_token": "what is revoked cannot be revoked again",
}


class CuttingProxy:
    """Stands between a client and a server on a Unix socket, and cuts connections where `cuts` says so.

    Parameters
    ----------
    upstream : str
        Path of the socket.
    cuts : callable
        Of what passes and whether it is an answer; True: both ends are closed instead of passing it on.
    """

    def __init__(self, upstream: str, cuts: Callable[[bytes, bool], bool]) -> None:
        self._upstream, self._cuts = upstream, cuts
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        self.port: int = self._listener.getsockname()[1]
        self.n_cut = 0
        self.is_calm = True  # nothing is cut while the application starts
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def close(self) -> None:
        """Cut everything and listen no more."""
        for one in (self._listener, *list(self._open)):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        for thread in self._threads:
            thread.join(5)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(self._upstream)
            self._open |= {client, server}
            for source, target, is_answer in ((client, server, False), (server, client, True)):
                thread = threading.Thread(target=self._pump, args=(source, target, is_answer), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _pump(self, source: socket.socket, target: socket.socket, is_answer: bool) -> None:
        with suppress(OSError):
            while chunk := source.recv(65_536):
                if not self.is_calm and self._cuts(chunk, is_answer):
                    self.n_cut += 1
                    break
                target.sendall(chunk)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
            self._open.discard(end)


@dataclass
class Link:
    """An application whose link to the database is cut, and a look at the database past the link."""

    client: FlaskClient
    database: Database
    proxy: CuttingProxy

    def write(self, number: int, *, key: str | None) -> None:
        """Register one person, and repeat until the service says that it is done."""
        headers = {} if key is None else {"Idempotency-Key": key}
        record = {"name": f"样例{number:04}", "talent_source": "T1"}
        for _ in range(_MOST_ATTEMPTS):
            answer = self.client.post(PEOPLE, json=record, headers=headers)
            if answer.status_code == 201:
                return
            assert answer.status_code == 503, answer.text
        raise AssertionError(f"{number} was never taken")

    def counted(self) -> Counter[int]:
        """Count the people by how often each is there."""
        names: Counter[str] = Counter()
        with self.database.reading() as session:
            page = 1
            while items := list_people(session, actor=WRITER, page=page, page_size=100).items:
                names.update(one.name for one in items)
                page += 1
        return Counter(names.values())


WRITER = replace(OPERATOR, roles=WHOLE_OFFICE, territory=EVERYWHERE)


@pytest.fixture
def link(postgresql_url: str, tmp_path: Path, now: datetime) -> Iterator[Callable[[int], AbstractContextManager[Link]]]:
    """Compose an application behind a link that is cut at random, commits more often than anything else."""
    straight = Settings(database_url=_as_psycopg(postgresql_url), key_file=tmp_path / "talentpool.key")
    initialise(straight).dispose()
    database = open_database(straight)
    hired(database, username="admin", roles=WHOLE_OFFICE, territory=EVERYWHERE, now=now)
    token = token_of(database, "admin")

    @contextmanager
    def cut(seed: int) -> Iterator[Link]:
        proxy = CuttingProxy(_socket_of(postgresql_url), _at_random(seed))
        name = urlsplit(postgresql_url).path.lstrip("/")
        through = f"postgresql+psycopg://postgres@127.0.0.1:{proxy.port}/{name}?sslmode=disable"
        app = create_app(replace(straight, database_url=through), clock=lambda: now)
        app.testing, proxy.is_calm = True, False
        client = app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        try:
            yield Link(client, database, proxy)
        finally:
            app.extensions["talentpool"].database.dispose()
            proxy.close()

    yield cut
    database.dispose()


def _at_random(seed: int) -> Callable[[bytes, bool], bool]:
    draw = random.Random(seed)
    commits: list[bool] = []

    def cuts(chunk: bytes, is_answer: bool) -> bool:
        if not is_answer and b"COMMIT" in chunk:
            commits.append(True)
        if is_answer and commits:
            commits.clear()
            return draw.random() < 0.2
        return draw.random() < 0.01

    return cuts


def test_with_keys_nothing_is_lost_and_nothing_doubled_when_the_link_is_cut(
    link: Callable[[int], AbstractContextManager[Link]],
) -> None:
    with link(1) as cut:
        for number in range(12):
            cut.write(number, key=f"key-{number}")
        assert cut.counted() == {1: 12}
        assert cut.proxy.n_cut > 0


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(3))
def test_two_hundred_writes_over_a_cut_link_are_each_there_once(
    link: Callable[[int], AbstractContextManager[Link]], record_property: Callable[[str, object], None], seed: int
) -> None:
    with link(seed) as cut:
        for number in range(200):
            cut.write(number, key=f"key-{number}")
        record_property("cuts", cut.proxy.n_cut)
        assert cut.counted() == {1: 200}
        assert cut.proxy.n_cut >= 10


@pytest.mark.prove
def test_without_keys_some_are_doubled_so_that_the_test_can_fail(
    link: Callable[[int], AbstractContextManager[Link]], record_property: Callable[[str, object], None]
) -> None:
    with link(0) as cut:
        for number in range(200):
            cut.write(number, key=None)
        found = cut.counted()
        record_property("doubled", {times: n for times, n in found.items() if times > 1})
        assert sum(n for times, n in found.items() if times > 1) > 0


def test_every_write_of_the_api_takes_a_key(app: Flask) -> None:
    lacking = set()
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/v1/") and (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}:
            view = inspect.unwrap(app.view_functions[rule.endpoint])
            if view.__name__ not in _done_once(inspect.getmodule(view)):
                lacking.add(rule.endpoint)
    assert lacking == set(WITHOUT_KEY)


def _done_once(module: object) -> set[str]:
    """Return the functions of a module that do their work through `once`, directly or by another function."""
    tree = ast.parse(inspect.getsource(module))  # type: ignore[arg-type]  # of a loaded view
    calls = {
        function.name: {
            call.func.id
            for call in ast.walk(function)
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
        }
        for function in tree.body
        if isinstance(function, ast.FunctionDef)
    }
    found = {"once", "answered_once"}  # service/api/acts.py
    while more := {name for name, called in calls.items() if called & found} - found:
        found |= more
    return found


def _as_psycopg(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def _socket_of(url: str) -> str:
    return f"{parse_qs(urlsplit(url).query)['host'][0]}/.s.PGSQL.5432"
