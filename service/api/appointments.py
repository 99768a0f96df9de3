"""/api/v1/appointments: from the public notice to the end of the term, and the terms that end soon."""

from typing import Any

from flask import Response
from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from schemas.appointments import (
    AppointmentMoveRequestSchema,
    AppointmentRequestSchema,
    AppointmentSchema,
    AppointmentsQuerySchema,
    AppointmentViewSchema,
    EndingTermSchema,
)
from schemas.base import PageQuerySchema
from service.api.answers import Answer
from service.api.blueprint import Resource
from service.api.idempotency import once
from service.api.lists import page_answer, page_of, page_schema
from service.api.moves import asked_in
from service.context import current_actor, now, reading
from service.usecases.workflow import appointing, appraisals, terms

__all__ = ["resource"]

resource = Resource("appointments", title=Text("任职", "Appointments"))

_APPOINTMENT, _VIEW = AppointmentSchema(), AppointmentViewSchema()
_PAGE = page_schema(_APPOINTMENT)


class EndingTermsSchema(Schema):
    """Terms that end soon, the soonest first."""

    items = fields.List(fields.Nested(EndingTermSchema), required=True)


_ENDING = EndingTermsSchema()


@resource.operation("GET", "", Text("列出任职", "List appointments"), query=AppointmentsQuerySchema, answer=_PAGE)
def list_appointments(query: dict[str, Any]) -> Response:
    """Answer with one page of appointments, the newest first."""
    with reading() as session:
        page = terms.list_appointments(session, actor=current_actor(), state=query.get("state"), **page_of(query))
        return page_answer(page, _APPOINTMENT).response()


@resource.operation(
    "POST",
    "",
    Text("公示拟任人选", "Begin an appointment with its public notice"),
    body=AppointmentRequestSchema,
    answer=_VIEW,
    status=201,
    headers=("Idempotency-Replayed",),
)
def begin_appointment(body: dict[str, Any]) -> Response:
    """Make public who is to be appointed; the notice shows exactly the fields that the workflow allows."""

    def work(session: Session) -> Answer:
        made = appointing.begin_appointment(session, actor=current_actor(), now=now(), **body)
        return _shown(session, made.appointment_no or "", status=201)

    return once(work)


@resource.operation(
    "GET", "/terms-ending", Text("列出即将期满的任期", "List terms that end soon"), answer=EndingTermsSchema
)
def list_ending_terms() -> Response:
    """Answer with the terms that are within a reminder, each with the months to retirement as of today."""
    with reading() as session:
        found = terms.terms_ending(session, actor=current_actor(), now=now())
        return Answer.of(_ENDING.dump({"items": found})).response()


@resource.operation(
    "GET",
    "/appraisals-due",
    Text("列出待考核的任职", "List appointments whose yearly appraisal is due"),
    query=PageQuerySchema,
    answer=_PAGE,
)
def list_appraisals_due(query: dict[str, Any]) -> Response:
    """Answer with who is in a post and was not appraised for the year that is over; until the end of March."""
    with reading() as session:
        page = appraisals.list_appraisals_due(session, actor=current_actor(), now=now(), **page_of(query))
        return page_answer(page, _APPOINTMENT).response()


@resource.operation("GET", "/<appointment_no>", Text("查看任职", "Show an appointment"), answer=_VIEW)
def show_appointment(appointment_no: str) -> Response:
    """Answer with one appointment, its notices and moves."""
    with reading() as session:
        return _shown(session, appointment_no).response()


@resource.operation(
    "POST",
    "/<appointment_no>/moves",
    Text("推进任职的环节", "Lead an appointment on"),
    body=AppointmentMoveRequestSchema,
    answer=_VIEW,
    headers=("Idempotency-Replayed",),
)
def move_appointment(body: dict[str, Any], appointment_no: str) -> Response:
    """Lead an appointment on: objection, confirmation, post, appraisal, renewal, end."""

    def work(session: Session) -> Answer:
        appointing.move_appointment(
            session, actor=current_actor(), appointment_no=appointment_no, asked=asked_in(body), now=now()
        )
        return _shown(session, appointment_no)

    return once(work)


def _shown(session: Session, appointment_no: str, *, status: int = 200) -> Answer:
    found = terms.get_appointment(session, actor=current_actor(), appointment_no=appointment_no)
    return Answer.of(_VIEW.dump(found), status=status)
