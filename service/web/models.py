"""The card of a learned model on one page, for the screen and for A4 paper."""

from datetime import datetime

from flask import Blueprint, render_template

from matching.criteria import CRITERIA
from service.context import current_actor, now, reading
from service.usecases import model_figures, models, promoting

__all__ = ["blueprint"]

blueprint = Blueprint("models", __name__)

_N_SHARES = 6


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


def _signed_gain(hundredths: float) -> str:
    """Return how much speaks for a change, with its sign; a part too small to be told is 0.0."""
    shown = f"{abs(hundredths):,.1f}"
    return shown if shown == "0.0" else f"{'+' if hundredths > 0 else '−'}{shown}"
