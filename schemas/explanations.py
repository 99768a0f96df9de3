"""Explanations on the wire: one person, two people side by side, and what-ifs."""

from copy import deepcopy
from typing import Any

from marshmallow import INCLUDE, Schema, fields

from schemas.base import StrictSchema
from schemas.fields import Key
from schemas.numbers import Amount, Whole
from schemas.people import PersonSchema
from schemas.points import Points
from schemas.shortlists import LONGEST
from schemas.texts import RuleOutcomeSchema, TextSchema

__all__ = [
    "ComparisonQuerySchema",
    "ComparisonSchema",
    "ExplanationSchema",
    "FactsSchema",
    "WhatIfRequestSchema",
    "WhatIfSchema",
]


class ComparisonQuerySchema(StrictSchema):
    """Which two people."""

    person_no = Key(required=True)
    versus = Key(required=True)


def _as_in_records(name: str) -> Any:
    """Return the field with which a person's record reads a fact."""
    return deepcopy(PersonSchema._declared_fields[name])  # noqa: SLF001 - marshmallow has no public way to its fields


class FactsSchema(StrictSchema):
    """Facts of one person to try out, read as in a record; null is not recorded."""

    class Meta:
        """Other names go on to the card, which says why it does not take them."""

        unknown = INCLUDE

    industries = _as_in_records("industries")
    rural_work_years = _as_in_records("rural_work_years")
    party_building_experience = _as_in_records("party_building_experience")
    mass_work_experience = _as_in_records("mass_work_experience")
    n_projects_won = _as_in_records("n_projects_won")
    u1_agriculture = _as_in_records("u1_agriculture")
    u2_industry = _as_in_records("u2_industry")
    u3_city = _as_in_records("u3_city")
    u4_enterprise = _as_in_records("u4_enterprise")
    u5_economy = _as_in_records("u5_economy")
    work_themes = _as_in_records("work_themes")
    appraisal_score = Amount(most=1, allow_none=True)
    training_hours = _as_in_records("training_hours")
    donations_wan = _as_in_records("donations_wan")
    n_jobs_created = _as_in_records("n_jobs_created")
    resources_offered = _as_in_records("resources_offered")
    honours_level = _as_in_records("honours_level")
    visit_days_per_year = _as_in_records("visit_days_per_year")
    households_led = _as_in_records("households_led")
    title_rank = Whole(most=4, allow_none=True)
    years_in_industry = _as_in_records("years_in_industry")
    market_channels = _as_in_records("market_channels")


class WhatIfRequestSchema(StrictSchema):
    """What to try out: facts of a person, or weights of the card; at least one of them."""

    person_no = Key()
    facts = fields.Nested(FactsSchema)
    weights = fields.Dict(keys=fields.String(), values=Amount(most=10_000, allow_none=False))
    k = Whole(least=1, most=LONGEST, load_default=10, allow_none=False)


class IntervalSchema(Schema):
    """The 5 % and 95 % quantiles of a score by the bags of a learned card, in points."""

    low = Points(required=True)
    high = Points(required=True)


class _OfCriterionSchema(Schema):
    """Which criterion something is about."""

    criterion_id = fields.String(required=True)
    label = fields.Nested(TextSchema, required=True)


class _LevelSchema(Schema):
    """One level of a criterion."""

    level = fields.Integer(required=True)
    level_label = fields.Nested(TextSchema, required=True)


class _FactSchema(_OfCriterionSchema, _LevelSchema):
    """On which level of a criterion somebody stands, and through which fact."""

    fact = fields.Nested(TextSchema, required=True)


class ContributionSchema(_FactSchema):
    """What one criterion adds to a score, in points."""

    points = Points(required=True)
    max_points = Points(required=True)
    average = Points(required=True)
    above_average = Points(required=True)
    sentence = fields.Nested(TextSchema, required=True)
    is_missing = fields.Boolean(required=True)
    is_verified = fields.Boolean(required=True)


class _OfPersonSchema(Schema):
    """Whom something is about."""

    person_no = fields.String(required=True, attribute="person.person_no")
    name = fields.String(required=True, attribute="person.name")


class PlacedSchema(_OfPersonSchema):
    """Where one person stands for one vacancy; no place and no band for somebody who is not eligible."""

    verdict = fields.String(required=True, attribute="placed.verdict")
    score = Points(required=True, attribute="placed.score")
    interval = fields.Nested(IntervalSchema, required=True, allow_none=True, attribute="placed.interval")
    place = fields.Integer(required=True, allow_none=True, attribute="placed.place")
    band = fields.Integer(required=True, allow_none=True, attribute="placed.band")


class ImprovementStepSchema(_LevelSchema):
    """A higher level: what it would earn in points, and the place that it would lead to."""

    gain = Points(required=True)
    place = fields.Integer(required=True, allow_none=True)


