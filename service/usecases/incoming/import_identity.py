"""Knowing rows again that have no number: a corrected file must not register the same people and vacancies twice."""

import unicodedata
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from matching.vocabulary import Text
from service.access import Actor
from service.db import vault_of
from service.files.findings import Effect
from service.files.tables import Draft
from service.models.identity import WITH_ABSORBED
from service.models.people import Person
from service.models.vacancies import Vacancy
from service.models.villages import Township, Village
from service.queries.veils import hidden_people
from service.usecases.incoming.import_looks import IN_BLIND_REVIEW, WAIT_OR_LIFT
from service.usecases.incoming.import_rows import ReadRow

__all__ = ["recognise", "sources_of_known"]

_IN_ONE_QUERY = 500


def recognise(session: Session, rows: Sequence[ReadRow], *, kind: str, actor: Actor) -> None:
    """Give rows without a number the number of the one registered person or vacancy that they speak of.

    A person is known again by name, month of birth and village, also county and township where the row gives them, if
    nobody knew their id number so far; a vacancy by
    village and post, as long as it is open. It is always reported. Where several fit, or one who stands in a blind
    review of the actor's, the row is refused.

    Parameters
    ----------
    session : Session
    rows : sequence of ReadRow
        Changed in place.
    kind : str
        Other than ``people`` and ``vacancies`` nothing is done.
    actor : Actor
    """
    if kind == "people":
        unnumbered = _without_known_id(session, [row for row in rows if row.record and not row.record.get("person_no")])
        hidden = hidden_people(session, actor=actor)
        _settle(unnumbered, "person_no", _known_people(session, unnumbered, hidden), _person_key)
    elif kind == "vacancies":
        unnumbered = [row for row in rows if row.record and not row.record.get("vacancy_no")]
        _settle(unnumbered, "vacancy_no", _known_vacancies(session, unnumbered), _vacancy_key)


def sources_of_known(session: Session, drafts: Sequence[Draft]) -> Mapping[str, str]:
    """Return the talent sources of registered people by number, as far as rows name a number and no source."""
    unsaid = (draft.values.get("person_no") for draft in drafts if not draft.values.get("talent_source"))
    numbers = sorted({str(number).strip() for number in unsaid if number})
    known: dict[str, str] = {}
    for start in range(0, len(numbers), _IN_ONE_QUERY):
        part = numbers[start : start + _IN_ONE_QUERY]
        rows = session.execute(select(Person.person_no, Person.talent_source).where(Person.person_no.in_(part)))
        known |= {row.person_no: str(row.talent_source) for row in rows}
    return known


class _Known(NamedTuple):
    """A registered record, with the names of the places above its village."""

    number: str
    county: str
    township: str
    is_hidden: bool = False

    def fits(self, record: Mapping[str, Any]) -> bool:
        """Whether a record is not of another county or township: villages of one name are many."""
        told = (_plain(record.get("county")), _plain(record.get("township")))
        return all(not name or name == known for name, known in zip(told, (self.county, self.township), strict=True))


def _settle(rows: Iterable[ReadRow], key: str, known: Mapping[Hashable, list[_Known]], key_of: Any) -> None:
    for row in rows:
        found = [one for one in known.get(key_of(row.record), []) if one.fits(row.record or {})]
        numbers = [one.number for one in found]
        if row.record is None or not numbers:
            continue
        if any(one.is_hidden for one in found):
            row.record = None
            row.findings.append(row.draft.finding(key, Effect.ROW_REFUSED, IN_BLIND_REVIEW, WAIT_OR_LIFT))
            continue
        listed = "、".join(numbers[:5])
        if len(numbers) == 1:
            row.record[key] = numbers[0]
            problem = (_SAME_PERSON if key == "person_no" else _SAME_VACANCY).filled(number=listed)
            row.findings.append(row.draft.finding(key, Effect.TO_CONFIRM, problem, _OTHERWISE))
        else:
            row.record = None
            row.findings.append(row.draft.finding(key, Effect.ROW_REFUSED, _SEVERAL.filled(numbers=listed), _OTHERWISE))


