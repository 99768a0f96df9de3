"""Rankings: replaceable results of rescoring, block by block, each block one transaction."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session, contains_eager

from matching.frames import VacancyFacts
from matching.matcher import Matcher
from matching.rules import RULE_VERDICTS
from matching.vocabulary import RecordStatus, VacancyStatus
from service import jobs
from service.access import Actor, require
from service.db import Database, allocate_ids
from service.models.people import Person
from service.models.shortlists import Ranking, Run
from service.models.vacancies import Vacancy
from service.queries.cards import cards_in_force
from service.queries.matchers import matcher_for
from service.queries.revisions import pool_revision
from service.queries.vacancies import load_checks, load_vacancy_facts
from service.usecases import audit
from service.usecases.days import day_of
from service.usecases.vacancies import get_vacancy

__all__ = ["RankedRow", "RankingState", "Rescoring", "ranking_state", "read_ranking", "rescore", "walk_rankings"]

BLOCK = 100  # vacancies in one transaction
TOP = 50
LEASE = "rescore"

_STILL_THERE = (
    Person.consent_matching.is_(True),
    Person.record_status.not_in((RecordStatus.SUSPENDED, RecordStatus.ARCHIVED, RecordStatus.ERASED)),
)


@dataclass(frozen=True, kw_only=True)
class Rescoring:
    """What a run did."""

    run_id: int
    n_people: int
    n_vacancies: int
    n_places: int
    duration_s: float


@dataclass(frozen=True, kw_only=True)
class RankedRow:
    """One place of a ranking as it is exported."""

    vacancy_no: str
    person_no: str
    rank: int
    score: int
    verdict: str


@dataclass(frozen=True, kw_only=True)
class RankingState:
    """How fresh the rankings are.

    Parameters
    ----------
    scored_at : datetime or None
        End of the last complete rescoring; None before the first.
    is_current : bool
        Whether nothing about people, villages, vacancies and scorecards has changed since.
    """

    scored_at: datetime | None
    is_current: bool


def rescore(
    database: Database,
    *,
    actor: Actor,
    now: Callable[[], datetime],
    top: int = TOP,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Rescoring:
    """Rank everybody for every open vacancy and replace the rankings.

    The work is cut into blocks; each is written whole or not at all, so that a stopped run leaves complete rankings
    of some vacancies and the former ones of the others.

    Parameters
    ----------
    database : Database
    actor : Actor
    now : callable
        Gives the moment; the leases need the clock to go on.
    top : int
        Places kept for each vacancy.
    on_progress : callable
        Called with the number of vacancies done and of all.

    Raises
    ------
    WorkLocked
        If another process is rescoring.
    """
    require(actor, "rescore")
    began = time.perf_counter()
    as_of = day_of(now())
    with _leased(database, now):
        with database.reading() as session:
            revisions = _revisions(session)  # before the frames: what changes in between makes the run out of date
            matcher = matcher_for(session, as_of=as_of)
            vacancies = load_vacancy_facts(session, open_only=True, as_of=as_of)
        with database.unit_of_work() as session:
            run_id = _start(
                session, actor=actor, matcher=matcher, n_vacancies=len(vacancies), revisions=revisions, now=now()
            )
            _forget_closed(session, [facts.vacancy_id for facts in vacancies])
        n_places = 0
        for start in range(0, len(vacancies), BLOCK):
            block = vacancies[start : start + BLOCK]
            with database.unit_of_work() as session:
                jobs.renew(session, name=LEASE, owner=jobs.this_process(), now=now())
                n_places += _replace(session, matcher=matcher, block=block, top=top)
                run = session.get_one(Run, run_id)
                run.n_vacancies_done = start + len(block)
            on_progress(start + len(block), len(vacancies))
        duration = time.perf_counter() - began
        with database.unit_of_work() as session:
            _end(session, run_id=run_id, actor=actor, duration_s=duration, now=now())
    return Rescoring(
        run_id=run_id,
        n_people=len(matcher.person_ids),
        n_vacancies=len(vacancies),
        n_places=n_places,
        duration_s=duration,
    )


def ranking_state(session: Session, *, actor: Actor) -> RankingState:
    """Return when the rankings were made, and whether the registry has moved since."""
    require(actor, "read_shortlists")
    last = session.scalars(select(Run).where(Run.state == "done").order_by(Run.id.desc()).limit(1)).first()
    if last is None:
        return RankingState(scored_at=None, is_current=False)
    stood = (last.people_revision, last.vacancies_revision)
    cards = {str(post): card.version for post, card in cards_in_force(session).items()}
    is_current = stood == _revisions(session) and last.card_versions == cards
    return RankingState(scored_at=last.ended_at, is_current=is_current)


def read_ranking(session: Session, *, actor: Actor, vacancy_no: str, top: int = TOP) -> list[Ranking]:
    """Return the current ranking of a vacancy, best first; empty before the first rescoring.

    Whoever has withdrawn consent or left the pool since the scoring is left out at once; the others keep their places.
    """
    require(actor, "read_shortlists")
    vacancy = get_vacancy(session, actor=actor, vacancy_no=vacancy_no)
    query = select(Ranking).join(Ranking.person).where(Ranking.vacancy_id == vacancy.id, *_STILL_THERE)
    query = query.order_by(Ranking.rank).limit(top).options(contains_eager(Ranking.person))
    return list(session.scalars(query))


def walk_rankings(session: Session, *, actor: Actor, top: int, now: datetime) -> Iterator[RankedRow]:
    """Yield the rankings of all open vacancies in order of vacancy number and rank; see `read_ranking`."""
    require(actor, "export_rankings")
    audit.record(
        session, actor=actor, action="export_rankings", subject_kind="ranking", subject_no="all", now=now,
        detail={"top": top},
    )  # fmt: skip
    open_states = [status for status in VacancyStatus if status.is_open]
    query = (
        select(Vacancy.vacancy_no, Person.person_no, Ranking.rank, Ranking.score, Ranking.verdict)
        .join(Vacancy, Vacancy.id == Ranking.vacancy_id)
        .join(Person, Person.id == Ranking.person_id)
        .where(Vacancy.vacancy_status.in_(open_states), Ranking.rank <= top, *_STILL_THERE)
    )
    rows = sorted(session.execute(query), key=lambda row: (row.vacancy_no, row.rank))
    for row in rows:
        yield RankedRow(
            vacancy_no=row.vacancy_no, person_no=row.person_no, rank=row.rank, score=row.score, verdict=row.verdict
        )


def _revisions(session: Session) -> tuple[int, int]:
    return pool_revision(session, "people"), pool_revision(session, "vacancies")


@contextmanager
def _leased(database: Database, now: Callable[[], datetime]) -> Iterator[None]:
    owner = jobs.this_process()
    with database.unit_of_work() as session:
        jobs.take(session, name=LEASE, owner=owner, now=now())
    try:
        yield
    finally:
        with database.unit_of_work() as session:
            jobs.release(session, name=LEASE, owner=owner)


def _start(
    session: Session, *, actor: Actor, matcher: Matcher, n_vacancies: int, revisions: tuple[int, int], now: datetime
) -> int:
    (run_id,) = allocate_ids(session, Run.__tablename__)
    session.add(
        Run(
            id=run_id,
            kind="rescore",
            started_by=actor.username,
            started_at=now,
            state="running",
            rulebook_version=matcher.rulebook.version,
            card_versions={str(post): card.version for post, card in matcher.cards.items()},
            people_revision=revisions[0],
            vacancies_revision=revisions[1],
            n_people=len(matcher.person_ids),
            n_vacancies=n_vacancies,
            n_vacancies_done=0,
        )
    )
    return run_id


def _forget_closed(session: Session, open_ids: Sequence[int]) -> None:
    known = set(session.scalars(select(Ranking.vacancy_id).distinct()))
    closed = sorted(known.difference(open_ids))
    if closed:
        session.execute(delete(Ranking).where(Ranking.vacancy_id.in_(closed)))


def _replace(session: Session, *, matcher: Matcher, block: Sequence[VacancyFacts], top: int) -> int:
    ids = [facts.vacancy_id for facts in block]
    checks = load_checks(session, ids)
    session.execute(delete(Ranking).where(Ranking.vacancy_id.in_(ids)))
    rows = []
    for ranking in matcher.rank(block, top=top, checks=checks):
        verdicts = [RULE_VERDICTS[code] for code in ranking.verdicts]
        places = zip(
            np.asarray(ranking.person_ids).tolist(), np.asarray(ranking.scores).tolist(), verdicts, strict=True
        )
        rows += [
            {"vacancy_id": ranking.vacancy_id, "rank": rank, "person_id": person, "score": score, "verdict": verdict}
            for rank, (person, score, verdict) in enumerate(places, start=1)
        ]
    if rows:
        session.execute(insert(Ranking), rows)
    return len(rows)


def _end(session: Session, *, run_id: int, actor: Actor, duration_s: float, now: datetime) -> None:
    run = session.get_one(Run, run_id)
    run.state, run.ended_at, run.duration_s = "done", now, duration_s
    audit.record(
        session, actor=actor, action="rescore", subject_kind="run", subject_no=str(run_id), now=now,
        detail={"n_people": run.n_people, "n_vacancies": run.n_vacancies},
    )  # fmt: skip
