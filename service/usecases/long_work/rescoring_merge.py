"""Merging a few changed people into the rankings that stand, exactly as ranking everybody again would place them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import BigInteger, Table, bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from matching.eligibility import VERDICTS
from matching.frames import VacancyFacts
from matching.vocabulary import Verdict
from service.models.people import Person
from service.models.runs import Ranking, RankingHead
from service.queries.checks import load_checks
from service.queries.matchers import matcher_over
from service.usecases.long_work.rescoring_terms import Basis, Head

__all__ = ["Merged", "mark_current", "merge_people"]

_IN_ONE_QUERY = 500
_PLACES: Table = Ranking.__table__  # type: ignore[assignment]  # declared as any selectable
_HEADS: Table = RankingHead.__table__  # type: ignore[assignment]  # SQLAlchemy declares any FromClause


class _Standing(NamedTuple):
    """What places somebody."""

    score: int
    verdict: Verdict


_ByPerson = Mapping[int, _Standing]


@dataclass(frozen=True, kw_only=True)
class Merged:
    """What a merge did.

    Parameters
    ----------
    n_places : int
        Rows that were written or deleted.
    used_up : frozenset of int
        Vacancies whose next places are not known any more; they have to be ranked over everybody.
    """

    n_places: int
    used_up: frozenset[int]


def merge_people(
    session: Session,
    *,
    people: Collection[int],
    vacancies: Sequence[VacancyFacts],
    heads: Mapping[int, Head],
    basis: Basis,
) -> Merged:
    """Put changed people where they belong in the rankings of vacancies that have not changed themselves.

    Parameters
    ----------
    session : Session
    people : collection of int
        Ids; who has left the pool or may not be ranked any more loses the place.
    vacancies : sequence of VacancyFacts
        With a ranking and a head of this basis.
    heads : mapping of vacancy id to Head
    basis : Basis
    """
    if not people or not vacancies:
        return Merged(n_places=0, used_up=frozenset())
    numbers = _numbers(session, people)
    before, now = _placed_before(session, people), _placed_now(session, people, vacancies, basis)
    steps, used_up = _Steps(), set()
    for facts in vacancies:
        head, had = heads[facts.vacancy_id], before.get(facts.vacancy_id, {})
        has = {
            person_id: standing
            for person_id, standing in now.get(facts.vacancy_id, {}).items()
            if head.is_above_floor(standing.score, numbers[person_id])
        }
        if had == has:
            continue
        n_places = head.n_places + len(has) - len(had)
        if head.is_uncertain(n_places):
            used_up.add(facts.vacancy_id)
        else:
            steps.replace(facts.vacancy_id, had, has, n_places=n_places, is_everybody=head.floor is None)
    return Merged(n_places=steps.write(session), used_up=frozenset(used_up))


def mark_current(session: Session, *, vacancy_ids: Sequence[int], basis: Basis, run_id: int) -> None:
    """Say of rankings that they are as the registry stands."""
    current = {"people_revision": basis.revisions.people, "vacancies_revision": basis.revisions.vacancies}
    for part in _parts(vacancy_ids):
        session.connection().execute(
            update(_HEADS).where(_HEADS.c.vacancy_id.in_(part)).values(**current, run_id=run_id)
        )


def _numbers(session: Session, people: Collection[int]) -> Mapping[int, str]:
    numbers: dict[int, str] = {}
    for part in _parts(people):
        rows = session.execute(select(Person.id, Person.person_no).where(Person.id.in_(part)))
        numbers |= {row.id: row.person_no for row in rows}
    return numbers


def _placed_now(
    session: Session, people: Collection[int], vacancies: Sequence[VacancyFacts], basis: Basis
) -> Mapping[int, _ByPerson]:
    """Rank the changed people alone for every vacancy."""
    matcher = matcher_over(session, person_ids=people, as_of=basis.as_of)
    if len(matcher.person_ids) == 0:
        return {}
    checks = load_checks(session, [facts.vacancy_id for facts in vacancies], as_of=basis.as_of, person_ids=people)
    return {
        ranking.vacancy_id: {
            person_id: _Standing(score, VERDICTS[code])
            for person_id, score, code in zip(
                ranking.person_ids.tolist(), ranking.scores.tolist(), ranking.verdicts.tolist(), strict=True
            )
        }
        for ranking in matcher.rank(vacancies, top=len(people), checks=checks)
    }


def _placed_before(session: Session, people: Collection[int]) -> Mapping[int, _ByPerson]:
    """Return the places that changed people have."""
    before: dict[int, dict[int, _Standing]] = defaultdict(dict)
    columns = (Ranking.vacancy_id, Ranking.person_id, Ranking.score, Ranking.verdict)
    for part in _parts(people):
        for vacancy_id, person_id, score, verdict in session.execute(
            select(*columns).where(Ranking.person_id.in_(part))
        ):
            before[vacancy_id][person_id] = _Standing(score, verdict)
    return before


class _Steps:
    """The fewest writes that turn what was into what is."""

    def __init__(self) -> None:
        self._gone: list[dict[str, object]] = []
        self._come: list[dict[str, object]] = []
        self._counts: list[dict[str, object]] = []

    def replace(self, vacancy_id: int, had: _ByPerson, has: _ByPerson, *, n_places: int, is_everybody: bool) -> None:
        """Note what differs for one vacancy; where not everybody eligible has a place, their number stays as it is."""
        self._gone += [
            {"at_vacancy": vacancy_id, "of_person": person_id}
            for person_id, standing in had.items()
            if has.get(person_id) != standing
        ]
        self._come += [
            {"vacancy_id": vacancy_id, "person_id": person_id, **standing._asdict()}
            for person_id, standing in has.items()
            if had.get(person_id) != standing
        ]
        more = _n_to_verify(has) - _n_to_verify(had) if is_everybody else 0
        n_eligible = n_places if is_everybody else None
        self._counts.append({"at_vacancy": vacancy_id, "n": n_places, "n_all": n_eligible, "n_more": more})

    def write(self, session: Session) -> int:
        """Write all and return how many places were touched."""
        here = (_PLACES.c.vacancy_id == bindparam("at_vacancy"), _PLACES.c.person_id == bindparam("of_person"))
        count = update(_HEADS).where(_HEADS.c.vacancy_id == bindparam("at_vacancy"))
        count = count.values(
            n_places=bindparam("n"),
            n_eligible=func.coalesce(bindparam("n_all", type_=BigInteger), _HEADS.c.n_eligible),
            n_to_verify=_HEADS.c.n_to_verify + bindparam("n_more", type_=BigInteger),
        )
        steps = ((delete(_PLACES).where(*here), self._gone), (insert(_PLACES), self._come), (count, self._counts))
        for statement, rows in steps:
            if rows:
                session.connection().execute(statement, rows)
        return len(self._gone) + len(self._come)


def _n_to_verify(standings: _ByPerson) -> int:
    return sum(standing.verdict is Verdict.TO_VERIFY for standing in standings.values())


def _parts(ids: Iterable[int]) -> Iterator[list[int]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), _IN_ONE_QUERY):
        yield ordered[start : start + _IN_ONE_QUERY]
