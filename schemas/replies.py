"""What those who are asked about a candidacy see of it, and what they say."""

from typing import Any

from marshmallow import Schema, fields

from matching.vocabulary.replies import REPLY_LABELS, ReplyKind
from schemas.choices import Choice
from schemas.dates import Day
from schemas.fields import PlainText
from schemas.numbers import Whole
from schemas.texts import TextSchema
from schemas.workflow import ReplySchema, VersionedSchema, label_of

__all__ = ["QuestionSchema", "QuestionsSchema", "ReplyRequestSchema"]

_MOST_VOTERS = 10_000
_KINDS = tuple(kind.value for kind in ReplyKind)


def _voters() -> Any:
    return Whole(least=0, most=_MOST_VOTERS)


class ReplyRequestSchema(VersionedSchema):
    """A consent needs no reason; units and villages name a paper, villages their vote. The day is today unless said."""

    reply = Choice(*_KINDS, required=True, metadata={"enum": list(_KINDS)})
    signed_name = PlainText(60, required=True)
    document = PlainText(120)
    reason = PlainText(2_000, multiline=True)
    replied_on = Day()
    n_entitled = _voters()
    n_present = _voters()
    n_for = _voters()
    n_against = _voters()
    n_abstained = _voters()


class _ChoiceSchema(Schema):
    reply = fields.Function(lambda one: str(one.value))
    label = fields.Function(lambda one: REPLY_LABELS[one]._asdict())


class QuestionSchema(Schema):
    """One person of whom the account is asked."""

    candidacy_no = fields.String()
    version = fields.Integer()
    person_no = fields.String()
    name = fields.String()
    vacancy_no = fields.String()
    post_type = fields.Function(lambda one: str(one.post_type.value))
    post_label = fields.Function(lambda one: label_of("post_type", str(one.post_type.value)))
    village_name = fields.String()
    party = fields.Function(lambda one: str(one.party.value))
    label = fields.Nested(TextSchema)
    choices = fields.List(fields.Nested(_ChoiceSchema))
    needs_vote = fields.Boolean()
    reply = fields.Nested(ReplySchema, allow_none=True)


class QuestionsSchema(Schema):
    """Everybody of whom the account is asked, those without a reply first."""

    items = fields.List(fields.Nested(QuestionSchema))
