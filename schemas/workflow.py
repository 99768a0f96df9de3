"""The workflow on the wire: moves between states, opinions, signatures, votes, and what came of them."""

from typing import Any

from marshmallow import Schema, fields

from matching.vocabulary import ReviewDecision
from matching.vocabulary.codes import code_table
from matching.vocabulary.replies import REPLY_LABELS
from schemas.base import StrictSchema
from schemas.codes import Codes, EnumCode, YesNo
from schemas.dates import Day
from schemas.fields import Key, PlainText, Words
from schemas.numbers import Whole
from schemas.texts import TextSchema
from schemas.waivers import WaiversReportSchema

__all__ = [
    "AdditionSchema",
    "CandidacySchema",
    "MoveRequestSchema",
    "OpinionRequestSchema",
    "OpinionSchema",
    "OverrideReportSchema",
    "OverrideSchema",
    "ReplySchema",
    "ReviewSchema",
    "ShortlistMoveRequestSchema",
    "SignatureRequestSchema",
    "StateMoveSchema",
    "UndoRequestSchema",
    "VersionedSchema",
    "VoteSchema",
    "label_of",
]

_MOST_VOTERS = 10_000
_MOST_VERSIONS = 2**31


def label_of(table: str, code: str | None) -> dict[str, str] | None:
    """Return the label of a code in both languages."""
    return None if code is None else code_table(table).label(code)._asdict()


def _value(decision: ReviewDecision | None) -> str | None:
    return None if decision is None else str(decision.value)


class VersionedSchema(StrictSchema):
    """Every write names the version that it was made for."""

    version = Whole(least=1, most=_MOST_VERSIONS, required=True)


class MoveRequestSchema(VersionedSchema):
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


class OpinionRequestSchema(VersionedSchema):
    """What somebody says of a candidacy."""

    decision = EnumCode("review_decision", ReviewDecision, required=True)
    reason_codes = Codes("reason_code", load_default=())
    reason = PlainText(2_000, multiline=True)
    document = PlainText(120)


class UndoRequestSchema(VersionedSchema):
    """Which of the two is taken back: one's own opinion, or the office's conclusion."""

    is_conclusion = YesNo(load_default=False, allow_none=False)


class AdditionSchema(VersionedSchema):
    """A person who is not on the list."""

    person_no = Key(required=True)
    reason = PlainText(2_000, multiline=True, required=True)


class SignatureRequestSchema(VersionedSchema):
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
    document = fields.String(allow_none=True)
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


def _signatures(candidacy: Any) -> list[dict[str, Any]]:
    papers = {one.signatory for one in candidacy.paper_signatures}
    told = _SignatureSchema(many=True).dump(candidacy.signatures)
    return [{**one, "is_on_paper": one["signatory"] in papers} for one in told]


class ReplySchema(Schema):
    """What a party that was asked said over its own account; the last one of each party stands."""

    party = fields.String()
    reply = fields.Function(lambda one: str(one.reply.value))
    label = fields.Function(lambda one: REPLY_LABELS[one.reply]._asdict())
    signed_name = fields.String(allow_none=True)
    document = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    replied_on = fields.Date()
    n_entitled = fields.Integer(allow_none=True)
    n_present = fields.Integer(allow_none=True)
    n_for = fields.Integer(allow_none=True)
    n_against = fields.Integer(allow_none=True)
    n_abstained = fields.Integer(allow_none=True)
    username = fields.String()
    at = fields.AwareDateTime()


class CandidacySchema(Schema):
    """One person in one shortlist, with every opinion, signature and move."""

    candidacy_no = fields.String()
    shortlist_no = fields.String(attribute="shortlist.shortlist_no")
    vacancy_no = fields.String(attribute="shortlist.vacancy.vacancy_no")
    person_no = fields.String(attribute="person.person_no")
    name = fields.String(attribute="person.name")
    shown_rank = fields.Integer(allow_none=True)
    state = fields.String()
    state_label = fields.Function(lambda one: label_of("candidacy_state", one.candidacy.state))
    conclusion = fields.Function(lambda one: _value(one.candidacy.conclusion))
    conclusion_label = fields.Function(lambda one: label_of("review_decision", _value(one.candidacy.conclusion)))
    added_by = fields.String(allow_none=True)
    added_reason = fields.String(allow_none=True)
    opinions = fields.List(fields.Nested(OpinionSchema))
    signatures = fields.Function(lambda one: _signatures(one.candidacy))
    replies = fields.List(fields.Nested(ReplySchema))
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


class OverrideSchema(Schema):
    """Against the rank: who was recommended or decided on, which better places were passed over, and why."""

    shortlist_no = fields.String()
    vacancy_no = fields.String()
    candidacy_no = fields.String()
    person_no = fields.String()
    shown_rank = fields.Integer(allow_none=True)
    passed_over = fields.List(fields.Dict(keys=fields.String(), values=fields.Raw()))
    reason_codes = fields.List(fields.String())
    reason = fields.String(allow_none=True)
    concluded_by = fields.String()
    concluded_at = fields.AwareDateTime()
    is_in_one_band = fields.Boolean()
    is_decision = fields.Boolean()


class SetAsideSchema(Schema):
    """Somebody in a better place than one recommended or decided on who was set aside, or had left the round."""

    shortlist_no = fields.String()
    vacancy_no = fields.String()
    candidacy_no = fields.String()
    person_no = fields.String()
    shown_rank = fields.Integer()
    conclusion = fields.String()
    reason_codes = fields.List(fields.String())
    reason = fields.String(allow_none=True)
    document = fields.String(allow_none=True)
    concluded_by = fields.String()
    concluded_at = fields.AwareDateTime()


class OverrideReportSchema(Schema):
    """Recommendations and decisions against the rank, counted and one by one."""

    n_lists = fields.Integer()
    n_recommended = fields.Integer()
    n_decided = fields.Integer()
    n_against_rank = fields.Integer()
    set_aside = fields.Dict(keys=fields.String(), values=fields.Integer())
    people_set_aside = fields.List(fields.Nested(SetAsideSchema))
    by_reason = fields.Dict(keys=fields.String(), values=fields.Integer())
    by_account = fields.Dict(keys=fields.String(), values=fields.Integer())
    overrides = fields.List(fields.Nested(OverrideSchema))
    waivers = fields.Nested(WaiversReportSchema)
