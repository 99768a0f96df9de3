"""A small city whose reviewers prefer something that the policy does not: short histories for tests of learning."""

from datetime import date, timedelta
from typing import Any

import numpy as np
from builders import a_person, a_vacancy, a_village

from matching.vocabulary import ReviewDecision, VacancyStatus
from service.usecases.incoming.registration import save_decisions, save_people, save_vacancies, save_villages

__all__ = ["decisions_of", "register_history"]

_N_PEOPLE = 60
_LENGTH = 12


def register_history(
    database, actor, now, *, n_lists=14, decisions=None, changed=lambda _record: {}, **of_people: Any
) -> None:
    """Register a village, people and closed vacancies with their decisions, and one open vacancy, V1.

    The reviewers look at mass work first and hardly at anything else.

    Parameters
    ----------
    n_lists : int
        Closed vacancies of first secretaries, numbered C01 onwards.
    decisions : list of dict, optional
        Instead of `decisions_of(n_lists)`.
    changed : callable
        Gives the attributes of a person that shall differ from those drawn.
    of_people
        Attributes of every person, instead of drawn ones.
    """
    closed = [a_vacancy(vacancy_no=f"C{i:02}", vacancy_status=VacancyStatus.FILLED) for i in range(1, n_lists + 1)]
    people = [{**one, **changed(one), **of_people} for one in _people()]
    with database.unit_of_work() as session:
        save_villages(session, actor=actor, records=[a_village()], now=now)
        save_people(session, actor=actor, records=people, now=now)
        save_vacancies(session, actor=actor, records=[a_vacancy(), *closed], now=now)
        told = decisions_of(n_lists) if decisions is None else decisions
        if told:
            save_decisions(session, actor=actor, records=told, now=now)


def decisions_of(n_lists: int, **changes: Any) -> list[dict[str, Any]]:
    """Return the decisions of the closed vacancies; every change is of each of them."""
    rng = np.random.default_rng(5)
    people = _people()
    made = []
    for number in range(1, n_lists + 1):
        shown = rng.choice(len(people), _LENGTH, replace=False).tolist()
        liking = {row: people[row]["n_projects_won"] + rng.normal(0, 0.4) for row in shown}
        order = sorted(shown, key=lambda row: -liking[row])
        conclusion = dict(zip(order, ["recommend"] * 3 + ["reserve"] * 3 + ["not_suitable"] * 6, strict=True))
        made += [
            {
                "vacancy_no": f"C{number:02}",
                "person_no": people[row]["person_no"],
                "shown_rank": place,
                "decision": ReviewDecision(conclusion[row]),
                "reason_codes": ("R02",) if conclusion[row] == "not_suitable" else None,
                "decided_on": date(2025, 1, 6) + timedelta(days=20 * number),
                "reviewer_no": "7001",
                **changes,
            }
            for place, row in enumerate(shown, start=1)
        ]
    return made


def _people() -> list[dict[str, Any]]:
    rng = np.random.default_rng(3)
    return [
        a_person(
            person_no=f"P{i:02}",
            name=f"样例{i}",
            rural_work_years=float(rng.integers(0, 9)),
            n_projects_won=int(rng.integers(0, 12)),
            training_hours=float(rng.integers(0, 140)),
        )
        for i in range(1, _N_PEOPLE + 1)
    ]