class ImprovementSchema(_FactSchema):
    """The higher levels of one criterion that earn a person more."""

    steps = fields.List(fields.Nested(ImprovementStepSchema), required=True)


class NotesSchema(Schema):
    """What has to be said beside bands, intervals and trials."""

    bands = fields.Nested(TextSchema, required=True)
    interval = fields.Nested(TextSchema, required=True, allow_none=True)
    what_if = fields.Nested(TextSchema, required=True)


class _AboutVacancySchema(Schema):
    """What every answer says of its vacancy and of how it came about."""

    vacancy_no = fields.String(required=True, attribute="about.vacancy_no")
    as_of = fields.Date(required=True, attribute="about.as_of")
    rulebook_version = fields.String(required=True, attribute="about.rulebook_version")
    card_version = fields.String(required=True, attribute="about.card_version")
    n_eligible = fields.Integer(required=True, attribute="about.n_eligible")
    average_score = Points(required=True, attribute="about.average_score")
    notes = fields.Nested(NotesSchema, required=True, attribute="about.notes")


class ExplanationSchema(_AboutVacancySchema, PlacedSchema):
    """Why a person has this score for this vacancy, every rule, and what would help most."""

    contributions = fields.List(fields.Nested(ContributionSchema), required=True)
    outcomes = fields.List(fields.Nested(RuleOutcomeSchema), required=True)
    improvements = fields.List(fields.Nested(ImprovementSchema), required=True)


class ComparedSchema(_OfCriterionSchema):
    """One criterion of two people; the difference is the first less the second."""

    max_points = Points(required=True)
    first = fields.Nested(ContributionSchema, required=True)
    second = fields.Nested(ContributionSchema, required=True)
    difference = Points(required=True)


class ComparisonSchema(_AboutVacancySchema):
    """Two people for one vacancy; the differences of the criteria add up to that of the scores."""

    first = fields.Nested(PlacedSchema, required=True)
    second = fields.Nested(PlacedSchema, required=True)
    difference = Points(required=True, attribute="comparison.difference")
    n_bags = fields.Integer(required=True, attribute="comparison.n_bags")
    n_for_first = fields.Integer(required=True, attribute="comparison.n_for_first")
    n_for_second = fields.Integer(required=True, attribute="comparison.n_for_second")
    is_same_band = fields.Boolean(required=True, allow_none=True, attribute="comparison.is_same_band")
    criteria = fields.List(fields.Nested(ComparedSchema), required=True, attribute="comparison.criteria")


class ChangedCriterionSchema(_OfCriterionSchema):
    """One criterion before and after other facts."""

    before = fields.Nested(ContributionSchema, required=True)
    after = fields.Nested(ContributionSchema, required=True)
    gain = Points(required=True)


class MoveSchema(_OfPersonSchema):
    """A person's place and score before and after."""

    place_before = fields.Integer(required=True, allow_none=True, attribute="move.place_before")
    place_after = fields.Integer(required=True, allow_none=True, attribute="move.place_after")
    score_before = Points(required=True, attribute="move.score_before")
    score_after = Points(required=True, attribute="move.score_after")


class TriedFactsSchema(MoveSchema):
    """A person with other facts; places are among all eligible, everybody else unchanged."""

    gain = Points(required=True, attribute="move.gain")
    criteria = fields.List(fields.Nested(ChangedCriterionSchema), required=True, attribute="move.criteria")


class WeightChangeSchema(_OfCriterionSchema):
    """What a criterion gives at most, before and after, in points."""

    before = Points(required=True)
    after = Points(required=True)


class TriedWeightsSchema(Schema):
    """A list under other weights: who moves, who comes among the first k, who drops out."""

    k = fields.Integer(required=True, attribute="trial.k")
    weights = fields.List(fields.Nested(WeightChangeSchema), required=True, attribute="trial.weights")
    moves = fields.List(fields.Nested(MoveSchema), required=True)
    entered = fields.List(fields.String(), required=True)
    left = fields.List(fields.String(), required=True)
    unseen_places = fields.List(
        fields.Integer(),
        required=True,
        metadata={
            "description": "Places of the first k of people whom the account does not see: no move names them.",
            "x-description-zh": "前 k 名中本账号无权查看者所占的名次，不在变动中列名。",
        },
    )
    person = fields.Nested(MoveSchema, required=True, allow_none=True)


class WhatIfSchema(_AboutVacancySchema):
    """The answer to a what-if; nothing of it is stored."""

    facts = fields.Nested(TriedFactsSchema, required=True, allow_none=True)
    weights = fields.Nested(TriedWeightsSchema, required=True, allow_none=True)
