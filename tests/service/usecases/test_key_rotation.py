"""Keys are changed while others write, a killed change goes on, and old keys leave only when nothing needs them."""

import itertools
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from builders import WHOLE_OFFICE, a_person, a_village
from builders_registry import save
from sqlalchemy import func, select, update

from service.db import Database, Model
from service.errors import Conflict
from service.installation import open_database
from service.models.people import Person
from service.models.sealing import sealed_places
from service.usecases.idempotency import KeptAnswer, claim_key, keep_answer
from service.usecases.privacy.key_rotation import RotationProgress, list_keys, retire_keys, rotate_keys
from service.usecases.records import people
from service.vault import KeyFile, TamperedField


def _phone(n, generation=0):
    return f"1390000{generation:02d}{n:02d}"


def _many(n):
    return [a_person(person_no=f"P{i}", name=f"样例{i}", phone=_phone(i)) for i in range(n)]


def _rotated(database, settings, actor, now, suite="sm", **options):
    return rotate_keys(database, actor=actor, key_file=settings.key_file, suite=suite, now=lambda: now, **options)


def _versions(database):
    with database.reading() as session:
        return {
            value[0]
            for places in sealed_places(Model).values()
            for place in places
            for value in session.scalars(select(place.table.c[place.sealed_in]))
            if value
        }


def _found(database, actor, **filters):
    with database.reading() as session:
        return [one.person_no for one in people.list_people(session, actor=actor, filters=filters).items]


@pytest.fixture
def other(any_database, any_settings):
    """Another process of the same installation, with a vault of its own."""
    opened = open_database(any_settings)
    yield opened
    opened.dispose()


def test_every_sealed_value_and_index_carries_the_new_version(any_database, any_settings, actor, now):
    save(any_database, actor, now, villages=[a_village()], people=_many(450))
    before = _versions(any_database)
    done = _rotated(any_database, any_settings, actor, now)
    assert (before, _versions(any_database)) == ({1}, {2})
    assert (done.version, done.suite, done.is_resumed) == (2, "sm", False)
    retire_keys(any_database, actor=actor, key_file=any_settings.key_file, now=now + timedelta(minutes=1))
    assert _found(any_database, actor, phone=_phone(7)) == ["P7"]
    with any_database.reading() as session:
        assert {person.name for person in session.scalars(select(Person))} == {f"样例{i}" for i in range(450)}


def test_nothing_written_during_a_rotation_is_lost_or_unreadable(any_database, any_settings, other, actor, now):
    save(any_database, actor, now, villages=[a_village()], people=_many(60))
    is_over, written, searched = threading.Event(), {}, []

    def write():
        generation = 0
        while not is_over.is_set():
            generation = generation % 90 + 1
            for n in range(0, 60, 7):
                with other.unit_of_work() as session:
                    person = session.scalars(select(Person).where(Person.person_no == f"P{n}")).one()
                    person.phone = _phone(n, generation)
                written[n] = _phone(n, generation)
                searched.append(_found(other, actor, phone=written[n]) == [f"P{n}"])

    writer = threading.Thread(target=write)
    writer.start()
    suites = itertools.cycle(("sm", "aes"))
    try:
        for n_rotations in itertools.count(1):  # until enough was written beside them, however slow the machine is
            _rotated(any_database, any_settings, actor, now, suite=next(suites))
            if not writer.is_alive() or (n_rotations >= 3 and len(searched) > 9):
                break
    finally:
        is_over.set()
        writer.join()
    _rotated(any_database, any_settings, actor, now)
    assert len(_versions(any_database)) == 1
    assert all(searched)
    assert len(searched) > 9
    with other.reading() as session:
        phones = {person.person_no: person.phone for person in session.scalars(select(Person))}
    assert phones == {f"P{n}": written.get(n, _phone(n)) for n in range(60)}


def test_a_rotation_that_broke_off_goes_on_without_another_version(any_database, any_settings, actor, now):
    save(any_database, actor, now, villages=[a_village()], people=_many(450))

    def break_off(progress: RotationProgress):
        if progress.n_done:
            raise KeyboardInterrupt

    with suppress(KeyboardInterrupt):
        _rotated(any_database, any_settings, actor, now, on_progress=break_off)
    assert _versions(any_database) == {1, 2}
    assert _found(any_database, actor, phone=_phone(3)) == ["P3"]
    assert _found(any_database, actor, phone=_phone(449)) == ["P449"]
    done = _rotated(any_database, any_settings, actor, now)
    assert (done.version, done.is_resumed, _versions(any_database)) == (2, True, {2})


