"""What schemathesis makes of the API document: no server error, every answer as declared, nothing half-written (R8)."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from builders_offices import hired
from builders_schema_cases import Tally, count_written_rows, operations_of, send_cases
from builders_two_counties import two_counties
from conftest import NOW
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text, update

from service import create_app
from service.access import EVERYWHERE, Actor, Role
from service.db import Database
from service.models.identity import Merge
from service.settings import Settings
from service.usecases import accounts
from service.usecases.auditing.audit_verification import verify_log

SEEDS = (1, 2, 3, 4, 5)
N_CASES, N_PER_OPERATION = 10_000, 28


@dataclass
class Room:
    """An application over a filled database, and whoever asks it everything."""

    app: Flask
    database: Database
    office: Actor
    numbers: dict[str, Any]
    token: str | None = None

    def asker(self, method: str, path: str) -> tuple[FlaskClient, dict[str, str]]:
        """Return somebody who may do everything, and for a change the version that is at hand."""
        client = self.app.test_client()
        # Some operations end tokens and sessions; elsewhere a token of its own for every case only costs time.
        if self.token is None or any(word in path for word in ("account", "token", "session")):
            with self.database.unit_of_work() as session:
                self.token = accounts.create_token(session, actor=self.office, username="office", label="t", now=NOW)
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {self.token}"
        if method != "PATCH":
            return client, {}
        return client, {"If-Match": client.get(path).headers.get("ETag", '"1-x"')}


@pytest.fixture
def room(tmp_path: Path, migrated_directory: Path) -> Iterator[Room]:
    shutil.copytree(migrated_directory, tmp_path, dirs_exist_ok=True)
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'talentpool.db'}", key_file=tmp_path / "talentpool.key")
    app = create_app(settings, clock=lambda: NOW)
    database = app.extensions["talentpool"].database
    numbers = dict(two_counties(database, now=NOW).numbers)
    with database.unit_of_work() as session:  # the number that the builder gives it does not open its seal
        session.execute(update(Merge).values(id=1))
    office = hired(database, username="office", roles=frozenset(Role), territory=EVERYWHERE, now=NOW)
    yield Room(app, database, office, numbers | {"merge_id": 1, "username": "there", "post_type": "first_secretary"})
    database.dispose()


@pytest.mark.prove
@pytest.mark.parametrize("seed_no", SEEDS)
def test_every_case_gets_a_declared_answer_and_a_refusal_writes_nothing(room: Room, seed_no: int) -> None:
    tally, n_written = Tally(), count_written_rows(room.database)
    for operation in operations_of(room.app):
        send_cases(
            operation,
            seed_no=seed_no,
            n=N_PER_OPERATION,
            numbers=room.numbers,
            asker=room.asker,
            n_written=n_written,
            tally=tally,
        )
    print(f"seed {seed_no}: {tally.n_cases} cases, {sorted(tally.statuses.items())}")  # noqa: T201 - the figure
    assert tally.faults == {}, "\n\n".join(f"{where}\n{told}" for where, told in tally.faults.items())
    assert tally.n_cases >= N_CASES / len(SEEDS)
    assert n_written() > 100, "the cases wrote nothing: they tell little"
    _nothing_is_broken(room)


def _nothing_is_broken(room: Room) -> None:
    with room.database.reading() as session:
        assert session.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
        assert session.execute(text("PRAGMA foreign_key_check")).all() == []
        assert verify_log(session, actor=room.office).is_whole
    for name in ("people", "vacancies", "villages", "shortlists", "appointments", "imports", "merges", "exports"):
        client, _ = room.asker("GET", name)
        page = 1
        while (answer := client.get(f"/api/v1/{name}?page={page}&page_size=200")).status_code == 200 and answer.json:
            if page * 200 >= answer.json["total"]:
                break
            page += 1
        assert answer.status_code == 200, (name, answer.text)
