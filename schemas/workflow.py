"""The workflow on the wire: moves between states, opinions, signatures, votes, and what came of them."""

from typing import Any

from marshmallow import Schema, fields

from matching.vocabulary import ReviewDecision
from matching.vocabulary.codes import code_table
from schemas.base import StrictSchema
from schemas.codes import Codes, EnumCode, YesNo
from schemas.dates import Day
from schemas.fields import Key, PlainText, Words
from schemas.numbers import Whole
from schemas.texts import TextSchema

__all__ = [
    "AdditionSchema",
    "CandidacySchema",
    "MoveRequestSchema",
    "OpinionRequestSchema",
    "OpinionSchema",
    "ReviewSchema",
    "ShortlistMoveRequestSchema",
    "SignatureRequestSchema",
    "StateMoveSchema",
    "UndoRequestSchema",
    "VoteSchema",
    "label_of",
]

_MOST_VOTERS = 10_000
_MOST_VERSIONS = 2**31


def label_of(table: str, code: str | None) -> dict[str, str] | None:
    """Return the label of a code in both languages."""
    return None if code is None else code_table(table).label(code)._asdict()


class _Versioned(StrictSchema):
    """Every write names the version that it was made for."""

    version = Whole(least=1, most=_MOST_VERSIONS, required=True)


class MoveRequestSchema(_Versioned):
    """To which state; with signature, reason and document where the step asks for them."""

    to = Key(20, required=True)
    signed_name = PlainText(60)
    reason_codes = Codes("reason_code", load_default=())
    reason = PlainText(2_000, multiline=True)
    document = PlainText(120)


class VoteSchema(StrictSchema):
    """How a meeting voted: 应到, 实到, 同意, 不同意, 弃权."""

    meeting = PlainText(60, required=True)
    held_on = Day(required=True)
    n_entitled = Whole(least=1, most=_MOST_VOTERS, required=True)
    n_present = Whole(least=0, most=_MOST_VOTERS, required=True)
    n_for = Whole(least=0, most=_MOST_VOTERS, required=True)
    n_against = Whole(least=0, most=_MOST_VOTERS, required=True)
    n_abstained = Whole(least=0, most=_MOST_VOTERS, required=True)


class ShortlistMoveRequestSchema(MoveRequestSchema):
    """A move of a list; a decision brings the vote and the candidacies that were chosen."""

    votes = fields.Nested(VoteSchema)
    chosen = Words(load_default=())


class OpinionRequestSchema(_Versioned):
    """What somebody says of a candidacy."""

    decision = EnumCode("review_decision", ReviewDecision, required=True)
    reason_codes = Codes("reason_code", load_default=())
    reason = PlainText(2_000, multiline=True)


class UndoRequestSchema(_Versioned):
    """Which of the two is taken back: one's own opinion, or the office's conclusion."""

    is_conclusion = YesNo(load_default=False, allow_none=False)


class AdditionSchema(_Versioned):
    """A person who is not on the list."""

    person_no = Key(required=True)
    reason = PlainText(2_000, multiline=True, required=True)


class SignatureRequestSchema(_Versioned):
    """A signature that the post asks for."""

    signatory = Key(30, required=True)
    signed_name = PlainText(60, required=True)
    document = PlainText(120, required=True)
    signed_on = Day(required=True)


class StateMoveSchema(Schema):
    """One change of a state; the deadline is that of the next step."""

    from_state = fields.String(allow_none=True)
    to_state = fields.String()
    username = fields.String()
    role = fields.String()
    signed_name = fields.String(allow_none=True)
    reason_codes = fields.Function(lambda move: list(move.reason_codes or ()))
    reason = fields.String(allow_none=True)
    document = fields.String(allow_none=True)
    version = fields.Integer()
    at = fields.AwareDateTime()
    due_on = fields.Date(allow_none=True)
    is_due_unchecked = fields.Boolean()
    vote = fields.Nested(VoteSchema, allow_none=True)


class OpinionSchema(Schema):
    """What one reviewer, or the office, said; undone ones stay on record."""

    is_conclusion = fields.Boolean()
    username = fields.String()
    role = fields.String()
    decision = fields.Function(lambda one: str(one.decision.value))
    label = fields.Function(lambda one: label_of("review_decision", str(one.decision.value)))
    reason_codes = fields.Function(lambda one: list(one.reason_codes or ()))
    reason = fields.String(allow_none=True)
    version = fields.Integer()
    at = fields.AwareDateTime()
    undone_by = fields.String(allow_none=True)
    undone_at = fields.AwareDateTime(allow_none=True)


class _MissingSchema(Schema):
    signatory = fields.String(attribute="key")
    label = fields.Nested(TextSchema)
    before = fields.String()


class _SignatureSchema(Schema):
    signatory = fields.String()
    signed_name = fields.String(allow_none=True)
    document = fields.String()
    signed_on = fields.Date()
    recorded_by = fields.String()


class CandidacySchema(Schema):
    """One person in one shortlist, with every opinion, signature and move."""

    candidacy_no = fields.String()
    shortlist_no = fields.String(attribute="shortlist.shortlist_no")
    vacancy_no = fields.String(attribute="shortlist.vacancy.vacancy_no")
    person_no = fields.String(attribute="person.person_no")
    name = fields.String(attribute="person.name")
    shown_rank = fields.Integer(allow_none=True)
    state = fields.String()
    state_label = fields.Function(lambda one: label_of("candidacy_state", one.state))
    conclusion = fields.Function(lambda one: one.conclusion and str(one.conclusion.value))
    conclusion_label = fields.Function(
        lambda one: label_of("review_decision", one.conclusion and str(one.conclusion.value))
    )
    added_by = fields.String(allow_none=True)
    added_reason = fields.String(allow_none=True)
    opinions = fields.List(fields.Nested(OpinionSchema))
    signatures = fields.List(fields.Nested(_SignatureSchema))
    missing_signatures = fields.List(fields.Nested(_MissingSchema))
    next_stage = fields.String(allow_none=True)
    moves = fields.List(fields.Nested(StateMoveSchema))
    version = fields.Integer()

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """Read what the use case adds to the row from its view."""
        if attr in {"missing_signatures", "next_stage", "moves"}:
            return getattr(obj, attr)
        return super().get_attribute(obj.candidacy, attr, default)


class _StepSchema(Schema):
    label = fields.Nested(TextSchema)
    state = fields.String(allow_none=True)


class ReviewSchema(Schema):
    """The round of a list with its candidacies; the better places first, added people last."""

    shortlist_no = fields.String(attribute="shortlist.shortlist_no")
    vacancy_no = fields.String(attribute="shortlist.vacancy.vacancy_no")
    state = fields.String(attribute="round.state")
    state_label = fields.Function(lambda review: label_of("shortlist_state", review.round.state))
    version = fields.Integer(attribute="round.version")
    requested_by = fields.String(attribute="shortlist.requested_by")
    stages = fields.List(fields.String(), attribute="path.stages")
    steps = fields.List(fields.Nested(_StepSchema), attribute="path.steps")
    candidacies = fields.List(fields.Nested(CandidacySchema))
    moves = fields.List(fields.Nested(StateMoveSchema))
