"""Somebody who registers people one after the other, and tells each that was acknowledged, until something strikes."""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from builders import a_person
from sqlalchemy import Engine

from service.access import Actor
from service.installation import open_database
from service.settings import Settings
from service.usecases.incoming import registration

__all__ = ["register_until_struck"]


def register_until_struck(
    settings: Settings,
    *,
    actor: Actor,
    now: datetime,
    name: str,
    after: int,
    delay_s: float,
    strike: Callable[[], None],
    prepare: Callable[[Engine], None] | None = None,
) -> set[str]:
    """Let a process register people, strike some time after so many, and return who was acknowledged.

    Counted, not timed: on a busy machine a timed strike comes before anything was done.
    """
    read, tell = os.pipe()
    victim = os.fork()
    if victim == 0:
        os.close(read)
        with suppress(Exception):
            _register(settings, actor=actor, now=now, name=name, tell=tell, prepare=prepare)
        os._exit(0)
    os.close(tell)
    told: set[str] = set()
    with os.fdopen(read) as lines:
        for line in lines:
            told.add(line.strip())
            if len(told) == after:
                time.sleep(delay_s)
                strike()
    os.waitpid(victim, 0)
    assert len(told) >= after, "the writer failed by itself"
    return told


def _register(
    settings: Settings, *, actor: Actor, now: datetime, name: str, tell: int, prepare: Callable[[Engine], None] | None
) -> None:
    database = open_database(settings)
    if prepare is not None:
        prepare(database.engine)
    number = 0
    while True:
        person_no = f"{name}-{number}"
        with database.unit_of_work() as session:
            record = a_person(person_no=person_no, id_number=None)
            registration.save_people(session, actor=actor, records=[record], now=now)
        os.write(tell, f"{person_no}\n".encode())
        number += 1
