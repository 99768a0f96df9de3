"""Pairs of records that may be one person, merges, and hints at entry."""

from typing import Any

from marshmallow import Schema, fields

from matching.vocabulary import Text
from schemas.base import PageQuerySchema, StrictSchema
from schemas.fields import Key, PlainText
from schemas.problems import NOT_AN_OBJECT, refusal
from schemas.texts import TextSchema

__all__ = [
    "HintSchema",
    "HintsSchema",
    "MergeDoneSchema",
    "MergeRequestSchema",
    "MergeSchema",
    "MergeUndoneSchema",
    "MergesQuerySchema",
    "PairDecisionSchema",
    "PairSchema",
    "PairsQuerySchema",
]

_STATES = ("open", "same", "different", "later")
_SIDES = ("survivor", "absorbed", "both")


class Word(PlainText):
    """One of a few words."""

    def __init__(self, words: tuple[str, ...], **options: Any) -> None:
        super().__init__(20, metadata={"enum": list(words)}, **options)
        self.words = words

    def read(self, value: Any) -> str | None:
        """Refuse any other word."""
        if value not in self.words:
            raise refusal(
                Text("不在可选范围内。", "This is not one of the known words."),
                Text(f"可填：{'、'.join(self.words)}。", f"Known: {', '.join(self.words)}."),
                value=value,
            )
        return str(value)


class PairsQuerySchema(PageQuerySchema):
    """Which pairs to list."""

    state = Word((*_STATES, "all"), load_default="open")
    person_no = Key()


class PairDecisionSchema(StrictSchema):
    """What a clerk says of a pair."""

    decision = Word(_STATES[1:], required=True)
    note = PlainText(500, load_default=None, allow_none=True)


class MergeRequestSchema(StrictSchema):
    """Which record is merged into the one of the address, and from which of the two fields are taken."""

    absorbed_no = Key(required=True)
    picks = fields.Dict(
        keys=PlainText(40),
        values=Word(_SIDES),
        load_default=dict,
        error_messages={"invalid": NOT_AN_OBJECT},  # type: ignore[dict-item]  # marshmallow passes objects through
    )
    note = PlainText(500, load_default=None, allow_none=True)


class _Person(Schema):
    person_no = fields.String(required=True)
    name = fields.String(allow_none=True)


class PairSchema(Schema):
    """A pair with its probability and reasons."""

    pair_id = fields.Integer(attribute="pair.id", required=True)
    first = fields.Nested(_Person, required=True)
    second = fields.Nested(_Person, required=True)
    probability = fields.Method("_probability", required=True, metadata={"type": "number"})
    reasons = fields.List(fields.Nested(TextSchema), required=True)
    state = fields.String(attribute="pair.state", required=True)
    found_at = fields.AwareDateTime(attribute="pair.found_at", required=True)
    decided_by = fields.String(attribute="pair.decided_by", allow_none=True)
    decided_at = fields.AwareDateTime(attribute="pair.decided_at", allow_none=True)
    note = fields.String(attribute="pair.note", allow_none=True)

    def _probability(self, found: Any) -> float:
        return round(float(found.pair.probability), 3)


class HintSchema(Schema):
    """A registered person of whom a record may speak."""

    person_no = fields.String(required=True)
    probability = fields.Float(required=True)
    reasons = fields.List(fields.Nested(TextSchema), required=True)
    sentence = fields.Nested(TextSchema, required=True)


class HintsSchema(Schema):
    """Of whom a record may speak, the likeliest first."""

    items = fields.List(fields.Nested(HintSchema), required=True)


class MergeDoneSchema(Schema):
    """What a merge did."""

    merge_id = fields.Integer(attribute="merge.id", required=True)
    survivor_no = fields.String(required=True)
    absorbed_no = fields.String(required=True)
    changed = fields.List(fields.String(), required=True)
    n_moved = fields.Integer(required=True)
    n_left = fields.Integer(required=True)


class MergesQuerySchema(PageQuerySchema):
    """Which merges to list."""

    person_no = Key()


class MergeSchema(Schema):
    """A merge, standing or undone."""

    merge_id = fields.Integer(attribute="merge.id", required=True)
    survivor_no = fields.String(required=True)
    absorbed_no = fields.String(required=True)
    merged_by = fields.String(attribute="merge.merged_by", required=True)
    merged_at = fields.AwareDateTime(attribute="merge.merged_at", required=True)
    undone_by = fields.String(attribute="merge.undone_by", required=True, allow_none=True)
    undone_at = fields.AwareDateTime(attribute="merge.undone_at", required=True, allow_none=True)
    note = fields.String(attribute="merge.note", required=True, allow_none=True)


class MergeUndoneSchema(Schema):
    """What parting two records did."""

    merge_id = fields.Integer(attribute="merge.id", required=True)
    survivor_no = fields.String(required=True)
    absorbed_no = fields.String(required=True)
    returned = fields.List(fields.String(), required=True)
    kept = fields.List(fields.String(), required=True)
    n_returned = fields.Integer(required=True)
