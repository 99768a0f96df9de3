"""Shortlists on the wire: the request, and the frozen list with every reason."""

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import fields

from matching.vocabulary.codes import code_table
from schemas.base import PageQuerySchema, RecordSchema, StrictSchema
from schemas.fields import Key
from schemas.grounds import ground_document
from schemas.numbers import Whole
from schemas.points import Points

__all__ = [
    "ExcludedQuerySchema",
    "ShortlistEntrySchema",
    "ShortlistRequestSchema",
    "ShortlistSchema",
    "ShortlistsQuerySchema",
]

LONGEST = 200


class ShortlistRequestSchema(StrictSchema):
    """What is asked for: a vacancy, and how many people."""

    vacancy_no = Key(required=True)
    k = Whole(least=1, most=LONGEST, load_default=10, allow_none=False)


class ShortlistsQuerySchema(PageQuerySchema):
    """Which shortlists."""

    vacancy_no = Key()


class ExcludedQuerySchema(PageQuerySchema):
    """Which of the people that were not listed."""

    rule_id = Key(20)


class ShortlistEntrySchema(RecordSchema):
    """One listed person; contributions and outcomes stand as they were frozen."""

    paths: ClassVar[Mapping[str, str]] = {
        "person_no": "person.person_no",
        "name": "person.name",
        "talent_source": "person.talent_source",
    }

    rank = fields.Integer()
    person_no = fields.String()
    name = fields.String()
    talent_source = fields.String()
    talent_source_label = fields.Function(
        lambda entry: code_table("talent_source").label(entry.person.talent_source)._asdict()
    )
    score = Points()
    interval = fields.Function(lambda entry: _interval(entry.score_low, entry.score_high))
    band = fields.Integer(allow_none=True)
    verdict = fields.String()
    flags = fields.Function(lambda entry: list(entry.flags))
    present_flags = fields.Function(lambda entry: list(entry.present_flags))  # what has happened since
    grounds = fields.Function(lambda entry: [ground_document(one) for one in entry.grounds or ()])
    contributions = fields.Function(lambda entry: [_in_points(part) for part in entry.shown_contributions])
    outcomes = fields.Raw(attribute="shown_outcomes")


class ShortlistSchema(RecordSchema):
    """A frozen shortlist; scores are points with two decimals."""

    paths: ClassVar[Mapping[str, str]] = {"vacancy_no": "vacancy.vacancy_no"}

    shortlist_no = fields.String()
    vacancy_no = fields.String()
    requested_by = fields.String()
    requested_at = fields.AwareDateTime()
    as_of = fields.Date()
    k = fields.Integer()
    rulebook_version = fields.String()
    card_version = fields.String()
    data_version = fields.String()
    vacancy_facts = fields.Raw()
    sieve = fields.Raw()
    average_score = Points(allow_none=True)
    n_bands = fields.Integer(allow_none=True)
    notes = fields.Function(
        lambda shortlist: {key: note and note._asdict() for key, note in shortlist.notes.items()},
    )
    exclusions = fields.Function(lambda shortlist: [_without_ids(row) for row in shortlist.exclusions])
    entries = fields.List(fields.Nested(ShortlistEntrySchema))


def _without_ids(exclusion: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in exclusion.items() if key != "person_ids"}


def _interval(low: int | None, high: int | None) -> dict[str, float] | None:
    return None if low is None or high is None else {"low": low / 100, "high": high / 100}


def _in_points(part: Mapping[str, Any]) -> dict[str, Any]:
    """Return a frozen contribution with points for hundredths; older lists know no averages and no verification."""
    average, above = part.get("average"), part.get("above_average")
    return {
        **part,
        "points": part["points"] / 100,
        "max_points": part["max_points"] / 100,
        "average": None if average is None else average / 100,
        "above_average": None if above is None else above / 100,
        "is_verified": part.get("is_verified"),
    }