def _without_known_id(session: Session, rows: Sequence[ReadRow]) -> list[ReadRow]:
    """Leave out the rows whose id number is registered: that tells for certain who they are."""
    vault = vault_of(session)
    indexes = [vault.blind_indexes("people.id_number", (row.record or {}).get("id_number")) for row in rows]
    wanted = sorted({index for one in indexes for index in one})
    known: set[bytes | None] = set()
    for start in range(0, len(wanted), _IN_ONE_QUERY):
        part = wanted[start : start + _IN_ONE_QUERY]
        registered = select(Person.id_number_index).where(Person.id_number_index.in_(part))
        known.update(session.scalars(registered, execution_options={WITH_ABSORBED: True}))
    return [row for row, own in zip(rows, indexes, strict=True) if known.isdisjoint(own)]


def _known_people(session: Session, rows: Sequence[ReadRow], hidden: frozenset[int]) -> Mapping[Hashable, list[_Known]]:
    vault = vault_of(session)
    told = {row.record["name"] for row in rows if row.record}
    names = sorted({index for name in told for index in vault.blind_indexes("people.name", name)})
    known: dict[Hashable, list[_Known]] = defaultdict(list)
    for start in range(0, len(names), _IN_ONE_QUERY):
        found = (
            select(Person)
            .where(Person.name_index.in_(names[start : start + _IN_ONE_QUERY]), Person.id_number_index.is_(None))
            .options(joinedload(Person.home_village).joinedload(Village.township).joinedload(Township.county))
            .order_by(Person.person_no)
        )
        for person in session.scalars(found):
            village = person.home_village
            if village is not None and person.birth_date is not None:
                county, township = _plain(village.township.county.name), _plain(village.township.name)
                one = _Known(person.person_no, county, township, person.id in hidden)
                known[_person(person.name, person.birth_date, village.name)].append(one)
    return known


def _person_key(record: Mapping[str, Any]) -> Hashable:
    return _person(record["name"], record.get("birth_date"), record.get("village"))


def _person(name: str, birth: date | None, village: str | None) -> Hashable:
    return (name, birth.year, birth.month, _plain(village)) if birth and village else None


def _known_vacancies(session: Session, rows: Sequence[ReadRow]) -> Mapping[Hashable, list[_Known]]:
    names = sorted({row.record["village"] for row in rows if row.record and row.record.get("village")})
    known: dict[Hashable, list[_Known]] = defaultdict(list)
    for start in range(0, len(names), _IN_ONE_QUERY):
        found = (
            select(Vacancy)
            .join(Vacancy.village)
            .where(Village.name.in_(names[start : start + _IN_ONE_QUERY]))
            .options(joinedload(Vacancy.village).joinedload(Village.township).joinedload(Township.county))
            .order_by(Vacancy.vacancy_no)
        )
        for vacancy in session.scalars(found):
            if vacancy.vacancy_status.is_open:
                township = vacancy.village.township
                places = (township.county.name, township.name, vacancy.village.name)
                one = _Known(vacancy.vacancy_no, _plain(places[0]), _plain(places[1]))
                known[vacancy.post_type, *map(_plain, places)].append(one)
    return known


def _vacancy_key(record: Mapping[str, Any]) -> Hashable:
    return (record.get("post_type"), *(_plain(record.get(key)) for key in ("county", "township", "village")))


def _plain(name: str | None) -> str:
    return "".join(unicodedata.normalize("NFKC", name or "").split())


_SAME_PERSON = Text(
    "与 {number} 姓名、出生年月、所在村相同，按同一人更新。",
    "Name, month of birth and village are those of {number}: taken as the same person.",
)
_SAME_VACANCY = Text(
    "与在招岗位 {number} 同村同岗，按同一岗位更新。",
    "Village and post are those of the open vacancy {number}: taken as the same vacancy.",
)
_SEVERAL = Text("与 {numbers} 都相符，无法确定是哪一个，本行未导入。", "It fits {numbers} alike; this row was refused.")
_OTHERWISE = Text(
    "请在编号列写明编号；如是另一个，请另给编号。",
    "Write its number into the column of numbers; if it is another, a new one.",
)
