"""Checks: what was found out about a person, a vacancy and a rule, by whom, on which document."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from matching.frames import VacancyFacts
from matching.rulebook import Rulebook
from matching.rules import Rule
from matching.vocabulary import Stage, Text
from service.access import Actor, require
from service.db import allocate_ids
from service.errors import Change, InvalidInput, VersionConflict
from service.models.people import Person
from service.models.vacancies import Check, Vacancy
from service.queries.checks import Ground, grounds_of
from service.queries.rulebooks import rulebook_in_force
from service.queries.vacancies import load_vacancy_facts
from service.usecases.auditing import audit
from service.usecases.days import day_of, term_end
from service.usecases.records.people import get_person
from service.usecases.records.vacancies import get_vacancy
from service.usecases.revisions import bump

__all__ = ["Matter", "check_document", "list_checks", "matter_of", "record_check", "refused", "settled_until"]

_RESULTS = ("pass", "fail")


@dataclass(frozen=True, kw_only=True)
class Matter:
    """A person, a vacancy and a rule that is in force for it.

    Parameters
    ----------
    person : Person
    vacancy : Vacancy
    rule : Rule
    rulebook : Rulebook
        In force now.
    term_ends_on : date
        Last day for which anything about the matter can be settled.
    """

    person: Person
    vacancy: Vacancy
    rule: Rule
    rulebook: Rulebook
    term_ends_on: date


def record_check(
    session: Session,
    *,
    actor: Actor,
    person_no: str,
    vacancy_no: str,
    rule_id: str,
    result: str,
    document: str,
    checked_on: date,
    valid_until: date | None = None,
    seen_check: int | None = None,
    now: datetime,
) -> Check:
    """Record the result of a check; the acting account signs it. Of several about the same matter the last counts.

    Parameters
    ----------
    session : Session
    actor : Actor
    person_no, vacancy_no : str
    rule_id : str
        A rule in force for the vacancy, or one of its own requirements.
    result : {"pass", "fail"}
        A waiver takes two people: `service.usecases.rules.waivers`.
    document : str
        On what it rests.
    checked_on : date
    valid_until : date, optional
        Last day on which it counts; the end of the vacancy's term at the latest, and by default. The day after, the
        matter is to be verified again.
    seen_check : int, optional
        The last check or waiver of this matter that the actor has seen, 0 for none; not asked for unless given.
    now : datetime

    Raises
    ------
    NotFound
        If there is no such person or vacancy.
    InvalidInput
        If the rule is not in force for the vacancy, the result is unknown, the document is missing, the day of the
        check lies in the future, or the last day in the past or after the term.
    VersionConflict
        If somebody recorded something of this matter that the actor has not seen.
    """
    require(actor, "record_checks")
    matter = matter_of(session, actor=actor, person_no=person_no, vacancy_no=vacancy_no, rule_id=rule_id, now=now)
    _check_result(result)
    check_document(document)
    if checked_on > day_of(now):
        raise refused("checked_on", Text("核验日期在今天之后。", "The day of the check lies in the future."))
    until = settled_until(matter, valid_until, now=now)
    (check_id,) = allocate_ids(session, Check.__tablename__)  # one after the other: what others record is seen below
    if seen_check is not None:
        _refuse_unseen(session, matter, seen_check=seen_check, now=now)
    check = Check(
        id=check_id,
        person_id=matter.person.id,
        vacancy_id=matter.vacancy.id,
        rule_id=rule_id,
        result=result,
        signed_by=actor.username,
        document=document.strip(),
        checked_on=checked_on,
        valid_until=until,
        created_at=now,
    )
    check.person, check.vacancy = matter.person, matter.vacancy
    session.add(check)
    bump(session, "vacancies", people=[matter.person.id])
    detail = {"person_no": person_no, "rule_id": rule_id, "result": result, "valid_until": until.isoformat()}
    audit.record(
        session, actor=actor, action="record_check", subject_kind="vacancy", subject_no=vacancy_no, now=now,
        detail=detail,
    )  # fmt: skip
    session.flush()
    return check


def list_checks(session: Session, *, actor: Actor, vacancy_no: str, now: datetime) -> Iterator[tuple[Ground, str]]:
    """Yield the checks and waivers that count for a vacancy today, each with the number of its person."""
    require(actor, "read_shortlists")
    vacancy = get_vacancy(session, actor=actor, vacancy_no=vacancy_no)
    found = grounds_of(session, [vacancy.id], as_of=day_of(now))
    people = {person_id: session.get_one(Person, person_id) for _, person_id in found}
    numbers, subject = [person.person_no for person in people.values()], ("vacancy", vacancy_no)
    audit.record_views(session, actor=actor, numbers=numbers, action="list_checks", subject=subject)
    for (_, person_id), grounds in sorted(found.items()):
        person = people[person_id]
        for ground in grounds:
            yield ground, person.person_no


def matter_of(
    session: Session, *, actor: Actor, person_no: str, vacancy_no: str, rule_id: str, now: datetime
) -> Matter:
    """Return what a check or a waiver is about.

    Raises
    ------
    NotFound
        If there is no such person or vacancy.
    InvalidInput
        If the rule is not in force for the vacancy.
    """
    person = get_person(session, actor=actor, person_no=person_no)
    vacancy = get_vacancy(session, actor=actor, vacancy_no=vacancy_no)
    today, rulebook = day_of(now), rulebook_in_force(session)
    (facts,) = load_vacancy_facts(session, vacancy_nos=[vacancy_no], as_of=today)
    n_months = vacancy.term_months or rulebook.posts[vacancy.post_type].max_months
    ends_on = term_end(vacancy.start_date or today, n_months)
    return Matter(
        person=person,
        vacancy=vacancy,
        rule=_rule_of(rulebook, facts, rule_id),
        rulebook=rulebook,
        term_ends_on=ends_on if ends_on >= today else term_end(today, n_months),
    )


def settled_until(matter: Matter, valid_until: date | None, *, now: datetime) -> date:
    """Return the last day on which a check or waiver counts.

    Raises
    ------
    InvalidInput
        If the day asked for has passed or lies after the end of the term.
    """
    latest = matter.term_ends_on
    if valid_until is None:
        return latest
    if not day_of(now) <= valid_until <= latest:
        raise refused(
            "valid_until",
            Text(
                f"有效期止应在今天至任期结束（{latest}）之间。",
                f"The last day lies between today and the end of the term, {latest}.",
            ),
        )
    return valid_until


def check_document(document: str) -> None:
    """Refuse a check or waiver that rests on nothing.

    Raises
    ------
    InvalidInput
    """
    if not document.strip():
        raise refused("document", Text("须写明依据文件。", "It has to name the document on which it rests."))


def refused(place: str, problem: Text) -> InvalidInput:
    """Return the refusal of one value."""
    return InvalidInput(
        problem, remedy=Text("请更正后重试。", "Correct it and try again."), place=place, fields={place: [problem]}
    )


def _refuse_unseen(session: Session, matter: Matter, *, seen_check: int, now: datetime) -> None:
    found = grounds_of(session, [matter.vacancy.id], as_of=day_of(now), person_ids=[matter.person.id])
    stands = next((one for grounds in found.values() for one in grounds if one.rule_id == matter.rule.id), None)
    if stands is None or stands.check_id <= seen_check:
        return
    check = session.get_one(Check, stands.check_id)
    raise VersionConflict(
        Text(
            f"{check.signed_by} 已对同一事项登记了核验结果。",
            f"{check.signed_by} has recorded a result of the same matter meanwhile.",
        ),
        remedy=Text("请查看后再决定是否登记。", "Look at it; record yours if it still holds."),
        place="rule_id",
        value=matter.rule.id,
        changes=[_change_of(check)],
    )


def _change_of(check: Check) -> Change:
    told = {"result": check.result, "document": check.document, "valid_until": check.valid_until}
    fields = {name: (None, str(value)) for name, value in told.items() if value is not None}
    return Change(version=check.id, at=check.created_at, username=check.signed_by, fields=fields)


def _rule_of(rulebook: Rulebook, facts: VacancyFacts, rule_id: str) -> Rule:
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


def _check_result(result: str) -> None:
    if result == "waived":
        raise InvalidInput(
            Text("放宽须由两人办理，不能直接登记。", "A waiver takes two people; it is not recorded as a check."),
            remedy=Text(
                "请先提出放宽（talentpool waivers propose），再由负责人签署。",
                "Propose it (talentpool waivers propose); a leader then signs.",
            ),
            place="result",
            value=result,
        )
    if result not in _RESULTS:
        known = ", ".join(_RESULTS)
        raise InvalidInput(
            Text(f"没有核验结果“{result}”。", f"There is no result '{result}'."),
            remedy=Text(f"可用：{known}。", f"There are: {known}."),
            place="result",
            value=result,
        )
