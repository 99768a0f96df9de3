"""What the matching core sees of all open vacancies, kept in memory until a vacancy or village changes."""

import threading
from datetime import date
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Pool
from sqlalchemy.orm import Session

from matching.frames import VacancyFacts
from service.queries.revisions import pool_revision
from service.queries.vacancies import load_vacancy_facts

__all__ = ["open_vacancies"]

_kept: WeakKeyDictionary[Pool, tuple[tuple[int, date], tuple[VacancyFacts, ...]]] = WeakKeyDictionary()
_guard = threading.Lock()


def open_vacancies(session: Session, *, as_of: date) -> tuple[VacancyFacts, ...]:
    """Return all open vacancies in the order of their numbers; see `load_vacancy_facts`.

    What a session has changed but not committed is seen by it alone.
    """
    engine = session.get_bind()
    if "vacancies" in session.info.get("uncommitted_revisions", ()) or not isinstance(engine, Engine):
        return tuple(load_vacancy_facts(session, open_only=True, as_of=as_of))
    # The revision is read first: vacancies that change in between make the facts newer than their key, never older.
    key = (pool_revision(session, "vacancies"), as_of)
    with _guard:
        kept = _kept.get(engine.pool)
    if kept is not None and kept[0] == key:
        return kept[1]
    facts = tuple(load_vacancy_facts(session, open_only=True, as_of=as_of))
    with _guard:
        _kept[engine.pool] = key, facts
    return facts
