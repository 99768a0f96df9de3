"""Whether people of a round may still come to the post: looked at again at every step that brings them nearer."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.errors import Conflict
from service.models.candidacies import Candidacy
from service.models.vacancies import Vacancy
from service.queries.obstacles import obstacles_of
from service.usecases.days import day_of

__all__ = ["check_admissible", "standing_obstacles"]

_SETTLED = frozenset({"appointed", "withdrawn", "rejected"})


def check_admissible(session: Session, *, vacancy: Vacancy, people: Mapping[int, str], now: datetime) -> None:
    """Refuse to go on with somebody who could not be listed for the vacancy today.

    Parameters
    ----------
    session : Session
    vacancy : Vacancy
    people : mapping of int to str
        By id of the person, the number under which the refusal names them.
    now : datetime

    Raises
    ------
    Conflict
        If somebody withdrew the consent, left the pool, fails a rule in force, or a check or waiver that counted has
        expired or was withdrawn; names the first and what stands in the way.
    """
    if not people:
        return
    session.flush()
    found = obstacles_of(session, vacancy_no=vacancy.vacancy_no, person_ids=people, as_of=day_of(now))
    for person_id, number in people.items():
        if person_id not in found:
            continue
        problems = found[person_id]
        raise Conflict(
            Text(
                f"{number} 现不能继续办理：{'；'.join(one.zh for one in problems)}。",
                f"{number} cannot go on now: {'; '.join(one.en for one in problems)}.",
            ),
            remedy=Text(
                "请先在档案、核验或放宽中办理，或不再考虑此人。",
                "Mend the record, check or waiver first, or leave the person out.",
            ),
            place="person_no",
            value=number,
        )


def standing_obstacles(
    session: Session, *, vacancy: Vacancy, candidacies: Sequence[Candidacy], now: datetime
) -> dict[str, tuple[Text, ...]]:
    """Return, by number of the candidacy, what would be refused today; whoever is in post or out is not looked at."""
    people = {one.person_id: one.candidacy_no for one in candidacies if one.state not in _SETTLED}
    if not people:
        return {}
    found = obstacles_of(session, vacancy_no=vacancy.vacancy_no, person_ids=people, as_of=day_of(now))
    return {people[person_id]: problems for person_id, problems in found.items()}
