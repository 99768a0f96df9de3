"""What stands between people and a post today: the record, the rules in force, checks and waivers that have lapsed."""

from collections.abc import Collection, Iterator
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.eligibility import judge
from matching.outcomes import RuleOutcome
from matching.rule_evaluator import RuleEvaluator
from matching.vocabulary import Text, Verdict
from matching.vocabulary.codes import code_table
from matching.vocabulary.industries import IndustryTerms
from service.models.people import Person
from service.models.territories import seeing_everywhere
from service.queries.checks import load_checks_and_lapsed
from service.queries.people_frames import load_eligibility_frame
from service.queries.rulebooks import rulebook_in_force
from service.queries.vacancies import load_vacancy_facts

__all__ = ["obstacles_of"]


@seeing_everywhere
def obstacles_of(
    session: Session, *, vacancy_no: str, person_ids: Collection[int], as_of: date
) -> dict[int, tuple[Text, ...]]:
    """Return what each person lacks for a vacancy today; whoever may go on is left out.

    Named are a record that has left the pool, the rules of the list that fail, and rules, of later stages too, that a
    check or waiver had settled which no longer counts. What was never verified is no obstacle here.

    Parameters
    ----------
    session : Session
    vacancy_no : str
    person_ids : collection of int
        A few.
    as_of : date
    """
    ids = sorted(person_ids)
    (vacancy,) = load_vacancy_facts(session, vacancy_nos=[vacancy_no], as_of=as_of)
    frame = load_eligibility_frame(session, as_of=as_of, person_ids=ids)
    found = _left(session, set(ids) - set(frame.index))
    if frame.empty:
        return found
    checks, lapsed = load_checks_and_lapsed(session, vacancy.vacancy_id, as_of=as_of, person_ids=ids)
    people = RuleEvaluator(frame, industries=IndustryTerms.shipped())
    judged = judge(people, vacancy=vacancy, rulebook=rulebook_in_force(session), checks=checks)
    for row, person_id in enumerate(int(one) for one in frame.index):
        settled = {rule_id for place, rule_id in judged.checks if place == row}
        own = {rule_id for one, rule_id in lapsed if one == person_id}
        if problems := tuple(_problems(judged.outcomes(row), settled=settled, lapsed=own)):
            found[person_id] = problems
    return found


def _problems(outcomes: Collection[RuleOutcome], *, settled: set[str], lapsed: set[str]) -> Iterator[Text]:
    for one in outcomes:
        if one.verdict is Verdict.FAIL and (not one.is_due_later or one.rule_id in settled):
            yield Text(f"不符合“{one.title.zh}”", f"'{one.title.en}' is not met")
        elif one.verdict in {Verdict.FAIL, Verdict.TO_VERIFY} and one.rule_id in lapsed:
            yield Text(
                f"“{one.title.zh}”的核验或放宽已失效", f"the check or waiver of '{one.title.en}' no longer counts"
            )


def _left(session: Session, person_ids: Collection[int]) -> dict[int, tuple[Text, ...]]:
    if not person_ids:
        return {}
    states = session.execute(select(Person.id, Person.record_status).where(Person.id.in_(person_ids))).all()
    labels = {person_id: code_table("record_status").label(str(status.value)) for person_id, status in states}
    return {
        person_id: (Text(f"档案为“{label.zh}”", f"the state of the record is '{label.en}'"),)
        for person_id, label in labels.items()
    }
