"""The card of a learned model, and that of the policy, each on one page for the screen and for A4 paper."""

from datetime import date, datetime

from flask import Blueprint, render_template

from matching.criteria import CRITERIA
from matching.facts import PROTECTED
from matching.training import FEWEST_LISTS, TrainingRecord
from matching.vocabulary import PostType, Text
from service.access import may
from service.context import current_actor, now, reading
from service.errors import NotFound
from service.queries.cards import cards_in_force
from service.queries.rulebooks import policy_cards_in_force
from service.usecases.cards import model_figures, models, promoting

__all__ = ["blueprint"]

blueprint = Blueprint("models", __name__)

_N_SHARES = 6
_N_MODELS = 5
_DAY = len("2026-11-23")
_OF_PLACES = frozenset({"tie_codes", "home_village_code", "home_township_code", "home_county_code"})


@blueprint.get("/models/<version>")
def show(version: str) -> str:
    """Show every criterion and level with the points of the policy and the learned ones, and the evidence."""
    actor = current_actor()
    with reading() as session:
        listed = models.find_model(session, actor=actor, version=version)
        model = models.get_model(session, actor=actor, version=version)
        figures = model_figures.figures_of(session, actor=actor, version=version, now=now())
        changed = promoting.list_promotions(session, actor=actor, post=listed.post)
    changes = model.changes()
    calibration = model.calibration
    low, high = (calibration.at[0], calibration.at[-1]) if calibration.at else (0, 0)
    scores = [round(low + (high - low) * step / (_N_SHARES - 1)) for step in range(_N_SHARES)] if high else []
    return render_template(
        "models/one.html",
        listed=listed,
        model=model,
        record=model.training,
        days=_days(model.training),
        used=[CRITERIA[key].label for key, own in model.card.points.items() if max(own) > 0],
        unused=_unused(),
        is_surely_better=model.metrics.get("difference_low", 0) > 0,
        metrics=model.metrics,
        promotions=[line for line in changed if line.version == version],
        widest=max(max(change.policy_points, change.learned_points) for change in changes),
        ladders=[
            (
                CRITERIA[change.criterion_id],
                change,
                model.policy.points[change.criterion_id],
                model.card.points[change.criterion_id],
            )
            for change in changes
        ],
        drifted=figures["drift"],
        told_at=datetime.fromisoformat(figures["told_at"]),
        has_movement=figures["movement"] is not None,
        shares=[(score, calibration.share_of(score)) for score in scores],
    )


@blueprint.get("/models/policy/<post>")
def policy(post: str) -> str:
    """Show the points that the rulebook alone gives, whether or not a card was learned from them."""
    actor = current_actor()
    if post not in set(PostType):
        raise NotFound(
            Text("没有这类岗位。", "There is no such kind of post."),
            remedy=Text("请从规则手册页打开。", "Open it from the rulebook."),
            place="post",
            value=post,
        )
    kind = PostType(post)
    with reading() as session:
        card = policy_cards_in_force(session)[kind]
        in_force = cards_in_force(session)[kind]
        learned = models.list_models(session, actor=actor, post=kind)[:_N_MODELS] if may(actor, "read_models") else []
    return render_template(
        "models/policy.html",
        post=kind,
        posts=list(PostType),
        card=card,
        is_in_force=in_force.version == card.version,
        learned=learned,
        fewest=FEWEST_LISTS,
        used=[CRITERIA[key].label for key, own in card.points.items() if max(own) > 0],
        unused=_unused(),
        widest=max(max(own) for own in card.points.values()),
        ladders=[(criterion, card.points[criterion.id]) for criterion in card.criteria],
    )


@blueprint.get("/models/<version>/moved")
def moved(version: str) -> str:
    """Show which decisions moved which levels of a card, against the card before."""
    actor = current_actor()
    with reading() as session:
        listed = models.find_model(session, actor=actor, version=version)
        movement = model_figures.movement_of(session, actor=actor, version=version)
    return render_template(
        "models/moved.html",
        listed=listed,
        movement=movement,
        moves=[(CRITERIA[level["criterion_id"]], level) for level in movement["levels"]],
        most=max((abs(level["gain"]) for level in movement["levels"]), default=0),
        signed_gain=_signed_gain,
    )


def _days(record: TrainingRecord) -> dict[str, date]:
    """Return the days of training and of the first and the last decision."""
    named = {"trained": record.trained_at[:_DAY], "first": record.first_decided_on, "last": record.last_decided_on}
    return {name: date.fromisoformat(told) for name, told in named.items() if told}


def _unused() -> list[Text]:
    """Return what no card and no rule may use, each word once; the home serves tie and distance only."""
    labels = {label.en: label for name, label in PROTECTED.items() if name not in _OF_PLACES}
    return list(labels.values())


def _signed_gain(hundredths: float) -> str:
    """Return how much speaks for a change, with its sign; a part too small to be told is 0.0."""
    shown = f"{abs(hundredths):,.1f}"
    return shown if shown == "0.0" else f"{'+' if hundredths > 0 else '−'}{shown}"
