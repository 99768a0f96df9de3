"""Of whom a record that is being entered may speak: a hint with its reasons, never a refusal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import Actor, require
from service.linkage import Identity, Match, matches_of
from service.models.people import Person
from service.models.villages import Village
from service.queries.rolls import roll_for
from service.usecases.duplicates import reason_texts

__all__ = ["Hint", "duplicates_of", "hints_for"]

_PLAIN = (
    *("name", "id_number", "phone", "birth_date", "sex", "ethnicity", "education"),
    *("work_start_date", "party_join_date", "employer"),
)
_IN_ONE_QUERY = 500


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
    def sentence(self) -> Text:
        """One sentence for the clerk."""
        zh, en = "、".join(one.zh for one in self.reasons[:4]), ", ".join(one.en for one in self.reasons[:4])
        return Text(
            f"可能与 {self.person_no} 是同一人（{self.probability:.0%}）：{zh}。",
            f"Perhaps the same person as {self.person_no} ({self.probability:.0%}): {en}.",
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
    return hints_for(session, [record])[0]


def hints_for(session: Session, records: Sequence[Mapping[str, Any]]) -> list[list[Hint]]:
    """Return the hints of each record; the caller has checked the right."""
    roll = roll_for(session)
    if len(roll) == 0 or not records:
        return [[] for _ in records]
    villages = _villages(session, {str(code) for one in records if (code := one.get("home_village_code"))})
    found = matches_of([_identity(one, villages) for one in records], roll)
    numbers = _numbers(session, {match.person_id for matches in found for match in matches})
    return [[_hint(match, numbers) for match in matches if match.person_id in numbers] for matches in found]


def _hint(match: Match, numbers: Mapping[int, str]) -> Hint:
    return Hint(
        person_no=numbers[match.person_id], probability=match.probability, reasons=reason_texts(match.reasons)
    )


def _identity(record: Mapping[str, Any], villages: Mapping[str, Village]) -> Identity:
    village = villages.get(str(record.get("home_village_code")))
    return Identity(
        **{"name": None} | {name: record.get(name) for name in _PLAIN},
        birth_date_is_month=bool(record.get("birth_date_is_month")),
        village_id=village.id if village else None,
        township_id=village.township_id if village else None,
        county_id=village.township.county_id if village else None,
    )


def _villages(session: Session, codes: set[str]) -> dict[str, Village]:
    found: dict[str, Village] = {}
    wanted = sorted(codes)
    for start in range(0, len(wanted), _IN_ONE_QUERY):
        query = select(Village).where(Village.village_code.in_(wanted[start : start + _IN_ONE_QUERY]))
        found |= {village.village_code: village for village in session.scalars(query)}
    return found


def _numbers(session: Session, person_ids: set[int]) -> dict[int, str]:
    numbers: dict[int, str] = {}
    wanted = sorted(person_ids)
    for start in range(0, len(wanted), _IN_ONE_QUERY):
        query = select(Person.id, Person.person_no).where(Person.id.in_(wanted[start : start + _IN_ONE_QUERY]))
        numbers |= {row.id: row.person_no for row in session.execute(query)}
    return numbers
