"""Replays: a frozen list made again from what was kept, here or from a bundle on any machine."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.recorded_list import Certainty, Place, RecordedList, Replay
from matching.replay import replay
from matching.vocabulary import RecordStatus, Stage, Text
from schemas.replay import BUNDLE, BundleSchema
from service.access import Actor, may, require
from service.access.masking import Shown, masks_of
from service.errors import Conflict
from service.models.people import Person
from service.models.shortlists import Shortlist, ShortlistEntry, ShortlistSnapshot
from service.models.territories import reach_of_session
from service.queries.merges import survivors_of
from service.queries.veils import veil_people
from service.rulebooks import shipped_rulebook
from service.usecases.auditing import audit
from service.usecases.lists.shortlists import find_shortlist
from service.usecases.rules.rulebooks import kept_rulebook

__all__ = [
    "UNREADABLE",
    "PersonShown",
    "ShortlistReplay",
    "bundle_shortlist",
    "people_shown",
    "replay_bundle",
    "replay_every_list",
    "replay_shortlist",
    "whole",
]

_IN_ONE_QUERY = 500
#: What a column raises that is no JSON any more, or holds something else.
UNREADABLE = (AttributeError, LookupError, TypeError, ValueError)


@dataclass(frozen=True, kw_only=True)
class ShortlistReplay:
    """A list and what its replay found."""

    shortlist_no: str
    replay: Replay


@dataclass(frozen=True, kw_only=True)
class PersonShown:
    """How a person of a list is shown today.

    Parameters
    ----------
    person_no, name : str or None
        None once the person is erased, or where the actor may not look; the name also for one who may read no people.
    record_status : RecordStatus or None
    is_elsewhere : bool
        Whether the person is none whom the actor may see; for somebody erased it cannot be told apart.
    is_hidden : bool
        Whether the person stands in a blind review: facts that tell who it is are not told either.
    """

    person_no: str | None = None
    name: str | None = None
    record_status: RecordStatus | None = None
    is_elsewhere: bool = False
    is_hidden: bool = False

    @property
    def label(self) -> Text:
        """What stands for the person in a sentence."""
        number = self.person_no
        if self.is_elsewhere:
            return Text("（其他地区人员）", "(a person of another territory)")
        return Text(number, number) if number else Text("（已删除人员）", "(an erased person)")


def replay_shortlist(session: Session, *, actor: Actor, shortlist_no: str) -> ShortlistReplay:
    """Make a frozen list again from its card, rulebook and record, and compare every place.

    Raises
    ------
    NotFound
        If there is no such list.
    Conflict
        If a part of it cannot even be read.
    """
    shortlist, recorded = _read(session, actor=actor, shortlist_no=shortlist_no)
    shown: dict[int, PersonShown] = {}

    def person(person_id: int) -> Text:
        if person_id not in shown:
            shown.update(people_shown(session, [person_id], actor=actor, vacancy_id=shortlist.vacancy_id))
        return shown[person_id].label

    return ShortlistReplay(shortlist_no=shortlist.shortlist_no, replay=replay(recorded, person=person))


def replay_every_list(session: Session, *, actor: Actor) -> Iterator[tuple[str, Text | None]]:
    """Make every frozen list again, as after a restore; yield its number and what disagrees, None if nothing does."""
    require(actor, "restore_backups")
    for shortlist in session.scalars(select(Shortlist).order_by(Shortlist.id)):
        try:
            found = replay(_recorded(session, shortlist), person=_by_surrogate)
        except UNREADABLE:
            yield shortlist.shortlist_no, Text("留存内容已损坏", "what was kept of it is damaged")
        else:
            told = Text(f"{len(found.disagreements)} 处不一致", f"{len(found.disagreements)} disagreements")
            yield shortlist.shortlist_no, None if found.agrees else told


def bundle_shortlist(session: Session, *, actor: Actor, shortlist_no: str, now: datetime) -> dict[str, Any]:
    """Return everything that a replay of a list needs, as plain JSON values: surrogate ids, no names.

    Raises
    ------
    NotFound
        If there is no such list.
    Conflict
        If the list is damaged, or does not agree with what was kept: a bundle vouches for a list.
    """
    found = replay_shortlist(session, actor=actor, shortlist_no=shortlist_no)
    if not found.replay.agrees:
        first = found.replay.disagreements[0]
        raise Conflict(
            Text(
                f"名单与留存内容不一致，未导出：{first.problem.zh}",
                f"The list disagrees, no bundle: {first.problem.en}",
            ),
            remedy=first.remedy,
            place=first.place,
        )
    shortlist, recorded = _read(session, actor=actor, shortlist_no=shortlist_no)
    audit.record(
        session,
        actor=actor,
        action="bundle_shortlist",
        subject_kind="shortlist",
        subject_no=shortlist.shortlist_no,
        now=now,
    )
    session.flush()
    document: dict[str, Any] = BundleSchema().dump(
        {
            **vars(recorded),
            "schema_name": BUNDLE,
            "shortlist_no": shortlist.shortlist_no,
            "versions": found.replay.versions._asdict(),
            "entries": [place._asdict() for place in recorded.places],
        }
    )
    return document


def replay_bundle(bundle: Mapping[str, Any]) -> ShortlistReplay:
    """Make the list of a bundle again; it needs no database and no account.

    Parameters
    ----------
    bundle : mapping
        As `schemas.replay.BundleSchema` loads it.
    """
    versions = bundle["versions"]
    recorded = RecordedList(
        **{
            key: bundle[key]
            for key in ("k", "as_of", "card", "rulebook", "vacancy_facts", "snapshot", "sieve", "excluded")
        },
        rulebook_version=versions["rulebook"],
        card_version=versions["card"],
        data_version=versions["data"],
        order_version=versions["order"],
        places=tuple(Place(**entry) for entry in bundle["entries"]),
    )
    return ShortlistReplay(shortlist_no=bundle["shortlist_no"], replay=replay(recorded, person=_by_surrogate))


def people_shown(
    session: Session, person_ids: Iterable[int], *, actor: Actor, vacancy_id: int
) -> dict[int, PersonShown]:
    """Return how people of a vacancy's list are shown today; the erased, and whose row is gone, have no number.

    Who was merged into another record is shown as that record.
    """
    wanted = list(dict.fromkeys(person_ids))
    shown = dict.fromkeys(wanted, PersonShown(record_status=RecordStatus.ERASED))
    is_narrowed = reach_of_session(session) is not None
    may_read = may(actor, "read_people") and masks_of(actor).identity is Shown.FULL
    for start in range(0, len(wanted), _IN_ONE_QUERY):
        part = wanted[start : start + _IN_ONE_QUERY]
        stands = survivors_of(session, part)
        people = {one.id: one for one in session.scalars(select(Person).where(Person.id.in_(set(stands.values()))))}
        hidden = veil_people(session, people.values(), actor=actor, vacancy_id=vacancy_id)
        for person_id, survivor_id in stands.items():
            person = people.get(survivor_id)
            if person is None and is_narrowed:
                shown[person_id] = PersonShown(is_elsewhere=True)
            if person is not None and person.record_status is not RecordStatus.ERASED:
                shown[person_id] = PersonShown(
                    person_no=person.person_no,
                    name=person.name if may_read else None,
                    record_status=person.record_status,
                    is_hidden=person.id in hidden,
                )
    return shown


def _by_surrogate(person_id: int) -> Text:
    return Text(f"内部编号 {person_id}", f"surrogate id {person_id}")


def _read(session: Session, *, actor: Actor, shortlist_no: str) -> tuple[Shortlist, RecordedList]:
    try:
        shortlist = find_shortlist(session, actor=actor, shortlist_no=shortlist_no)
        return shortlist, _recorded(session, shortlist)
    except UNREADABLE as error:
        raise Conflict(
            Text("名单的留存内容已损坏，无法读取。", "What was kept of the list is damaged and cannot be read."),
            remedy=Text("请用此前的备份恢复后再重演。", "Restore it from an earlier backup and replay it again."),
            place="shortlist_no",
            value=shortlist_no,
        ) from error


def _recorded(session: Session, shortlist: Shortlist) -> RecordedList:
    kept = session.get(ShortlistSnapshot, shortlist.id)
    return RecordedList(
        k=whole(shortlist.k),
        as_of=shortlist.as_of,
        rulebook_version=shortlist.rulebook_version,
        card_version=shortlist.card_version,
        data_version=shortlist.data_version,
        card=shortlist.card,
        rulebook=_rulebook(session, shortlist.rulebook_version),
        vacancy_facts=shortlist.vacancy_facts,
        snapshot=kept.content if kept else b"",
        sieve=dict(shortlist.sieve),
        excluded={row.get("rule_id", ""): row.get("n_people", 0) for row in shortlist.exclusions},
        places=tuple(
            Place(row.rank, row.frozen_person_id, whole(row.score), row.verdict.value) for row in shortlist.entries
        ),
        parts={row.rank: _parts(row) for row in shortlist.entries},
        outcomes={row.rank: _outcomes(row) for row in shortlist.entries},
        average_score=shortlist.average_score,
        certainties={
            row.rank: Certainty(row.score_low, row.score_high, row.band)
            for row in shortlist.entries
            if row.band is not None
        },
        averages={row.rank: _averages(row) for row in shortlist.entries},
    )


def whole(value: object) -> int:
    """Return a number that must be whole: SQLite hands over whatever was put into the column.

    Raises
    ------
    TypeError
        If it is something else.
    """
    if not isinstance(value, int):
        raise TypeError(value)
    return value


def _rulebook(session: Session, version: str) -> Any:
    kept = kept_rulebook(session, version)
    if kept is None and version == shipped_rulebook().version:
        return shipped_rulebook().document  # a list of before rulebooks were kept
    return kept


def _parts(entry: ShortlistEntry) -> dict[str, tuple[object, object]]:
    return {str(part.get("criterion_id")): (part.get("level"), part.get("points")) for part in entry.contributions}


def _averages(entry: ShortlistEntry) -> dict[str, object]:
    return {str(part.get("criterion_id")): part["average"] for part in entry.contributions if "average" in part}


def _outcomes(entry: ShortlistEntry) -> dict[str, str | None]:
    return {
        str(outcome.get("rule_id")): outcome.get("verdict")
        for outcome in entry.outcomes
        if outcome.get("stage") == Stage.LISTING.value
    }
