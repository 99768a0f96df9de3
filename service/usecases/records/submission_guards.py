"""What has to hold before a record or a vacancy is submitted, whether it is led there or begins there."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from matching.lint import lint_rule, protected_words
from matching.rules import Rule
from matching.vocabulary import Text, VacancyStatus
from schemas.identity import checksum_of
from service.errors import Conflict, InvalidInput
from service.models.vacancies import Vacancy
from service.queries.vacancies import load_vacancy_facts
from service.usecases.days import day_of
from service.usecases.incoming.reports import SavedRecord, Severity
from service.usecases.records.vacancy_guards import nobody_chosen
from service.usecases.workflow.moving import Guard, Moving

__all__ = [
    "RECORD_SUBMISSION",
    "VACANCY_SUBMISSION",
    "check_requirements",
    "lacks_consent",
    "lacks_id_number",
    "tell_protected",
    "without_protected",
]

#: Free texts of a vacancy in which a condition could stand.
_WORDS = ("majors", "experience", "industry_need", "resource_text", "requirement_basis")


def _consent_recorded(moving: Moving) -> None:
    problem = lacks_consent(moving.subject.row.consent_matching)
    if problem is not None:
        remedy = Text("请先登记本人同意。", "Record the consent first.")
        raise Conflict(problem, remedy=remedy, place="consent_matching")


def _id_number_sound(moving: Moving) -> None:
    problem = None if moving.asked.reason else lacks_id_number(moving.subject.row.id_number)
    if problem is not None:
        remedy = Text("请更正，或写明例外理由。", "Correct it, or give the reason for the exception.")
        raise InvalidInput(problem, remedy=remedy, place="reason", fields={"reason": [problem]})


def lacks_consent(consent: object) -> Text | None:
    """Return what a record lacks whose consent is as given; None: nothing."""
    if consent is True:
        return None
    return Text("尚未登记本人同意参加匹配。", "The person's consent to matching is not recorded.")


def lacks_id_number(number: str | None) -> Text | None:
    """Return what a record lacks whose id number is as given; None: nothing."""
    if not number:
        return Text("尚未登记身份证号。", "There is no id number on record.")
    return None if _is_sound(number) else Text("身份证号校验不通过。", "The checksum of the id number is wrong.")


def _is_sound(id_number: str) -> bool:
    return re.fullmatch(r"\d{17}[\dX]", id_number) is not None and checksum_of(id_number[:17]) == id_number[17]


def _requirements_sound(moving: Moving) -> None:
    check_requirements(moving.session, moving.subject.row, now=moving.now)


def check_requirements(session: Session, vacancy: Vacancy, *, now: datetime) -> None:
    """Look at a vacancy's own conditions as the linter looks at the rulebook's, and at the words beside them.

    Raises
    ------
    Conflict
        If one of them may never be a condition.
    """
    (facts,) = load_vacancy_facts(session, vacancy_nos=[vacancy.vacancy_no], as_of=day_of(now))
    problems = [text for rule in facts.requirements if isinstance(rule, Rule) for text in lint_rule(rule)]
    problems += [text for name in _WORDS for text in _protected(getattr(vacancy, name))]
    if problems:
        raise Conflict(problems[0], remedy=_MEND, place="requirements")


def without_protected(
    records: Sequence[Mapping[str, Any]],
) -> tuple[Sequence[Mapping[str, Any]], Mapping[int, Sequence[tuple[str, Text]]]]:
    """Return vacancies of a file without the words that may never be a condition, and what was left out of which.

    A draft may still say them: it is looked at when it is submitted.
    """
    found = {
        place: [(name, text) for name in _WORDS for text in _protected(record.get(name))[:1]]
        for place, record in enumerate(records)
        if record.get("vacancy_status") is not VacancyStatus.DRAFT
    }
    kept = [
        {key: value for key, value in record.items() if key not in dict(found.get(place, ()))}
        for place, record in enumerate(records)
    ]
    return kept, found


def tell_protected(saved: SavedRecord, found: Sequence[tuple[str, Text]]) -> None:
    """Say of a vacancy which of its conditions were not taken."""
    for name, text in found:
        saved.find(name, text, Severity.LEFT_OUT, remedy=_MEND)


def _protected(words: str | None) -> list[Text]:
    return [
        Text(
            f"岗位条件中出现“{word}”，不得作为条件。",
            f"The conditions of the vacancy name '{word}', which may never be one.",
        )
        for word in protected_words(words or "")
    ]


_MEND = Text("请修改岗位条件后再上报。", "Mend the conditions of the vacancy before it is submitted.")


RECORD_SUBMISSION: Mapping[str, Guard] = {
    "consent_recorded": _consent_recorded,
    "id_number_sound": _id_number_sound,
}
#: Also of what an edit claims.
VACANCY_SUBMISSION: Mapping[str, Guard] = {"requirements_sound": _requirements_sound, "nobody_chosen": nobody_chosen}
