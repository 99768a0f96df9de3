"""The negative list: who has which entry, on which document, until when."""

from marshmallow import Schema, fields

from schemas.base import PageQuerySchema, StrictSchema
from schemas.codes import Code, YesNo
from schemas.dates import Day
from schemas.fields import Key, PlainText
from schemas.workflow import label_of

__all__ = [
    "NegativeEndingSchema",
    "NegativeEntryRequestSchema",
    "NegativeEntrySchema",
    "NegativeListQuerySchema",
    "NegativeListingSchema",
]


class NegativeListQuerySchema(PageQuerySchema):
    """Which part of the list: everybody, or those only who have an entry whose last day has passed."""

    due = YesNo(load_default=False)


class NegativeEntryRequestSchema(StrictSchema):
    """An entry, the document that it rests on, and its last day if it has one."""

    person_no = Key(required=True)
    code = Code("negative_list", required=True)
    document = PlainText(120, required=True)
    until_on = Day(load_default=None, allow_none=True)


class NegativeEndingSchema(StrictSchema):
    """Which entry ends, and why."""

    person_no = Key(required=True)
    code = Code("negative_list", required=True)
    reason = PlainText(120, required=True)


class NegativeEntrySchema(Schema):
    """One entry: what is not known of it is null."""

    code = fields.String()
    label = fields.Function(lambda one: label_of("negative_list", one.code))
    document = fields.String(allow_none=True)
    until_on = fields.Date(allow_none=True)
    entered_by = fields.String(allow_none=True)
    entered_at = fields.DateTime(allow_none=True)
    is_due = fields.Boolean()


class NegativeListingSchema(Schema):
    """Somebody with an entry; what the record says without a document has none of the values beside its code."""

    person_no = fields.String(attribute="person.person_no")
    name = fields.String(attribute="person.name", allow_none=True)
    entries = fields.List(fields.Nested(NegativeEntrySchema))
