"""Replaceable rankings, what each was made from, and the runs that fill them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from matching.vocabulary import Verdict
from service.db import Model, enum_type
from service.models.people import Person

__all__ = ["Ranking", "RankingHead", "Run"]


class Ranking(Model):
    """Somebody in the replaceable ranking of an open vacancy.

    The rank is not stored, so that a change of one person touches one row: more points come first, equal points are in
    the order of person_no. Who comes after the shown places is a reserve.

    Without foreign keys: everything here is made anew from the registry, where no row is ever deleted, and checking
    two keys for each of 30,000 rows is half of what PostgreSQL spends on a run.
    """

    __tablename__ = "rankings"

    vacancy_id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(primary_key=True, index=True)
    score: Mapped[int]  # hundredths of a point
    verdict: Mapped[Verdict] = mapped_column(enum_type(Verdict))

    person: Mapped[Person] = relationship(primaryjoin=lambda: foreign(Ranking.person_id) == Person.id, viewonly=True)


class RankingHead(Model):
    """What the ranking of one vacancy was made from; it is written with the ranking, in one transaction.

    Everybody eligible who is not in the ranking comes after the floor: after that many points and that person_no, the
    last ones when everybody was ranked.
    """

    __tablename__ = "ranking_heads"

    vacancy_id: Mapped[int] = mapped_column(ForeignKey("vacancies.id"), primary_key=True, autoincrement=False)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"))
    people_revision: Mapped[int]
    vacancies_revision: Mapped[int]
    rulebook_version: Mapped[str] = mapped_column(String(64))
    card_version: Mapped[str] = mapped_column(String(64))
    release: Mapped[str] = mapped_column(String(20))
    as_of: Mapped[date]
    n_shown: Mapped[int]
    n_places: Mapped[int]
    n_eligible: Mapped[int | None]  # of everybody, not of the kept places only; NULL on heads of earlier releases
    n_to_verify: Mapped[int | None]
    floor_score: Mapped[int | None]  # None: nobody eligible is missing
    floor_person_no: Mapped[str | None] = mapped_column(String(40))

    @property
    def is_counted_in_part(self) -> bool:
        """Whether more people are eligible than are known here."""
        return self.n_eligible is None and self.floor_person_no is not None


class Run(Model):
    """One rescoring: what it did, with which versions, and how long it took."""

    __tablename__ = "runs"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(20))
    mode: Mapped[str] = mapped_column(String(20))  # all, changed, resume
    started_by: Mapped[str] = mapped_column(String(60))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    asked_to_stop_at: Mapped[datetime | None]  # heard between two blocks; a run that was at its last ended all the same
    asked_to_stop_by: Mapped[str | None] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(20))  # running, done, stopped, failed, killed
    rulebook_version: Mapped[str] = mapped_column(String(64))
    card_versions: Mapped[dict[str, str]] = mapped_column(JSON)
    release: Mapped[str | None] = mapped_column(String(20))  # NULL for runs of the first release
    as_of: Mapped[date | None]
    reasons: Mapped[dict[str, Any]] = mapped_column(JSON)  # why vacancies were ranked anew: reason -> how many
    people_revision: Mapped[int]  # where the registry stood; a higher counter makes the rankings out of date
    vacancies_revision: Mapped[int]
    n_shown: Mapped[int]
    n_people: Mapped[int]
    n_people_changed: Mapped[int]
    n_vacancies: Mapped[int]
    n_vacancies_done: Mapped[int]
    n_places: Mapped[int]
    duration_s: Mapped[float | None]
