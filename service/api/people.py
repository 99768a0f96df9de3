"""/api/v1/people: the talent pools, one record a person."""

from typing import Any

from flask import Response, request, url_for
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from schemas.base import StrictSchema
from schemas.fields import PlainText
from schemas.people import PeopleQuerySchema, PersonSchema
from schemas.texts import RuleOutcomeSchema, TextSchema
from service.api.answers import Answer
from service.api.blueprint import Resource
from service.api.etags import conditional, expected_version
from service.api.idempotency import once
from service.api.lists import filters_of, page_answer, page_of, page_schema
from service.api.records import created, plain, shown
from service.context import current_actor, now, reading, unit_of_work
from service.usecases.privacy import unmasking
from service.usecases.privacy.unmasking import FIELDS
from service.usecases.records import people

__all__ = ["resource"]

resource = Resource("people", title=Text("人才", "People"))

_PERSON = PersonSchema()
_CHANGES = PersonSchema(partial=True)
# A list opens few sealed fields; the rest is one request away.
_IN_LISTS = PersonSchema(
    only=(
        *("person_no", "name", "talent_source", "record_status", "consent_matching"),
        *("county", "township", "village", "home_village_code"),
        *("education", "political_status", "industry_text", "industries", "version", "updated_at"),
    )
)
_PERSONAL = ("name", "id_number", "phone")  # never in an address: addresses are logged


class PeopleFilterSchema(PeopleQuerySchema):
    """Filters of a list of people that may stand in an address."""

    class Meta:
        exclude = _PERSONAL


class FindingSchema(Schema):
    """Something to look at in a record that went in."""

    place = fields.String(required=True)
    text = fields.Nested(TextSchema, required=True)


class RegistrationSchema(PersonSchema):
    """A new person, and what the admission rules of the pool say; a rule never turns a registration down."""

    admission = fields.List(fields.Nested(RuleOutcomeSchema), dump_only=True)
    findings = fields.List(fields.Nested(FindingSchema), dump_only=True)


class UnmaskingSchema(StrictSchema):
    """Which number is wanted in full, and why."""

    field = fields.String(required=True, validate=validate.OneOf(FIELDS))
    reason = PlainText(200, required=True, allow_none=False)


class UnmaskedSchema(Schema):
    """One number in full; null where none is registered."""

    person_no = fields.String(required=True)
    field = fields.String(required=True)
    value = fields.String(required=True, allow_none=True)


_PAGE = page_schema(_IN_LISTS)


@resource.operation("GET", "", Text("列出人才", "List people"), query=PeopleFilterSchema, answer=_PAGE)
def list_people(query: dict[str, Any]) -> Response:
    """Answer with one page of people."""
    return _found(query)


@resource.operation(
    "POST",
    "/search",
    Text(
        "按姓名（汉字、拼音、首字母）查找，或按身份证号、手机号精确查找",
        "Find people by name (characters, pinyin, initials), or by exact id number or phone",
    ),
    body=PeopleQuerySchema,
    answer=_PAGE,
)
def search_people(query: dict[str, Any]) -> Response:
    """Answer with one page of people; the filters come in the body, where they are not logged."""
    return _found(query)


@resource.operation(
    "POST",
    "",
    Text("登记一人", "Register a person"),
    body=PersonSchema,
    answer=RegistrationSchema,
    status=201,
    headers=("Location", "ETag", "Idempotency-Replayed"),
)
def register_person(record: dict[str, Any]) -> Response:
    """Register a person, and say what the admission rules of the pool say."""

    def work(session: Session) -> Answer:
        registration = people.register_person(session, actor=current_actor(), record=record, now=now())
        location = url_for("api_people.show_person", person_no=registration.person.person_no)
        return created(
            registration.person,
            _PERSON,
            location=location,
            admission=plain(registration.admission),
            findings=[{"place": one.place, "text": plain(one.text)} for one in registration.findings],
        )

    return once(work)


@resource.operation(
    "GET", "/<path:person_no>", Text("查看一人", "Show a person"), answer=PersonSchema, headers=("ETag",)
)
def show_person(person_no: str) -> Response:
    """Answer with the record of a person; id number and phone are masked."""
    with reading() as session:
        person = people.get_person(session, actor=current_actor(), person_no=person_no)
        answer = shown(person, _PERSON)
    return conditional(answer.response())


@resource.operation(
    "PATCH",
    "/<path:person_no>",
    Text("修改一人的若干字段", "Change some fields of a person"),
    body=_CHANGES,
    answer=PersonSchema,
    headers=("ETag", "Idempotency-Replayed"),
)
def edit_person(record: dict[str, Any], person_no: str) -> Response:
    """Change the fields that are named; null erases one."""
    version = expected_version(request)

    def work(session: Session) -> Answer:
        person = people.edit_person(
            session, actor=current_actor(), person_no=person_no, record=record, expected_version=version, now=now()
        )
        return shown(person, _PERSON)

    return once(work)


@resource.operation(
    "POST",
    "/<path:person_no>/unmaskings",
    Text("说明理由后查看完整号码", "Show a number in full, for a reason that is logged"),
    body=UnmaskingSchema,
    answer=UnmaskedSchema,
)
def unmask_field(wanted: dict[str, Any], person_no: str) -> Response:
    """Answer with one hidden number; the answer is never kept for repetitions."""
    with unit_of_work() as session:
        value = unmasking.unmask_field(session, actor=current_actor(), person_no=person_no, now=now(), **wanted)
    return Answer.of({"person_no": person_no, "field": wanted["field"], "value": value}).response()


def _found(query: dict[str, Any]) -> Response:
    with reading() as session:
        page = people.list_people(
            session, actor=current_actor(), filters=filters_of(query), sort=query["sort"], now=now(), **page_of(query)
        )
        return page_answer(page, _IN_LISTS).response()
