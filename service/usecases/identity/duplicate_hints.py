"""Of whom a record that is being entered may speak: a hint with its reasons, never a refusal."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import Actor, require
from service.linkage import Identity, Match, Roll, find_pairs, matches_of
from service.models.people import Person
from service.queries.named_villages import village_meant
from service.queries.rolls import identities, seen_roll
from service.queries.veils import hidden_people
from service.usecases.identity.duplicates import reason_texts
from service.usecases.incoming.reports import SavedState, SaveReport, Severity

__all__ = ["Hint", "duplicates_of", "hint_at_duplicates"]

_PLAIN = (
    *("name", "id_number", "phone", "birth_date", "sex", "ethnicity", "education"),
    *("work_start_date", "party_join_date", "employer"),
)
_IN_ONE_QUERY = 500
_FEW = 20  # people who are compared with everybody one by one
_MOST_HINTED = 1_000  # new people of one file; beyond that it takes seconds, and the batch does it anyway


@dataclass(frozen=True, kw_only=True)
class Hint:
    """A registered person of whom a record may speak.

    Parameters
    ----------
    person_no : str
    probability : float
    reasons : tuple of Text
        What speaks for it, then what speaks against it.
    """

    person_no: str
    probability: float
    reasons: tuple[Text, ...]

    @property
    def why(self) -> Text:
        """Why it may be this person, where the number stands before it."""
        zh, en = "、".join(one.zh for one in self.reasons[:4]), ", ".join(one.en for one in self.reasons[:4])
        return Text(
            f"可能是同一人（{self.probability:.0%}）：{zh}。",
            f"may be the same person ({self.probability:.0%}): {en}.",
        )

    @property
    def sentence(self) -> Text:
        """One sentence for the clerk."""
        return Text(
            f"可能与 {self.person_no} {self.why.zh.removeprefix('可能')}",
            f"{self.person_no} {self.why.en}",
        )


def duplicates_of(session: Session, *, actor: Actor, record: Mapping[str, Any]) -> list[Hint]:
    """Return of whom a record may speak, the likeliest first; nothing is written.

    Parameters
    ----------
    session : Session
    actor : Actor
    record : mapping
        As it would be registered; whatever is missing is not compared.
    """
    require(actor, "read_duplicates")
    roll = seen_roll(session)
    if len(roll) == 0:
        return []
    (matches,) = matches_of([_identity(session, record)], roll)
    hidden = hidden_people(session, actor=actor)  # a hint would tell the name that was asked about
    return _hints(session, {0: [match for match in matches if match.person_id not in hidden]})[0]


def hint_at_duplicates(session: Session, report: SaveReport, *, actor: Actor) -> None:
    """Add to new people of whom else they may be the second registration; many new ones are left to the batch."""
    new = {record.number: record for record in report.records if record.state is SavedState.NEW}
    if not new:
        return
    if len(new) > _MOST_HINTED:
        first = next(iter(new.values()))
        first.find("duplicates", _MANY.filled(n=f"{len(new):,}"), Severity.NOTE, remedy=_SEARCH)
        return
    ids = _ids(session, new)
    hidden = hidden_people(session, actor=actor)
    matches = {
        number: [match for match in found if match.person_id not in hidden]
        for number, found in _matches(session, ids).items()
    }
    for number, hints in _hints(session, matches).items():
        for hint in hints:
            new[number].find("duplicates", hint.sentence, Severity.NOTE, remedy=_COMPARE)


_MANY = Text("本次新登记 {n} 人，未逐人查重。", "{n} people are new; they were not compared one by one.")
_SEARCH = Text("请运行 talentpool duplicates find。", "Run talentpool duplicates find.")
_COMPARE = Text(
    "请核对是否同一人；确为同一人的，请合并两条记录。",
    "Check whether it is one person; if it is, merge the two records.",
)


def _matches(session: Session, ids: Mapping[str, int]) -> dict[str, list[Match]]:
    """Compare a few new people with everybody, more of them by common keys."""
    roll = seen_roll(session)
    if len(ids) <= _FEW:
        people = identities(session, person_ids=sorted(ids.values()))
        found = dict(zip((one.person_id for one in people), matches_of(people, roll), strict=True))
        return {number: found.get(person_id, []) for number, person_id in ids.items()}
    return _matches_by_pairs(roll, ids)


def _matches_by_pairs(roll: Roll, ids: Mapping[str, int]) -> dict[str, list[Match]]:
    numbers = {person_id: number for number, person_id in ids.items()}
    found: dict[str, list[Match]] = {number: [] for number in ids}
    for pair in find_pairs(roll, only=set(numbers)):
        for one, other in ((pair.first_id, pair.second_id), (pair.second_id, pair.first_id)):
            if one in numbers:
                match = Match(person_id=other, probability=pair.probability, reasons=pair.reasons)
                found[numbers[one]].append(match)
    return found


def _hints(session: Session, matches: Mapping[Any, Sequence[Match]]) -> dict[Any, list[Hint]]:
    numbers = _numbers(session, {match.person_id for found in matches.values() for match in found})
    return {
        key: [
            Hint(
                person_no=numbers[match.person_id],
                probability=match.probability,
                reasons=reason_texts(match.reasons),
            )
            for match in found
            if match.person_id in numbers
        ]
        for key, found in matches.items()
    }


def _identity(session: Session, record: Mapping[str, Any]) -> Identity:
    village = village_meant(session, record, code=record.get("home_village_code"))
    return Identity(
        **{"name": None} | {name: record.get(name) for name in _PLAIN},
        birth_date_is_month=bool(record.get("birth_date_is_month")),
        village_id=village.id if village else None,
        township_id=village.township_id if village else None,
        county_id=village.township.county_id if village else None,
    )


def _ids(session: Session, numbers: Collection[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    wanted = sorted(numbers)
    for start in range(0, len(wanted), _IN_ONE_QUERY):
        part = wanted[start : start + _IN_ONE_QUERY]
        rows = session.execute(select(Person.person_no, Person.id).where(Person.person_no.in_(part)))
        found |= {row.person_no: row.id for row in rows}
    return found


def _numbers(session: Session, person_ids: set[int]) -> dict[int, str]:
    numbers: dict[int, str] = {}
    wanted = sorted(person_ids)
    for start in range(0, len(wanted), _IN_ONE_QUERY):
        query = select(Person.id, Person.person_no).where(Person.id.in_(wanted[start : start + _IN_ONE_QUERY]))
        numbers |= {row.id: row.person_no for row in session.execute(query)}
    return numbers
