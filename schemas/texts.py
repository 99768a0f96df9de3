"""Texts in both languages, and what one rule says, as answers carry them."""

from marshmallow import Schema, fields

__all__ = ["RuleOutcomeSchema", "TextSchema"]


class TextSchema(Schema):
    """A text in both languages."""

    zh = fields.String(required=True)
    en = fields.String(required=True)


class RuleOutcomeSchema(Schema):
    """What one rule says: verdict, value, limit, a sentence and where the rule comes from."""

    rule_id = fields.String(required=True)
    verdict = fields.String(required=True, allow_none=True)
    stage = fields.String(required=True)
    title = fields.Nested(TextSchema, required=True)
    value = fields.Nested(TextSchema, required=True)
    limit = fields.Nested(TextSchema, required=True)
    sentence = fields.Nested(TextSchema, required=True)
    basis = fields.Nested(TextSchema, required=True)
    override = fields.String(required=True)
