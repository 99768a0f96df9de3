"""Consent, corrections, holds, erasure and blind review on the wire."""

from typing import Any

from marshmallow import fields

from schemas.base import StrictSchema
from schemas.dates import Day
from schemas.fields import Key, PlainText

__all__ = [
    "BlindLiftListSchema",
    "BlindLiftSchema",
    "ConsentListSchema",
    "ConsentSchema",
    "CorrectionListSchema",
    "CorrectionSchema",
    "DecisionOnCorrectionSchema",
    "EarlyClosingSchema",
    "ErasureReasonSchema",
    "ErasureRequestSchema",
    "ErasureRequestsSchema",
    "ErasureSchema",
    "HoldListSchema",
    "HoldSchema",
    "LiftSchema",
    "NothingSchema",
    "RetentionListSchema",
    "RetentionSchema",
    "SignedSchema",
]


class NothingSchema(StrictSchema):
    """A request without content."""


class SignedSchema(StrictSchema):
    """A consent that was given or withdrawn: who signed which paper, when; an own account signs itself."""

    purpose = Key(40, required=True)
    signed_by = PlainText(60, load_default=None)
    document = PlainText(120, load_default=None)
    signed_on = Day(load_default=None)


class ConsentSchema(StrictSchema):
    """What somebody agreed to."""

    purpose = fields.String(attribute="text.purpose")
    version = fields.Integer(attribute="text.version")
    given_on = fields.Date()
    signed_by = fields.String()
    document = fields.String()
    recorded_by = fields.String()
    withdrawn_on = fields.Date(allow_none=True)
    withdrawn_by = fields.String(allow_none=True)
    withdrawal_document = fields.String(allow_none=True)


class CorrectionSchema(StrictSchema):
    """A value that somebody asks to have corrected."""

    correction_id = fields.Integer(attribute="id", dump_only=True)
    person_no = fields.String(attribute="person.person_no", dump_only=True)
    field = Key(60, required=True)
    value = fields.Raw(required=True, allow_none=True, load_only=True)
    reason = PlainText(500, required=True)
    proposed_by = fields.String(dump_only=True)
    proposed_at = fields.AwareDateTime(dump_only=True)
    state = fields.String(dump_only=True)
    decided_by = fields.String(dump_only=True, allow_none=True)
    decided_at = fields.AwareDateTime(dump_only=True, allow_none=True)
    decision_reason = fields.String(dump_only=True, allow_none=True)


class DecisionOnCorrectionSchema(StrictSchema):
    """What an officer decides on a request for correction."""

    accept = fields.Boolean(required=True)
    reason = PlainText(500)


class HoldSchema(StrictSchema):
    """An order to keep a record."""

    hold_id = fields.Integer(attribute="id", dump_only=True)
    reason = PlainText(500, required=True)
    document = PlainText(120, required=True)
    until_on = Day()
    placed_by = fields.String(dump_only=True)
    placed_at = fields.AwareDateTime(dump_only=True)
    lifted_by = fields.String(dump_only=True, allow_none=True)
    lifted_at = fields.AwareDateTime(dump_only=True, allow_none=True)


class LiftSchema(StrictSchema):
    """Why something that protects is lifted."""

    reason = PlainText(500, required=True)


class EarlyClosingSchema(StrictSchema):
    """Why a blind review is closed before the lists are decided on; afterwards nothing is asked."""

    reason = PlainText(500)


class ErasureSchema(StrictSchema):
    """An erasure that is asked for, and what it did."""

    document = PlainText(120, required=True)
    on_request = fields.Boolean(load_default=False)
    ground = fields.String(dump_only=True)
    erased_by = fields.String(dump_only=True)
    erased_at = fields.AwareDateTime(dump_only=True)
    counts = fields.Raw(dump_only=True)


class ErasureRequestSchema(StrictSchema):
    """An erasure that an officer asks for, where it takes two, and what another decided."""

    person_no = fields.String(attribute="person.person_no", dump_only=True)
    document = PlainText(120, required=True)
    on_request = fields.Boolean(load_default=False)
    requested_by = fields.String(dump_only=True)
    requested_at = fields.AwareDateTime(dump_only=True)
    state = fields.String(dump_only=True)
    decided_by = fields.String(dump_only=True, allow_none=True)
    decided_at = fields.AwareDateTime(dump_only=True, allow_none=True)


class ErasureRequestsSchema(StrictSchema):
    """The erasures that wait for another officer, the oldest first."""

    items = fields.List(fields.Nested(ErasureRequestSchema), required=True)


class ErasureReasonSchema(StrictSchema):
    """Why an erasure is confirmed or refused."""

    reason = PlainText(500, required=True)


class RetentionSchema(StrictSchema):
    """Whose record is due for erasure."""

    person_no = fields.String(attribute="person.person_no")
    ground = fields.String()
    started_on = fields.Date()
    due_on = fields.Date()
    is_held = fields.Boolean()


class BlindLiftSchema(StrictSchema):
    """How often one reviewer looked behind blind reviews."""

    username = fields.String()
    n_lifts = fields.Integer()
    n_vacancies = fields.Integer()
    last_at = fields.AwareDateTime()


def _items(shape: type[StrictSchema]) -> type[StrictSchema]:
    """Return the shape of a whole list."""
    inner: dict[str, Any] = {"items": fields.List(fields.Nested(shape), required=True)}
    listed: type[StrictSchema] = type(f"{shape.__name__.removesuffix('Schema')}ListSchema", (StrictSchema,), inner)
    return listed


ConsentListSchema = _items(ConsentSchema)
CorrectionListSchema = _items(CorrectionSchema)
HoldListSchema = _items(HoldSchema)
RetentionListSchema = _items(RetentionSchema)
BlindLiftListSchema = _items(BlindLiftSchema)
