"""The audit log on the wire."""

from marshmallow import Schema, fields

from schemas.base import StrictSchema
from schemas.fields import Key, PlainText
from schemas.numbers import Whole

__all__ = ["AuditLineSchema", "AuditQuerySchema"]


class AuditQuerySchema(StrictSchema):
    """Which lines: all, those about a person, or those of an account."""

    person_no = Key()
    username = PlainText(60)
    before = Whole(least=1, most=2**53)
    limit = Whole(least=1, most=500, load_default=50)


class AuditLineSchema(Schema):
    """Who did what to whom, when."""

    id = fields.Integer(required=True)
    at = fields.DateTime(required=True)
    actor = fields.String(required=True)
    role = fields.String(required=True, allow_none=True)
    action = fields.String(required=True)
    subject_kind = fields.String(required=True)
    subject_no = fields.String(required=True)
    detail = fields.Dict(required=True)
    request_id = fields.String(required=True, allow_none=True)
    address = fields.String(required=True, allow_none=True)
    chain_hash = fields.Function(lambda line: line.chain_hash.hex() if line.chain_hash else None)
