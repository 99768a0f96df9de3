"""What has to hold before a record or a vacancy is submitted, whether it is led there or begins there."""

import re
from collections.abc import Mapping

from matching.lint import lint_rule, protected_words
from matching.rules import Rule
from matching.vocabulary import Text
from schemas.identity import checksum_of
from service.errors import Conflict, InvalidInput
from service.models.vacancies import Vacancy
from service.queries.vacancies import load_vacancy_facts
from service.usecases.days import day_of
from service.usecases.moving import Guard, Moving
from service.usecases.vacancy_guards import nobody_chosen

__all__ = ["RECORD_SUBMISSION", "VACANCY_SUBMISSION"]

#: Free texts of a vacancy in which a condition could stand.
_WORDS = ("majors", "experience", "industry_need", "resource_text", "requirement_basis")


def _consent_recorded(moving: Moving) -> None:
    if moving.subject.row.consent_matching is not True:
        raise Conflict(
            Text("尚未登记本人同意参加匹配。", "The person's consent to matching is not recorded."),
            remedy=Text("请先登记本人同意。", "Record the consent first."),
            place="consent_matching",
        )


def _id_number_sound(moving: Moving) -> None:
    number = moving.subject.row.id_number
    if moving.asked.reason or (number and _is_sound(number)):
        return
    problem = (
        Text("身份证号校验不通过。", "The checksum of the id number is wrong.")
        if number
        else Text("尚未登记身份证号。", "There is no id number on record.")
    )
    remedy = Text("请更正，或写明例外理由。", "Correct it, or give the reason for the exception.")
    raise InvalidInput(problem, remedy=remedy, place="reason", fields={"reason": [problem]})


def _is_sound(id_number: str) -> bool:
    return re.fullmatch(r"\d{17}[\dX]", id_number) is not None and checksum_of(id_number[:17]) == id_number[17]


def _requirements_sound(moving: Moving) -> None:
    """Look at a vacancy's own conditions as the linter looks at the rulebook's, and at the words beside them."""
    vacancy: Vacancy = moving.subject.row
    (facts,) = load_vacancy_facts(moving.session, vacancy_nos=[vacancy.vacancy_no], as_of=day_of(moving.now))
    problems = [text for rule in facts.requirements if isinstance(rule, Rule) for text in lint_rule(rule)]
    for name in _WORDS:
        problems += [
            Text(
                f"岗位条件中出现“{word}”，不得作为条件。",
                f"The conditions of the vacancy name '{word}', which may never be one.",
            )
            for word in protected_words(getattr(vacancy, name) or "")
        ]
    if problems:
        raise Conflict(
            problems[0],
            remedy=Text("请修改岗位条件后再上报。", "Mend the conditions of the vacancy before it is submitted."),
            place="requirements",
        )


RECORD_SUBMISSION: Mapping[str, Guard] = {
    "consent_recorded": _consent_recorded,
    "id_number_sound": _id_number_sound,
}
#: Also of what an edit claims.
VACANCY_SUBMISSION: Mapping[str, Guard] = {"requirements_sound": _requirements_sound, "nobody_chosen": nobody_chosen}
