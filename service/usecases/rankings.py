"""Rankings: reading the replaceable results of rescoring."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from matching.vocabulary import RecordStatus, VacancyStatus
from service.access import Actor, require
from service.models.people import Person
from service.models.runs import Ranking, Run
from service.models.vacancies import Vacancy
from service.queries.revisions import Revisions, registry_revisions
from service.usecases import audit
from service.usecases.rescoring_plan import TOP
from service.usecases.vacancies import get_vacancy

__all__ = ["TOP", "RankedRow", "RankingState", "ranking_state", "read_ranking", "walk_rankings"]

_STILL_THERE = (
    Person.consent_matching.is_(True),
    Person.record_status.not_in((RecordStatus.SUSPENDED, RecordStatus.ARCHIVED, RecordStatus.ERASED)),
)


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
        Whether nothing about people, villages or vacancies has changed since.
    """

    scored_at: datetime | None
    is_current: bool


def ranking_state(session: Session, *, actor: Actor) -> RankingState:
    """Return when the rankings were made, and whether the registry has moved since."""
    require(actor, "read_shortlists")
    last = session.scalars(select(Run).where(Run.state == "done").order_by(Run.id.desc()).limit(1)).first()
    if last is None:
        return RankingState(scored_at=None, is_current=False)
    stood = Revisions(last.people_revision, last.vacancies_revision)
    return RankingState(scored_at=last.ended_at, is_current=stood == registry_revisions(session))


def read_ranking(session: Session, *, actor: Actor, vacancy_no: str, top: int = TOP) -> list[Ranking]:
    """Return the current ranking of a vacancy, best first; empty before the first rescoring.

    Whoever has withdrawn consent or left the pool since the scoring is left out at once; the others keep their places.
    """
    require(actor, "read_shortlists")
    vacancy = get_vacancy(session, actor=actor, vacancy_no=vacancy_no)
    query = select(Ranking).join(Ranking.person).where(Ranking.vacancy_id == vacancy.id, *_STILL_THERE)
    query = query.where(Ranking.rank <= top).order_by(Ranking.rank).options(contains_eager(Ranking.person))
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
