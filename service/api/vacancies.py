"""/api/v1/vacancies: the posts that villages need filled."""

from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from schemas.vacancies import ListedVacancySchema, VacanciesQuerySchema, VacancySchema
from service.api.answers import Answer
from service.api.blueprint import Resource
from service.api.etags import conditional, expected_version
from service.api.idempotency import once
from service.api.lists import filters_of, page_answer, page_of, page_schema
from service.api.records import created, shown
from service.context import current_actor, now, reading
from service.usecases.records import vacancies

__all__ = ["resource"]

resource = Resource("vacancies", title=Text("岗位", "Vacancies"))

_VACANCY = VacancySchema()
_CHANGES = VacancySchema(partial=True)
_IN_LISTS = ListedVacancySchema(
    only=(
        *("vacancy_no", "post_type", "rule_profile", "vacancy_status", "is_open", "headcount", "term_months"),
        *("n_eligible", "n_to_verify"),
        *("county", "township", "village", "village_code", "industry_text", "industries", "themes", "five"),
        *("start_date", "deadline_on", "version", "updated_at"),
    )
)


@resource.operation(
    "GET", "", Text("列出岗位", "List vacancies"), query=VacanciesQuerySchema, answer=page_schema(_IN_LISTS)
)
def list_vacancies(query: dict[str, Any]) -> Response:
    """Answer with one page of vacancies."""
    with reading() as session:
        page = vacancies.list_vacancies(
            session, actor=current_actor(), filters=filters_of(query), sort=query["sort"], **page_of(query)
        )
        return page_answer(page, _IN_LISTS).response()


@resource.operation(
    "POST",
    "",
    Text("登记一个岗位", "Register a vacancy"),
    body=_VACANCY,
    answer=_VACANCY,
    status=201,
    headers=("Location", "ETag", "Idempotency-Replayed"),
)
def register_vacancy(record: dict[str, Any]) -> Response:
    """Register a vacancy."""

    def work(session: Session) -> Answer:
        vacancy = vacancies.register_vacancy(session, actor=current_actor(), record=record, now=now())
        location = url_for("api_vacancies.show_vacancy", vacancy_no=vacancy.vacancy_no)
        return created(vacancy, _VACANCY, location=location)

    return once(work)


@resource.operation(
    "GET", "/<vacancy:vacancy_no>", Text("查看一个岗位", "Show a vacancy"), answer=_VACANCY, headers=("ETag",)
)
def show_vacancy(vacancy_no: str) -> Response:
    """Answer with one vacancy."""
    with reading() as session:
        vacancy = vacancies.get_vacancy(session, actor=current_actor(), vacancy_no=vacancy_no)
        answer = shown(vacancy, _VACANCY)
    return conditional(answer.response())


@resource.operation(
    "PATCH",
    "/<vacancy:vacancy_no>",
    Text("修改一个岗位的若干字段", "Change some fields of a vacancy"),
    body=_CHANGES,
    answer=_VACANCY,
    headers=("ETag", "Idempotency-Replayed"),
)
def edit_vacancy(record: dict[str, Any], vacancy_no: str) -> Response:
    """Change the fields that are named; null erases one."""
    version = expected_version(request)

    def work(session: Session) -> Answer:
        vacancy = vacancies.edit_vacancy(
            session, actor=current_actor(), vacancy_no=vacancy_no, record=record, expected_version=version, now=now()
        )
        return shown(vacancy, _VACANCY)

    return once(work)
