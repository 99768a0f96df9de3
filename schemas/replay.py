"""Replays on the wire: the bundle that verifies anywhere, what a replay found, and why today's list differs."""

import base64
import binascii
from operator import attrgetter
from typing import Any

from marshmallow import Schema, fields, validate

from matching.vocabulary import Text, Verdict
from schemas.base import StrictSchema
from schemas.problems import MISSING, NOT_NULL, refusal
from schemas.texts import TextSchema

__all__ = ["BUNDLE", "BundleSchema", "ListChangesSchema", "ReplaySchema"]

BUNDLE = "talentpool.replay/1"

_EXACTLY: dict[str, Any] = {"required": True, "error_messages": {"required": MISSING, "null": NOT_NULL}}
_VERSION = validate.Regexp(r"[0-9a-f]{16}\Z")
_NUMBER = validate.Regexp(r"[A-Za-z0-9-]{1,40}\Z")  # it is printed: no control characters from others
_MOST_PLACES = 1_000
_LARGEST_ID = 2**63 - 1
_VERDICTS = validate.OneOf([verdict.value for verdict in Verdict])


class _Packed(fields.Field[bytes]):
    """Bytes as base64."""

    def _serialize(self, value: bytes | None, attr: str | None, obj: Any, **_: Any) -> str:  # noqa: ARG002 - the signature is marshmallow's
        return base64.b64encode(value or b"").decode()

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> bytes:  # noqa: ARG002 - the signature is marshmallow's
        try:
            return base64.b64decode(value, validate=True)
        except (binascii.Error, TypeError, ValueError) as error:
            raise refusal(Text("应为 base64 文本。", "A base64 text is expected.")) from error


def _number(*, least: int = 0, most: int = _LARGEST_ID) -> Any:
    return fields.Integer(strict=True, validate=validate.Range(least, most), **_EXACTLY)


class BundleVersionsSchema(StrictSchema):
    """The hashes that the list went out with."""

    rulebook = fields.String(validate=_VERSION, **_EXACTLY)
    card = fields.String(validate=_VERSION, **_EXACTLY)
    data = fields.String(validate=_VERSION, **_EXACTLY)
    order = fields.String(validate=_VERSION, **_EXACTLY)


class BundleEntrySchema(StrictSchema):
    """One place under a surrogate id; the score is in hundredths."""

    rank = _number(least=1)
    person_id = _number()
    score = _number(most=1_000_000)
    verdict = fields.String(validate=_VERDICTS, **_EXACTLY)


class BundleSchema(StrictSchema):
    """Everything that a replay needs and no name: card, rulebook, record, order and hashes."""

    schema_name = fields.String(data_key="schema", validate=validate.Equal(BUNDLE), **_EXACTLY)
    shortlist_no = fields.String(validate=_NUMBER, **_EXACTLY)
    as_of = fields.Date(**_EXACTLY)
    k = _number(least=1, most=_MOST_PLACES)
    versions = fields.Nested(BundleVersionsSchema, **_EXACTLY)
    vacancy_facts = fields.Dict(keys=fields.String(), **_EXACTLY)
    rulebook = fields.Dict(keys=fields.String(), **_EXACTLY)
    card = fields.Dict(keys=fields.String(), **_EXACTLY)
    sieve = fields.Dict(keys=fields.String(), values=_number(), **_EXACTLY)
    excluded = fields.Dict(keys=fields.String(), values=_number(), **_EXACTLY)
    entries = fields.List(fields.Nested(BundleEntrySchema), validate=validate.Length(max=_MOST_PLACES), **_EXACTLY)
    snapshot = _Packed(**_EXACTLY)


def _text(*, is_optional: bool = False) -> Any:
    return fields.Nested(TextSchema, required=True, allow_none=is_optional)


def _points(name: str, *, of: str = "", is_optional: bool = False) -> Any:
    """Return the field of a number of hundredths that is shown in points."""
    read = attrgetter(f"{of}.{name}" if of else name)

    def shown(found: Any) -> float | None:
        value = read(found)
        return None if value is None else value / 100

    return fields.Function(shown, metadata={"type": ["number", "null"] if is_optional else "number"})


