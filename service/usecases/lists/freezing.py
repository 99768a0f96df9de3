"""Freezing a shortlist: result objects become rows that nobody changes afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy.orm import Session

from matching.card import Scorecard
from matching.frames import VacancyFacts
from matching.matcher import Entry, PoolSnapshot, ShortlistResult
from matching.versions import canonical_json, version_of
from matching.vocabulary import Text
from schemas.grounds import ground_document
from service.access import Actor
from service.db import allocate_ids
from service.models.shortlists import Shortlist, ShortlistEntry, ShortlistSnapshot
from service.queries.checks import Ground
from service.usecases.days import day_of
from service.usecases.workflow.round_records import open_round

__all__ = ["facts_document", "frozen"]


def frozen(
    session: Session,
    *,
    actor: Actor,
    result: ShortlistResult,
    card: Scorecard,
    snapshot: PoolSnapshot,
    wishes: Sequence[Text],
    grounds: Mapping[int, Sequence[Ground]],
    k: int,
    now: datetime,
) -> Shortlist:
    """Write a list down with everything needed to defend it: rules, card, reasons, and everybody's levels.

    Parameters
    ----------
    session : Session
    actor : Actor
        Who asked for it.
    result : ShortlistResult
    card : Scorecard
    snapshot : PoolSnapshot
    wishes : sequence of Text
        What the vacancy would like but what excludes nobody.
    grounds : mapping of person id to sequence of Ground
        The checks and waivers that counted.
    k : int
    now : datetime
    """
    (shortlist_id,) = allocate_ids(session, Shortlist.__tablename__)
    asked = facts_document(result.vacancy, wishes=wishes)
    # What the vacancy asked for is part of what the record's hash covers.
    snapshot = replace(snapshot, vacancy_version=version_of(canonical_json(asked)))
    shortlist = Shortlist(
        id=shortlist_id,
        shortlist_no=f"S{day_of(now):%Y}-{shortlist_id:06d}",
        vacancy_id=result.vacancy.vacancy_id,
        requested_by=actor.username,
        requested_at=now,
        as_of=result.vacancy.as_of,
        k=k,
        rulebook_version=result.rulebook_version,
        card_version=result.card_version,
        data_version=snapshot.version,
        sieve=_plain(result.sieve),
        exclusions=_plain(result.exclusions),
        vacancy_facts=asked,
        card=card.as_document(),
        average_score=result.average_score,
    )
    session.add(shortlist)
    session.flush()
    session.add(ShortlistSnapshot(shortlist_id=shortlist_id, content=snapshot.to_bytes()))
    session.add_all(
        _entry(shortlist_id, rank, entry, grounds.get(entry.person_id, ()))
        for rank, entry in enumerate(result.entries, start=1)
    )
    session.flush()
    open_round(session, shortlist, actor=actor, now=now)
    return shortlist


def _entry(shortlist_id: int, rank: int, entry: Entry, grounds: Sequence[Ground]) -> ShortlistEntry:
    low, high = entry.interval or (None, None)
    return ShortlistEntry(
        shortlist_id=shortlist_id,
        rank=rank,
        person_id=entry.person_id,
        score=entry.score,
        score_low=low,
        score_high=high,
        band=entry.band,
        verdict=entry.verdict,
        contributions=_plain(entry.contributions),
        outcomes=_plain(entry.outcomes),
        flags=tuple(entry.flags),
        grounds=[{"check_id": ground.check_id, **ground_document(ground)} for ground in grounds],
    )


def facts_document(facts: VacancyFacts, *, wishes: Sequence[Text]) -> dict[str, Any]:
    """Return what a vacancy asks for as plain JSON values, as a list keeps it."""
    document: dict[str, Any] = _plain(facts)
    del document["vacancy_id"]  # surrogate ids stay inside
    return {**document, "wishes": _plain(wishes)}


def _plain(value: Any) -> Any:
    """Turn result objects into plain JSON values; a `Text` becomes its two wordings."""
    if isinstance(value, Text):
        return value._asdict()
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(_plain(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, frozenset):
        return sorted(_plain(item) for item in value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    return value
