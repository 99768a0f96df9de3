"""Writing the rankings of a block of vacancies with their heads."""

from collections.abc import Sequence

from sqlalchemy import Table, delete
from sqlalchemy.orm import Session

from matching.eligibility import VERDICTS
from matching.frames import VacancyFacts
from matching.matcher import Matcher
from matching.matcher import Ranking as PoolRanking
from service.models.runs import Ranking, RankingHead
from service.queries.bulk_rows import copying, write_rows
from service.queries.checks import load_checks
from service.usecases.long_work.rescoring_terms import Basis

__all__ = ["forget_closed", "replace_rankings"]

_HEADS: Table = RankingHead.__table__  # type: ignore[assignment]  # SQLAlchemy declares any FromClause


def forget_closed(session: Session, closed: Sequence[int]) -> None:
    """Delete the rankings of vacancies that are no longer open."""
    if closed:
        session.execute(delete(Ranking).where(Ranking.vacancy_id.in_(closed)))
        session.execute(delete(RankingHead).where(RankingHead.vacancy_id.in_(closed)))


def replace_rankings(
    session: Session, *, matcher: Matcher, block: Sequence[VacancyFacts], basis: Basis, run_id: int
) -> int:
    """Rank everybody for a block of vacancies; write places and heads, and return how many places there are."""
    ids = [facts.vacancy_id for facts in block]
    checks = load_checks(session, ids, as_of=basis.as_of)
    connection = session.connection()
    for model in (Ranking, RankingHead):
        connection.execute(delete(model).where(model.vacancy_id.in_(ids)))
    rankings = list(matcher.rank(block, top=basis.n_kept, checks=checks))
    places = [
        (ranking.vacancy_id, person_id, score, VERDICTS[code].value)
        for ranking in rankings
        for person_id, score, code in zip(
            ranking.person_ids.tolist(), ranking.scores.tolist(), ranking.verdicts.tolist(), strict=True
        )
    ]
    _insert_places(session, places)
    cards = {facts.vacancy_id: basis.card_versions[str(facts.post)] for facts in block}
    heads = [
        _head(ranking, matcher, basis=basis, card_version=cards[ranking.vacancy_id], run_id=run_id)
        for ranking in rankings
    ]
    write_rows(connection, _HEADS, heads)
    return len(places)


def _insert_places(session: Session, places: Sequence[tuple[int, int, int, str]]) -> None:
    """Insert as the database does it fastest: these rows are most of the work of a run."""
    connection, columns = session.connection(), "rankings (vacancy_id, person_id, score, verdict)"
    if connection.dialect.name == "postgresql":
        # Numbers and a code of ours: nothing to escape, and one text is put together in half the time of rows.
        lines = [f"{vacancy_id}\t{person_id}\t{score}\t{verdict}\n" for vacancy_id, person_id, score, verdict in places]
        with copying(connection, f"COPY {columns} FROM STDIN") as copy:
            copy.write("".join(lines))
    elif places:
        connection.exec_driver_sql(f"INSERT INTO {columns} VALUES (?, ?, ?, ?)", list(places))  # noqa: S608 - a constant


def _head(ranking: PoolRanking, matcher: Matcher, *, basis: Basis, card_version: str, run_id: int) -> dict[str, object]:
    n_places = len(ranking.person_ids)
    has_floor = n_places >= basis.n_kept  # else everybody eligible has a place
    return {
        "vacancy_id": ranking.vacancy_id,
        "run_id": run_id,
        "people_revision": basis.revisions.people,
        "vacancies_revision": basis.revisions.vacancies,
        "rulebook_version": basis.rulebook_version,
        "card_version": card_version,
        "release": basis.release,
        "as_of": basis.as_of,
        "n_shown": basis.n_shown,
        "n_places": n_places,
        "n_eligible": ranking.n_eligible,
        "n_to_verify": ranking.n_to_verify,
        "floor_score": int(ranking.scores[-1]) if has_floor else None,
        "floor_person_no": matcher.person_numbers.loc[ranking.person_ids[-1]] if has_floor else None,
    }