class ReplayVersionsSchema(Schema):
    """Hashes computed from the contents; empty where it cannot be told."""

    rulebook = fields.String(required=True)
    card = fields.String(required=True)
    data = fields.String(required=True)
    vacancy = fields.String(required=True)
    order = fields.String(required=True)


class DisagreementSchema(Schema):
    """One thing that is not as it was."""

    place = fields.String(required=True)
    problem = _text()
    remedy = _text()


class ReplaySchema(Schema):
    """What a replay found."""

    shortlist_no = fields.String(required=True)
    agrees = fields.Boolean(required=True, attribute="replay.agrees")
    versions = fields.Nested(ReplayVersionsSchema, required=True, attribute="replay.versions")
    n_people = fields.Integer(required=True, attribute="replay.n_people")
    n_places = fields.Function(lambda found: len(found.replay.places), metadata={"type": "integer"})
    disagreements = fields.List(fields.Nested(DisagreementSchema), required=True, attribute="replay.disagreements")
    notes = fields.List(_text(), required=True, attribute="replay.notes")


class RuleChangeSchema(Schema):
    """A rule that says something else now."""

    rule_id = fields.String(required=True)
    title = _text()
    verdict_then = fields.String(required=True, allow_none=True)
    verdict_now = fields.String(required=True, allow_none=True)
    sentence = _text(is_optional=True)
    is_new = fields.Boolean(required=True)
    is_gone = fields.Boolean(required=True)


class CriterionChangeSchema(Schema):
    """What one criterion adds to the difference of two scores, in points."""

    criterion_id = fields.String(required=True)
    label = _text()
    level_then = _text(is_optional=True)
    level_now = _text(is_optional=True)
    fact_then = _text(is_optional=True)
    fact_now = _text(is_optional=True)
    points_then = _points("points_then")
    points_now = _points("points_now")
    through_facts = _points("through_facts")
    through_points = _points("through_points")


class RankShiftSchema(Schema):
    """Who came in front and who is no longer there."""

    n_overtaken_by = fields.Integer(required=True)
    n_new_in_front = fields.Integer(required=True)
    n_fell_behind = fields.Integer(required=True)
    n_gone = fields.Integer(required=True)


class PersonChangeSchema(Schema):
    """What became of one person; scores in points. Erased people have neither number nor name."""

    person_no = fields.String(required=True, allow_none=True, attribute="person.person_no")
    name = fields.String(required=True, allow_none=True, attribute="person.name")
    kind = fields.String(required=True, attribute="change.kind")
    rank_then = fields.Integer(required=True, allow_none=True, attribute="change.rank_then")
    rank_now = fields.Integer(required=True, allow_none=True, attribute="change.rank_now")
    score_then = _points("score_then", of="change", is_optional=True)
    score_now = _points("score_now", of="change", is_optional=True)
    through_facts = _points("through_facts", of="change")
    through_points = _points("through_points", of="change")
    verdict_then = fields.String(required=True, allow_none=True, attribute="change.verdict_then")
    verdict_now = fields.String(required=True, allow_none=True, attribute="change.verdict_now")
    rules = fields.List(fields.Nested(RuleChangeSchema), required=True, attribute="change.rules")
    criteria = fields.List(fields.Nested(CriterionChangeSchema), required=True, attribute="change.criteria")
    shift = fields.Nested(RankShiftSchema, required=True, allow_none=True, attribute="change.shift")
    heading = _text()
    reasons = fields.List(_text(), required=True)


class ListChangesSchema(Schema):
    """How today's list of a vacancy differs from a frozen one."""

    shortlist_no = fields.String(required=True)
    vacancy_no = fields.String(required=True)
    as_of_then = fields.Date(required=True)
    as_of_now = fields.Date(required=True)
    is_same_list = fields.Boolean(required=True)
    n_unchanged = fields.Integer(required=True)
    summary = _text()
    context = fields.List(_text(), required=True)
    people = fields.List(fields.Nested(PersonChangeSchema), required=True)
