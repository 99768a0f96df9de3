"""Whether people of a round may still come to the post: looked at again at every step that brings them nearer."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from matching.vocabulary import ReviewDecision, Stage, Text
from service.errors import Conflict
from service.models.candidacies import Candidacy
from service.models.vacancies import Vacancy
from service.queries.obstacles import obstacles_of
from service.usecases.days import day_of
from service.usecases.workflow.against_rank import CONSIDERED

__all__ = ["check_admissible", "due_of", "standing_obstacles"]

_SETTLED = frozenset({"appointed", "withdrawn", "rejected"})


def check_admissible(
    session: Session, *, vacancy: Vacancy, people: Mapping[int, str], now: datetime, due: Collection[Stage] = ()
) -> None:
    """Refuse to go on with somebody who could not be listed for the vacancy today.

    Parameters
    ----------
    session : Session
    vacancy : Vacancy
    people : mapping of int to str
        By id of the person, the number under which the refusal names them.
    now : datetime
    due : collection of Stage
        Stages whose rules must be verified by now.

    Raises
    ------
    Conflict
        If somebody withdrew the consent, left the pool, fails a rule in force, a check or waiver that counted has
        expired or was withdrawn, or a rule that is due is still to be verified; names the first and what stands in the
        way.
    """
    if not people:
        return
    session.flush()
    found = obstacles_of(session, vacancy_no=vacancy.vacancy_no, person_ids=people, as_of=day_of(now), due=due)
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
    session: Session, *, vacancy: Vacancy, candidacies: Sequence[Candidacy], state: str, now: datetime
) -> dict[str, tuple[Text, ...]]:
    """Return, by number of the candidacy, what the next step of a list in `state` would be refused for today.

    Whoever is in post, out, or not considered any more is not looked at.
    """
    told: dict[str, tuple[Text, ...]] = {}
    for conclusion in (*CONSIDERED, None):
        people = {
            one.person_id: one.candidacy_no
            for one in candidacies
            if one.conclusion == conclusion and one.state not in _SETTLED
        }
        if people:
            found = obstacles_of(
                session, vacancy_no=vacancy.vacancy_no, person_ids=people, as_of=day_of(now),
                due=due_of(conclusion, state=state),
            )  # fmt: skip
            told |= {people[person_id]: problems for person_id, problems in found.items()}
    return told


def due_of(conclusion: ReviewDecision | None, *, state: str) -> frozenset[Stage]:
    """Return the stages whose rules the next step of a list in `state` finds due for somebody of that conclusion.

    Whoever is proposed for the post has passed what is due at the nomination; whoever is decided on, everything.
    """
    if state == "proposed" and conclusion in CONSIDERED:
        return frozenset(Stage)
    return frozenset({Stage.NOMINATION}) if conclusion == ReviewDecision.RECOMMEND else frozenset()
