"""Checks: what was found out about a person, a vacancy and a rule, and signed waivers."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from matching.frames import VacancyFacts
from matching.rules import Override, Rule
from matching.vocabulary import Stage, Text
from service.access import Actor, require
from service.db import allocate_ids
from service.errors import InvalidInput
from service.models.vacancies import Check
from service.queries.people_pages import person_by_number
from service.queries.place_pages import vacancy_by_number
from service.queries.vacancies import load_vacancy_facts
from service.rulebooks import rulebook_in_force
from service.usecases import audit
from service.usecases.days import day_of
from service.usecases.revisions import bump
from service.usecases.single_records import not_found

__all__ = ["record_check"]

_RESULTS = ("pass", "fail", "waived")


def record_check(
    session: Session,
    *,
    actor: Actor,
    person_no: str,
    vacancy_no: str,
    rule_id: str,
    result: str,
    document: str,
    signed_by: str,
    checked_on: date,
    now: datetime,
) -> Check:
    """Record the result of a check, or a signed waiver; of several about the same matter the last counts.

    Parameters
    ----------
    session : Session
    actor : Actor
    person_no, vacancy_no : str
    rule_id : str
        A rule in force for the vacancy, or one of its own requirements.
    result : {"pass", "fail", "waived"}
        ``waived`` only where the rule may be waived.
    document, signed_by : str
        On what it rests, and who answers for it.
    checked_on : date
    now : datetime

    Raises
    ------
    NotFound
        If there is no such person or vacancy.
    InvalidInput
        If the rule is not in force for the vacancy or may not be waived, the result is unknown, the signature or
        the document is missing, or the day lies in the future.
    """
    require(actor, "record_checks")
    person = person_by_number(session, person_no)
    if person is None:
        raise not_found(Text("人员", "person"), person_no, place="person_no")
    vacancy = vacancy_by_number(session, vacancy_no)
    if vacancy is None:
        raise not_found(Text("岗位", "vacancy"), vacancy_no, place="vacancy_no")
    today = day_of(now)
    (facts,) = load_vacancy_facts(session, vacancy_nos=[vacancy_no], as_of=today)
    _check_result(_rule_in_force(facts, rule_id), result)
    _check_signature(document=document, signed_by=signed_by)
    if checked_on > today:
        raise _refusal("checked_on", Text("核验日期在今天之后。", "The day of the check lies in the future."))
    (check_id,) = allocate_ids(session, Check.__tablename__)
    check = Check(
        id=check_id,
        person_id=person.id,
        vacancy_id=vacancy.id,
        rule_id=rule_id,
        result=result,
        signed_by=signed_by.strip(),
        document=document.strip(),
        checked_on=checked_on,
        created_at=now,
    )
    check.person, check.vacancy = person, vacancy
    session.add(check)
    bump(session, "vacancies", people=[person.id])
    audit.record(
        session,
        actor=actor,
        action="record_check",
        subject_kind="vacancy",
        subject_no=vacancy_no,
        now=now,
        detail={"person_no": person_no, "rule_id": rule_id, "result": result},
    )
    session.flush()
    return check


def _rule_in_force(facts: VacancyFacts, rule_id: str) -> Rule:
    rulebook = rulebook_in_force()
    rules = [rule for stage in Stage for rule in rulebook.rules_for(facts.post, facts.rule_profile, stage)]
    rules += [rule for rule in facts.requirements if isinstance(rule, Rule)]
    for rule in rules:
        if rule.id == rule_id:
            return rule
    known = ", ".join(rule.id for rule in rules)
    raise InvalidInput(
        Text(f"规则“{rule_id}”不适用于该岗位。", f"The rule '{rule_id}' is not in force for this vacancy."),
        remedy=Text(f"可用：{known}。", f"There are: {known}."),
        place="rule_id",
        value=rule_id,
    )


def _check_result(rule: Rule, result: str) -> None:
    if result not in _RESULTS:
        known = ", ".join(_RESULTS)
        raise InvalidInput(
            Text(f"没有核验结果“{result}”。", f"There is no result '{result}'."),
            remedy=Text(f"可用：{known}。", f"There are: {known}."),
            place="result",
            value=result,
        )
    if result == "waived" and rule.override is Override.NONE:
        raise _refusal("result", Text(f"规则 {rule.id} 不得放宽。", f"The rule {rule.id} may not be waived."))


def _check_signature(*, document: str, signed_by: str) -> None:
    for place, text in (("document", document), ("signed_by", signed_by)):
        if not text.strip():
            raise _refusal(
                place,
                Text(
                    "核验和放宽须写明依据文件和责任人。",
                    "A check or waiver names its document and who answers for it.",
                ),
            )


def _refusal(place: str, problem: Text) -> InvalidInput:
    return InvalidInput(
        problem, remedy=Text("请更正后重试。", "Correct it and try again."), place=place, fields={place: [problem]}
    )
