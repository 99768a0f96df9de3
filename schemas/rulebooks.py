"""Proposed rulebooks on the wire."""

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import Schema, fields, validates_schema

from matching.vocabulary import Text
from schemas.base import PageQuerySchema, RecordSchema, StrictSchema
from schemas.choices import Choice
from schemas.fields import PlainText
from schemas.problems import refusal

__all__ = ["ProposalSchema", "ProposalsQuerySchema", "ProposedRulebookSchema", "RulebookWishSchema"]

_LONGEST_BOOK = 400_000  # characters
_LONGEST_CHANGES = 20_000


class RulebookWishSchema(StrictSchema):
    """Another rulebook: the text of a TOML or JSON file, or changes of the one in force, one a line."""

    document = PlainText(_LONGEST_BOOK, multiline=True)
    changes = PlainText(_LONGEST_CHANGES, multiline=True)

    @validates_schema
    def _one_of_both(self, data: Mapping[str, Any], **_: Any) -> None:
        if bool(data.get("document")) == bool(data.get("changes")):
            raise refusal(
                Text("请给出 document 或 changes 之一。", "Give either document or changes."),
                Text(
                    "changes 每行一项，如 FS-02.limit = 2。", "changes has one change a line, such as FS-02.limit = 2."
                ),
            )


class ProposedRulebookSchema(RulebookWishSchema):
    """Another rulebook and why."""

    reason = PlainText(1000, required=True, multiline=True)


class ProposalsQuerySchema(PageQuerySchema):
    """Which proposals."""

    state = Choice("proposed", "signed", "rejected")


class DifferenceSchema(Schema):
    """One value that differs from the rulebook that the proposal was made on; null: not there."""

    path = fields.String(required=True)
    before = fields.Raw(required=True, allow_none=True)
    after = fields.Raw(required=True, allow_none=True)


class ProposalSchema(RecordSchema):
    """A proposed rulebook with its effect: counts, by rule, then the vacancies with most changes."""

    paths: ClassVar[Mapping[str, str]] = {}

    proposal_no = fields.String()
    state = fields.String()
    base_version = fields.String()
    rulebook_version = fields.String()
    reason = fields.String()
    effect = fields.Raw()
    proposed_by = fields.String()
    proposed_at = fields.AwareDateTime()
    decided_by = fields.String(allow_none=True)
    decided_at = fields.AwareDateTime(allow_none=True)
    signed_name = fields.String(allow_none=True)
    decision_reason = fields.String(allow_none=True)
    in_force_no = fields.Integer(allow_none=True)


class WholeProposalSchema(ProposalSchema):
    """A proposal with what it changes."""

    differences = fields.List(fields.Nested(DifferenceSchema))