def test_a_rotation_killed_in_another_process_goes_on(database, settings, actor, now):
    save(database, actor, now, villages=[a_village()], people=_many(450))
    environment = {
        **os.environ,
        "TALENTPOOL_DATABASE_URL": settings.database_url,
        "TALENTPOOL_KEY_FILE": str(settings.key_file),
        "TALENTPOOL_LANG": "en",
    }
    command = [sys.executable, "-m", "service", "keys", "rotate"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL) as running:
        assert running.stderr is not None
        for line in running.stderr:
            if b"Sealed" in line and b"Sealed 0/" not in line:
                break
        running.send_signal(signal.SIGKILL)
    assert _versions(database) == {1, 2}
    assert _rotated(database, settings, actor, now).is_resumed
    assert _versions(database) == {2}


def test_keys_that_a_row_needs_are_not_dropped(any_database, any_settings, actor, now):
    save(any_database, actor, now, villages=[a_village()], people=_many(3))
    any_database.vault.keys.with_new_version("aes", now=now).write_over(any_settings.key_file)
    with pytest.raises(Conflict) as refusal:
        retire_keys(any_database, actor=actor, key_file=any_settings.key_file, now=now + timedelta(hours=1))
    assert refusal.value.place == "keys"
    assert set(KeyFile.read(any_settings.key_file).versions) == {1, 2}


def test_keys_made_a_moment_ago_wait_until_every_process_knows_them(database, settings, actor, now):
    _rotated(database, settings, actor, now)
    with pytest.raises(Conflict):
        retire_keys(database, actor=actor, key_file=settings.key_file, now=now + timedelta(seconds=1))


def test_the_answer_to_a_repeated_write_keeps_its_key_for_a_day(database, settings, actor, now):
    account = replace(actor, account_id=_account(database, now))
    with database.unit_of_work() as session:
        claim = claim_key(session, actor=account, key="k", digest="d", now=now)
        keep_answer(session, claim=claim, answer=KeptAnswer(201, {}, b"{}"))
    _rotated(database, settings, actor, now)
    with database.unit_of_work() as session:
        assert claim_key(session, actor=account, key="k", digest="d", now=now).kept is not None
    with pytest.raises(Conflict):
        retire_keys(database, actor=actor, key_file=settings.key_file, now=now + timedelta(hours=23))
    dropped = retire_keys(database, actor=actor, key_file=settings.key_file, now=now + timedelta(days=1))
    assert dropped.versions == (1,)


def test_the_old_keys_can_be_kept_for_old_backups(database, settings, actor, now, tmp_path):
    save(database, actor, now, villages=[a_village()], people=_many(1))
    with database.reading() as session:
        row_id, old = session.execute(select(Person.id, Person.name_sealed)).one()
    _rotated(database, settings, actor, now)
    kept = tmp_path / "old.key"
    retire_keys(database, actor=actor, key_file=settings.key_file, now=now + timedelta(minutes=1), kept_copy=kept)
    assert kept.stat().st_mode & 0o077 == 0
    assert database.vault.keys.versions.keys() == {2}
    assert Database(settings, type(database.vault).load(kept)).vault.open("people.name", row_id, old) == "样例0"
    with pytest.raises(TamperedField):
        database.vault.open("people.name", row_id, old)


def test_the_versions_are_listed_with_what_uses_them(database, settings, actor, now):
    save(database, actor, now, villages=[a_village()], people=_many(2))
    _rotated(database, settings, actor, now)
    with database.reading() as session:
        first, second = list_keys(session, actor=actor)
        n_values = sum(
            session.scalar(select(func.count(place.table.c[place.sealed_in]))) or 0
            for places in sealed_places(Model).values()
            for place in places
        )
    assert (first.version, first.n_rows, first.is_current) == (1, 0, False)
    assert (second.version, second.n_rows, second.is_current) == (2, n_values, True)


def test_a_value_moved_to_another_row_stops_a_rotation_instead_of_being_sealed_there(database, settings, actor, now):
    save(database, actor, now, villages=[a_village()], people=_many(2))
    with database.unit_of_work() as session:
        first, second = session.scalars(select(Person).order_by(Person.id))
        session.execute(update(Person).where(Person.id == second.id).values(phone_sealed=first.phone_sealed))
    with pytest.raises(TamperedField) as refusal:
        _rotated(database, settings, actor, now)
    assert refusal.value.place == f"people.phone:{second.id}"


def _account(database, now):
    from service.db import allocate_ids
    from service.models.accounts import Account

    with database.unit_of_work() as session:
        (account_id,) = allocate_ids(session, Account.__tablename__)
        session.add(
            Account(
                id=account_id, username="admin", roles=tuple(sorted(WHOLE_OFFICE)), password_hash="x", created_at=now
            )
        )
    return account_id
