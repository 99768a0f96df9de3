"""/api/v1/models: learned scorecards, putting one in force, and drift."""

from typing import Any

from flask import Response, url_for
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from schemas.training import (
    DriftSchema,
    ModelSchema,
    ModelsQuerySchema,
    ModelsSchema,
    MovementSchema,
    PromotionRequestSchema,
    PromotionSchema,
)
from service.api.answers import Answer
from service.api.blueprint import Resource
from service.api.idempotency import once
from service.context import current_actor, now, reading
from service.usecases.cards import evaluating, model_figures, models, promoting
from service.usecases.workflow.signing import check_has_holder

__all__ = ["resource"]

resource = Resource("models", title=Text("学到的评分卡", "Learned scorecards"))

_MODEL, _MODELS, _PROMOTION = ModelSchema(), ModelsSchema(), PromotionSchema()


@resource.operation(
    "GET",
    "",
    Text("列出学到的评分卡", "List learned scorecards"),
    query=ModelsQuerySchema,
    answer=ModelsSchema,
)
def list_models(query: dict[str, Any]) -> Response:
    """Answer with all models, the newest first; a damaged one says what is wrong with it."""
    with reading() as session:
        found = models.list_models(session, actor=current_actor(), post=query.get("post_type"))
    return Answer.of(_MODELS.dump({"items": found})).response()


@resource.operation(
    "GET",
    "/drift",
    Text("结论与位次相反的比例，按季度", "How often decisions go against the rank, by quarter"),
    query=ModelsQuerySchema,
    answer=DriftSchema,
)
def show_drift(query: dict[str, Any]) -> Response:
    """Answer with each quarter, its alarm line, and the criteria that decisions go against."""
    with reading() as session:
        found = evaluating.watch_drift(session, actor=current_actor(), post=query.get("post_type"), now=now())
    return Answer.of({"posts": evaluating.drift_document(found)}).response()


@resource.operation("GET", "/<version>", Text("查看一张学到的评分卡", "Show a learned scorecard"), answer=ModelSchema)
def show_model(version: str) -> Response:
    """Answer with a model and its file."""
    with reading() as session:
        listed = models.find_model(session, actor=current_actor(), version=version)
        model = models.get_model(session, actor=current_actor(), version=version)
    return Answer.of({**_MODEL.dump(listed), "document": model.as_document()}).response()


@resource.operation(
    "GET",
    "/<version>/movement",
    Text("查看哪些审阅结论推动了分值变动", "Show which decisions moved the points of a scorecard"),
    answer=MovementSchema,
)
def show_movement(version: str) -> Response:
    """Answer with every level that moved and the lists and decisions that speak most for or against it."""
    with reading() as session:
        told = model_figures.movement_of(session, actor=current_actor(), version=version)
    return Answer.of(told).response()


@resource.operation(
    "POST",
    "/<version>/promotions",
    Text("启用一张学到的评分卡", "Put a learned scorecard in force"),
    body=PromotionRequestSchema,
    answer=PromotionSchema,
    status=201,
    headers=("Location", "Idempotency-Replayed"),
)
def promote_model(wanted: dict[str, Any], version: str) -> Response:
    """Put a card in force; one that is not proven at least as good needs a reason, for which the account signs."""

    def work(session: Session) -> Answer:
        actor, reason = current_actor(), wanted.get("reason")
        signed_by = check_has_holder(actor) if reason else None
        made = promoting.promote_model(
            session, actor=actor, version=version, reason=reason, signed_by=signed_by, now=now()
        )
        return Answer.of(_PROMOTION.dump(made), status=201, location=url_for("api_models.show_model", version=version))

    return once(work)
