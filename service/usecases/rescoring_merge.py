"""Merging a few changed people into the rankings that stand, exactly as ranking everybody again would place them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Table, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from matching.eligibility import VERDICTS
from matching.frames import VacancyFacts
from matching.vocabulary import Verdict
from service.models.people import Person
from service.models.runs import Ranking, RankingHead
from service.queries.matchers import matcher_over
from service.queries.vacancies import load_checks
from service.usecases.rescoring_plan import Basis

__all__ = ["Merged", "merge_people", "mark_current"]

_IN_ONE_QUERY = 500
_PLACES: Table = Ranking.__table__  # type: ignore[assignment]  # declared as any selectable
_HEADS: Table = RankingHead.__table__  # type: ignore[assignment]


class _Place(NamedTuple):
    """One place, in the order of lists: more points first, equal points by number of the person."""

    less_score: int
    person_no: str
    person_id: int
    verdict: Verdict


@dataclass(frozen=True, kw_only=True)
class Merged:
    """What a merge did.

    Parameters
    ----------
    n_places : int
        Rows that were written.
    used_up : frozenset of int
        Vacancies whose next places are not known any more; they have to be ranked over everybody.
    """

    n_places: int
    used_up: frozenset[int]


def merge_people(
    session: Session, *, people: Collection[int], vacancies: Sequence[VacancyFacts], basis: Basis
) -> Merged:
    """Put changed people where they belong in the rankings of vacancies that have not changed themselves.

    Parameters
    ----------
    session : Session
    people : collection of int
        Ids; who has left the pool or may not be ranked any more loses the place.
    vacancies : sequence of VacancyFacts
        With a ranking and a head of this basis.
    basis : Basis
    """
    if not people or not vacancies:
        return Merged(n_places=0, used_up=frozenset())
    heads = {head.vacancy_id: head for head in session.scalars(select(RankingHead))}
    placed = _placed_now(session, people, vacancies, basis)
    affected = _affected(placed, _placed_before(session, people), heads, [facts.vacancy_id for facts in vacancies])
    stored = _stored(session, affected)
    steps = _Steps()
    used_up = set()
    for vacancy_id in affected:
        head, former = heads[vacancy_id], stored[vacancy_id]
        places, is_complete = _merged(former, placed[vacancy_id].values(), people, head, basis.n_kept)
        if not is_complete and len(places) < basis.n_shown:
            used_up.add(vacancy_id)
            continue
        steps.replace(vacancy_id, former, places)
        head.is_complete, head.last_score = is_complete, -places[-1].less_score if places else None
    return Merged(n_places=steps.write(session), used_up=frozenset(used_up))


def mark_current(session: Session, *, vacancy_ids: Sequence[int], basis: Basis, run_id: int) -> None:
    """Say of rankings that they are as the registry stands."""
    session.flush()
    for start in range(0, len(vacancy_ids), _IN_ONE_QUERY):
        part = vacancy_ids[start : start + _IN_ONE_QUERY]
        current = {"people_revision": basis.revisions.people, "vacancies_revision": basis.revisions.vacancies}
        session.connection().execute(
            update(_HEADS).where(_HEADS.c.vacancy_id.in_(part)).values(**current, run_id=run_id)
        )


def _placed_now(
    session: Session, people: Collection[int], vacancies: Sequence[VacancyFacts], basis: Basis
) -> Mapping[int, dict[int, _Place]]:
    """Rank the changed people alone for every vacancy: by vacancy and person."""
    matcher = matcher_over(session, person_ids=people, as_of=basis.as_of)
    placed: dict[int, dict[int, _Place]] = defaultdict(dict)
    if not len(matcher.person_ids):
        return placed
    checks = load_checks(session, [facts.vacancy_id for facts in vacancies], person_ids=people)
    numbers = dict(_numbers(session, people))
    for ranking in matcher.rank(vacancies, top=len(people), checks=checks):
        rows = zip(ranking.person_ids.tolist(), ranking.scores.tolist(), ranking.verdicts.tolist(), strict=True)
        for person_id, score, code in rows:
            place = _Place(-score, numbers[person_id], person_id, VERDICTS[code])
            placed[ranking.vacancy_id][person_id] = place
    return placed


def _numbers(session: Session, people: Collection[int]) -> Iterable[tuple[int, str]]:
    for part in _parts(people):
        yield from session.execute(select(Person.id, Person.person_no).where(Person.id.in_(part))).tuples()


def _placed_before(session: Session, people: Collection[int]) -> Mapping[int, dict[int, tuple[int, Verdict]]]:
    """Return the places that changed people have: score (negative) and verdict by vacancy and person."""
    before: dict[int, dict[int, tuple[int, Verdict]]] = defaultdict(dict)
    for part in _parts(people):
        columns = (Ranking.vacancy_id, Ranking.person_id, Ranking.score, Ranking.verdict)
        for vacancy_id, person_id, score, verdict in session.execute(
            select(*columns).where(Ranking.person_id.in_(part))
        ):
            before[vacancy_id][person_id] = (-score, verdict)
    return before


def _affected(
    now: Mapping[int, dict[int, _Place]],
    before: Mapping[int, dict[int, tuple[int, Verdict]]],
    heads: Mapping[int, RankingHead],
    vacancy_ids: Iterable[int],
) -> list[int]:
    """Return the vacancies whose places may change."""
    affected = []
    for vacancy_id in vacancy_ids:
        had, has, head = before.get(vacancy_id, {}), now.get(vacancy_id, {}), heads[vacancy_id]
        is_other = any(
            person_id not in has or (has[person_id].less_score, has[person_id].verdict) != place
            for person_id, place in had.items()
        )
        if is_other or any(_may_enter(place, head) for person_id, place in has.items() if person_id not in had):
            affected.append(vacancy_id)
    return affected


def _may_enter(place: _Place, head: RankingHead) -> bool:
    return head.is_complete or head.last_score is None or -place.less_score >= head.last_score


def _stored(session: Session, vacancy_ids: Sequence[int]) -> Mapping[int, list[_Place]]:
    stored: dict[int, list[_Place]] = defaultdict(list)
    columns = (Ranking.vacancy_id, Ranking.score, Person.person_no, Ranking.person_id, Ranking.verdict)
    for part in _parts(vacancy_ids):
        statement = select(*columns).join(Person, Person.id == Ranking.person_id).where(Ranking.vacancy_id.in_(part))
        for vacancy_id, score, person_no, person_id, verdict in session.execute(
            statement.order_by(Ranking.vacancy_id, Ranking.rank)
        ):
            stored[vacancy_id].append(_Place(-score, person_no, person_id, verdict))
    return stored


def _merged(
    former: Sequence[_Place], now: Iterable[_Place], people: Collection[int], head: RankingHead, n_kept: int
) -> tuple[list[_Place], bool]:
    """Return the places as they are now, and whether everybody eligible has one.

    Whoever has no place comes after the last one, unless all have places. So somebody who falls below the last place
    may stand behind people who are not known here, and is let go.
    """
    changed = set(people)
    places = [place for place in former if place.person_id not in changed]
    places += [place for place in now if head.is_complete or place[:2] <= former[-1][:2]]
    places.sort()
    return places[:n_kept], head.is_complete and len(places) <= n_kept


class _Steps:
    """The fewest writes that turn one list of places into another."""

    def __init__(self) -> None:
        self._set: list[dict[str, object]] = []
        self._added: list[dict[str, object]] = []
        self._cut: list[dict[str, object]] = []

    def replace(self, vacancy_id: int, former: Sequence[_Place], places: Sequence[_Place]) -> None:
        for rank, place in enumerate(places, start=1):
            if rank <= len(former) and former[rank - 1] == place:
                continue
            row = {
                "at_vacancy": vacancy_id,
                "at_rank": rank,
                "person_id": place.person_id,
                "score": -place.less_score,
                "verdict": place.verdict,
            }
            (self._set if rank <= len(former) else self._added).append(row)
        self._cut += [{"at_vacancy": vacancy_id, "at_rank": rank + 1} for rank in range(len(places), len(former))]

    def write(self, session: Session) -> int:
        """Write all and return how many rows were."""
        connection = session.connection()
        columns = _PLACES.c
        here = (columns.vacancy_id == bindparam("at_vacancy"), columns.rank == bindparam("at_rank"))
        values = {name: bindparam(name) for name in ("person_id", "score", "verdict")}
        for statement, rows in (
            (update(_PLACES).where(*here).values(values), self._set),
            (delete(_PLACES).where(*here), self._cut),
            (
                insert(_PLACES).values(vacancy_id=bindparam("at_vacancy"), rank=bindparam("at_rank"), **values),
                self._added,
            ),
        ):
            if rows:
                connection.execute(statement, rows)
        return len(self._set) + len(self._added) + len(self._cut)


def _parts(ids: Collection[int]) -> Iterable[list[int]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), _IN_ONE_QUERY):
        yield ordered[start : start + _IN_ONE_QUERY]
