"""Waivers and checks on the wire."""

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import fields

from matching.vocabulary import Text
from schemas.base import PageQuerySchema, RecordSchema, StrictSchema
from schemas.dates import Day
from schemas.fields import Key, PlainText
from schemas.problems import refusal
from schemas.texts import TextSchema

__all__ = [
    "CheckSchema",
    "ClosingSchema",
    "ProposedWaiverSchema",
    "ReportQuerySchema",
    "SigningSchema",
    "WaiverSchema",
    "WaiversQuerySchema",
    "WaiversReportSchema",
]

_RESULTS = ("pass", "fail")
_STATES = ("proposed", "signed", "refused", "withdrawn")


class _Word(PlainText):
    """One of a few words."""

    def __init__(self, *words: str, **options: Any) -> None:
        super().__init__(40, metadata={"enum": list(words)}, **options)
        self.words = words

    def read(self, value: Any) -> str | None:
        """Refuse any other word."""
        if value not in self.words:
            raise refusal(
                Text("不在可选范围内。", "It is not one of the known ones."),
                Text(f"可填：{'、'.join(self.words)}。", f"Known: {', '.join(self.words)}."),
                value=value,
            )
        return str(value)


class CheckSchema(StrictSchema):
    """The result of a check; the account that sends it signs."""

    person_no = Key(required=True)
    rule_id = Key(20, required=True)
    result = _Word(*_RESULTS, required=True)
    document = PlainText(120, required=True)
    checked_on = Day(required=True)
    valid_until = Day()
    vacancy_no = fields.String(dump_only=True)
    signed_by = fields.String(dump_only=True)


class ProposedWaiverSchema(StrictSchema):
    """What a proposer asks for."""

    person_no = Key(required=True)
    rule_id = Key(20, required=True)
    reason = PlainText(500, required=True, multiline=True)
    document = PlainText(120, required=True)
    valid_until = Day()


class ClosingSchema(StrictSchema):
    """Why a waiver is refused or withdrawn, or a proposal rejected."""

    reason = PlainText(500, required=True, multiline=True)


class SigningSchema(StrictSchema):
    """The name of who signs: the holder of the account."""

    signed_name = PlainText(60, required=True)


class WaiversQuerySchema(PageQuerySchema):
    """Which waivers."""

    state = _Word(*_STATES)
    vacancy_no = Key()
    person_no = Key()
    rule_id = Key(20)


class ReportQuerySchema(StrictSchema):
    """Which period."""

    since = Day()
    until = Day()


class WaiverSchema(RecordSchema):
    """One waiver with both names."""

    paths: ClassVar[Mapping[str, str]] = {"person_no": "person.person_no", "vacancy_no": "vacancy.vacancy_no"}

    waiver_no = fields.String()
    person_no = fields.String()
    vacancy_no = fields.String()
    rule_id = fields.String()
    state = fields.String()
    reason = fields.String(allow_none=True)
    document = fields.String()
    valid_until = fields.Date()
    rulebook_version = fields.String()
    proposed_by = fields.String()
    proposed_at = fields.AwareDateTime()
    decided_by = fields.String(allow_none=True)
    decided_at = fields.AwareDateTime(allow_none=True)
    signed_name = fields.String(allow_none=True)
    withdrawn_by = fields.String(allow_none=True)
    withdrawn_at = fields.AwareDateTime(allow_none=True)
    closing_reason = fields.String(allow_none=True)
    version = fields.Integer()


class WaiversReportSchema(RecordSchema):
    """The waivers of a period, counted."""

    n_signed = fields.Integer()
    n_in_force = fields.Integer()
    n_expired = fields.Integer()
    n_withdrawn = fields.Integer()
    n_waiting = fields.Integer()
    n_refused = fields.Integer()
    rule_titles = fields.Dict(keys=fields.String(), values=fields.Nested(TextSchema))
    by_rule = fields.Dict(keys=fields.String(), values=fields.Integer())
    by_county = fields.Dict(keys=fields.String(), values=fields.Integer())
    by_proposer = fields.Dict(keys=fields.String(), values=fields.Integer())
    by_signer = fields.Dict(keys=fields.String(), values=fields.Integer())
    waivers = fields.List(fields.Nested(WaiverSchema))
