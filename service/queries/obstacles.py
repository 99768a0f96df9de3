"""What stands between people and a post today: the record, the rules in force, checks and waivers that have lapsed."""

from collections.abc import Collection, Iterator
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.eligibility import Eligibility, judge
from matching.rules import FAIL, TO_VERIFY
from matching.vocabulary import Stage, Text
from matching.vocabulary.codes import code_table
from service.models.people import Person
from service.models.territories import seeing_everywhere
from service.queries.checks import load_checks_and_lapsed
from service.queries.people_frames import load_few_people
from service.queries.rulebooks import rulebook_in_force
from service.queries.vacancies import load_vacancy_facts

__all__ = ["obstacles_of"]


@seeing_everywhere
def obstacles_of(
    session: Session, *, vacancy_no: str, person_ids: Collection[int], as_of: date, due: Collection[Stage] = ()
) -> dict[int, tuple[Text, ...]]:
    """Return what each person lacks for a vacancy today; whoever may go on is left out.

    Named are a record that has left the pool, the rules of the list that fail, and rules, of later stages too, that a
    check or waiver had settled which no longer counts. What was never verified is an obstacle only where it is due.

    Parameters
    ----------
    session : Session
    vacancy_no : str
    person_ids : collection of int
        A few.
    as_of : date
    due : collection of Stage
        Stages whose rules must pass or be waived by now.
    """
    ids = sorted(person_ids)
    (vacancy,) = load_vacancy_facts(session, vacancy_nos=[vacancy_no], as_of=as_of)
    people = load_few_people(session, as_of=as_of, person_ids=ids)
    pool = people.people.tolist()
    found = _left(session, set(ids) - set(pool))
    if not pool:
        return found
    checks, lapsed = load_checks_and_lapsed(session, vacancy.vacancy_id, as_of=as_of, person_ids=ids)
    judged = judge(people, vacancy=vacancy, rulebook=rulebook_in_force(session), checks=checks)
    for row, person_id in enumerate(pool):
        settled = {rule_id for place, rule_id in judged.checks if place == row}
        own = {rule_id for one, rule_id in lapsed if one == person_id}
        if problems := tuple(_problems(judged, row, settled=settled, lapsed=own, due=due)):
            found[person_id] = problems
    return found


def _problems(
    judged: Eligibility, row: int, *, settled: set[str], lapsed: set[str], due: Collection[Stage]
) -> Iterator[Text]:
    for rule, verdict in judged.verdicts_on(row):
        is_due_later = rule.stage is not Stage.LISTING and rule.stage not in due
        if verdict == FAIL and (not is_due_later or rule.id in settled):
            title = judged.outcome(rule, row, verdict).title
            yield Text(f"不符合“{title.zh}”", f"'{title.en}' is not met")
        elif verdict in {FAIL, TO_VERIFY} and rule.id in lapsed:
            title = judged.outcome(rule, row, verdict).title
            yield Text(f"“{title.zh}”的核验或放宽已失效", f"the check or waiver of '{title.en}' no longer counts")
        elif verdict == TO_VERIFY and rule.stage in due:
            title = judged.outcome(rule, row, verdict).title
            yield Text(f"“{title.zh}”尚未核验", f"'{title.en}' is not verified yet")


def _left(session: Session, person_ids: Collection[int]) -> dict[int, tuple[Text, ...]]:
    if not person_ids:
        return {}
    states = session.execute(select(Person.id, Person.record_status).where(Person.id.in_(person_ids))).all()
    labels = {person_id: code_table("record_status").label(str(status.value)) for person_id, status in states}
    return {
        person_id: (Text(f"档案为“{label.zh}”", f"the state of the record is '{label.en}'"),)
        for person_id, label in labels.items()
    }
