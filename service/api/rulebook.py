"""/api/v1/rulebook and /api/v1/cards: the rules and the points in force, as they are shown to people."""

from typing import Any

from flask import Response
from marshmallow import Schema, fields

from matching.card import FULL_SCORE, Scorecard
from matching.outcomes import basis_shown, heading
from matching.posts import Post
from matching.rulebook import Rulebook
from matching.rules import Rule
from matching.vocabulary import PostType, RuleProfile, Stage, Text
from matching.vocabulary.codes import code_table
from schemas.base import StrictSchema
from schemas.codes import EnumCode
from schemas.texts import TextSchema
from service.access import require
from service.api.answers import Answer
from service.api.blueprint import Resource
from service.api.etags import conditional, tagged
from service.api.records import plain
from service.api.wording import meant
from service.context import current_actor, reading
from service.errors import NotFound
from service.queries.cards import cards_in_force
from service.queries.rulebooks import rulebook_in_force

__all__ = ["cards", "rulebook"]

rulebook = Resource("rulebook", title=Text("规则", "Rulebook"))
cards = Resource("cards", title=Text("评分卡", "Scorecards"))

_HUNDREDTHS = 100
_FIXED = 0  # rules and cards have no version number of their own; their digest tells


class RuleSchema(Schema):
    """One rule: what it asks, what it says for each verdict, and where it comes from."""

    rule_id = fields.String(required=True)
    title = fields.Nested(TextSchema, required=True)
    stage = fields.String(
        required=True,
        metadata=meant(
            "适用阶段：listing 名单、nomination 提名、decision 决定", "When it is due: listing, nomination, decision"
        ),
    )
    missing = fields.String(
        required=True,
        metadata=meant(
            "未登记时：review 待核验、fail 不符合、pass 符合", "What an unknown value gives: review, fail, pass"
        ),
    )
    override = fields.String(required=True, metadata=meant("可由谁放宽", "Who may waive it"))
    basis = fields.Nested(TextSchema, required=True)
    confidence = fields.String(required=True)
    texts = fields.Dict(keys=fields.String(), values=fields.Nested(TextSchema), required=True)


class PostRulesSchema(Schema):
    """The rules of one kind of post under one profile."""

    post_type = fields.String(required=True)
    name = fields.Nested(TextSchema, required=True)
    rule_profile = fields.String(required=True)
    profile_name = fields.Nested(TextSchema, required=True, allow_none=True)
    min_months = fields.Integer(required=True)
    max_months = fields.Integer(required=True)
    facts = fields.List(fields.Nested(TextSchema), required=True)
    rules = fields.List(fields.Nested(RuleSchema), required=True)
    weights = fields.Dict(keys=fields.String(), values=fields.Float(), required=True)


class PoolRulesSchema(Schema):
    """What admission to one pool asks."""

    name = fields.Nested(TextSchema, required=True)
    talent_sources = fields.List(fields.String(), required=True)
    rules = fields.List(fields.Nested(RuleSchema), required=True)


class RulebookSchema(Schema):
    """The rules in force."""

    version = fields.String(required=True)
    posts = fields.List(fields.Nested(PostRulesSchema), required=True)
    pools = fields.List(fields.Nested(PoolRulesSchema), required=True)


class RulebookQuerySchema(StrictSchema):
    """Which part of the rulebook."""

    post_type = EnumCode("post_type", PostType)
    rule_profile = EnumCode("rule_profile", RuleProfile)


class CardLevelSchema(Schema):
    """One level of a criterion and what it earns."""

    label = fields.Nested(TextSchema, required=True)
    points = fields.Float(required=True)


class CardCriterionSchema(Schema):
    """One criterion of a card; the first level is that of missing data, then from worst to best."""

    criterion_id = fields.String(required=True)
    label = fields.Nested(TextSchema, required=True)
    max_points = fields.Float(required=True)
    levels = fields.List(fields.Nested(CardLevelSchema), required=True)


