"""The order of people by their names: by pinyin, then by the characters.

Names are sealed, so no database can order by them. The order is worked out once, kept in memory, and mended when a
few people have changed.
"""

import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import cast
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Pool, Table, select
from sqlalchemy.orm import Session

from service.db import vault_of
from service.linkage.characters import reading_of
from service.models.people import Person
from service.models.territories import seeing_everywhere
from service.queries.revisions import changes_since, registry_revisions

__all__ = ["name_key", "places_by_name"]

_MOST_MENDED = 500
_TABLE = cast("Table", Person.__table__)

Key = tuple[str, str, str]


@dataclass(frozen=True)
class _Made:
    people_revision: int
    keys: Mapping[int, Key]
    places: Mapping[int, int]


class _Kept:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.made: _Made | None = None


_kept: WeakKeyDictionary[Pool, _Kept] = WeakKeyDictionary()
_guard = threading.Lock()


def name_key(name: str) -> tuple[str, str]:
    """Return what a name is ordered by: its syllables, the surname read as a surname, then itself."""
    return " ".join(reading_of(sign, is_first=place == 0) for place, sign in enumerate(name)), name


@seeing_everywhere
def places_by_name(session: Session) -> Mapping[int, int]:
    """Return everybody's place, from 0, by surrogate id; the number decides between namesakes."""
    if "people" in session.info.get("uncommitted_revisions", ()):
        return _places(_keys(session))
    engine = session.get_bind()
    assert isinstance(engine, Engine)  # noqa: S101 - sessions of `Database` are bound to engines
    with _guard:
        kept = _kept.setdefault(engine.pool, _Kept())
    with kept.lock:
        kept.made = _current(session, kept.made)
        return kept.made.places


def _current(session: Session, former: _Made | None) -> _Made:
    # Read first: who changes in between makes the order newer than its key, never older.
    revisions = registry_revisions(session)
    if former is not None:
        if former.people_revision == revisions.people:
            return former
        changes = changes_since(session, people=former.people_revision, upto=revisions)
        if not changes.is_everything and len(changes.people) <= _MOST_MENDED:
            others = {person_id: key for person_id, key in former.keys.items() if person_id not in changes.people}
            return _made(revisions.people, {**others, **_keys(session, sorted(changes.people))})
    return _made(revisions.people, _keys(session))


def _made(revision: int, keys: Mapping[int, Key]) -> _Made:
    return _Made(revision, keys, _places(keys))


def _places(keys: Mapping[int, Key]) -> dict[int, int]:
    return {person_id: place for place, person_id in enumerate(sorted(keys, key=keys.__getitem__))}


def _keys(session: Session, person_ids: Collection[int] | None = None) -> dict[int, Key]:
    found = select(_TABLE.c.id, _TABLE.c.person_no, _TABLE.c.name_sealed)
    if person_ids is not None:
        found = found.where(_TABLE.c.id.in_(person_ids))
    vault = vault_of(session)
    return {
        row.id: (*name_key(vault.open("people.name", row.id, row.name_sealed) or ""), row.person_no)
        for row in session.execute(found)
    }
