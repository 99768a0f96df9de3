"""Appointments on the wire: begun from a candidacy, led from notice to end, and whose terms are ending."""

import json

from marshmallow import Schema, fields

from schemas.base import PageQuerySchema
from schemas.codes import Code
from schemas.dates import Day
from schemas.fields import Key, PlainText
from schemas.numbers import Whole
from schemas.workflow import MoveRequestSchema, StateMoveSchema, VersionedSchema, label_of

__all__ = [
    "AppointmentMoveRequestSchema",
    "AppointmentRequestSchema",
    "AppointmentSchema",
    "AppointmentViewSchema",
    "AppointmentsQuerySchema",
    "EndingTermSchema",
]


class AppointmentRequestSchema(VersionedSchema):
    """The public notice with which an appointment begins; the version is that of the candidacy."""

    candidacy_no = Key(required=True)
    office = PlainText(60, required=True)
    office_phone = PlainText(40, required=True)
    starts_on = Day()
    n_working_days = Whole(least=1, most=60)


class AppointmentMoveRequestSchema(MoveRequestSchema):
    """A move of an appointment; first day, last day and appraisal where the step asks for them."""

    started_on = Day()
    term_ends_on = Day()
    appraisal = Code("appraisal")


class AppointmentsQuerySchema(PageQuerySchema):
    """Which appointments."""

    state = Code("appointment_state")


class _NoticeSchema(Schema):
    notice_no = fields.String()
    starts_on = fields.Date()
    ends_on = fields.Date()
    n_working_days = fields.Integer()
    is_end_unchecked = fields.Boolean()
    shown = fields.Function(lambda notice: json.loads(notice.shown or "{}"))
    issued_by = fields.String()


class AppointmentSchema(Schema):
    """Who is to hold, holds or held a post."""

    appointment_no = fields.String(allow_none=True)
    candidacy_no = fields.Function(lambda one: one.candidacy and one.candidacy.candidacy_no)
    person_no = fields.String(attribute="person.person_no")
    name = fields.String(attribute="person.name")
    village_code = fields.String(attribute="village.village_code")
    vacancy_no = fields.Function(lambda one: one.vacancy and one.vacancy.vacancy_no)
    post_type = fields.Function(lambda one: str(one.post_type.value))
    state = fields.String()
    state_label = fields.Function(lambda one: label_of("appointment_state", one.state))
    started_on = fields.Date(allow_none=True)
    ended_on = fields.Date(allow_none=True)
    term_ends_on = fields.Date(allow_none=True)
    appraisal = fields.String(allow_none=True)
    version = fields.Integer()


class AppointmentViewSchema(Schema):
    """An appointment with its notices and moves."""

    appointment = fields.Nested(AppointmentSchema)
    notices = fields.List(fields.Nested(_NoticeSchema), attribute="appointment.notices")
    moves = fields.List(fields.Nested(StateMoveSchema))


class EndingTermSchema(Schema):
    """A term that ends soon."""

    appointment = fields.Nested(AppointmentSchema)
    n_days_left = fields.Integer()
    reminder = fields.Integer()
    months_to_retirement = fields.Integer(allow_none=True)
    retires_before_end = fields.Boolean(allow_none=True)
