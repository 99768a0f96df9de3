"""Learned models on the wire."""

from marshmallow import Schema, fields

from matching.vocabulary import PostType
from schemas.base import StrictSchema
from schemas.codes import EnumCode
from schemas.fields import PlainText
from schemas.texts import TextSchema

__all__ = [
    "DriftSchema",
    "ModelSchema",
    "ModelsQuerySchema",
    "ModelsSchema",
    "MovementSchema",
    "PromotionRequestSchema",
    "PromotionSchema",
]

_REASON = 500


class ModelsQuerySchema(StrictSchema):
    """Which models."""

    post_type = EnumCode("post_type", PostType)


class PromotionRequestSchema(StrictSchema):
    """Why a card is put in force; needed where it is not proven at least as good, the account signs for it."""

    reason = PlainText(_REASON, multiline=True)


class ListedModelSchema(Schema):
    """One model; `document` is its file, in the answer about one model only."""

    version = fields.String(required=True)
    post_type = fields.String(required=True, attribute="post.value")
    origin = fields.String(required=True, metadata={"enum": ["trained", "imported"]})
    trained_by = fields.String(required=True)
    trained_at = fields.AwareDateTime(required=True)
    is_champion = fields.Boolean(required=True)
    metrics = fields.Dict(keys=fields.String(), values=fields.Float(), attribute="model.metrics")
    problem = fields.Nested(TextSchema, allow_none=True, required=True)


class ModelSchema(ListedModelSchema):
    """One model with its file."""

    document = fields.Dict(required=True)


class ModelsSchema(Schema):
    """All models, the newest first."""

    items = fields.List(fields.Nested(ListedModelSchema), required=True)


class ListGainSchema(Schema):
    """How much the decisions of one list speak for a change, below 0: against it."""

    vacancy_no = fields.String(required=True)
    gain = fields.Float(required=True)


class LevelMoveSchema(Schema):
    """One level whose points changed, 0 is missing; points in hundredths, and the lists for and against it."""

    criterion_id = fields.String(required=True)
    level = fields.Integer(required=True)
    before = fields.Integer(required=True)
    after = fields.Integer(required=True)
    gain = fields.Float(required=True)
    n_for = fields.Integer(required=True)
    n_against = fields.Integer(required=True)
    lists = fields.List(fields.Nested(ListGainSchema), required=True)


class DecisionGainSchema(Schema):
    """One decision of a list: at which place, with which grade."""

    place = fields.Integer(required=True)
    grade = fields.Float(required=True)
    gain = fields.Float(required=True)


class ListMoveSchema(ListGainSchema):
    """One list with the decisions that speak most."""

    decided_on = fields.String(required=True, allow_none=True)
    decisions = fields.List(fields.Nested(DecisionGainSchema), required=True)


class OtherListsSchema(Schema):
    """The lists that are not named."""

    n_lists = fields.Integer(required=True)
    gain = fields.Float(required=True)


class MovementSchema(Schema):
    """The way from one card to the next; gains are hundredths of a nat of log-likelihood."""

    before = fields.String(required=True)
    before_source = fields.String(required=True, metadata={"enum": ["policy", "learned"]})
    after = fields.String(required=True)
    n_lists = fields.Integer(required=True)
    n_decisions = fields.Integer(required=True)
    gain = fields.Float(required=True)
    levels = fields.List(fields.Nested(LevelMoveSchema), required=True)
    lists = fields.List(fields.Nested(ListMoveSchema), required=True)
    others = fields.Nested(OtherListsSchema, required=True)


class PromotionSchema(Schema):
    """One change of the card in force; a version of null is the policy."""

    post_type = fields.String(required=True, attribute="post.value")
    version = fields.String(required=True, allow_none=True)
    former_version = fields.String(required=True, allow_none=True)
    kind = fields.String(required=True, metadata={"enum": ["promote", "rollback"]})
    promoted_by = fields.String(required=True)
    promoted_at = fields.AwareDateTime(required=True)
    reason = fields.String(required=True, allow_none=True)
    signed_by = fields.String(required=True, allow_none=True)
    comparison = fields.Dict(required=True, allow_none=True)


class _PeriodSchema(Schema):
    name = fields.String(required=True)
    since = fields.Date(required=True, allow_none=True)
    n_lists = fields.Integer(required=True)
    n_pairs = fields.Integer(required=True)
    against = fields.Float(required=True)
    limit = fields.Float(required=True, allow_none=True)
    is_alarming = fields.Boolean(required=True)
    by_criterion = fields.Dict(keys=fields.String(), values=fields.Float(allow_none=True), required=True)


class _PostDriftSchema(Schema):
    post_type = fields.String(required=True)
    is_alarming = fields.Boolean(required=True)
    periods = fields.List(fields.Nested(_PeriodSchema), required=True)


class DriftSchema(Schema):
    """How often decisions went against the rank, post by post and quarter by quarter."""

    posts = fields.List(fields.Nested(_PostDriftSchema), required=True)
