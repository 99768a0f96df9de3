"""Where values come from, on the wire."""

from marshmallow import Schema, fields

__all__ = ["HistorySchema", "ValueChangeSchema"]


class ValueChangeSchema(Schema):
    """One change of one value: id numbers and phones masked, homes as names."""

    field = fields.String(required=True)
    before = fields.Raw(required=True, allow_none=True)
    after = fields.Raw(required=True, allow_none=True)
    at = fields.AwareDateTime(required=True)
    username = fields.String(required=True)
    source = fields.String(required=True)
    import_id = fields.Integer(required=True, allow_none=True)
    file_name = fields.String(required=True, allow_none=True)
    sheet = fields.String(required=True, allow_none=True)
    cell = fields.String(required=True, allow_none=True)
    version = fields.Integer(required=True)
    is_verified = fields.Boolean(required=True)
    is_self_reported = fields.Boolean(required=True)
    verified_by = fields.String(required=True, allow_none=True)
    verified_document = fields.String(required=True, allow_none=True)
    verified_at = fields.AwareDateTime(required=True, allow_none=True)
    taken_from = fields.String(required=True, allow_none=True)


class HistorySchema(Schema):
    """The changes of each field, the oldest first."""

    number = fields.String(required=True)
    fields_ = fields.Dict(
        keys=fields.String(), values=fields.List(fields.Nested(ValueChangeSchema)), required=True, data_key="fields"
    )
