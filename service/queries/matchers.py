"""The matcher over the people of a database: made once, kept in memory until the pool changes."""

import threading
from collections.abc import Hashable, Mapping
from datetime import date
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Pool
from sqlalchemy.orm import Session

from matching.card import Scorecard
from matching.matcher import Matcher
from matching.vocabulary import PostType
from matching.vocabulary.industries import IndustryTerms
from service.queries.cards import cards_in_force
from service.queries.people_frames import load_people_frames
from service.queries.revisions import pool_revision
from service.rulebooks import rulebook_in_force

__all__ = ["matcher_for"]


class _Kept:
    """The last matcher of one database."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.key: Hashable = None
        self.matcher: Matcher | None = None


_kept: WeakKeyDictionary[Pool, _Kept] = WeakKeyDictionary()
_guard = threading.Lock()


def matcher_for(session: Session, *, as_of: date) -> Matcher:
    """Return the matcher over everybody in the pool.

    The last one of each database is kept and serves every thread, until somebody changes the pool, the day changes or
    another rulebook or card comes into force. What a session has changed but not committed is seen by it alone.

    Parameters
    ----------
    session : Session
    as_of : date
    """
    cards = cards_in_force(session)
    if "people" in session.info.get("uncommitted_revisions", ()):
        return _new_matcher(session, cards, as_of=as_of)
    # The revision is read first: people who change in between make the matcher newer than its key, never older.
    versions = (card.version for card in cards.values())
    key = (pool_revision(session), as_of, rulebook_in_force().version, *versions)
    kept = _kept_for(session)
    with kept.lock:
        if kept.matcher is None or kept.key != key:
            kept.matcher, kept.key = _new_matcher(session, cards, as_of=as_of), key
        return kept.matcher


def _kept_for(session: Session) -> _Kept:
    engine = session.get_bind()
    assert isinstance(engine, Engine)  # noqa: S101 - sessions of `Database` are bound to engines
    with _guard:
        return _kept.setdefault(engine.pool, _Kept())


def _new_matcher(session: Session, cards: Mapping[PostType, Scorecard], *, as_of: date) -> Matcher:
    frames = load_people_frames(session, as_of=as_of)
    return Matcher(
        eligibility=frames.eligibility,
        criteria=frames.criteria,
        rulebook=rulebook_in_force(),
        cards=cards,
        industries=IndustryTerms.shipped(),
    )
