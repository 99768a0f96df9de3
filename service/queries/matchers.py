"""The matcher over the people of a database: made once, kept in memory, and mended where the pool changes."""

import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Pool
from sqlalchemy.orm import Session

from matching.card import Scorecard
from matching.matcher import Matcher
from matching.rulebook import Rulebook
from matching.vocabulary import PostType
from matching.vocabulary.industries import IndustryTerms
from service.models.territories import seeing_everywhere
from service.queries.cards import cards_in_force
from service.queries.people_frames import PeopleFrames, load_people_frames
from service.queries.revisions import changes_since, registry_revisions
from service.queries.rulebooks import rulebook_in_force

__all__ = ["Policy", "matcher_for", "matcher_over", "matchers_under", "policy_in_force"]

_MOST_MENDED = 500  # people; beyond that everybody is read sooner


@dataclass(frozen=True, kw_only=True)
class Policy:
    """By which rulebook and scorecards people are matched."""

    rulebook: Rulebook
    cards: Mapping[PostType, Scorecard]

    @property
    def card_versions(self) -> dict[str, str]:
        """The version of each post's card."""
        return {str(post): card.version for post, card in self.cards.items()}


@dataclass(frozen=True)
class _Made:
    """A matcher with what it was made from."""

    matcher: Matcher
    frames: PeopleFrames
    people_revision: int
    basis: tuple[object, ...]


class _Kept:
    """The last matcher of one database."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.made: _Made | None = None


_kept: WeakKeyDictionary[Pool, _Kept] = WeakKeyDictionary()
_guard = threading.Lock()


def policy_in_force(session: Session) -> Policy:
    """Return the rulebook and the scorecards in force."""
    return Policy(rulebook=rulebook_in_force(session), cards=cards_in_force(session))


@seeing_everywhere
def matcher_for(session: Session, *, as_of: date) -> Matcher:
    """Return the matcher over everybody in the pool.

    The last one of each database is kept and serves every thread. When a few people have changed, only they are read;
    when much has, or the day or another rulebook or card has come, everybody. What a session has changed but not
    committed is seen by it alone.

    Parameters
    ----------
    session : Session
    as_of : date
    """
    policy = policy_in_force(session)
    if "people" in session.info.get("uncommitted_revisions", ()):
        return _matcher(policy, load_people_frames(session, as_of=as_of))
    kept = _kept_for(session)
    with kept.lock:
        kept.made = _current(session, kept.made, policy, as_of=as_of)
        return kept.made.matcher


@seeing_everywhere
def matcher_over(session: Session, *, person_ids: Collection[int], as_of: date) -> Matcher:
    """Return a matcher over some people only; who has left the pool is not in it."""
    frames = load_people_frames(session, as_of=as_of, person_ids=sorted(person_ids))
    return _matcher(policy_in_force(session), frames)


def matchers_under(session: Session, rulebook: Rulebook, *, as_of: date) -> tuple[Matcher, Matcher]:
    """Return two matchers over everybody in the pool: under the rulebook in force, and under another one."""
    frames = load_people_frames(session, as_of=as_of)
    other = Policy(rulebook=rulebook, cards=cards_in_force(session, rulebook=rulebook))
    return _matcher(policy_in_force(session), frames), _matcher(other, frames)


def _kept_for(session: Session) -> _Kept:
    engine = session.get_bind()
    assert isinstance(engine, Engine)  # noqa: S101 - sessions of `Database` are bound to engines
    with _guard:
        return _kept.setdefault(engine.pool, _Kept())


def _current(session: Session, former: _Made | None, policy: Policy, *, as_of: date) -> _Made:
    # The revision is read first: people who change in between make the matcher newer than its key, never older.
    revisions = registry_revisions(session)
    basis = (as_of, policy.rulebook.version, *policy.card_versions.values())
    if former is not None and former.basis == basis:
        if former.people_revision == revisions.people:
            return former
        changes = changes_since(session, people=former.people_revision, upto=revisions)
        if not changes.is_everything and len(changes.people) <= _MOST_MENDED:
            frames = _mended(session, former.frames, changes.people, as_of=as_of)
            matcher = former.matcher if frames is former.frames else _matcher(policy, frames)
            return _Made(matcher, frames, revisions.people, basis)
    frames = load_people_frames(session, as_of=as_of)
    return _Made(_matcher(policy, frames), frames, revisions.people, basis)


def _mended(session: Session, frames: PeopleFrames, person_ids: Collection[int], *, as_of: date) -> PeopleFrames:
    if not person_ids:
        return frames
    return frames.replaced(person_ids, by=load_people_frames(session, as_of=as_of, person_ids=sorted(person_ids)))


def _matcher(policy: Policy, frames: PeopleFrames) -> Matcher:
    return Matcher(
        eligibility=frames.eligibility,
        criteria=frames.criteria,
        rulebook=policy.rulebook,
        cards=policy.cards,
        industries=IndustryTerms.shipped(),
    )