class CardSchema(Schema):
    """The scorecard of one kind of post; points have two decimals."""

    post_type = fields.String(required=True)
    source = fields.String(required=True, metadata={"enum": ["policy", "learned"]})
    version = fields.String(required=True)
    rulebook_version = fields.String(required=True)
    full_score = fields.Float(required=True)
    criteria = fields.List(fields.Nested(CardCriterionSchema), required=True)


@rulebook.operation(
    "GET",
    "",
    Text("查看现行规则及依据", "Show the rules in force and where they come from"),
    query=RulebookQuerySchema,
    answer=RulebookSchema,
    headers=("ETag",),
)
def show_rulebook(query: dict[str, Any]) -> Response:
    """Answer with the rules for each post and profile, and those of admission."""
    require(current_actor(), "read_shortlists")
    with reading() as session:
        book = rulebook_in_force(session)
    document = {
        "version": book.version,
        "posts": [
            _post_document(book, post, profile)
            for post in book.posts.values()
            if query.get("post_type") in {None, post.type}
            for profile in (tuple(post.profiles) or (RuleProfile.CITY_PLAN,))
            if query.get("rule_profile") in {None, profile}
        ],
        "pools": [
            {
                "name": plain(pool.name),
                "talent_sources": sorted(pool.talent_sources),
                "rules": [_rule_document(rule) for rule in pool.rules if rule.enabled],
            }
            for pool in book.pools
        ],
    }
    return conditional(tagged(Answer.of(document), version=_FIXED).response())


@cards.operation(
    "GET",
    "/<post_type>",
    Text("查看一类岗位的评分卡", "Show the scorecard of a kind of post"),
    answer=CardSchema,
    headers=("ETag",),
)
def show_card(post_type: str) -> Response:
    """Answer with the criteria, levels and points in force."""
    require(current_actor(), "read_shortlists")
    if post_type not in set(PostType):
        known = code_table("post_type").codes
        raise NotFound(
            Text("没有这类岗位。", "There is no such kind of post."),
            remedy=Text(f"可用：{'、'.join(known)}。", f"Known: {', '.join(known)}."),
            place="post_type",
            value=post_type,
        )
    with reading() as session:
        card = cards_in_force(session)[PostType(post_type)]
    return conditional(tagged(Answer.of(_card_document(card)), version=_FIXED).response())


def _post_document(book: Rulebook, post: Post, profile: RuleProfile) -> dict[str, Any]:
    rules = (rule for stage in Stage for rule in book.rules_for(post.type, profile, stage))
    return {
        "post_type": post.type.value,
        "name": plain(post.name),
        "rule_profile": profile.value,
        "profile_name": plain(post.profiles[profile].name) if post.profiles else None,
        "min_months": post.min_months,
        "max_months": post.max_months,
        "facts": plain(post.facts),
        "rules": [_rule_document(rule) for rule in rules],
        "weights": dict(book.soft_weights(post.type)),
    }


def _rule_document(rule: Rule) -> dict[str, Any]:
    return {
        "rule_id": rule.id,
        "title": plain(heading(rule)),
        "stage": rule.stage.value,
        "missing": rule.missing.value,
        "override": rule.override.value,
        "basis": plain(basis_shown(rule)),
        "confidence": rule.confidence.value,
        "texts": plain(rule.texts),
    }


def _card_document(card: Scorecard) -> dict[str, Any]:
    return {
        "post_type": card.post.value,
        "source": card.source,
        "version": card.version,
        "rulebook_version": card.rulebook_version,
        "full_score": FULL_SCORE / _HUNDREDTHS,
        "criteria": [
            {
                "criterion_id": criterion.id,
                "label": plain(criterion.label),
                "max_points": max(card.points[criterion.id]) / _HUNDREDTHS,
                "levels": [
                    {"label": plain(criterion.level(level).label), "points": points / _HUNDREDTHS}
                    for level, points in enumerate(card.points[criterion.id])
                ],
            }
            for criterion in card.criteria
        ],
    }
