"""The rulebook in force, as people read it: rules with their basis, weights, and the printed policy card."""

from flask import Blueprint, render_template, request

from matching.outcomes import basis_shown, heading, limit_text
from matching.rulebook import Rulebook
from matching.rules import Rule
from matching.vocabulary import PostType, RuleProfile, Stage, Text
from service.access import may
from service.context import current_actor, reading
from service.queries.cards import cards_in_force
from service.queries.rulebooks import rulebook_in_force
from service.usecases.cards import models

__all__ = ["blueprint"]

blueprint = Blueprint("rulebook", __name__)

_N_MODELS = 5
_LIMIT_OF_VACANCY = Text("岗位任期", "the term of the vacancy")


@blueprint.get("/rulebook")
def show() -> str:
    """Show rules and points for one kind of post."""
    actor = current_actor()
    with reading() as session:
        rulebook = rulebook_in_force(session)
    wanted = request.args.get("post", "")
    post = PostType(wanted) if wanted in set(PostType) else PostType.FIRST_SECRETARY
    profile = _profile(rulebook, post)
    with reading() as session:
        card = cards_in_force(session)[post]
        may_compare = may(actor, "read_models")
        learned = models.list_models(session, actor=actor, post=post)[:_N_MODELS] if may_compare else []
    return render_template(
        "rulebook.html",
        rulebook=rulebook,
        post=post,
        posts=list(PostType),
        profile=profile,
        profiles=rulebook.posts[post].profiles,
        stages=[(stage, [_row(rule) for rule in rulebook.rules_for(post, profile, stage)]) for stage in Stage],
        card=card,
        learned=learned,
        widest=max(max(points) for points in card.points.values()),
        ladders=[(criterion, card.points[criterion.id]) for criterion in card.criteria],
    )


def _profile(rulebook: Rulebook, post: PostType) -> RuleProfile:
    wanted = request.args.get("profile", "")
    known = rulebook.posts[post].profiles
    return RuleProfile(wanted) if wanted in known else RuleProfile.CITY_PLAN


def _row(rule: Rule) -> dict[str, object]:
    is_of_vacancy = any(isinstance(condition.limit, str) for condition in rule.conditions)
    return {
        "id": rule.id,
        "title": rule.title.filled(limit=_LIMIT_OF_VACANCY) if is_of_vacancy else heading(rule),
        "limit": _LIMIT_OF_VACANCY if is_of_vacancy else limit_text(rule),
        "basis": basis_shown(rule),
        "override": rule.override,
    }
